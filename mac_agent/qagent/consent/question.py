"""What a person is asked: exactly what will be done, where, for whom and why.

Names of elements and windows are text of the screen. They are shown on one line, cut, without
characters that turn or hide text, and in quotation marks, so that no button's name can pass for
a part of the question.
"""

import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from qagent.consent.classify import Act, Verb
from qagent.desktop.base import Node
from qagent.messages import text
from qagent.policy.kinds import RiskKind
from qagent.words import element, role_word, said
from qscreen.wire import OpenApp, SaveAs, Step, UndoWay

_NAME = 80
_TYPED = 300
_WHO = 120


class Source(StrEnum):
    """Where commands come from."""

    CLOUD = "cloud"
    LOCAL = "local"
    MCP = "mcp"


@dataclass(frozen=True, slots=True)
class Origin:
    """Who asks for the steps.

    Attributes:
        source: Where they come from.
        who: Who, in words for the person who is asked.
    """

    source: Source
    who: str


@dataclass(frozen=True, slots=True)
class Question:
    """One question.

    Attributes:
        title: Title of the dialog.
        body: Its text, several lines.
        once: Name of the button that allows this step alone.
        run: Name of the button that allows such steps for the run.
        deny: Name of the button that denies.
        seconds: Time for the answer, seconds.
    """

    title: str
    body: str
    once: str
    run: str
    deny: str
    seconds: int


def plain(content: str, most: int = _NAME) -> str:
    """Text of the screen on one line: cut, without control and direction characters."""
    shown = "".join(
        " " if char.isspace() else char
        for char in unicodedata.normalize("NFC", content)
        if char.isspace() or unicodedata.category(char) not in {"Cf", "Cc", "Cs", "Co", "Cn"}
    )
    line = " ".join(shown.split())
    return line if len(line) <= most else f"{line[:most]}…"


def quoted(content: str, most: int = _NAME) -> str:
    """Text of the screen in quotation marks that it cannot close."""
    return f"“{plain(content, most).replace('“', chr(39)).replace('”', chr(39))}”"


def ask_about(
    act: Act, step: Step, kinds: frozenset[RiskKind], origin: Origin, seconds: int
) -> Question:
    """Word the question about an act.

    Args:
        act: What is about to be done, with its resolved target.
        step: The step that it belongs to.
        kinds: Why it is asked about.
        origin: Who asks for it.
        seconds: Time for the answer.
    """
    app = act.node.app if act.node is not None else act.window.app if act.window else act.program
    window = quoted(act.window.name) if act.window is not None else text("dialog.no_window")
    reasons = ", ".join(text(f"kind.{kind}") for kind in sorted(kinds))
    lines = [
        text("dialog.what", what=describe(act, step)),
        text("dialog.where", app=plain(app) or "?", window=window),
        text("dialog.who", who=plain(origin.who, _WHO)),
        text("dialog.why", why=reasons),
    ]
    if step.undo is UndoWay.CANNOT:
        lines.append(text("undo.cannot"))
    if step.because.strip():
        lines.append(text("dialog.goal", goal=quoted(step.because, 200)))
    if step.consent:
        lines.append(text("dialog.planner", reason=quoted(step.consent, 300)))
    lines += ["", text("dialog.deadline", seconds=seconds)]
    return Question(
        text("dialog.title"),
        "\n".join(lines),
        text("dialog.once"),
        text("dialog.run"),
        text("dialog.deny"),
        seconds,
    )


def describe(act: Act, step: Step) -> str:
    """An act in words; with the step it is a part of, where that says more."""
    first = _describe(act)
    if act.verb is Verb.LAUNCH:
        return first
    match step.action:
        case OpenApp(app=app):
            whole = text("do.step.open_app", app=quoted(app))
        case SaveAs(filename=filename):
            whole = text("do.step.save_as", filename=quoted(filename, 255))
        case _:
            return first
    return text("do.then", first=first, step=whole)


def _describe(act: Act) -> str:
    target = _target(act.node)
    x, y = act.point or (0, 0)
    match act.verb:
        case Verb.PRESS:
            return text("do.press", target=target)
        case Verb.POINT if act.node is not None:
            place = text("do.point", x=x, y=y, button=said("button", act.button))
            return f"{text('do.press', target=target)} ({place})"
        case Verb.POINT:
            place = text("do.point", x=x, y=y, button=said("button", act.button))
            return f"{quoted(act.said)}: {place}" if act.said else place
        case Verb.KEYS:
            return text("do.keys", keys="+".join(act.keys))
        case Verb.TYPE if act.node is not None and act.node.secure:
            return text("do.type_hidden", target=target, count=len(act.text))
        case Verb.TYPE:
            typed = quoted(act.text, _TYPED)
            return text("do.type", target=target, count=len(act.text), typed=typed)
        case Verb.SELECT:
            return text("do.select", target=target, option=quoted(act.text))
        case Verb.SET:
            return text("do.set", target=target, value=act.text)
        case Verb.DRAG:
            end_x, end_y = act.end or (0, 0)
            return text("do.drag", target=target, onto=_target(act.onto), x=end_x, y=end_y)
        case Verb.COPY:
            return text("do.copy", count=len(act.text), copied=quoted(act.text, _TYPED))
        case Verb.FOCUS:
            return text("do.focus", target=target)
        case Verb.SCROLL:
            return text("do.scroll", x=x, y=y)
        case Verb.LAUNCH:
            return text("do.launch", program=quoted(act.program))


def _target(node: Node | None) -> str:
    if node is None:
        return text("do.focused")
    if not plain(node.name):
        return text("dialog.nameless", role=role_word(node.role))
    return element(node.role, quoted(node.name))
