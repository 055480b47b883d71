"""Jobs that read documents of many pages."""

import json
from typing import Any

import pytest
from botocore.stub import ANY, Stubber
from qs_mcp_document import jobs, textract
from qs_mcp_document.models import JobStatus
from qs_mcp_document.server import (
    export_tables,
    job_result,
    job_status,
    start_job,
)
from qs_mcp_document.textract import Feature

from qs_mcp import ToolFault
from qs_mcp.caller import Caller, calling_as

from .conftest import KEY, PLACE, Put, pdf
from .textract_shapes import Page, parts


def start(put: Put, reader: Stubber, status: str = "IN_PROGRESS", **more: Any) -> Any:
    reader.add_response(
        "start_document_analysis",
        {"JobId": "textract-1"},
        {
            "DocumentLocation": PLACE,
            "FeatureTypes": ["FORMS", "TABLES"],
            "ClientRequestToken": ANY,
        },
    )
    reader.add_response(
        "get_document_analysis",
        {"JobStatus": status, "Blocks": []},
        {"JobId": "textract-1", "MaxResults": 1},
    )
    return start_job(put(pdf(3)), [Feature.TABLES, Feature.FORMS], **more)


def finish(reader: Stubber, *answers: dict[str, Any]) -> None:
    token = None
    for one in answers:
        asked = {"JobId": "textract-1", "MaxResults": 1000}
        reader.add_response(
            "get_document_analysis", one, asked | ({"NextToken": token} if token else {})
        )
        token = one.get("NextToken")


def test_a_job_is_kept_under_an_id_of_our_own(user: Caller, put: Put, reader: Stubber) -> None:
    job = start(put, reader)
    assert job.status is JobStatus.IN_PROGRESS
    assert (job.features, job.document) == (("forms", "tables"), KEY)
    assert "textract-1" not in job.model_dump_json()
    again = start(put, reader)
    assert again.job_id == job.job_id
    assert start(put, reader, again=True).job_id != job.job_id


def test_a_job_for_the_text_alone_asks_for_no_analysis(
    user: Caller, put: Put, reader: Stubber
) -> None:
    reader.add_response(
        "start_document_text_detection",
        {"JobId": "textract-1"},
        {"DocumentLocation": PLACE, "ClientRequestToken": ANY},
    )
    reader.add_response(
        "get_document_text_detection",
        {"JobStatus": "IN_PROGRESS"},
        {"JobId": "textract-1", "MaxResults": 1},
    )
    job = start_job(put(pdf(3)), [])
    assert (job.status, job.features) == (JobStatus.IN_PROGRESS, ())
    line = {"BlockType": "LINE", "Id": "l1", "Text": "Annual report", "Confidence": 99.0, "Page": 1}
    reader.add_response(
        "get_document_text_detection",
        {"JobStatus": "SUCCEEDED", "Blocks": [line], "DocumentMetadata": {"Pages": 3}},
        {"JobId": "textract-1", "MaxResults": 1000},
    )
    assert job_result(job.job_id, "text").text == "Annual report"
    reader.assert_no_pending_responses()


def test_a_job_of_somebody_else_does_not_exist(user: Caller, put: Put, reader: Stubber) -> None:
    job = start(put, reader)
    other = Caller("user-2", user.groups, user.scopes, "request-2")
    with calling_as(other), pytest.raises(ToolFault, match="not found"):
        job_status(job.job_id)
    with calling_as(other), pytest.raises(ToolFault, match="not found"):
        job_result(job.job_id, "text")


def test_waiting_for_a_job_reports_progress(
    user: Caller, put: Put, reader: Stubber, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    monkeypatch.setattr(jobs, "progress", lambda done, total, message: told.append(message))
    monkeypatch.setattr(jobs, "PAUSE_SECONDS", 0.01)
    job = start(put, reader)
    for status in ("IN_PROGRESS", "IN_PROGRESS", "SUCCEEDED"):
        reader.add_response(
            "get_document_analysis", {"JobStatus": status, "DocumentMetadata": {"Pages": 3}}
        )
    found = job_status(job.job_id, wait_seconds=5)
    assert (found.status, found.pages) == (JobStatus.SUCCEEDED, 3)
    assert len(told) == 2


def test_waiting_ends_with_its_time(user: Caller, put: Put, reader: Stubber) -> None:
    job = start(put, reader)
    reader.add_response("get_document_analysis", {"JobStatus": "IN_PROGRESS"})
    assert job_status(job.job_id, wait_seconds=1).status is JobStatus.IN_PROGRESS


def test_a_result_in_parts_that_cut_tables_in_two(
    user: Caller, put: Put, reader: Stubber, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[tuple[float, float | None]] = []
    monkeypatch.setattr(
        textract, "progress", lambda done, total, message: told.append((done, total))
    )
    pages = []
    for number in (1, 2, 3):
        page = Page(number)
        page.line(f"page {number}")
        page.table([["a", str(number)], ["b", "c"]], headers=1)
        page.field(f"Key {number}", "value")
        pages.append(page)
    job = start(put, reader)
    for _ in range(4):
        finish(reader, *parts(7, *pages))
    found = job_result(job.job_id, "tables")
    assert [one.rows[0] for one in found.tables] == [("a", "1"), ("a", "2"), ("a", "3")]
    assert (found.first_page, found.last_page, found.truncated) == (1, 3, False)
    assert told[-1] == (3, 3)
    assert job_result(job.job_id, "text").text == "page 1\npage 2\npage 3"
    assert [one.key for one in job_result(job.job_id, "forms").fields] == [
        "Key 1",
        "Key 2",
        "Key 3",
    ]
    made = export_tables(job_id=job.job_id)
    assert made.tables == 3


def test_a_range_of_pages_fetches_no_more_than_it_needs(
    user: Caller, put: Put, reader: Stubber
) -> None:
    pages = []
    for number in range(1, 31):
        page = Page(number)
        page.line(f"page{number}")
        pages.append(page)
    every = parts(10, *pages)
    job = start(put, reader)
    # Three blocks a page: the fourth part ends on page 14.
    finish(reader, *every[:4])
    found = job_result(job.job_id, "text", first_page=12, last_page=13)
    assert (found.text, found.last_page, found.truncated) == ("page12\npage13", 13, False)
    finish(reader, *every[:4])
    found = job_result(job.job_id, "lines")
    assert [one.page for one in found.lines] == list(range(1, 11))
    assert (found.last_page, found.truncated) == (10, True)


def test_a_result_that_takes_too_long_is_cut_at_a_whole_page(
    user: Caller, put: Put, reader: Stubber, monkeypatch: pytest.MonkeyPatch
) -> None:
    pages = []
    for number in (1, 2, 3):
        page = Page(number)
        page.line(f"page{number}")
        pages.append(page)
    job = start(put, reader)
    monkeypatch.setattr(textract, "FETCHING_SECONDS", 0)
    finish(reader, parts(4, *pages)[0])
    found = job_result(job.job_id, "text")
    assert (found.text, found.last_page, found.truncated) == ("page1", 1, True)
    finish(reader, parts(4, *pages)[0])
    with pytest.raises(ToolFault, match="too long"):
        export_tables(job_id=job.job_id)


def test_pages_that_failed_are_named(user: Caller, put: Put, reader: Stubber) -> None:
    page = Page(1)
    page.line("text")
    warnings = [{"ErrorCode": "PAGE_NOT_READABLE", "Pages": [2, 3]}]
    job = start(put, reader)
    finish(reader, *parts(50, page, status="PARTIAL_SUCCESS", Warnings=warnings))
    found = job_result(job.job_id, "text")
    assert (found.status, found.text) == (JobStatus.PARTIAL, "text")
    assert [(one.code, one.pages) for one in found.warnings] == [("PAGE_NOT_READABLE", (2, 3))]


def test_a_job_that_failed_says_why(user: Caller, put: Put, reader: Stubber) -> None:
    job = start(put, reader)
    failed = {"JobStatus": "FAILED", "StatusMessage": "INVALID_DOCUMENT"}
    reader.add_response("get_document_analysis", failed)
    found = job_status(job.job_id)
    assert found.status is JobStatus.FAILED
    assert "INVALID_DOCUMENT" in (found.message or "")
    reader.add_response("get_document_analysis", failed)
    with pytest.raises(ToolFault, match="INVALID_DOCUMENT"):
        job_result(job.job_id, "text")


def test_a_result_that_is_not_there_yet(user: Caller, put: Put, reader: Stubber) -> None:
    job = start(put, reader)
    finish(reader, {"JobStatus": "IN_PROGRESS"})
    with pytest.raises(ToolFault, match="no result yet"):
        job_result(job.job_id, "text")
    reader.add_client_error("get_document_analysis", "InvalidJobIdException")
    with pytest.raises(ToolFault, match="7 days"):
        job_result(job.job_id, "text")


def test_answers_of_a_job(user: Caller, put: Put, reader: Stubber) -> None:
    page = Page(1)
    page.query("Total?", ("100", 90.0))
    reader.add_response(
        "start_document_analysis",
        {"JobId": "textract-1"},
        {
            "DocumentLocation": PLACE,
            "FeatureTypes": ["QUERIES"],
            "ClientRequestToken": ANY,
            "QueriesConfig": {"Queries": [{"Text": "Total?", "Pages": ["*"]}]},
        },
    )
    reader.add_response("get_document_analysis", {"JobStatus": "SUCCEEDED"})
    job = start_job(put(pdf(3)), [Feature.QUERIES], ["Total?"])
    finish(reader, *parts(50, page))
    assert [one.answer for one in job_result(job.job_id, "answers").answers] == ["100"]
    with pytest.raises(ToolFault, match="go together"):
        start_job(KEY, [Feature.QUERIES])


def test_too_many_jobs(user: Caller, put: Put, reader: Stubber) -> None:
    reader.add_client_error("start_document_analysis", "LimitExceededException")
    with pytest.raises(ToolFault, match="As many jobs"):
        start_job(put(pdf(3)), [Feature.TABLES])


def test_a_job_that_was_kept_wrongly(user: Caller, put: Put) -> None:
    put(json.dumps({"job_id": "x"}).encode(), "documents/user-1/jobs/job-" + "0" * 24 + ".json")
    with pytest.raises(ToolFault, match="cannot be read"):
        job_status("job-" + "0" * 24)
