"""The payload that the state machine sends, and the answer it gets."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from pydantic import ConfigDict, Field, ValidationError

from qs_cloud.command_record import run_prefix
from qs_cloud.errors import BadPayloadError
from qscreen.wire import RunReason, WireModel
from qscreen.wire.base import Identifier


class AnalysisEnd(WireModel):
    """How the analysis that the planning asked for ended: what Step Functions says of it."""

    model_config = ConfigDict(extra="ignore", populate_by_name=True)

    status: str | None = Field(default=None, alias="Status")
    error: str | None = Field(default=None, alias="Error")

    @property
    def succeeded(self) -> bool:
        """Whether there is a result."""
        return self.status == "SUCCEEDED" and self.error is None


class Observation(WireModel):
    """What the device saw, by key.

    Attributes:
        snapshot_key: The accessibility tree.
        picture_key: The picture; None where the device lets none leave.
        analysis: How the analysis of the picture ended; None where none was asked for.
    """

    snapshot_key: str = Field(min_length=1, max_length=1024)
    picture_key: str | None = Field(default=None, min_length=1, max_length=1024)
    analysis: AnalysisEnd | None = None


class Task(WireModel):
    """One task of the state machine."""

    run_id: Identifier
    observation: Observation


class AnalysisRequest(WireModel):
    """What the state machine that analyses screens is started with; what is absent is left out.

    Attributes:
        result_key: Where it writes what it found.
        picture_key: The picture; None where only the text is of interest.
        regions: Parts of the picture that it reads by themselves, as Rekognition's bounding boxes,
            where the picture holds more text than one answer.
        document: Whether it looks for tables and forms.
        labels: Whether it names what the picture shows.
        text_key: The text of the screen; None where it is of no interest.
        classifier_arn: Endpoint that classifies what the text's writer wants; None without one.
    """

    result_key: str
    picture_key: str | None = None
    regions: tuple[dict[str, float], ...] | None = None
    document: bool = False
    labels: bool = False
    text_key: str | None = None
    classifier_arn: str | None = None


class PlanningStatus(StrEnum):
    """What came of planning."""

    PLANNED = "planned"
    NOT_UNDERSTOOD = "not_understood"
    DONE = "done"
    GOING_IN_CIRCLES = "going_in_circles"
    ANALYSE = "analyse"


@dataclass(frozen=True, slots=True)
class PlanningResult:
    """Answer to the state machine.

    Attributes:
        status: What came of it.
        reason: Why there is no plan.
        message: What happened, why, what to do next; for the user. Quotes nothing of the run.
        needs_consent: Whether a person must agree to a step before anything is done.
        analysis: What is to be analysed before this run can be planned.
    """

    status: PlanningStatus
    reason: RunReason | None = None
    message: str | None = None
    needs_consent: bool = False
    analysis: AnalysisRequest | None = None

    def answer(self) -> dict[str, Any]:
        """Write the answer as the contract has it; what is absent is left out."""
        found: dict[str, Any] = {"status": self.status.value}
        if self.reason is not None:
            found["reason"] = self.reason.value
        if self.message is not None:
            found["message"] = self.message
        if self.needs_consent:
            found["needs_consent"] = True
        if self.analysis is not None:
            found["analysis"] = self.analysis.model_dump(mode="json", exclude_none=True)
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
    prefix = run_prefix(task.run_id)
    keys = (task.observation.snapshot_key, task.observation.picture_key)
    if not all(key is None or key.startswith(prefix) for key in keys):
        raise BadPayloadError(
            f"The snapshot or the picture is not one of the run {task.run_id}. "
            "Correct the state machine's definition (docs/architecture.md has the contract)."
        )
    return task
