"""Jobs of a caller: which of Textract's they are, and for which document.

Textract hands a job's result to whoever knows its id, so its ids stay here: a caller has ids of
the platform, and what they stand for lies below the caller's own prefix.
"""

import hashlib
import secrets
import time
from collections.abc import Sequence
from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from qs_cloud import clients
from qs_cloud.clock import utc_now
from qs_mcp import Caller, ToolFault, progress
from qs_mcp.ownership import made_key
from qs_mcp_document import textract
from qs_mcp_document.faults import asking
from qs_mcp_document.files import File
from qs_mcp_document.models import JobState, JobStatus
from qs_mcp_document.textract import Feature, Result, Work

PAUSE_SECONDS = 1.5
_MOST_RECORD = 64 * 1024


class Job(BaseModel):
    """A job as it is kept.

    Attributes:
        job_id: The platform's id.
        textract_id: Textract's id.
        document: Key of the document.
        features: What it looks for.
        questions: What is asked.
        started_at: When it was asked for last.
    """

    model_config = ConfigDict(frozen=True)

    job_id: str = Field(pattern=r"^job-[0-9a-f]{24}$")
    textract_id: str
    document: str
    features: tuple[Feature, ...]
    questions: tuple[str, ...] = ()
    started_at: datetime

    @property
    def work(self) -> Work:
        """By which of Textract's operations it is read."""
        return Work.ANALYSIS if self.features else Work.TEXT


def start(
    file: File, who: Caller, features: Sequence[Feature], questions: Sequence[str], *, again: bool
) -> Job:
    """Start a job, or find the one that was started for the same.

    Args:
        file: The document.
        who: Who calls.
        features: What to look for.
        questions: What is asked.
        again: Start a new one in any case.

    Returns:
        The job, kept.
    """
    known = (who.user_id, file.key, file.tag, tuple(features), tuple(questions))
    text = repr((known, secrets.token_hex(8) if again else ""))
    digest = hashlib.sha256(text.encode()).hexdigest()
    job = Job(
        job_id=f"job-{digest[:24]}",
        textract_id=textract.start(file, features, questions, digest),
        document=file.key,
        features=tuple(features),
        questions=tuple(questions),
        started_at=utc_now(),
    )
    with asking("The job was started, but not kept.", "keep the job"):
        clients.s3().put_object(
            Bucket=file.bucket,
            Key=_key(job.job_id, who),
            Body=job.model_dump_json().encode(),
            ContentType="application/json",
        )
    return job


def find(bucket: str, job_id: str, who: Caller) -> Job:
    """Find a job of a caller.

    Args:
        bucket: Bucket.
        job_id: The platform's id.
        who: Who calls.

    Returns:
        The job.

    Raises:
        ToolFault: If the caller has none of this id.
    """
    with asking("The job was not found.", "read the job"):
        answer = clients.s3().get_object(Bucket=bucket, Key=_key(job_id, who))
        try:
            text = answer["Body"].read(_MOST_RECORD)
        finally:
            answer["Body"].close()
    try:
        return Job.model_validate_json(text)
    except ValidationError:
        raise ToolFault(
            "The job was not found.", "What was kept of it cannot be read.", "Start it again."
        ) from None


def wait(job: Job, seconds: float) -> Result:
    """Wait for a job to end, for a time.

    Args:
        job: The job.
        seconds: At most so long; 0 to ask once.

    Returns:
        Its state.
    """
    began = time.monotonic()
    while True:
        found = textract.state(job.textract_id, job.work)
        passed = time.monotonic() - began
        if found.status is not JobStatus.IN_PROGRESS or passed + PAUSE_SECONDS > seconds:
            return found
        progress(passed, seconds, "Textract is reading the document")
        time.sleep(PAUSE_SECONDS)


def ended(job: Job, last: int | None) -> Result:
    """Fetch the result of a job that has ended.

    Args:
        job: The job.
        last: Last page that is needed; None for all.

    Returns:
        The result; of a part of the pages where Textract could not read the others.

    Raises:
        ToolFault: If it has not ended, or has failed.
    """
    found = textract.fetch(job.textract_id, job.work, last)
    if found.status is JobStatus.IN_PROGRESS:
        raise ToolFault(
            "There is no result yet.",
            "Textract is still reading the document.",
            "Call job_status with wait_seconds, then this again.",
        )
    if found.status is JobStatus.FAILED:
        raise ToolFault("There is no result.", *failure(found))
    return found


def failure(found: Result) -> tuple[str, str]:
    """Say why a job failed, and what can be done.

    Args:
        found: State of a job that has failed.

    Returns:
        Why, and the next step.
    """
    said = f" ({found.message})" if found.message else ""
    return (
        f"Textract could not read the document{said}.",
        "Check that the document opens without a password, save it as a new PDF, upload that, "
        "and start a job for it; for the same document pass again=true.",
    )


def shown(job: Job, found: Result) -> JobState:
    """Describe a job to its caller.

    Args:
        job: The job.
        found: Its state.

    Returns:
        What the tools answer.
    """
    return JobState(
        job_id=job.job_id,
        status=found.status,
        message=" ".join(failure(found)) if found.status is JobStatus.FAILED else None,
        pages=found.pages or None,
        warnings=found.warnings,
        started_at=job.started_at,
        document=job.document,
        features=tuple(feature.value for feature in job.features),
    )


def _key(job_id: str, who: Caller) -> str:
    return made_key(who, "jobs", f"{job_id}.json")
