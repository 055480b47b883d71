"""The four steps in which Secrets Manager rotates a secret, whatever the secret opens.

Secrets Manager calls the function once for each step and repeats a step that failed: every
step may be carried out twice with the same token. What differs from door to door is a
``Rotatable``; which version holds what, and when it becomes the current one, is decided here.
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any, Protocol

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from qs_cloud import clients
from qs_cloud.calls import calling
from qs_cloud.errors import BadPayloadError, CloudCallError
from qs_cloud.stages import CURRENT, PENDING, PREVIOUS
from qs_cloud.telemetry import count, logger

_ABSENT = "ResourceNotFoundException"

Stages = Mapping[str, Sequence[str]]
"""Labels by version."""


class RotationError(Exception):
    """The rotation cannot go on; what clients use at present is untouched."""


class RotationStep(StrEnum):
    """The steps, in their order."""

    CREATE = "createSecret"
    SET = "setSecret"
    TEST = "testSecret"
    FINISH = "finishSecret"


class RotationRequest(BaseModel):
    """What Secrets Manager sends for one step."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    secret: str = Field(alias="SecretId", min_length=1)
    token: str = Field(alias="ClientRequestToken", min_length=1)
    step: RotationStep = Field(alias="Step")


class Rotatable(Protocol):
    """A door whose key is rotated. Values are those of the secret, JSON."""

    def create(self, current: str | None) -> str:
        """Make the next value of the secret.

        Args:
            current: The present value; None before the first rotation.

        Returns:
            The next value.
        """
        ...

    def set(self, current: str | None, pending: str) -> None:
        """Make the door open to the next value, and keep it open to the present one.

        Args:
            current: The present value; None before the first rotation.
            pending: The next value.
        """
        ...

    def test(self, pending: str) -> None:
        """Go through the door with the next value.

        Args:
            pending: The next value.
        """
        ...


def read_request(event: Mapping[str, Any]) -> RotationRequest:
    """Read the function's event.

    Args:
        event: The event.

    Returns:
        The typed request.

    Raises:
        BadPayloadError: If it is no request of Secrets Manager.
    """
    try:
        return RotationRequest.model_validate(dict(event))
    except ValidationError as error:
        fields = sorted({".".join(map(str, fault["loc"])) for fault in error.errors()})
        raise BadPayloadError(
            f"The event is no step of a rotation: {', '.join(fields)}. Only Secrets Manager "
            "invokes this function; rotate the secret there."
        ) from None


def rotate(request: RotationRequest, rotatable: Rotatable) -> None:
    """Carry out one step.

    Args:
        request: The step.
        rotatable: What the secret opens.

    Raises:
        RotationError: If the secret's versions do not fit the step.
        CloudCallError: If Secrets Manager cannot be reached or refuses.
    """
    stages = read_stages(request.secret)
    if _done(stages, request.token):
        logger().info("Rotation was finished before", extra={"step": request.step.value})
        return
    _check(stages, request)
    version = next((v for v, s in stages.items() if CURRENT in s and v != request.token), None)
    current = read_value(request.secret, version, CURRENT) if version else None
    match request.step:
        case RotationStep.CREATE:
            _create(request, rotatable, current)
        case RotationStep.SET:
            rotatable.set(current, _pending(request))
        case RotationStep.TEST:
            rotatable.test(_pending(request))
        case RotationStep.FINISH:
            _finish(request, stages)
    logger().info("Rotation step done", extra={"step": request.step.value})


def read_stages(secret: str) -> Stages:
    """Look at the versions of a secret.

    Args:
        secret: Name or ARN.

    Returns:
        Labels by version.

    Raises:
        CloudCallError: If Secrets Manager cannot be reached or refuses.
    """
    with calling("look at the versions of the secret"):
        answer = clients.secretsmanager().describe_secret(SecretId=secret)
    return dict(answer.get("VersionIdsToStages") or {})


def _done(stages: Stages, token: str) -> bool:
    own = stages.get(token, ())
    if CURRENT not in own:
        return False
    # The very first version of a secret becomes the current one the moment it is written, so
    # that alone does not say that its rotation came to the end; a previous one does.
    return PENDING not in own or any(PREVIOUS in s for s in stages.values())


def _check(stages: Stages, request: RotationRequest) -> None:
    if PENDING in stages.get(request.token, ()):
        return
    nothing_yet = not any(CURRENT in s for s in stages.values())
    if request.step is RotationStep.CREATE and nothing_yet:
        return
    raise RotationError(
        "The token of the step names no version of the secret that waits for its rotation. "
        "Nothing was changed. Start a rotation in Secrets Manager; it sends a token of its own."
    )


def _create(request: RotationRequest, rotatable: Rotatable, current: str | None) -> None:
    if read_value(request.secret, request.token, PENDING) is not None:
        return
    value = rotatable.create(current)
    if current is None:
        # Secrets Manager makes the first version of a secret current at once, so it has to
        # open the door before it is written.
        rotatable.set(None, value)
    with calling("keep the next value of the secret"):
        clients.secretsmanager().put_secret_value(
            SecretId=request.secret,
            ClientRequestToken=request.token,
            SecretString=value,
            VersionStages=[PENDING],
        )


def _pending(request: RotationRequest) -> str:
    value = read_value(request.secret, request.token, PENDING)
    if value is None:
        raise RotationError(
            "The version that waits for its rotation has no value: the step createSecret has "
            "not come to its end. Start the rotation again."
        )
    return value


def read_value(secret: str, version: str, stage: str | None = None) -> str | None:
    """Read a version of a secret.

    Args:
        secret: Name or ARN.
        version: Id of the version.
        stage: Label that it must have; None for any, or none.

    Returns:
        The value; None if there is no such version, or none with this label, or it is empty.

    Raises:
        CloudCallError: If Secrets Manager cannot be reached or refuses.
    """
    labelled = {"VersionStage": stage} if stage else {}
    try:
        with calling("read a version of the secret"):
            answer = clients.secretsmanager().get_secret_value(
                SecretId=secret, VersionId=version, **labelled
            )
    except CloudCallError as error:
        if error.code == _ABSENT:
            return None
        raise
    return answer.get("SecretString")


def _finish(request: RotationRequest, stages: Stages) -> None:
    holder = next((version for version, s in stages.items() if CURRENT in s), None)
    if holder != request.token:
        moved: dict[str, str] = {"RemoveFromVersionId": holder} if holder else {}
        with calling("make the next value the current one"):
            clients.secretsmanager().update_secret_version_stage(
                SecretId=request.secret,
                VersionStage=CURRENT,
                MoveToVersionId=request.token,
                **moved,
            )
    count("SecretsRotated")
