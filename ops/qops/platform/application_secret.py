"""Makes sure that the application's database secret has a value: its rotation writes it first."""

import time
from collections.abc import Callable
from typing import Any

from qops.errors import QopsError
from qops.platform.aws import Aws
from qops.platform.deployment import Notice
from qops.settings import Settings

LIMIT_SECONDS = 90.0
"""Time the rotation gets: four short invocations of one function."""

_POLL_SECONDS = (0.1, 2.0)
_CURRENT, _PENDING = "AWSCURRENT", "AWSPENDING"


class RotationError(QopsError):
    """The application's database secret got no value."""

    code = "rotation"


def ensure_application_secret(
    settings: Settings,
    aws: Aws,
    *,
    notice: Notice,
    now: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> bool:
    """Rotate `<prefix>/postgres` when it has no current value, and wait until it has one.

    Terraform makes the secret without a value, so that the password of the application's user
    stands in no state: the rotation makes user and password. A secret that has a value, and an
    environment without this secret, are left alone.

    Args:
        settings: Which environment.
        aws: Its clients.
        notice: Called with a line for the person.
        now: Clock, seconds.
        sleep: Waits, seconds.

    Returns:
        Whether a rotation was needed.

    Raises:
        RotationError: There is no rotation, it could not be started, or it did not end in time.
    """
    client = aws.client("secretsmanager")
    name = f"{settings.prefix}/postgres"
    found = _described(client, name)
    if found is None or _has_current(found):
        return False
    if not found.get("RotationLambdaARN"):
        raise RotationError(
            f"The secret {name} has no value, and no rotation that could write one.",
            why="Its rotation is not configured.",
            next_step="Apply the platform: qops up, or qops plan and qops apply.",
        )
    notice(f"  secret {name}: first rotation")
    _rotate_and_wait(client, name, found, now, sleep)
    return True


def _described(client: Any, name: str) -> dict[str, Any] | None:
    try:
        return dict(client.describe_secret(SecretId=name))
    except client.exceptions.ResourceNotFoundException:
        return None


def _has_current(described: dict[str, Any]) -> bool:
    stages = described.get("VersionIdsToStages") or {}
    return any(_CURRENT in labels for labels in stages.values())


def _rotate(client: Any, name: str) -> bool:
    """Start the rotation; False while another one is under way."""
    try:
        client.rotate_secret(SecretId=name)
    except client.exceptions.ClientError as error:
        told = error.response.get("Error", {})
        message = str(told.get("Message", "")).lower()
        if "already in progress" in message or "previous rotation isn't complete" in message:
            return False
        raise RotationError(
            f"The first rotation of {name} could not be started.",
            why=f"{told.get('Code', 'Error')}: {told.get('Message', error)}",
            next_step="Look at the rotation function's log, mend the cause, run qops up again.",
        ) from error
    return True


def _rotate_and_wait(
    client: Any,
    name: str,
    found: dict[str, Any],
    now: Callable[[], float],
    sleep: Callable[[float], None],
) -> None:
    deadline = now() + LIMIT_SECONDS
    pause, longest = _POLL_SECONDS
    # A schedule that was only just made tests its function with a version that no rotation keeps:
    # until that is over, a rotation is refused. Or it has begun the first one by itself.
    started = _rotate(client, name)
    while True:
        described = _described(client, name) or {}
        if _has_current(described):
            return
        if now() >= deadline:
            function = str(found["RotationLambdaARN"]).rpartition(":function:")[2].split(":")[0]
            stages = described.get("VersionIdsToStages") or {}
            pending = any(_PENDING in labels for labels in stages.values())
            raise RotationError(
                f"The secret {name} has no value {LIMIT_SECONDS:.0f} s after its rotation began.",
                why="A version is pending: the function did not finish."
                if pending
                else "No version is pending: the function has not begun, or failed at once.",
                next_step=f"Look at log group /aws/lambda/{function}, mend the cause, then "
                "run qops up again: it rotates once more.",
            )
        sleep(pause)
        pause = min(pause * 1.5, longest)
        if not started:
            started = _rotate(client, name)
