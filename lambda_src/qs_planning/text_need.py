"""Whether the text of the screen must be understood before a goal can be carried out on it.

Its language, whether it holds personal data, and what its writer wants cost calls of Comprehend and
half a second, so the goal must be about them.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from qscreen.redaction import redact
from qscreen.review import sends_off
from qscreen.review.words import unquoted
from qscreen.wire import Role, Snapshot, Step

MOST_BYTES = 10_000
"""Of a screen's text: what ClassifyDocument takes in one call, the least of Comprehend's limits."""

_MAIL = re.compile(r"\b(e-?mails?|mails?|inbox)\b|메일|편지", re.IGNORECASE)
_SHARING = re.compile(
    r"\b(repl(y|ies)|respond|forward (it|this|that|the)|share|upload|post|publish)\b"
    r"|답장|회신|전달|공유|업로드|게시",
    re.IGNORECASE,
)
_CLASSES = re.compile(r"\b(intent\w*|classif\w+|categor\w+|triage)\b|분류|의도", re.IGNORECASE)
_ASKED = re.compile(
    r"\b(what|which) language\b|\btranslat\w*|\bprivacy\b|\bPII\b|\bsensitive\b"
    r"|\bpersonal (data|information|details)\b"
    r"|(무슨|어떤|어느) (언어|나라 말)|번역|개인 ?정보|민감",
    re.IGNORECASE,
)
_CONTROLS = frozenset(
    {
        *(Role.APPLICATION, Role.BUTTON, Role.CHECK_BOX, Role.COMBO_BOX, Role.IMAGE),
        *(Role.MENU, Role.MENU_BAR, Role.MENU_ITEM, Role.PASSWORD_FIELD, Role.PROGRESS_BAR),
        *(Role.RADIO_BUTTON, Role.SCROLL_BAR, Role.SEPARATOR, Role.SLIDER, Role.SPIN_BUTTON),
        *(Role.TAB, Role.TAB_LIST, Role.TOGGLE_BUTTON, Role.TOOLBAR, Role.WINDOW),
    }
)
"""What is written on them is the program's, in the language of its user."""


@dataclass(frozen=True, slots=True)
class TextNeed:
    """What is to be known of a text, beside its language and the personal data in it.

    Attributes:
        intent: What its writer wants.
        mail: What a mail is about.
    """

    intent: bool = False
    mail: bool = False


def need_of_text(goal: str, steps: Sequence[Step] | None = None) -> TextNeed | None:
    """Say whether a goal is about the text of the screen.

    Args:
        goal: The goal; what it quotes does not count.
        steps: Steps that are planned already; None before a model plans.

    Returns:
        The need; None where the text may say what it will. Of a goal about a mail whose steps are
        known, it is of interest only where one of them sends something off.
    """
    said = unquoted(goal)
    mail = _MAIL.search(said) is not None or _SHARING.search(said) is not None
    classes = _CLASSES.search(said) is not None
    if not classes and _ASKED.search(said) is None:
        sending = steps is None or any(sends_off(step.action) for step in steps)
        if not mail or not sending:
            return None
    return TextNeed(intent=mail or classes, mail=mail)


def text_of(screen: Snapshot, most_bytes: int = MOST_BYTES) -> str:
    """Gather what people wrote on a screen.

    Args:
        screen: The screen.
        most_bytes: Bound of the text, bytes of UTF-8.

    Returns:
        Texts of elements that are no controls, redacted, one a line, each once, as many as fit.
    """
    found: dict[str, None] = {}
    left = most_bytes
    for one in screen.elements:
        if one.role in _CONTROLS or one.secure:
            continue
        for text in (one.name, one.value or ""):
            line = " ".join(redact(text).split())
            if not line or line in found:
                continue
            kept = line.encode()[:left].decode(errors="ignore")
            left -= len(kept.encode()) + 1
            if kept:
                found[kept] = None
            if left <= 0:
                return "\n".join(found)
    return "\n".join(found)
