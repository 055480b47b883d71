"""What an operator asks of a rotation function: which credentials open the door, and end old ones.

A rotation leaves the former credential valid, so that whoever read it a moment before still gets
in. It ends with the next rotation, or here: once an operator has seen that the new one works. The
databases are not reachable from where operators are; these functions lie beside them and know
the way.
"""

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from typing import Any, Protocol

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from qs_cloud.errors import BadPayloadError
from qs_cloud.rotation import (
    Rotatable,
    RotationError,
    Stages,
    read_request,
    read_stages,
    read_value,
    rotate,
)
from qs_cloud.stages import CURRENT, PENDING
from qs_cloud.telemetry import count, fault, log_ids, logger


class CredentialsTask(StrEnum):
    """What is to be done."""

    PROVE = "prove"
    RETIRE = "retire"


class CredentialsRequest(BaseModel):
    """An operator's request; unlike those of Secrets Manager it has a task and no step."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    secret: str = Field(alias="SecretId", min_length=1)
    task: CredentialsTask = Field(alias="Task")
    versions: tuple[str, ...] = Field(default=(), alias="Versions", max_length=5)


class Door(Protocol):
    """What credentials open. Values are those of the secret, JSON."""

    def opens(self, value: str) -> bool:
        """Try a credential.

        Args:
            value: The value.

        Returns:
            Whether it opens the door.

        Raises:
            Exception: The door cannot be reached, so that nobody can tell.
        """
        ...

    def retire(self, current: str) -> None:
        """End every credential but one.

        Args:
            current: The value that stays.
        """
        ...

    def sessions(self, current: str, version: str) -> Sequence[Mapping[str, object]]:
        """Tell who is inside, or came in last.

        Args:
            current: The present value.
            version: Its version.

        Returns:
            ``{"program", "present", "sessions"}`` for each: whether it came in by the present
            value. With ``"open": False`` it is not known whether it is still inside. Nothing where
            the door does not tell.
        """
        ...


class RotatableDoor(Rotatable, Door, Protocol):
    """What a rotation function deals with."""


def serve(
    event: Mapping[str, Any], door_of: Callable[[str], RotatableDoor]
) -> dict[str, Any] | None:
    """Carry out a step of a rotation, or what an operator asks.

    Args:
        event: ``{"SecretId", "ClientRequestToken", "Step"}`` of Secrets Manager, or
            ``{"SecretId", "Task", "Versions"?}`` of an operator.
        door_of: Finds what a secret opens.

    Returns:
        Nothing for a step; the answer for an operator.

    Raises:
        BadPayloadError: If the event is neither.
        RotationError: If the step or the task does not fit the secret.
        CloudCallError: If Secrets Manager cannot be reached or refuses.
    """
    if "Task" in event:
        asked = read_credentials_request(event)
        with log_ids(secret=asked.secret, task=asked.task):
            return answer_credentials(asked, door_of(asked.secret))
    request = read_request(event)
    with log_ids(secret=request.secret, token=request.token):
        try:
            rotate(request, door_of(request.secret))
        except Exception as error:
            # Secrets Manager tells nobody why a step failed; who watches finds it by the token.
            logger().error(
                "Rotation step failed",
                extra={"step": request.step.value, "why": _why(error), **fault(error)},
            )
            raise
    return None


def read_credentials_request(event: Mapping[str, Any]) -> CredentialsRequest:
    """Read an operator's request.

    Args:
        event: The function's event.

    Returns:
        The typed request.

    Raises:
        BadPayloadError: If it is none.
    """
    try:
        return CredentialsRequest.model_validate(dict(event))
    except ValidationError as error:
        fields = sorted({".".join(map(str, fault["loc"])) for fault in error.errors()})
        raise BadPayloadError(
            f"The event is no request about credentials: {', '.join(fields)}. It is "
            '{"SecretId", "Task": "prove" or "retire", "Versions"?}.'
        ) from None


def answer_credentials(request: CredentialsRequest, door: Door) -> dict[str, Any]:
    """Do what an operator asks.

    Args:
        request: The request.
        door: What the secret opens.

    Returns:
        ``{"versions": [{"version", "stages", "opens"}], "sessions": [...]}``; ``opens`` is None
        for a version without a value.

    Raises:
        RotationError: If the present credential does not open the door, or a rotation is under
            way, so that nothing may be ended.
        CloudCallError: If Secrets Manager cannot be reached or refuses.
    """
    stages = read_stages(request.secret)
    holder = next((version for version, own in stages.items() if CURRENT in own), None)
    current = read_value(request.secret, holder) if holder else None
    if request.task is CredentialsTask.RETIRE:
        _retire(stages, holder, current, door)
    inside = door.sessions(current, holder) if current and holder else ()
    return {
        "versions": [
            {"version": version, "stages": sorted(own), "opens": _opens(request, version, door)}
            for version, own in _asked(request, stages)
        ],
        "sessions": [dict(one) for one in inside],
    }


def _why(error: Exception) -> str:
    """The message of an error of ours; that of a library may quote what it was given."""
    own = type(error).__module__.partition(".")[0].startswith("qs_")
    return str(error) if own else type(error).__name__


def _asked(request: CredentialsRequest, stages: Stages) -> list[tuple[str, Sequence[str]]]:
    # AWSCURRENT, AWSPENDING, AWSPREVIOUS: their alphabet is the order in which they matter.
    labelled = sorted(
        ((version, own) for version, own in stages.items() if own), key=lambda one: sorted(one[1])
    )
    known = {version for version, _ in labelled}
    return labelled + [(version, ()) for version in request.versions if version not in known]


def _opens(request: CredentialsRequest, version: str, door: Door) -> bool | None:
    value = read_value(request.secret, version)
    return None if value is None else door.opens(value)


def _retire(stages: Stages, holder: str | None, current: str | None, door: Door) -> None:
    if current is None:
        raise RotationError(
            "The secret has no present value, so ending the others would leave none. Nothing was "
            "changed. Rotate the secret first."
        )
    if any(PENDING in own for version, own in stages.items() if version != holder):
        raise RotationError(
            "A rotation is under way, and its new credential would be ended with the old ones. "
            "Nothing was changed. Wait for its end, or give it up first."
        )
    if not door.opens(current):
        raise RotationError(
            "The present credential does not open the door, so the others stay valid. Nothing was "
            "changed. Put the label AWSCURRENT back on the version that works, or rotate again."
        )
    door.retire(current)
    count("CredentialsRetired")
    logger().info("Former credentials ended")
