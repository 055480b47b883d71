"""Amazon Textract: its calls and the parts in which it hands out results."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING, Any

from qs_cloud import clients
from qs_mcp import progress
from qs_mcp_document.faults import asking
from qs_mcp_document.files import File
from qs_mcp_document.models import JobStatus, Warned
from qs_reading.blocks import Block, Blocks, page_of

if TYPE_CHECKING:
    from mypy_boto3_textract import TextractClient
    from mypy_boto3_textract.type_defs import (
        GetDocumentAnalysisResponseTypeDef,
        GetDocumentTextDetectionResponseTypeDef,
        S3ObjectTypeDef,
        StartDocumentAnalysisResponseTypeDef,
        StartDocumentTextDetectionResponseTypeDef,
    )

    _Part = GetDocumentAnalysisResponseTypeDef | GetDocumentTextDetectionResponseTypeDef

CONNECT_TIMEOUT_SECONDS = 1
READ_TIMEOUT_SECONDS = 11
ATTEMPTS = 2
"""At worst 2 x (1 + 11) s for a page: API Gateway waits for 29 s."""
MOST_QUESTIONS, MOST_QUESTIONS_OF_JOB = 15, 30
FETCHING_SECONDS = 18.0
"""So long parts of a result are fetched; what is there then is the answer."""
_PART = 1_000

_STATUSES = {
    "IN_PROGRESS": JobStatus.IN_PROGRESS,
    "SUCCEEDED": JobStatus.SUCCEEDED,
    "PARTIAL_SUCCESS": JobStatus.PARTIAL,
    "FAILED": JobStatus.FAILED,
}
_FAILED = "The document was not read."


class Work(StrEnum):
    """What kind of job Textract does; each is asked for by its own operation."""

    TEXT = "text"
    ANALYSIS = "analysis"


class Feature(StrEnum):
    """What Textract looks for beside the text."""

    TABLES = "tables"
    FORMS = "forms"
    QUERIES = "queries"


@dataclass(frozen=True, slots=True)
class Result:
    """What Textract found.

    Attributes:
        blocks: The blocks.
        pages: Pages of the document.
        status: How the reading ended.
        message: Why it failed, in Textract's words.
        warnings: What could not be read.
        complete_to: Last page of which all blocks are there; None if all are.
    """

    blocks: Blocks
    pages: int
    status: JobStatus = JobStatus.SUCCEEDED
    message: str | None = None
    warnings: tuple[Warned, ...] = ()
    complete_to: int | None = None


@cache
def client() -> "TextractClient":
    """Client of Textract; waits longer than others, since a page takes some seconds."""
    from botocore.config import Config

    return clients.session().client(
        "textract",
        config=Config(
            connect_timeout=CONNECT_TIMEOUT_SECONDS,
            read_timeout=READ_TIMEOUT_SECONDS,
            retries={"mode": "standard", "total_max_attempts": ATTEMPTS},
        ),
    )


def detect(file: File) -> Result:
    """Read the text of one page.

    Args:
        file: The document.

    Returns:
        Its lines and words.
    """
    with asking(_FAILED, "read the text of the document"):
        answer = client().detect_document_text(Document={"S3Object": _place(file)})
    return Result(Blocks(answer.get("Blocks", [])), answer["DocumentMetadata"].get("Pages", 1))


def analyse(file: File, feature: Feature, questions: Sequence[str] = ()) -> Result:
    """Read one page with its tables or fields, or with answers to questions.

    Args:
        file: The document.
        feature: What to look for.
        questions: What is asked; goes with `Feature.QUERIES`.

    Returns:
        The blocks of the page.
    """
    with asking(_FAILED, "read the document"):
        if feature is Feature.QUERIES:
            answer = client().analyze_document(
                Document={"S3Object": _place(file)},
                FeatureTypes=["QUERIES"],
                QueriesConfig={"Queries": [{"Text": question} for question in questions]},
            )
        else:
            answer = client().analyze_document(
                Document={"S3Object": _place(file)},
                FeatureTypes=["TABLES" if feature is Feature.TABLES else "FORMS"],
            )
    return Result(Blocks(answer.get("Blocks", [])), answer["DocumentMetadata"].get("Pages", 1))


def start(file: File, features: Sequence[Feature], questions: Sequence[str], token: str) -> str:
    """Start to read a document of many pages.

    Args:
        file: The document.
        features: What to look for beside the text; none for the text alone, which costs less.
        questions: What is asked; goes with `Feature.QUERIES`.
        token: The same token starts the same job once.

    Returns:
        Textract's id of the job.
    """
    names: Any = [feature.value.upper() for feature in features]
    answer: StartDocumentTextDetectionResponseTypeDef | StartDocumentAnalysisResponseTypeDef
    with asking("The job was not started.", "start to read the document"):
        if not features:
            answer = client().start_document_text_detection(
                DocumentLocation={"S3Object": _place(file)}, ClientRequestToken=token
            )
        elif questions:
            answer = client().start_document_analysis(
                DocumentLocation={"S3Object": _place(file)},
                FeatureTypes=names,
                ClientRequestToken=token,
                QueriesConfig={
                    "Queries": [{"Text": question, "Pages": ["*"]} for question in questions]
                },
            )
        else:
            answer = client().start_document_analysis(
                DocumentLocation={"S3Object": _place(file)},
                FeatureTypes=names,
                ClientRequestToken=token,
            )
    return answer["JobId"]


def state(job: str, work: Work) -> Result:
    """Ask how far a job is.

    Args:
        job: Textract's id of it.
        work: Its kind.

    Returns:
        Its status; the blocks are not all there.
    """
    with asking("The job was not found.", "ask for the job"):
        answer = _page_of_job(job, work, 1)
    return _result(answer, [], answer.get("Warnings") or [], None)


def fetch(job: str, work: Work, last: int | None) -> Result:
    """Fetch what a job found, part by part.

    Args:
        job: Textract's id of it.
        work: Its kind.
        last: Last page that is needed; None for all.

    Returns:
        The blocks up to that page, or fewer if the time was over.
    """
    until = time.monotonic() + FETCHING_SECONDS
    blocks: list[Block] = []
    warnings: list[Any] = []
    token: str | None = None
    complete_to: int | None = None
    while True:
        with asking("The result was not fetched.", "fetch the result of the job"):
            answer = _page_of_job(job, work, _PART, token)
        blocks += answer.get("Blocks") or []
        warnings += answer.get("Warnings") or []
        token = answer.get("NextToken")
        # Blocks come page by page, so the page of the last one may go on in the next part.
        reached = page_of(blocks[-1]) if blocks else 1
        pages = (answer.get("DocumentMetadata") or {}).get("Pages") or reached
        progress(reached, max(pages, reached), "Fetching the pages")
        if not token or (last is not None and reached > last):
            break
        if time.monotonic() >= until:
            complete_to = reached - 1
            break
    return _result(answer, blocks, warnings, complete_to)


def _page_of_job(job: str, work: Work, most: int, token: str | None = None) -> "_Part":
    following: Any = {} if token is None else {"NextToken": token}
    if work is Work.TEXT:
        return client().get_document_text_detection(JobId=job, MaxResults=most, **following)
    return client().get_document_analysis(JobId=job, MaxResults=most, **following)


def _result(
    answer: "_Part",
    blocks: Sequence[Block],
    warnings: Sequence[Any],
    complete_to: int | None,
) -> Result:
    warned: dict[str, set[int]] = {}
    for warning in warnings:
        warned.setdefault(warning.get("ErrorCode", ""), set()).update(warning.get("Pages") or ())
    return Result(
        blocks=Blocks(blocks),
        pages=(answer.get("DocumentMetadata") or {}).get("Pages") or 0,
        status=_STATUSES[answer["JobStatus"]],
        message=answer.get("StatusMessage") or None,
        warnings=tuple(Warned(code=code, pages=tuple(sorted(p))) for code, p in warned.items()),
        complete_to=complete_to,
    )


def _place(file: File) -> "S3ObjectTypeDef":
    return {"Bucket": file.bucket, "Name": file.key}
