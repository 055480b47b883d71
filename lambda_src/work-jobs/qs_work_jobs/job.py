"""The messages of the jobs queue."""

from typing import Literal

from pydantic import Field, ValidationError

from qs_cloud.errors import BadPayloadError
from qs_cloud.intake import MAX_KEY_LENGTH
from qscreen.api.routes import Group
from qscreen.wire import RunRequest, WireModel


class StartRunJob(WireModel):
    """Start a run, as ``POST /v1/runs`` with ``job_id`` as its ``Idempotency-Key``."""

    kind: Literal["start_run"]
    job_id: str = Field(min_length=1, max_length=MAX_KEY_LENGTH)
    owner: str = Field(min_length=1, max_length=128, description="Cognito `sub` of the user.")
    groups: tuple[Group, ...] | None = Field(
        default=None, description="The user's groups; without them whoever wrote the job checked."
    )
    request: RunRequest


def read_job(text: str) -> StartRunJob:
    """Read the body of a message.

    Args:
        text: The body, JSON.

    Returns:
        The typed job.

    Raises:
        BadPayloadError: If it is none; names the fields, never their values.
    """
    try:
        return StartRunJob.model_validate_json(text)
    except ValidationError as error:
        fields = sorted({".".join(map(str, fault["loc"])) for fault in error.errors()})
        raise BadPayloadError(
            f"The message is no job that this release knows: {', '.join(fields) or 'no JSON'}. "
            "It goes to the dead letters; correct whoever wrote it."
        ) from None
