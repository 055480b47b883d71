"""Whether a picture of the screen must be read before a goal can be planned on it.

Most runs need none: their first step opens a program, or the accessibility tree has what it
names. Reading a picture takes a second and costs money, so it must be needed.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from qscreen.review.texts import texts_of
from qscreen.review.words import is_hangul, normal, words_of
from qscreen.wire import (
    AnalysisCause,
    Click,
    Drag,
    Element,
    Focus,
    Read,
    ReadTable,
    Role,
    Scroll,
    Select,
    SetValue,
    Snapshot,
    Step,
    Target,
    TypeText,
    WriteTable,
)

_DOCUMENT = re.compile(
    r"\b(tables?|invoices?|receipts?|bank statements?|timetables?)\b"
    r"|(^|\s)표(를|의|에|에서|로|안|\s|$)|영수증|송장|청구서|명세서|거래내역|시간표",
    re.IGNORECASE,
)
_FORM = re.compile(r"\b(forms?|questionnaires?)\b|양식|서식|신청서|설문지", re.IGNORECASE)
_PICTURE = re.compile(
    r"\b(icons?|logos?|photos?|images?)\b|아이콘|로고|사진|그림|이미지", re.IGNORECASE
)
_SHORTEST = 2
_ACTING = (
    Click | Drag | Focus | Read | ReadTable | Scroll | Select | SetValue | TypeText | WriteTable
)
"""What acts on the screen as it is; everything else changes it, or waits for a change."""
_FIELDS = frozenset({Role.TEXT_FIELD, Role.TEXT_AREA, Role.COMBO_BOX, Role.SPIN_BUTTON})
_FRAMES = frozenset({Role.APPLICATION, Role.WINDOW, Role.DIALOG})


@dataclass(frozen=True, slots=True)
class Need:
    """Why a picture is to be read, and for what.

    Attributes:
        cause: Why.
        document: Whether tables and forms are to be looked for as well.
        labels: Whether what the picture shows is to be named as well.
    """

    cause: AnalysisCause
    document: bool = False
    labels: bool = False


def first_target(steps: Iterable[Step]) -> tuple[Step, Target] | None:
    """Find the step that will look for something on the screen as it is now.

    Args:
        steps: Steps in order.

    Returns:
        The first step that acts on a named element, with what it names; None where another step
        changes the screen before, or waits for it to change.
    """
    for step in steps:
        action = step.action
        if not isinstance(action, _ACTING):
            return None
        if action.target is not None:
            return (step, action.target) if action.target.name is not None else None
        if not isinstance(action, Read | Scroll):
            return None
    return None


def looks_at_screen(steps: Sequence[Step]) -> bool:
    """Tell whether steps depend on what the screen shows now.

    Args:
        steps: Steps in order.

    Returns:
        False where the first of them changes the screen, whatever it shows.
    """
    return first_target(steps) is not None or _reads_table(steps)


def need_of_steps(goal: str, steps: Sequence[Step], seen: Snapshot) -> Need | None:
    """Say whether steps need a picture that is read.

    Args:
        goal: The goal.
        steps: Steps that are to be done.
        seen: The tree.

    Returns:
        The need; None where the tree has what the first of them names.
    """
    if _reads_table(steps) and not _has_table(seen):
        return Need(_cause(seen), document=True)
    found = first_target(steps)
    if found is None:
        return None
    step, target = found
    if normal(target.name or "") in texts_of(seen):
        return None
    wants_table = isinstance(step.action, Read) and target.role in {Role.TABLE, Role.CELL}
    return Need(_cause(seen), document=wants_table, labels=_PICTURE.search(goal) is not None)


def need_of_goal(goal: str, seen: Snapshot) -> Need | None:
    """Say whether a goal needs a picture that is read, before a model plans it.

    Args:
        goal: A goal that the command grammar does not understand.
        seen: The tree.

    Returns:
        The need; None where the tree can be planned on.
    """
    # A form that its program tells of is read off the tree.
    form = _FORM.search(goal) is not None and not _has_fields(seen)
    document = form or _DOCUMENT.search(goal) is not None
    labels = _PICTURE.search(goal) is not None
    if _is_empty(seen) or seen.truncated or not _names_something(goal, seen):
        return Need(_cause(seen), document=document, labels=labels)
    return Need(AnalysisCause.DOCUMENT, document=True, labels=labels) if document else None


def located(steps: Sequence[Step], added: Sequence[Element]) -> tuple[Step, ...]:
    """Give the step that looks for something the place where its name was read.

    Args:
        steps: Steps that are to be done.
        added: What only the picture shows.

    Returns:
        The steps; the place of an earlier screen is taken away, and where several texts fit
        equally well there is none: it would be a guess.
    """
    plain = tuple(step.model_copy(update={"region": None}) for step in steps)
    found = first_target(plain)
    if found is None:
        return plain
    step, target = found
    if not isinstance(step.action, Click | Read | Scroll):
        # What stands beside a field is not the field.
        return plain
    if target.role not in {None, Role.LABEL, Role.OTHER, Role.BUTTON, Role.LINK, Role.MENU_ITEM}:
        # Only something that shows its name can be found by it.
        return plain
    wanted = normal(target.name or "")
    same = [one for one in added if normal(one.name) == wanted]
    fitting = same or [one for one in added if wanted in normal(one.name)]
    if len(fitting) != 1 or fitting[0].rect is None:
        return plain
    placed = step.model_copy(update={"region": fitting[0].rect})
    return tuple(placed if one.id == step.id else one for one in plain)


def _reads_table(steps: Sequence[Step]) -> bool:
    return bool(steps) and isinstance(steps[0].action, ReadTable)


def _has_table(seen: Snapshot) -> bool:
    return any(one.role in {Role.TABLE, Role.TREE, Role.CELL} for one in seen.elements)


def _has_fields(seen: Snapshot) -> bool:
    return any(one.role in _FIELDS for one in seen.elements)


def _cause(seen: Snapshot) -> AnalysisCause:
    if _is_empty(seen):
        return AnalysisCause.TREE_EMPTY
    return AnalysisCause.TREE_TRUNCATED if seen.truncated else AnalysisCause.TARGET_NOT_IN_TREE


def _is_empty(seen: Snapshot) -> bool:
    """Whether there are only frames: a window has a title even if its program tells nothing."""
    return not any(one.role not in _FRAMES and (one.name or one.value) for one in seen.elements)


def _names_something(goal: str, seen: Snapshot) -> bool:
    """Whether the tree has a word of the goal, a Korean one with its particle or without."""
    shown = texts_of(seen)
    forms = (
        form
        for word in words_of(goal)
        for form in ((word, word[:-1], word[:-2]) if is_hangul(word) else (word,))
    )
    return any(form in shown for form in forms if len(form) >= _SHORTEST)
