"""Reading the messages of the jobs queue."""

from pydantic import ValidationError

from qs_cloud.errors import BadPayloadError
from qs_cloud.jobs import StartRunJob
from qs_cloud.schedules import SCHEDULED_TIME


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


def key_of(job: StartRunJob, message_id: str) -> str:
    """Name the run that a job asks for; a message that comes twice asks for the same one.

    Args:
        job: The job.
        message_id: Id of its message.

    Returns:
        The key that the run's id is made from.
    """
    if job.occurrence is None:
        return job.job_id
    # A scheduler that does not fill in the time leaves its placeholder: then the message is all
    # that tells one occurrence from the next.
    occurrence = message_id if job.occurrence == SCHEDULED_TIME else job.occurrence
    return f"{job.job_id}/{occurrence}"
