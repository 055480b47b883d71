"""``qops jobs list``: what was submitted from here, and what became of it."""

from qops.jobs.answers import JobLine, JobsAnswer
from qops.jobs.journal import Entry, Journal
from qops.jobs.working import whole_job
from qops.names import NotFoundError
from qops.settings import Settings
from qscreen.api.client import ApiClient


def list_jobs(settings: Settings, api: ApiClient, limit: int) -> JobsAnswer:
    """The jobs that were submitted from here, newest first.

    Args:
        settings: Which environment.
        api: The API.
        limit: How many.
    """
    journal = Journal(settings)
    entries = list(reversed(journal.entries()))[:limit]
    return JobsAnswer(jobs=[_line(api, entry) for entry in entries], journal=str(journal.file))


def _line(api: ApiClient, entry: Entry) -> JobLine:
    if not entry.job_id:
        return JobLine.of(entry, None, "no answer came to it; it may have been taken")
    try:
        return JobLine.of(entry, whole_job(api, entry.job_id), "")
    except NotFoundError:
        return JobLine.of(entry, None, "the platform has forgotten it (after seven days)")
