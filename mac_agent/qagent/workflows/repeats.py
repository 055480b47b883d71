"""Rounds: the same steps done again with other texts become a table, or variables."""

from collections.abc import Sequence
from dataclasses import dataclass

from qagent.workflows.filling import changed
from qagent.workflows.model import MOST_ROWS, Repeat, Variable, Workflow, WorkflowStep
from qagent.workflows.variables import kind_of, name_for, names_of, typed_texts, with_variable
from qscreen.wire import Action, WaitFor

MOST_LENGTH = 40
ROUNDS_FOR_A_TABLE = 3
_MOST_INPUTS = 20


@dataclass(frozen=True, slots=True)
class Rounds:
    """Steps that come again.

    Attributes:
        start: Place of the first step.
        length: Steps of a round.
        count: How many rounds.
    """

    start: int
    length: int
    count: int

    @property
    def end(self) -> int:
        """Place after the last step."""
        return self.start + self.length * self.count


def find_rounds(steps: Sequence[WorkflowStep]) -> Rounds | None:
    """The longest stretch of rounds that differ only in what was written.

    A round writes something, and another one writes something else: what is the same each time
    is no round, but a thing that was done several times.

    Args:
        steps: The steps.
    """
    shapes = [_shape(step) for step in steps]
    best: Rounds | None = None
    for length in range(1, min(MOST_LENGTH, len(steps) // 2) + 1):
        for start in range(len(steps) - 2 * length + 1):
            found = Rounds(start, length, 1)
            once = shapes[start : start + length]
            while shapes[found.end : found.end + length] == once:
                longer = Rounds(start, length, found.count + 1)
                if not _agree(steps, longer):
                    break
                found = longer
            wins = best is None or found.end - found.start > best.end - best.start
            if found.count > 1 and wins and _differing(steps, found):
                best = found
    return best


def with_rounds(workflow: Workflow) -> Workflow:
    """Make a table of three and more rounds, and variables of what differs in two.

    Done again without values, the workflow does the same as before.

    Args:
        workflow: The workflow.
    """
    if workflow.repeat is not None:
        return workflow
    found = find_rounds(workflow.steps)
    if found is None:
        return workflow
    if found.count >= ROUNDS_FOR_A_TABLE and found.count <= MOST_ROWS:
        return _as_table(workflow, found)
    return _as_inputs(workflow, found)


def _as_table(workflow: Workflow, rounds: Rounds) -> Workflow:
    steps = list(workflow.steps)
    taken = names_of(workflow)
    columns: list[str] = []
    rows: list[list[str]] = [[] for _ in range(rounds.count)]
    once = steps[rounds.start : rounds.start + rounds.length]
    for place in range(rounds.length):
        check = next(iter(_checks(steps, rounds, place)), None)
        once[place] = once[place].model_copy(update={"verify": check})
    for place in _differing(steps, rounds):
        name = name_for(once[place], (*taken, *columns))
        columns.append(name)
        for number in range(rounds.count):
            step = steps[rounds.start + number * rounds.length + place]
            rows[number].append(typed_texts(step)[0])
        once[place] = with_variable(once[place], name)
    kept = [*steps[: rounds.start], *once, *steps[rounds.end :]]
    renamed = tuple(
        step.model_copy(update={"id": f"s{number}"}) for number, step in enumerate(kept, start=1)
    )
    repeat = Repeat(
        first=renamed[rounds.start].id,
        last=renamed[rounds.start + rounds.length - 1].id,
        columns=tuple(columns),
        rows=tuple(tuple(row) for row in rows),
    )
    places = {step.id: renamed[number].id for number, step in enumerate(kept)}
    gaps = tuple(
        gap.model_copy(update={"after": places.get(gap.after, gap.after)}) for gap in workflow.gaps
    )
    return workflow.model_copy(update={"steps": renamed, "repeat": repeat, "gaps": gaps})


def _as_inputs(workflow: Workflow, rounds: Rounds) -> Workflow:
    steps, inputs = list(workflow.steps), list(workflow.inputs)
    for number in range(rounds.count):
        for place in _differing(workflow.steps, rounds):
            at = rounds.start + number * rounds.length + place
            texts = typed_texts(steps[at])
            if not texts or len(inputs) >= _MOST_INPUTS:
                continue
            taken = (*names_of(workflow), *(one.name for one in inputs))
            name = name_for(steps[at], taken)
            inputs.append(Variable(name=name, kind=kind_of(texts[0], steps[at]), default=texts[0]))
            steps[at] = with_variable(steps[at], name)
    return workflow.model_copy(update={"steps": tuple(steps), "inputs": tuple(inputs)})


def _differing(steps: Sequence[WorkflowStep], rounds: Rounds) -> list[int]:
    """Places in a round at which the rounds have one text each, and not all the same."""
    found = []
    for place in range(rounds.length):
        texts = [
            typed_texts(steps[rounds.start + number * rounds.length + place])
            for number in range(rounds.count)
        ]
        if all(len(one) == 1 for one in texts) and len({one[0] for one in texts}) > 1:
            found.append(place)
    return found


def _agree(steps: Sequence[WorkflowStep], rounds: Rounds) -> bool:
    """Whether the rounds are verified by the same; what a round lacks was there already."""
    return all(len(_checks(steps, rounds, place)) <= 1 for place in range(rounds.length))


def _checks(steps: Sequence[WorkflowStep], rounds: Rounds, place: int) -> list[WaitFor]:
    """The verifications of a step in all rounds, each once."""
    found = (
        steps[rounds.start + number * rounds.length + place].verify
        for number in range(rounds.count)
    )
    return list(dict.fromkeys(check for check in found if check is not None))


def _shape(step: WorkflowStep) -> Action:
    """A step without what was written in it."""
    written = set(typed_texts(step))
    fields = {"text", "value", "filename"}

    def blank(place: tuple[str | int, ...], text: str) -> str:
        return "x" if place[0] in fields and text in written else text

    return changed(step.action, blank)
