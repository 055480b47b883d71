"""Which credentials open the door: asked of the rotation function, which lies beside it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from qops.platform.aws import Aws
from qops.platform.functions import ask_function
from qops.rotation.errors import CredentialsUnknownError, calling
from qops.rotation.secrets import CURRENT, Secret

PROVE, RETIRE = "prove", "retire"
ANSWER_SECONDS = 300
"""A user of ElastiCache takes its time to become active."""


class _Version(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)

    version: str
    stages: tuple[str, ...]
    opens: bool | None


class _Session(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)

    program: str
    present: bool
    sessions: int
    open: bool = True


class _Document(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)

    versions: tuple[_Version, ...]
    sessions: tuple[_Session, ...] = Field(default=())


@dataclass(frozen=True, slots=True)
class Credentials:
    """What the function found at the door.

    Attributes:
        opens: Whether each version opens it; None for a version without a value.
        current: The version that was the present one.
        sessions: Open sessions by program, and whether they came in by the present version; empty
            where the door does not tell.
        came_in: Whether each program came in last by the present version, where the door knows no
            more than that.
    """

    opens: Mapping[str, bool | None]
    current: str | None
    sessions: Mapping[tuple[str, bool], int]
    came_in: Mapping[str, bool] = field(default_factory=dict)

    @property
    def current_works(self) -> bool:
        """Whether the present version opens the door."""
        return self.current is not None and self.opens.get(self.current) is True


def ask(aws: Aws, secret: Secret, task: str, versions: Sequence[str] = ()) -> Credentials:
    """Let the rotation function try the credentials, or end all but the present one first.

    Args:
        aws: The environment's clients.
        secret: The secret.
        task: ``prove`` or ``retire``.
        versions: Versions without a label that are to be tried too.

    Returns:
        What it found.

    Raises:
        CredentialsUnknownError: The function failed, or does not know the task.
        RotationRefusedError: The function may not be invoked.
    """
    event: dict[str, Any] = {"SecretId": secret.arn, "Task": task}
    if versions:
        event["Versions"] = list(versions)
    with calling(secret.name, f"invoke {secret.function_name}"):
        answer = ask_function(aws, secret.function or "", event, answer_seconds=ANSWER_SECONDS)
    log = f"/aws/lambda/{secret.function_name}"
    if answer.failure is not None:
        raise CredentialsUnknownError(
            f"Which credentials of {secret.name} work could not be found out."
            if task == PROVE
            else f"The former credentials of {secret.name} were not ended.",
            why=answer.failure,
            next_step=f"Look at log group {log}, mend the cause, then: qops rotate {secret.short}",
        )
    try:
        found = _Document.model_validate_json(answer.text)
    except ValidationError as error:
        raise CredentialsUnknownError(
            f"{secret.function_name} answered something unknown.",
            why=answer.quoted,
            next_step="The function and qops are of different versions: qops plan and qops apply.",
        ) from error
    return Credentials(
        opens={one.version: one.opens for one in found.versions},
        current=next((one.version for one in found.versions if CURRENT in one.stages), None),
        sessions={(one.program, one.present): one.sessions for one in found.sessions if one.open},
        came_in={one.program: one.present for one in found.sessions if not one.open},
    )
