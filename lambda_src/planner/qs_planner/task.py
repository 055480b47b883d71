"""The payload that the state machine sends, and the answer it gets."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from pydantic import Field, ValidationError

from qs_cloud.command_record import run_prefix
from qs_cloud.errors import BadPayloadError
from qscreen.wire import RunReason, WireModel
from qscreen.wire.base import Identifier


class Task(WireModel):
    """One task of the state machine."""

    run_id: Identifier
    snapshot_key: str = Field(min_length=1, max_length=1024)


class PlanningStatus(StrEnum):
    """What came of planning."""

    PLANNED = "planned"
    NOT_UNDERSTOOD = "not_understood"
    DONE = "done"
    GOING_IN_CIRCLES = "going_in_circles"


@dataclass(frozen=True, slots=True)
class PlanningResult:
    """Answer to the state machine.

    Attributes:
        status: What came of it.
        reason: Why there is no plan.
        message: What happened, why, what to do next; for the user.
        needs_consent: Whether a person must agree to a step before anything is done.
    """

    status: PlanningStatus
    reason: RunReason | None = None
    message: str | None = None
    needs_consent: bool = False

    def answer(self) -> dict[str, str | bool]:
        """Write the answer as the contract has it; what is absent is left out."""
        found: dict[str, str | bool] = {"status": self.status.value}
        if self.reason is not None:
            found["reason"] = self.reason.value
        if self.message is not None:
            found["message"] = self.message
        if self.needs_consent:
            found["needs_consent"] = True
        return found


def read_task(event: Mapping[str, Any]) -> Task:
    """Read the payload.

    Args:
        event: The function's event.

    Returns:
        The typed task.

    Raises:
        BadPayloadError: If it breaks the contract, or the snapshot is not of this run.
    """
    try:
        task = Task.model_validate(dict(event))
    except ValidationError as error:
        fields = sorted({".".join(map(str, fault["loc"])) for fault in error.errors()})
        raise BadPayloadError(
            f"The payload does not fit the task contract: {', '.join(fields)}. "
            "Correct the state machine's definition (docs/architecture.md has the contract)."
        ) from error
    if not task.snapshot_key.startswith(run_prefix(task.run_id)):
        raise BadPayloadError(
            f"The snapshot is not one of the run {task.run_id}. "
            "Correct the state machine's definition (docs/architecture.md has the contract)."
        )
    return task
