"""The payload that the state machine sends."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from pydantic import Field, ValidationError

from qs_cloud.errors import BadPayloadError
from qscreen.wire import WireModel
from qscreen.wire.base import Identifier


class TaskKind(StrEnum):
    """What the state machine waits for: a device's answer, or with `confirm` a person's."""

    OBSERVE = "observe"
    PERFORM = "perform"
    CONFIRM = "confirm"


class Task(WireModel):
    """One task of the state machine."""

    kind: TaskKind
    run_id: Identifier
    task_token: str = Field(min_length=1)


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
        return Task.model_validate(dict(event))
    except ValidationError as error:
        fields = sorted({".".join(map(str, fault["loc"])) for fault in error.errors()})
        raise BadPayloadError(
            f"The payload does not fit the task contract: {', '.join(fields)}. "
            "Correct the state machine's definition (docs/architecture.md has the contract)."
        ) from error
