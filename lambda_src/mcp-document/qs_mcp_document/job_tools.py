"""Tools for documents of many pages, which are read by jobs of Textract."""

from typing import Annotated, Literal

from pydantic import Field

from qs_mcp import Risk, ToolFault, caller
from qs_mcp_document import jobs, textract
from qs_mcp_document.content import fields_of, lines_of, replies_of
from qs_mcp_document.declaring import (
    AsCsv,
    DocumentKey,
    Question,
    bucket,
    joined,
    own,
    server,
    with_csv,
)
from qs_mcp_document.files import readable
from qs_mcp_document.models import JobRead, JobState
from qs_mcp_document.textract import MOST_QUESTIONS_OF_JOB, Feature
from qs_reading.tables import tables_of

MOST_WAIT_SECONDS = 20
PAGES_AT_ONCE = 10

JobId = Annotated[str, Field(description="As start_job gave it.", pattern=r"^job-[0-9a-f]{24}$")]


@server.tool(
    title="Start to read a document of many pages",
    risk=Risk.WRITE,
    read_only=False,
    destructive=False,
    idempotent=True,
    open_world=False,
    audit="Job Accepted",
)
def start_job(
    document: DocumentKey,
    features: Annotated[
        list[Feature],
        Field(description="What to look for beside the text; empty for the text.", max_length=3),
    ],
    questions: Annotated[
        list[Question] | None,
        Field(description="With the feature queries.", max_length=MOST_QUESTIONS_OF_JOB),
    ] = None,
    again: Annotated[
        bool, Field(description="Start anew, even if the same was started before.")
    ] = False,
) -> JobState:
    """Start to read a PDF or TIFF of up to 3,000 pages; the text always comes with it.

    Answers at once with a job_id. Ask job_status until it has ended, then job_result. The same
    document with the same features and questions is the same job; results are kept for 7 days.
    """
    wanted = sorted(set(features))
    asked = list(dict.fromkeys(questions or ()))
    if (Feature.QUERIES in wanted) != bool(asked):
        raise ToolFault(
            "The job was not started.",
            "The feature queries and the questions go together.",
            "Pass both or neither.",
        )
    file = readable(bucket(), own(document), job=True)
    job = jobs.start(file, caller(), wanted, asked, again=again)
    return jobs.shown(job, textract.state(job.textract_id, job.work))


@server.tool(
    title="Ask how far a job is",
    risk=Risk.READ,
    read_only=True,
    destructive=False,
    idempotent=True,
    open_world=False,
)
def job_status(
    job_id: JobId,
    wait_seconds: Annotated[
        int,
        Field(description="Wait so long for its end.", ge=0, le=MOST_WAIT_SECONDS),
    ] = 0,
) -> JobState:
    """Say whether a job is in progress, succeeded, partial (some pages failed) or failed.

    With wait_seconds it waits for the end and reports progress meanwhile.
    """
    job = jobs.find(bucket(), job_id, caller())
    return jobs.shown(job, jobs.wait(job, wait_seconds))


@server.tool(
    title="Read the result of a job",
    risk=Risk.READ,
    read_only=True,
    destructive=False,
    idempotent=True,
    open_world=False,
)
def job_result(
    job_id: JobId,
    what: Annotated[
        Literal["text", "lines", "tables", "forms", "answers"],
        Field(description="Which part; lines is the text with places."),
    ],
    first_page: Annotated[int, Field(description="From this page on.", ge=1)] = 1,
    last_page: Annotated[
        int | None,
        Field(description=f"Null: {PAGES_AT_ONCE} pages from first_page, or all answers.", ge=1),
    ] = None,
    csv: AsCsv = False,
) -> JobRead:
    """Read what a job that has ended found, for a range of pages.

    `truncated` says that pages are missing: ask on from last_page + 1. `warnings` names pages
    that could not be read.
    """
    job = jobs.find(bucket(), job_id, caller())
    last = last_page or (None if what == "answers" else first_page + PAGES_AT_ONCE - 1)
    result = jobs.ended(job, last)
    read_to = result.pages if result.complete_to is None else result.complete_to
    end = min(last or read_to, read_to)
    lines = tuple(lines_of(result.blocks, first_page, end)) if what in ("text", "lines") else ()
    tables = tuple(tables_of(result.blocks, first_page, end)) if what == "tables" else ()
    fields = tuple(fields_of(result.blocks, first_page, end)) if what == "forms" else ()
    answers = tuple(replies_of(result.blocks, job.questions)) if what == "answers" else ()
    return JobRead(
        job_id=job.job_id,
        status=result.status,
        pages=result.pages,
        first_page=first_page,
        last_page=end,
        lines=lines if what == "lines" else (),
        text=joined(lines) if what == "text" else None,
        tables=with_csv(tables, csv),
        fields=fields,
        answers=answers,
        warnings=result.warnings,
        truncated=end < (min(last_page or result.pages, result.pages)),
    )
