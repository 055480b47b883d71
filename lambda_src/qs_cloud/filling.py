"""A template's goal with the values of its inputs in it.

A text stands inside quotation marks and is escaped for them, so that the command grammar reads
back exactly the value. That no value becomes a step is not argued but checked: the filled goal
must fall into the same words and quoted texts as it does with a harmless value.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from qs_cloud.refusal import RefusedError, Why
from qscreen.wire import InputKind, ProblemError, TemplateInput
from qscreen.wire.template import PLACEHOLDER

if TYPE_CHECKING:
    from qscreen.grammar.tokens import Token

MAX_GOAL_LENGTH = 2000

_CLOSERS = {'"': '"', "'": "'", "“": "”", "‘": "’", "「": "」", "『": "』"}
_HARMLESS = "x"


@dataclass(frozen=True, slots=True)
class _Placeholder:
    name: str
    start: int
    end: int
    quotes: tuple[str, str] | None


def check_goal(goal: str, inputs: Sequence[TemplateInput]) -> None:
    """Refuse a goal in which the value of a text could become a step.

    Args:
        goal: The goal with its placeholders.
        inputs: The declared inputs.

    Raises:
        RefusedError: If a quotation mark is not closed, or a text stands outside of them.
    """
    texts = {one.name for one in inputs if one.kind is InputKind.TEXT}
    bare = sorted({p.name for p in _placeholders(goal) if p.name in texts and p.quotes is None})
    if bare:
        raise RefusedError(
            Why.WRONG,
            f"The text inputs {', '.join(bare)} stand outside of quotation marks in the goal, so "
            "a value could become a step.",
            "Write quotation marks around them, e.g. type '{{text}}', or make them a choice.",
            (ProblemError(path="/goal", detail=f"Put in quotation marks: {', '.join(bare)}."),),
        )


def fill(goal: str, inputs: Sequence[TemplateInput], given: Mapping[str, str]) -> str:
    """Put values into a goal.

    Args:
        goal: The goal with its placeholders.
        inputs: The declared inputs.
        given: Values by name of input.

    Returns:
        The goal of a run.

    Raises:
        RefusedError: If a value is missing, unknown, or does not fit; the values themselves are
            not repeated.
    """
    faults = tuple(_faults(inputs, given))
    if faults:
        raise RefusedError(
            Why.WRONG,
            f"The inputs do not fit the template at {', '.join(f.path for f in faults[:5])}.",
            "Correct these inputs; the template says what each takes.",
            faults,
        )
    values = {one.name: given.get(one.name, one.default or "") for one in inputs}
    texts = {one.name for one in inputs if one.kind is InputKind.TEXT}
    placeholders = _placeholders(goal)
    filled = _replaced(goal, placeholders, values)
    harmless = {name: _HARMLESS if name in texts else value for name, value in values.items()}
    if _shape(filled) != _shape(_replaced(goal, placeholders, harmless)):
        raise _unfit("A value would change what the goal means.", "Write the value without marks.")
    if len(filled) > MAX_GOAL_LENGTH:
        raise _unfit(
            f"With these inputs the goal has more than {MAX_GOAL_LENGTH} characters.",
            "Shorten the inputs.",
        )
    return filled


def _unfit(detail: str, next_step: str) -> RefusedError:
    return RefusedError(
        Why.WRONG, detail, next_step, (ProblemError(path="/inputs", detail=detail),)
    )


def _faults(inputs: Sequence[TemplateInput], given: Mapping[str, str]) -> Iterator[ProblemError]:
    known = {one.name: one for one in inputs}
    for name in given:
        if name not in known:
            yield ProblemError(path=f"/inputs/{name}", detail="The template has no such input.")
    for name, declared in known.items():
        value = given.get(name)
        if value is None:
            if declared.default is None:
                yield ProblemError(path=f"/inputs/{name}", detail="It is missing.")
        elif fault := declared.fault_of(value):
            yield ProblemError(path=f"/inputs/{name}", detail=fault)


def _placeholders(goal: str) -> tuple[_Placeholder, ...]:
    """The placeholders of a goal, each with the quotation marks that the grammar sees around it."""
    found: list[tuple[str, int, int, int]] = []
    parts: list[str] = []
    length = end = 0
    for match in PLACEHOLDER.finditer(goal):
        parts += [goal[end : match.start()], _HARMLESS]
        length += match.start() - end
        found.append((match[1], match.start(), match.end(), length))
        length += len(_HARMLESS)
        end = match.end()
    reference = "".join([*parts, goal[end:]])
    quoted = [token for token in _tokens(reference) if token.is_quote]
    return tuple(
        _Placeholder(name, start, after, _quotes(reference, quoted, place))
        for name, start, after, place in found
    )


def _quotes(text: str, quoted: "Sequence[Token]", place: int) -> tuple[str, str] | None:
    for token in quoted:
        if token.start < place < token.end:
            opener = text[token.start]
            return opener, _CLOSERS[opener]
    return None


def _tokens(goal: str) -> "list[Token]":
    # The grammar comes with the first template: most requests have none.
    from qscreen.grammar.fault import Misunderstood
    from qscreen.grammar.tokens import tokenize

    try:
        return tokenize(goal)
    except Misunderstood as error:
        raise RefusedError(
            Why.WRONG,
            "The goal opens a quotation mark and does not close it.",
            "Close it; put a space between the closing mark and a word that follows.",
            (ProblemError(path="/goal", detail="A quotation mark is not closed."),),
        ) from error


def _shape(goal: str) -> list[tuple[object, str]]:
    return [(token.kind, token.norm) for token in _tokens(goal)]


def _replaced(goal: str, placeholders: Sequence[_Placeholder], values: Mapping[str, str]) -> str:
    parts: list[str] = []
    end = 0
    for one in placeholders:
        parts += [goal[end : one.start], _escaped(values[one.name], one.quotes)]
        end = one.end
    return "".join([*parts, goal[end:]])


def _escaped(value: str, quotes: tuple[str, str] | None) -> str:
    if quotes is None:
        return value
    for char in dict.fromkeys(("\\", *quotes)):
        value = value.replace(char, f"\\{char}")
    return value
