"""Textract: jobs for documents of many pages in S3, really carried out, page by page."""

from __future__ import annotations

import asyncio
import dataclasses
import json
import logging
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from qops.local.documents.blocks import Block, PageBlocks
from qops.local.documents.content import MEBIBYTE, content, pages
from qops.local.router.registry import Answer, Call, Fault, operation
from qops.local.services.textract import (
    MODEL_VERSION,
    MOST_QUERIES_OF_JOB,
    RULES,
    analysed,
    check,
)
from qops.reading.result import Page

_SERVICE = "textract"
_RULES = dataclasses.replace(RULES, most_given=0, most_stored=500 * MEBIBYTE)
_TEXT, _ANALYSIS = "StartDocumentTextDetection", "StartDocumentAnalysis"
_MOST_PAGES = 3000
_MOST_JOBS = 100
_MOST_RESULTS = 1000
_RETRY_SECONDS = 2.0
_IDENTITY = (
    *("DocumentLocation", "FeatureTypes", "JobTag", "NotificationChannel", "OutputConfig"),
    *("KMSKeyId", "QueriesConfig"),
)
LOGGER = logging.getLogger("qops.local.router.textract")
_RUNNING: set[asyncio.Task[None]] = set()
"""Tasks of jobs: the loop keeps no reference of its own."""


@dataclass
class Job:
    """A job.

    Attributes:
        identifier: Its id.
        api: Operation that started it.
        params: Parameters of that operation.
        status: Status.
        message: Why it failed.
        pages: How many pages the document has.
        blocks: What was found so far.
    """

    identifier: str
    api: str
    params: dict[str, Any]
    status: str = "IN_PROGRESS"
    message: str = ""
    pages: int = 0
    blocks: list[Block] = field(default_factory=list)
    warnings: list[dict[str, Any]] = field(default_factory=list)


@operation(_SERVICE, _TEXT)
async def start_text_detection(call: Call) -> Answer:
    """Starts reading a document."""
    return await _start(call, lambda page, number: PageBlocks(page, number).blocks)


@operation(_SERVICE, _ANALYSIS)
async def start_analysis(call: Call) -> Answer:
    """Starts reading a document with its tables and labelled fields."""
    check(call.params, MOST_QUERIES_OF_JOB)
    return await _start(call, lambda page, number: analysed(page, number, call.params))


@operation(_SERVICE, "GetDocumentTextDetection")
async def get_text_detection(call: Call) -> Answer:
    """Answers the state of a job and what it found."""
    return {**_result(call, _TEXT), "DetectDocumentTextModelVersion": MODEL_VERSION}


@operation(_SERVICE, "GetDocumentAnalysis")
async def get_analysis(call: Call) -> Answer:
    """Answers the state of a job and what it found."""
    return {**_result(call, _ANALYSIS), "AnalyzeDocumentModelVersion": MODEL_VERSION}


async def _start(call: Call, blocks: Callable[[Page, int], list[Block]]) -> Answer:
    jobs: dict[str, Job] = call.records("jobs")
    tokens: dict[str, str] = call.records("tokens")
    token = call.params.get("ClientRequestToken")
    params = {name: call.params[name] for name in _IDENTITY if call.params.get(name) is not None}
    if token and token in tokens:
        known = jobs[tokens[token]]
        if (known.api, known.params) != (call.operation, params):
            raise Fault(
                "IdempotentParameterMismatchException",
                "The token was used with other parameters.",
            )
        return {"JobId": known.identifier}
    if sum(job.status == "IN_PROGRESS" for job in jobs.values()) >= _MOST_JOBS:
        raise Fault("LimitExceededException", f"{_MOST_JOBS} jobs are in progress.")
    data = await content(call, params.get("DocumentLocation"), _RULES)
    await _check_channel(call, params.get("NotificationChannel"))
    job = Job(secrets.token_hex(32), call.operation, params)
    jobs[job.identifier] = job
    if token:
        tokens[token] = job.identifier
    task = asyncio.create_task(_work(call, job, data, blocks))
    _RUNNING.add(task)
    task.add_done_callback(_RUNNING.discard)
    return {"JobId": job.identifier}


async def _check_channel(call: Call, channel: dict[str, Any] | None) -> None:
    """Refuses a channel that the end of the job could not be told through."""
    if channel is None:
        return
    try:
        await call.aws("sns", "GetTopicAttributes", TopicArn=channel["SNSTopicArn"])
        await call.aws("iam", "GetRole", RoleName=str(channel["RoleArn"]).rpartition("/")[2])
    except Fault as fault:
        message = f"The notification channel cannot be used: {fault.message}"
        raise Fault("InvalidParameterException", message) from fault


async def _work(
    call: Call, job: Job, data: bytes, blocks: Callable[[Page, int], list[Block]]
) -> None:
    """Reads page after page, so that others can be served between."""
    try:
        await _read(call, job, data, blocks)
    except Fault as fault:
        job.message = f"{fault.code}: {fault.message}"
        job.status = "FAILED"
    except Exception as error:
        LOGGER.exception("job %s", job.identifier)
        job.message = f"InternalServerError: {error!r}"
        job.status = "FAILED"
    for step in (_keep, _tell):
        try:
            await step(call, job)
        except Fault as fault:
            LOGGER.warning("job %s: %s: %s", job.identifier, fault.code, fault.message)


async def _read(
    call: Call, job: Job, data: bytes, blocks: Callable[[Page, int], list[Block]]
) -> None:
    number = 0
    failed: list[int] = []
    while number == 0 or number < job.pages:
        try:
            reading = await pages(
                call, data, _RULES, first=number, last=number, tables=job.api == _ANALYSIS
            )
        except Fault as fault:
            if fault.code == "ThrottlingException":
                await asyncio.sleep(_RETRY_SECONDS)
                continue
            if fault.code != _RULES.unreadable or not job.pages:
                raise
            failed.append(number + 1)
        else:
            job.pages = reading.count
            if job.pages > _MOST_PAGES:
                message = f"The document has {job.pages} pages; the most is {_MOST_PAGES}."
                raise Fault("DocumentTooLargeException", message)
            job.blocks += blocks(reading.pages[0], number + 1)
        number += 1
    if failed:
        job.warnings.append({"ErrorCode": "BAD_DOCUMENT", "Pages": failed})
    job.status = "PARTIAL_SUCCESS" if failed else "SUCCEEDED"


async def _keep(call: Call, job: Job) -> None:
    """Writes the results to the bucket that the job was given."""
    output = job.params.get("OutputConfig")
    if output is None or job.status == "FAILED":
        return
    prefix = output.get("S3Prefix") or "textract_output"
    key = job.params.get("KMSKeyId")
    sealed = {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": key} if key else {}
    for part, start in enumerate(range(0, len(job.blocks), _MOST_RESULTS), 1):
        body = {
            "DocumentMetadata": {"Pages": job.pages},
            "JobStatus": job.status,
            "Blocks": job.blocks[start : start + _MOST_RESULTS],
        }
        await call.aws(
            "s3",
            "PutObject",
            Bucket=output["S3Bucket"],
            Key=f"{prefix}/{job.identifier}/{part}",
            Body=json.dumps(body).encode(),
            **sealed,
        )


async def _tell(call: Call, job: Job) -> None:
    """Publishes the end of a job to its channel."""
    channel = job.params.get("NotificationChannel")
    if channel is None:
        return
    place = job.params["DocumentLocation"]["S3Object"]
    message = {
        "JobId": job.identifier,
        "Status": job.status,
        "API": job.api,
        "JobTag": job.params.get("JobTag"),
        "Timestamp": int(time.time() * 1000),
        "DocumentLocation": {"S3ObjectName": place["Name"], "S3Bucket": place["Bucket"]},
    }
    told = {name: value for name, value in message.items() if value is not None}
    await call.aws("sns", "Publish", TopicArn=channel["SNSTopicArn"], Message=json.dumps(told))


def _result(call: Call, api: str) -> Answer:
    job: Job | None = call.records("jobs").get(str(call.params.get("JobId")))
    if job is None or job.api != api:
        raise Fault("InvalidJobIdException", "Request has invalid Job Id")
    most = call.params.get("MaxResults")
    if most is None:
        most = _MOST_RESULTS
    if most < 1:
        raise Fault("InvalidParameterException", "Request has invalid parameters")
    answer: dict[str, Any] = {"JobStatus": job.status}
    if job.status == "IN_PROGRESS":
        return answer
    if job.message:
        answer["StatusMessage"] = job.message
    if job.status == "FAILED":
        return answer
    start = _offset(call.params.get("NextToken"), job)
    end = start + min(most, _MOST_RESULTS)
    answer["DocumentMetadata"] = {"Pages": job.pages}
    answer["Blocks"] = job.blocks[start:end]
    if job.warnings:
        answer["Warnings"] = job.warnings
    if end < len(job.blocks):
        answer["NextToken"] = f"{job.identifier[:16]}-{end}"
    return answer


def _offset(token: str | None, job: Job) -> int:
    if token is None:
        return 0
    owner, _, offset = token.partition("-")
    if owner != job.identifier[:16] or not offset.isdigit() or int(offset) >= len(job.blocks):
        raise Fault("InvalidParameterException", "Request has invalid parameters")
    return int(offset)
