"""The wire's steps of a workflow, in the order in which they are done, with the values in them."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from pydantic import ValidationError

from qagent.home import HomeError
from qagent.messages import text
from qagent.value_faults import words_of
from qagent.workflows.filling import expanded, filled, names_in
from qagent.workflows.model import VariableKind, Workflow, WorkflowStep
from qscreen.wire import Action, Step, WaitFor


@dataclass(frozen=True, slots=True)
class Task:
    """One step of a replay.

    Attributes:
        step: The step of the file.
        row: Number of the row that it is done for, from 1; 0 outside of the repeat.
        action: Its action, with the values in it.
        verify: Its verification, with the values in it.
        secrets: The secrets that are in the action.
    """

    step: WorkflowStep
    row: int
    action: Action
    verify: WaitFor | None
    secrets: tuple[str, ...] = field(default=(), repr=False)

    @property
    def secret(self) -> bool:
        """Whether a secret is in the action."""
        return bool(self.secrets)

    def as_step(self) -> Step:
        """The step as the device performs it."""
        step = self.step
        return Step(id="s1", action=self.action, because=step.because, consent=step.consent)

    def as_check(self) -> Step | None:
        """The verification as a step of its own."""
        if self.verify is None:
            return None
        return Step(id="s1", action=self.verify, because=self.step.because)


def tasks_of(
    workflow: Workflow,
    values: Mapping[str, str],
    rows: tuple[Mapping[str, str], ...] | None = None,
) -> list[Task]:
    """The steps of a replay.

    Args:
        workflow: The workflow.
        values: Value by variable.
        rows: Rows in the place of those in the file.

    Raises:
        HomeError: A value does not fit where it stands.
    """
    secrets = {one.name for one in workflow.inputs if one.kind is VariableKind.SECRET}
    repeat = workflow.repeat
    tasks: list[Task] = []
    row = 0
    for step, of_row in expanded(workflow, rows):
        if repeat is not None and step.id == repeat.first:
            row += 1
        put = {**values, **of_row}
        try:
            action = filled(step.action, put)
            verify = None if step.verify is None else filled(step.verify, put)
        except ValidationError as error:
            fault = words_of(error.errors(include_url=False, include_input=False)[0])
            raise HomeError(
                text("values.unfit_step", step=step.id, fault=fault), text("values.unfit.repair")
            ) from error
        inside = tuple(put[name] for name in secrets.intersection(names_in(step.action)))
        tasks.append(Task(step, row if of_row else 0, action, verify, inside))
    return tasks


def starting_at(tasks: list[Task], first: str) -> list[Task]:
    """The steps from one on, to go on with a replay that had ended.

    Args:
        tasks: All steps.
        first: Id of the first one to do, and of its row after a colon (`s3:2`); empty for all.

    Raises:
        HomeError: There is no such step.
    """
    if not first:
        return tasks
    step_id, _, row = first.partition(":")
    for place, task in enumerate(tasks):
        if task.step.id == step_id and (not row or str(task.row) == row):
            return tasks[place:]
    raise HomeError(
        text("replay.no_step", step=first),
        text("replay.no_step.repair", first=tasks[0].step.id, last=tasks[-1].step.id),
    )
