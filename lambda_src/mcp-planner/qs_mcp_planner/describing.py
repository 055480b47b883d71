"""Steps in words, for a person who is to judge them."""

from collections.abc import Iterable

from qscreen.wire import (
    Action,
    Click,
    Focus,
    Language,
    OpenApp,
    PressKeys,
    Read,
    RiskCategory,
    SaveAs,
    Scroll,
    Select,
    Step,
    Target,
    TypeText,
    WaitFor,
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
            return (
                f"Wait up to {action.timeout_ms / 1000:g} s until "
                f"{_element(action.target, '')} {action.condition}."
            )
        case Read():
            return f"Read {_element(action.target, 'the focused element')}."
        case Scroll():
            return f"Scroll {action.direction.value} by {action.amount}."


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
            what = "나타날" if action.condition == "appears" else "사라질"
            return (
                f"{_element(action.target, '')} {what} 때까지 "
                f"최대 {action.timeout_ms / 1000:g}초 기다리기"
            )
        case Read():
            return f"{_element(action.target, '현재 칸')} 읽기"
        case Scroll():
            where = {"up": "위", "down": "아래", "left": "왼쪽", "right": "오른쪽"}
            return f"{where[action.direction.value]}쪽으로 {action.amount}칸 스크롤"
