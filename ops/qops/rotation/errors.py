"""What goes wrong with a rotation, said so that a person can act on it."""

from collections.abc import Iterator
from contextlib import contextmanager

from qops.errors import QopsError

_DENIED = frozenset({"AccessDenied", "AccessDeniedException", "UnauthorizedException"})
_THROTTLED = frozenset(
    {"Throttling", "ThrottlingException", "TooManyRequestsException", "RequestLimitExceeded"}
)
_BUSY = "previous rotation isn't complete"


class SecretUnusableError(QopsError):
    """The secret cannot be rotated as it is; nothing was changed."""

    code = "secret_unusable"


class RotationUnderWayError(QopsError):
    """Another rotation of the secret has not ended."""

    code = "rotation_under_way"


class RotationRefusedError(QopsError):
    """AWS refused a call of the rotation."""

    code = "rotation_refused"


class CredentialsUnknownError(QopsError):
    """Nobody can tell which credentials work."""

    code = "credentials_unknown"


def under_way(name: str, version: str | None = None) -> RotationUnderWayError:
    """The error for a rotation that has not ended.

    Args:
        name: The secret.
        version: The version that is being made, where it is known.
    """
    return RotationUnderWayError(
        f"A rotation of {name} is under way already.",
        why=f"Version {version} waits with the label AWSPENDING." if version else "AWS says so.",
        next_step=f"Follow it to its end: qops rotate {name} --follow. If it has failed, give it "
        f"up, which leaves the present credential as it is: qops rotate {name} --abandon",
    )


@contextmanager
def calling(name: str, doing: str) -> Iterator[None]:
    """Say what a refusal of AWS means for a rotation.

    Args:
        name: The secret.
        doing: What is being done, as "look at the secret".

    Raises:
        RotationRefusedError: Access was denied, or calls are throttled.
        RotationUnderWayError: Another rotation has not ended.
    """
    from botocore.exceptions import ClientError

    try:
        yield
    except ClientError as error:
        told = error.response.get("Error", {})
        code, message = str(told.get("Code", "")), str(told.get("Message", error))
        if _BUSY in message:
            raise under_way(name) from error
        if code in _DENIED:
            raise RotationRefusedError(
                f"You may not {doing} ({name}).",
                why=f"{error.operation_name}: {message}",
                next_step="Rotating takes secretsmanager:ListSecrets, DescribeSecret, RotateSecret "
                "and UpdateSecretVersionStage, lambda:ListFunctions and lambda:InvokeFunction on "
                "the rotation function (docs/qops/secrets-and-drills.md).",
            ) from error
        if code in _THROTTLED:
            raise RotationRefusedError(
                f"AWS throttles calls; could not {doing} ({name}).",
                why=f"{error.operation_name} was refused several times: {message}",
                next_step="Wait a minute. qops secrets shows in which state the secret is, "
                "qops rotate --follow goes on with a rotation that has begun.",
            ) from error
        raise
