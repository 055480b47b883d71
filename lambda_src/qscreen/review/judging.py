"""Keeps what a screen says from becoming what the platform does.

A plan that the command grammar did not make is reviewed step by step against its goal, which
only the user writes. What a step would open, press, type or save must be named by the goal. A
step that the goal does not explain waits for a person (``consent``); one that carries an
address, a command or a program of the screen is refused. Nothing that a planner says about a
step counts, only what the step does; so a planner that obeys a screen gains nothing.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from qscreen.review.texts import addresses_the_planner, texts_of
from qscreen.review.words import cautious, keys_in, normal, quotes, says
from qscreen.wire import (
    Action,
    ChooseMenu,
    Click,
    Drag,
    Focus,
    Language,
    OpenApp,
    PressKeys,
    ReadClipboard,
    RiskCategory,
    Role,
    SaveAs,
    Select,
    SetValue,
    Snapshot,
    Step,
    Target,
    TypeText,
    Undo,
    WriteClipboard,
    WriteTable,
)


class Concern(StrEnum):
    """Why a step is not simply done."""

    FROM_SCREEN = "from_screen"
    NOT_IN_GOAL = "not_in_goal"
    CAUTIOUS_GOAL = "cautious_goal"
    SCREEN_ADDRESSES_PLANNER = "screen_addresses_planner"
    REPEATED = "repeated"
    ADDRESS = "address"
    COMMAND = "command"
    SHELL = "shell"
    EXECUTABLE = "executable"
    SECRET_FIELD = "secret_field"  # noqa: S105 - a concern, not a secret


REFUSED = frozenset(
    {
        Concern.ADDRESS,
        Concern.COMMAND,
        Concern.SHELL,
        Concern.EXECUTABLE,
        Concern.SECRET_FIELD,
    }
)
"""Concerns with which a step is not even offered to a person."""

REASONS: dict[Language, dict[Concern, str]] = {
    Language.EN: {
        Concern.FROM_SCREEN: "Its words come from the screen, not from your goal.",
        Concern.NOT_IN_GOAL: "Its words are not in your goal.",
        Concern.CAUTIOUS_GOAL: "Your goal forbids or conditions something.",
        Concern.SCREEN_ADDRESSES_PLANNER: "A text on the screen speaks to the program that plans.",
        Concern.REPEATED: "The same step is done more than once.",
        Concern.ADDRESS: "It types an address that is not in your goal.",
        Concern.COMMAND: "It types a command that is not in your goal.",
        Concern.SHELL: "It opens a program for commands that your goal does not name.",
        Concern.EXECUTABLE: "It saves a program that your goal does not name.",
        Concern.SECRET_FIELD: "It types into a password field.",
    },
    Language.KO: {
        Concern.FROM_SCREEN: "목표가 아니라 화면에 있는 말에서 나온 단계입니다.",
        Concern.NOT_IN_GOAL: "목표에 없는 말이 들어 있습니다.",
        Concern.CAUTIOUS_GOAL: "목표에 금지나 조건이 있습니다.",
        Concern.SCREEN_ADDRESSES_PLANNER: "화면의 글이 계획하는 프로그램에게 말을 걸고 있습니다.",
        Concern.REPEATED: "같은 단계를 두 번 이상 합니다.",
        Concern.ADDRESS: "목표에 없는 주소를 입력합니다.",
        Concern.COMMAND: "목표에 없는 명령어를 입력합니다.",
        Concern.SHELL: "목표에 없는 명령 프로그램을 엽니다.",
        Concern.EXECUTABLE: "목표에 없는 실행 파일을 저장합니다.",
        Concern.SECRET_FIELD: "비밀번호 칸에 입력합니다.",
    },
}
"""One sentence for each concern in each language."""

_ADDRESS = re.compile(
    r"[a-z][a-z0-9+.-]*://\S|\bwww\.\S|[\w.+-]+@[\w-]+\.\w|\b\d{1,3}(\.\d{1,3}){3}\b"
    r"|\b[\w-]+\.(com|net|org|io|kr|ru|cn|info|biz|xyz|top|example|test|dev|app|co)\b",
    re.IGNORECASE,
)
_COMMAND = re.compile(
    r"\b(sudo|curl|wget|powershell|pwsh|rm\s+-|del\s+/|chmod|mkfs|nc\s+-|bash\s+-c|sh\s+-c|cmd\s+/|"
    r"reg\s+(add|delete)|net\s+user|schtasks|certutil|mshta|rundll32|regsvr32|iex|invoke-|eval\(|"
    r"base64\s+-|python3?\s+-c|ssh\s|scp\s|crontab|osascript)|\$\(|javascript:|data:text",
    re.IGNORECASE,
)
_SHELLS = frozenset(
    {"terminal", "console", "cmd", "powershell", "pwsh", "bash", "zsh", "fish", "sh", "shell"}
    | {"xterm", "uxterm", "rxvt", "urxvt", "konsole", "iterm", "iterm2", "tilix", "kitty", "kgx"}
    | {"alacritty", "wezterm", "terminator", "lxterminal", "qterminal", "ptyxis", "regedit", "run"}
    | {"터미널", "콘솔", "명령", "명령프롬프트", "프롬프트", "실행", "레지스트리"}
    | {"셸", "쉘", "파워셸", "파워쉘"}
)
_EXECUTABLE = re.compile(
    r"\.(exe|msi|bat|cmd|com|ps1|vbs|js|jse|wsf|hta|scr|sh|bash|command|app|pkg|dmg|desktop|py|"
    r"jar|reg|lnk|plist|deb|rpm|appimage)$",
    re.IGNORECASE,
)
CHANGING = frozenset({RiskCategory.EDIT, RiskCategory.WRITE_FILE})
"""Risks of steps that leave something changed."""
_MOVES = frozenset({"up", "down", "left", "right", "home", "end", "page_up", "page_down"})
_TEXT_ROLES = frozenset({Role.TEXT_AREA, Role.TEXT_FIELD, Role.DOCUMENT})


@dataclass(frozen=True, slots=True)
class Review:
    """What a review found.

    Attributes:
        steps: The steps, each with its consent where it needs one.
        concerns: All concerns by step id; steps without one are left out.
    """

    steps: tuple[Step, ...]
    concerns: dict[str, tuple[Concern, ...]] = field(default_factory=dict)

    @property
    def refused(self) -> tuple[str, ...]:
        """Ids of the steps that must not be done at all."""
        return tuple(one for one, found in self.concerns.items() if REFUSED.intersection(found))

    @property
    def needs_consent(self) -> bool:
        """Whether a person must agree to a step before it is done."""
        return bool(self.concerns)


def review(
    steps: Sequence[Step], goal: str, language: Language, snapshot: Snapshot | None
) -> Review:
    """Review steps that the command grammar did not make.

    Args:
        steps: The steps; what they say of a consent is replaced.
        goal: The goal.
        language: Language of the reasons.
        snapshot: The screen that the planner saw; None where it saw none.

    Returns:
        The reviewed steps.
    """
    reader = _Reader(goal, snapshot)
    seen: set[str] = set()
    reviewed: list[Step] = []
    concerns: dict[str, tuple[Concern, ...]] = {}
    for step in steps:
        found = list(reader.concerns(step.action))
        if _changes(step):
            found += reader.suspicions
            print_of_step = step.action.model_dump_json()
            if print_of_step in seen and not isinstance(step.action, PressKeys | OpenApp):
                found.append(Concern.REPEATED)
            seen.add(print_of_step)
        kept = tuple(dict.fromkeys(found))
        if kept:
            concerns[step.id] = kept
        reasons = " ".join(REASONS[language][concern] for concern in kept)
        reviewed.append(step.model_copy(update={"consent": reasons or None}))
    return Review(tuple(reviewed), concerns)


def _changes(step: Step) -> bool:
    return step.risk in CHANGING or isinstance(step.action, OpenApp)


_SWITCHED = frozenset({"on", "off"})
"""Values that are no words of a goal: a goal says check, or turn off."""

_CLIPBOARD = re.compile(r"clipboard|클립보드|붙여|복사|paste|cop(?:y|ied)", re.IGNORECASE)
_UNDO = re.compile(r"\bundo\b|되돌|실행 ?취소", re.IGNORECASE)


class _Reader:
    """Compares actions with one goal and one screen."""

    def __init__(self, goal: str, snapshot: Snapshot | None) -> None:
        self._goal = goal
        self._screen = texts_of(snapshot)
        self._apps = {normal(app) for app in (snapshot.active_app,) if app} if snapshot else set()
        self.suspicions: list[Concern] = []
        if cautious(goal):
            self.suspicions.append(Concern.CAUTIOUS_GOAL)
        if addresses_the_planner(snapshot):
            self.suspicions.append(Concern.SCREEN_ADDRESSES_PLANNER)

    def concerns(self, action: Action) -> list[Concern]:
        match action:
            case OpenApp():
                return self._app(action.app)
            case Focus():
                return self._target(action.target, nameless=action.target.role in _TEXT_ROLES)
            case Click():
                return self._target(action.target, nameless=False)
            case TypeText() | WriteClipboard():
                target = action.target if isinstance(action, TypeText) else None
                return self._text(action.text, target)
            case SetValue():
                if normal(action.value) in _SWITCHED:
                    return self._target(action.target, nameless=False)
                return self._text(action.value, action.target)
            case WriteTable():
                texts = dict.fromkeys(text for row in action.rows for text in row if text)
                return [one for text in texts for one in self._text(text, action.target)]
            case Drag():
                found = self._target(action.target, nameless=False)
                if action.onto is not None:
                    found += self._target(action.onto, nameless=False)
                return found
            case ChooseMenu():
                found = [one for name in action.path for one in self._name(name)]
                return found + (self._app(action.app) if action.app is not None else [])
            case ReadClipboard():
                return self._asked_for(_CLIPBOARD)
            case Undo():
                return self._asked_for(_UNDO)
            case Select():
                found = self._name(action.option)
                if action.target is not None:
                    found += self._target(action.target, nameless=True)
                return found
            case SaveAs():
                return self._filename(action.filename)
            case PressKeys():
                free = set(action.keys) <= _MOVES
                return [] if free or set(action.keys) <= keys_in(self._goal) else [self._why("")]
            case _:
                # Looking, waiting and scrolling change nothing.
                return []

    def _why(self, text: str) -> Concern:
        shown = normal(text)
        return Concern.FROM_SCREEN if shown and shown in self._screen else Concern.NOT_IN_GOAL

    def _name(self, name: str) -> list[Concern]:
        return [] if says(self._goal, name) else [self._why(name)]

    def _app(self, app: str) -> list[Concern]:
        if says(self._goal, app):
            return []
        found = [self._why(app)]
        if _SHELLS.intersection(normal(app).replace(".", " ").replace("-", " ").split()):
            found.append(Concern.SHELL)
        return found

    def _target(self, target: Target, *, nameless: bool) -> list[Concern]:
        found: list[Concern] = []
        if target.name is not None:
            found += self._name(target.name)
        elif not nameless:
            found.append(Concern.NOT_IN_GOAL)
        if target.app is not None and normal(target.app) not in self._apps:
            found += [] if says(self._goal, target.app) else [self._why(target.app)]
        return found

    def _text(self, text: str, target: Target | None) -> list[Concern]:
        found: list[Concern] = []
        if target is not None:
            found += self._target(target, nameless=target.role in _TEXT_ROLES)
            if target.role is Role.PASSWORD_FIELD:
                found.append(Concern.SECRET_FIELD)
        if not quotes(self._goal, text):
            found.append(self._why(text))
            if _ADDRESS.search(text):
                found.append(Concern.ADDRESS)
            if _COMMAND.search(text):
                found.append(Concern.COMMAND)
        return found

    def _asked_for(self, words: re.Pattern[str]) -> list[Concern]:
        """What has no name of its own must be asked for by its word."""
        return [] if words.search(self._goal) else [Concern.NOT_IN_GOAL]

    def _filename(self, filename: str) -> list[Concern]:
        if quotes(self._goal, filename):
            return []
        found: list[Concern] = []
        stem = filename.rsplit(".", 1)[0]
        if not quotes(self._goal, stem):
            found.append(self._why(filename))
        if _EXECUTABLE.search(filename):
            found.append(Concern.EXECUTABLE)
        return found
