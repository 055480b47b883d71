"""What goes wrong with a drill, said so that a person can act on it."""

from collections.abc import Iterator
from contextlib import contextmanager

from qops.errors import QopsError

_DENIED = frozenset({"AccessDenied", "AccessDeniedException", "UnauthorizedOperation"})
_QUOTAS = frozenset(
    {"InstanceQuotaExceeded", "StorageQuotaExceeded", "SnapshotQuotaExceeded"}
    | {"LimitExceededException"}
)
_BUSY = frozenset({"RequestLimitExceeded", "SlowDown", "TooManyRequestsException"})


class DrillError(QopsError):
    """The drill could not be carried out; what runs was not touched."""

    code = "drill"


class LeftoverError(QopsError):
    """Something that the drill made is still there."""

    code = "drill_leftover"


@contextmanager
def calling(doing: str) -> Iterator[None]:
    """Say what a refusal of AWS means for a drill.

    Args:
        doing: What is being done, as "restore the snapshot".

    Raises:
        DrillError: AWS refused.
    """
    from botocore.exceptions import ClientError

    try:
        yield
    except ClientError as error:
        told = error.response.get("Error", {})
        code, message = str(told.get("Code", "")), str(told.get("Message", error))
        if code in _DENIED:
            step = (
                "What a drill needs stands at its end in docs/qops/secrets-and-drills.md: for the "
                "database rds:* on it and its copies and lambda:InvokeFunction on migrate."
            )
        elif code in _QUOTAS:
            step = "Raise the quota in this region, or remove what is not used."
        elif "Throttling" in code or code in _BUSY:
            step = "Wait a minute, then start the drill again."
        else:
            step = "Mend the cause, then start the drill again."
        raise DrillError(
            f"AWS refused to {doing}.",
            why=f"{error.operation_name}: {code}: {message}",
            next_step=step,
        ) from error
