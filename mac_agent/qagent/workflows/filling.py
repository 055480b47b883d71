"""Values in the texts of actions: which there are, and putting them in."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar

from pydantic import BaseModel

from qagent.workflows.model import Workflow, WorkflowStep
from qscreen.wire.template import PLACEHOLDER

M = TypeVar("M", bound=BaseModel)

_NO_VALUES = frozenset({"kind", "button", "condition", "direction", "role"})
"""Fields of actions that are words of the wire, not texts of a person."""


def texts_of(model: BaseModel) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """The texts of an action that may hold a variable, with their places.

    Args:
        model: An action.
    """
    yield from _texts(model.model_dump(mode="json"), ())


def names_in(model: BaseModel) -> list[str]:
    """Names of the variables that an action's texts speak of, in order."""
    return [name for _, text in texts_of(model) for name in PLACEHOLDER.findall(text)]


def names_of(step: WorkflowStep) -> list[str]:
    """Names of the variables of a step, in order."""
    found = names_in(step.action)
    return found if step.verify is None else [*found, *names_in(step.verify)]


def filled(model: M, values: Mapping[str, str]) -> M:
    """An action with values in the place of its variables.

    Args:
        model: The action.
        values: By name; what has no value stays as it is written.

    Raises:
        pydantic.ValidationError: A value does not fit where it stands.
    """

    def put(text: str) -> str:
        return PLACEHOLDER.sub(lambda found: values.get(found[1], found[0]), text)

    return changed(model, lambda _, text: put(text))


def changed(model: M, change: Callable[[tuple[str | int, ...], str], str]) -> M:
    """An action with other texts.

    Args:
        model: The action.
        change: Gives the text for a place and the text that stands there.

    Raises:
        pydantic.ValidationError: A text does not fit where it stands.
    """
    return type(model).model_validate(_changed(model.model_dump(mode="json"), (), change))


def expanded(
    workflow: Workflow, rows: tuple[Mapping[str, str], ...] | None = None
) -> list[tuple[WorkflowStep, Mapping[str, str]]]:
    """The steps in the order in which they are done, each with the row that it is done for.

    Args:
        workflow: The workflow.
        rows: Rows in the place of those in the file.
    """
    repeat = workflow.repeat
    if repeat is None:
        return [(step, {}) for step in workflow.steps]
    own = tuple(dict(zip(repeat.columns, row, strict=True)) for row in repeat.rows)
    ids = [step.id for step in workflow.steps]
    start, end = ids.index(repeat.first), ids.index(repeat.last) + 1
    done: list[tuple[WorkflowStep, Mapping[str, str]]] = []
    done += [(step, {}) for step in workflow.steps[:start]]
    for row in own if rows is None else rows:
        done += [(step, row) for step in workflow.steps[start:end]]
    done += [(step, {}) for step in workflow.steps[end:]]
    return done


def _texts(value: Any, place: tuple[str | int, ...]) -> Iterator[tuple[tuple[str | int, ...], str]]:
    if isinstance(value, str):
        if not (place and place[-1] in _NO_VALUES) and "keys" not in place:
            yield place, value
    elif isinstance(value, dict):
        for name, one in value.items():
            yield from _texts(one, (*place, name))
    elif isinstance(value, list):
        for number, one in enumerate(value):
            yield from _texts(one, (*place, number))


def _changed(
    value: Any,
    place: tuple[str | int, ...],
    change: Callable[[tuple[str | int, ...], str], str],
) -> Any:
    if isinstance(value, str):
        if (place and place[-1] in _NO_VALUES) or "keys" in place:
            return value
        return change(place, value)
    if isinstance(value, dict):
        return {name: _changed(one, (*place, name), change) for name, one in value.items()}
    if isinstance(value, list):
        return [_changed(one, (*place, number), change) for number, one in enumerate(value)]
    return value
