"""The payload that the state machine sends."""

import json
from collections.abc import Mapping
from typing import Any

from pydantic import ConfigDict, Field, ValidationError

from qs_cloud.errors import BadPayloadError
from qscreen.wire import RunReason, RunStatus, WireModel
from qscreen.wire.base import Identifier


class CaughtError(WireModel):
    """What a ``Catch`` of the state machine caught."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    name: str = Field(default="", alias="Error")
    cause: str = Field(default="", alias="Cause")

    @property
    def name_and_text(self) -> tuple[str, str]:
        """Error name and text; a function's exception carries both inside its cause, as JSON."""
        try:
            inner = json.loads(self.cause)
        except ValueError:
            return self.name, self.cause
        if not isinstance(inner, dict):
            return self.name, self.cause
        name = inner.get("errorType") or self.name
        return str(name), str(inner.get("errorMessage") or "")


class Task(WireModel):
    """One task of the state machine."""

    run_id: Identifier
    status: RunStatus
    reason: RunReason | None = None
    message: str | None = None
    error: CaughtError | None = None


def read_task(event: Mapping[str, Any]) -> Task:
    """Read the payload.

    Args:
        event: The function's event.

    Returns:
        The typed task.

    Raises:
        BadPayloadError: If it breaks the contract; names the fields, never their values.
    """
    try:
        task = Task.model_validate(dict(event))
    except ValidationError as error:
        fields = sorted({".".join(map(str, fault["loc"])) for fault in error.errors()})
        raise BadPayloadError(
            f"The payload does not fit the task contract: {', '.join(fields)}. "
            "Correct the state machine's definition (docs/architecture.md has the contract)."
        ) from error
    if not task.status.final:
        raise BadPayloadError(
            f"The status {task.status} is not final, so there is nothing to record. "
            "Correct the state machine's definition (docs/architecture.md has the contract)."
        )
    return task
