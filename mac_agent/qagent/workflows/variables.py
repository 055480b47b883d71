"""Texts that come again become variables: one value, given once."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from datetime import date

from qagent.workflows.filling import changed, texts_of
from qagent.workflows.finding import target_in
from qagent.workflows.model import Variable, VariableKind, Workflow, WorkflowStep
from qscreen.wire import ActionKind
from qscreen.wire.template import MAX_INPUT_LENGTH, PLACEHOLDER

_MOST = 20
"""Most variables of a workflow."""

_SHORTEST = 2
"""Characters of the shortest text that is the same text when it comes again."""

_TYPED = frozenset({"text", "value", "filename", "rows"})
"""Fields of actions that a person typed; names of elements are none."""

_SWITCHED = frozenset({"on", "off"})
_FILE = re.compile(r"(?:^|[/\\])[^/\\]+\.[A-Za-z][A-Za-z0-9]{0,4}$|^(?:/|~/|[A-Za-z]:\\)")


def typed_texts(step: WorkflowStep) -> list[str]:
    """The texts that a person wrote in a step; without variables and switches."""
    found = []
    for place, text in texts_of(step.action):
        if place[0] not in _TYPED or text in _SWITCHED or not text:
            continue
        if len(text) <= MAX_INPUT_LENGTH and PLACEHOLDER.search(text) is None:
            found.append(text)
    return found


def kind_of(text: str, step: WorkflowStep) -> VariableKind:
    """The type that a text looks like."""
    if step.action.kind is ActionKind.SAVE_AS or _FILE.search(text):
        return VariableKind.FILE
    if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text) and _is_date(text):
        return VariableKind.DATE
    if re.fullmatch(r"-?(?:0|[1-9][0-9]{0,14})", text):
        return VariableKind.INTEGER
    if re.fullmatch(r"-?(?:0|[1-9][0-9]{0,14})\.[0-9]{1,10}", text):
        return VariableKind.NUMBER
    return VariableKind.TEXT


def name_for(step: WorkflowStep, taken: Iterable[str]) -> str:
    """A name for a variable of a step, from what its element is called."""
    target = target_in(step.action)
    words = "" if target is None else target.name or ""
    if step.action.kind is ActionKind.SAVE_AS:
        words = "file_name"
    plain = unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode().lower()
    base = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")[:30]
    if not base or not base[0].isalpha():
        base = "value"
    known = set(taken)
    name, number = base, 2
    while name in known:
        name, number = f"{base}_{number}", number + 1
    return name


def names_of(workflow: Workflow) -> list[str]:
    """Names that are taken: inputs, and columns of the repeat."""
    columns = () if workflow.repeat is None else workflow.repeat.columns
    return [*(one.name for one in workflow.inputs), *columns]


def with_repeated_texts(workflow: Workflow) -> Workflow:
    """Put a variable in the place of each text that was written more than once.

    Its default is the text: done again without values, the workflow does the same.

    Args:
        workflow: The workflow.
    """
    counts = Counter(text for step in workflow.steps for text in typed_texts(step))
    names: dict[str, str] = {}
    inputs = list(workflow.inputs)
    for step in workflow.steps:
        for text in typed_texts(step):
            if counts[text] < 2 or len(text) < _SHORTEST or text in names:
                continue
            if len(inputs) >= _MOST:
                break
            name = name_for(step, (*names_of(workflow), *names.values()))
            names[text] = name
            inputs.append(Variable(name=name, kind=kind_of(text, step), default=text))
    if not names:
        return workflow
    steps = tuple(_with_names(step, names) for step in workflow.steps)
    return workflow.model_copy(update={"steps": steps, "inputs": tuple(inputs)})


def with_variable(step: WorkflowStep, name: str) -> WorkflowStep:
    """A step with one variable in the place of what was written in it."""
    return _with_names(step, dict.fromkeys(typed_texts(step), name))


def _with_names(step: WorkflowStep, names: dict[str, str]) -> WorkflowStep:
    def put(place: tuple[str | int, ...], text: str) -> str:
        if place[0] in _TYPED and text in names and text not in _SWITCHED:
            return "{{" + names[text] + "}}"
        return text

    return step.model_copy(update={"action": changed(step.action, put)})


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
