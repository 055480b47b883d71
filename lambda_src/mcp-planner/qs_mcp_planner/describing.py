"""Steps in words, for a person who is to judge them."""

from collections.abc import Iterable

from qscreen.wire import (
    Action,
    ChooseMenu,
    Click,
    Drag,
    Focus,
    Language,
    OpenApp,
    PressKeys,
    Read,
    ReadClipboard,
    ReadTable,
    RiskCategory,
    SaveAs,
    Scroll,
    Select,
    SetValue,
    Step,
    Target,
    TypeText,
    Undo,
    UndoWay,
    WaitFor,
    WriteClipboard,
    WriteTable,
)

_ORDER = (
    RiskCategory.LOOK,
    RiskCategory.NAVIGATE,
    RiskCategory.EDIT,
    RiskCategory.WRITE_FILE,
)


def highest(steps: Iterable[Step]) -> RiskCategory | None:
    """Find the highest risk of steps.

    Args:
        steps: Steps.

    Returns:
        The category; None without steps.
    """
    return max((step.risk for step in steps), key=_ORDER.index, default=None)


def describe(action: Action, language: Language) -> str:
    """Say what an action does.

    Args:
        action: The action.
        language: Language of the sentence.

    Returns:
        A sentence.
    """
    return _korean(action) if language is Language.KO else _english(action)


def undo_note(step: Step, language: Language) -> str:
    """Say of a step that it cannot be undone.

    Args:
        step: The step.
        language: Language of the note.

    Returns:
        The note; empty when the step can be undone or changes nothing.
    """
    if step.undo is not UndoWay.CANNOT:
        return ""
    return "되돌릴 수 없음" if language is Language.KO else "cannot be undone"


def _element(target: Target | None, focused: str) -> str:
    if target is None:
        return focused
    role = target.role.value.replace("_", " ") if target.role else ""
    shown = " ".join(part for part in (f"“{target.name}”" if target.name else "", role) if part)
    return f"{shown} ({target.app})" if target.app else shown


def _english(action: Action) -> str:
    match action:
        case OpenApp():
            new = " with a new document" if action.new_document else ""
            return f"Open {action.app}{new}."
        case Focus():
            return f"Move the focus to {_element(action.target, '')}."
        case Click():
            how = {1: "Click", 2: "Double-click"}[action.count]
            button = " with the secondary button" if action.button == "secondary" else ""
            return f"{how} {_element(action.target, '')}{button}."
        case TypeText():
            return f"Type “{action.text}” into {_element(action.target, 'the focused element')}."
        case PressKeys():
            return f"Press {'+'.join(action.keys)}."
        case Select():
            return f"Select “{action.option}” in {_element(action.target, 'the focused element')}."
        case SaveAs():
            return f"Save as “{action.filename}”."
        case WaitFor():
            return _english_wait(action)
        case Read():
            return f"Read {_element(action.target, 'the focused element')}."
        case Scroll():
            return f"Scroll {action.direction.value} by {action.amount}."
        case SetValue():
            return f"Set {_element(action.target, '')} to “{action.value}”."
        case Drag():
            where = _element(action.onto, f"{action.right} right and {action.down} down")
            return f"Drag {_element(action.target, '')} to {where}."
        case ChooseMenu():
            return f"Choose {' > '.join(action.path)} from the menus."
        case ReadClipboard():
            return "Read the clipboard."
        case WriteClipboard():
            return f"Put “{action.text}” into the clipboard."
        case ReadTable():
            return f"Read {_element(action.target, 'the table')} from cell {action.start} on."
        case WriteTable():
            where = _element(action.target, "the table")
            return f"Write {len(action.rows)} rows into {where} from cell {action.start} on."
        case Undo():
            return "Undo the last step that can be undone."


def _english_wait(action: WaitFor) -> str:
    limit = f"Wait up to {action.timeout_ms / 1000:g} s until"
    if action.condition == "idle":
        return f"{limit} nothing changes for {action.idle_ms / 1000:g} s."
    if action.condition == "text":
        return f"{limit} {_element(action.target, 'the window')} shows “{action.text}”."
    return f"{limit} {_element(action.target, '')} {action.condition}."


def _korean(action: Action) -> str:
    match action:
        case OpenApp():
            return f"{action.app} 열기" + (" (새 문서)" if action.new_document else "")
        case Focus():
            return f"{_element(action.target, '')}에 포커스 두기"
        case Click():
            how = {1: "클릭", 2: "두 번 클릭"}[action.count]
            button = "오른쪽 단추로 " if action.button == "secondary" else ""
            return f"{_element(action.target, '')} {button}{how}"
        case TypeText():
            return f"{_element(action.target, '현재 칸')}에 “{action.text}” 입력"
        case PressKeys():
            return f"{'+'.join(action.keys)} 키 누르기"
        case Select():
            return f"{_element(action.target, '현재 목록')}에서 “{action.option}” 선택"
        case SaveAs():
            return f"“{action.filename}” 이름으로 저장"
        case WaitFor():
            return _korean_wait(action)
        case Read():
            return f"{_element(action.target, '현재 칸')} 읽기"
        case Scroll():
            where = {"up": "위", "down": "아래", "left": "왼쪽", "right": "오른쪽"}
            return f"{where[action.direction.value]}쪽으로 {action.amount}칸 스크롤"
        case SetValue():
            return f"{_element(action.target, '')} 값을 “{action.value}”(으)로 맞추기"
        case Drag():
            to = _element(action.onto, f"오른쪽 {action.right}, 아래 {action.down} 픽셀")
            return f"{_element(action.target, '')} 끌어서 {to}에 놓기"
        case ChooseMenu():
            return f"메뉴에서 {' > '.join(action.path)} 선택"
        case ReadClipboard():
            return "클립보드 읽기"
        case WriteClipboard():
            return f"클립보드에 “{action.text}” 넣기"
        case ReadTable():
            return f"{_element(action.target, '표')} {action.start}부터 읽기"
        case WriteTable():
            return f"{_element(action.target, '표')} {action.start}부터 {len(action.rows)}줄 쓰기"
        case Undo():
            return "되돌릴 수 있는 마지막 단계 되돌리기"


def _korean_wait(action: WaitFor) -> str:
    limit = f"최대 {action.timeout_ms / 1000:g}초 기다리기"
    if action.condition == "idle":
        return f"{action.idle_ms / 1000:g}초 동안 바뀌는 것이 없을 때까지 {limit}"
    if action.condition == "text":
        return f"{_element(action.target, '창')}에 “{action.text}” 나올 때까지 {limit}"
    what = "나타날" if action.condition == "appears" else "사라질"
    return f"{_element(action.target, '')} {what} 때까지 {limit}"
