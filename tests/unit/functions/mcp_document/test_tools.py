import json
from collections.abc import Callable
from datetime import UTC, datetime
from io import BytesIO
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from botocore.exceptions import ReadTimeoutError
from botocore.stub import ANY, Stubber
from openpyxl import Workbook, load_workbook
from qs_mcp_document import files, jobs, textract
from qs_mcp_document.models import JobStatus
from qs_mcp_document.server import (
    ask,
    export_tables,
    job_result,
    job_status,
    link,
    read_forms,
    read_spreadsheet,
    read_tables,
    read_text,
    server,
    start_job,
)
from qs_mcp_document.textract import Feature

from qs_cloud import clients
from qs_cloud.errors import CloudCallError
from qs_mcp import Risk, ToolFault
from qs_mcp.caller import Caller, calling_as

from .conftest import BUCKET, KEY, pdf
from .textract_shapes import Page, answer, parts

Put = Callable[..., str]
PLACE = {"S3Object": {"Bucket": BUCKET, "Name": KEY}}
PNG = b"\x89PNG\r\n\x1a\n" + bytes(100)


def sales() -> Page:
    page = Page()
    page.table([["name", "sum"], ["Kim", "1,200"], ["Lee", "=1+1"]], headers=1)
    return page


def test_text_at_once(user: Caller, put: Put, reader: Stubber) -> None:
    page = Page()
    page.line("First line")
    page.line("둘째 줄")
    for _ in range(2):
        reader.add_response("detect_document_text", answer(page), {"Document": PLACE})
    found = read_text(put())
    assert (found.text, found.lines, found.pages) == ("First line\n둘째 줄", (), 1)
    assert [one.text for one in read_text(KEY, lines=True).lines] == ["First line", "둘째 줄"]


def test_tables_as_rows_and_as_csv(user: Caller, put: Put, reader: Stubber) -> None:
    reader.add_response(
        "analyze_document", answer(sales()), {"Document": PLACE, "FeatureTypes": ["TABLES"]}
    )
    (found,) = read_tables(put(), csv=True).tables
    assert found.rows == (("name", "sum"), ("Kim", "1,200"), ("Lee", "=1+1"))
    assert found.csv == 'name,sum\r\nKim,"1,200"\r\nLee,\'=1+1\r\n'


def test_tables_as_a_file_with_a_link(user: Caller, put: Put, reader: Stubber) -> None:
    for _ in range(2):
        reader.add_response("analyze_document", answer(sales()))
    made = export_tables(put())
    assert made.key.startswith("documents/user-1/tables/")
    assert made.key.endswith("/report.xlsx")
    body = clients.s3().get_object(Bucket=BUCKET, Key=made.key)["Body"].read()
    assert len(body) == made.size_bytes
    page = load_workbook(BytesIO(body)).worksheets[0]
    assert [cell.value for cell in page["B"]] == ["sum", 1200, "=1+1"]
    asked = parse_qs(urlsplit(made.url).query)
    assert asked["X-Amz-Expires"] == ["900"]
    left = (made.expires_at - datetime.now(UTC)).total_seconds()
    assert 890 < left <= 900
    # Once more: the same object, and what was written can be read again by the tools.
    assert export_tables(KEY).key == made.key
    assert read_spreadsheet(made.key).rows[1] == ("Kim", 1200)


def test_a_table_as_csv(user: Caller, put: Put, reader: Stubber) -> None:
    page = sales()
    page.table([["x"]])
    for _ in range(3):
        reader.add_response("analyze_document", answer(page))
    with pytest.raises(ToolFault, match=r"a \.csv holds one"):
        export_tables(put(), format="csv")
    made = export_tables(KEY, format="csv", table=1)
    body = clients.s3().get_object(Bucket=BUCKET, Key=made.key)["Body"].read()
    assert body.decode("utf-8-sig").splitlines()[2] == "Lee,'=1+1"
    with pytest.raises(ToolFault, match="no table of this number"):
        export_tables(KEY, table=3)


def test_a_new_link_when_the_old_one_has_expired(user: Caller, put: Put) -> None:
    key = put(PNG, "documents/user-1/tables/abc/표.xlsx")
    asked = parse_qs(urlsplit(link(key).url).query)
    assert asked["X-Amz-Expires"] == ["900"]
    assert "attachment" in asked["response-content-disposition"][0]


def test_fields_of_a_form(user: Caller, put: Put, reader: Stubber) -> None:
    page = Page()
    page.field("Name:", "Kim")
    reader.add_response(
        "analyze_document", answer(page), {"Document": PLACE, "FeatureTypes": ["FORMS"]}
    )
    (found,) = read_forms(put()).fields
    assert (found.key, found.value) == ("Name:", "Kim")


def test_questions(user: Caller, put: Put, reader: Stubber) -> None:
    page = Page()
    page.query("Who?", ("Kim", 90.0))
    page.query("When?")
    reader.add_response(
        "analyze_document",
        answer(page),
        {
            "Document": PLACE,
            "FeatureTypes": ["QUERIES"],
            "QueriesConfig": {"Queries": [{"Text": "Who?"}, {"Text": "When?"}]},
        },
    )
    found = ask(put(), ["Who?", "When?", "Who?"])
    assert [one.answer for one in found.answers] == ["Kim", None]


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "empty"),
        (b"GIF89a\0\0", "unknown type"),
        (b"a,b\n1,2\n", "read_spreadsheet"),
        (b"PK\x03\x04" + bytes(50), "read_spreadsheet"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(50), "password-protected or old"),
        (b"%PDF-1.7\nnothing in it", "broken"),
        (pdf()[:200], "broken"),
        (pdf(password="geheim"), "protected by a password"),
        (pdf(2), "start_job"),
        (PNG + bytes(files.MOST_AT_ONCE), "bytes, and Textract takes"),
    ],
)
def test_what_textract_would_refuse_is_not_sent(
    user: Caller, put: Put, reader: Stubber, data: bytes, why: str
) -> None:
    with pytest.raises(ToolFault, match=why):
        read_text(put(data))


def test_a_pdf_without_a_password_that_is_encrypted_is_sent(
    user: Caller, put: Put, reader: Stubber
) -> None:
    reader.add_response("detect_document_text", answer(Page()))
    assert read_text(put(pdf(password=""))).text == ""


@pytest.mark.parametrize(
    "key",
    [
        "uploads/user-2/up-1/a.pdf",
        "uploads/user-1/../user-2/a.pdf",
        "documents/user-2/jobs/job-1.json",
        "runs/run-2/cmd-1/s1.png",
        "runs/run-9/cmd-1/s1.png",
        "templates/a.pdf",
    ],
)
@pytest.mark.parametrize("tool", [read_text, read_tables, read_forms, link, read_spreadsheet])
def test_what_is_not_the_callers_own_does_not_exist(
    user: Caller, put: Put, key: str, tool: Callable[[str], Any]
) -> None:
    with pytest.raises(ToolFault, match="no object with this key"):
        tool(put(PNG, key))


def test_a_picture_of_a_run_is_the_callers_own(user: Caller, put: Put, reader: Stubber) -> None:
    key = put(PNG, "runs/run-1/cmd-1/s1.png")
    place = {"S3Object": {"Bucket": BUCKET, "Name": key}}
    reader.add_response("detect_document_text", answer(Page()), {"Document": place})
    read_text(key)


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("ThrottlingException", "too often"),
        ("ProvisionedThroughputExceededException", "too often"),
        ("UnsupportedDocumentException", "password"),
        ("BadDocumentException", "broken"),
        ("DocumentTooLargeException", "larger than"),
        ("AccessDeniedException", "may not do this"),
        ("InvalidS3ObjectException", "cannot read the object"),
        ("ExpiredTokenException", "credentials"),
        ("NotImplementedByEmulator", "no engine"),
    ],
)
def test_refusals_of_textract(user: Caller, put: Put, reader: Stubber, code: str, why: str) -> None:
    reader.add_client_error("analyze_document", code, "secret text of the service")
    with pytest.raises(ToolFault, match=why) as caught:
        read_tables(put())
    assert "secret" not in str(caught.value)


def test_an_error_without_advice_stays_a_cloud_error(
    user: Caller, put: Put, reader: Stubber
) -> None:
    reader.add_client_error("analyze_document", "SomethingNewException")
    with pytest.raises(CloudCallError, match="SomethingNewException"):
        read_tables(put())


def test_a_service_that_stays_silent(user: Caller, put: Put) -> None:
    textract.client.cache_clear()

    def silent(**event: Any) -> None:
        raise ReadTimeoutError(endpoint_url="https://textract")

    textract.client().meta.events.register_first("before-send.textract", silent)
    try:
        with pytest.raises(ToolFault, match="did not answer in time"):
            read_text(put())
    finally:
        textract.client.cache_clear()


def test_refusals_of_s3(user: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ToolFault, match="no such object"):
        read_text(KEY)
    with Stubber(clients.s3()) as s3:
        for code in ("AccessDenied", "ExpiredToken", "SlowDown"):
            s3.add_client_error("get_object", code)
            with pytest.raises(ToolFault, match=r"may not reach|credentials|too often"):
                read_text(KEY)


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


def workbook() -> bytes:
    made = Workbook()
    made.worksheets[0].append(["a", 1])
    out = BytesIO()
    made.save(out)
    return out.getvalue()


def test_spreadsheets_by_their_content(user: Caller, put: Put) -> None:
    # Names lie; the content is asked.
    assert read_spreadsheet(put(workbook(), "uploads/user-1/u/a.csv")).rows == (("a", 1),)
    assert read_spreadsheet(put(b"a,1\n", "uploads/user-1/u/b.xlsx")).rows == (("a", 1),)


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(20), "password-protected or old"),
        (PNG, "use read_tables"),
        (pdf(), "use read_tables"),
        (b"a,b\n" + b"x" * files.MOST_OPENED, "the tool opens"),
    ],
)
def test_what_is_no_spreadsheet(user: Caller, put: Put, data: bytes, why: str) -> None:
    with pytest.raises(ToolFault, match=why):
        read_spreadsheet(put(data))


def test_a_csv_has_no_sheets(user: Caller, put: Put) -> None:
    with pytest.raises(ToolFault, match="no sheets"):
        read_spreadsheet(put(b"a,b\n"), sheet="x")


def test_what_writes_says_so() -> None:
    writing = {name for name, tool in server.tools.items() if tool.risk is Risk.WRITE}
    assert writing == {"export_tables", "start_job"}
    assert len(server.tools) == 10
    assert all(not tool.destructive for tool in server.tools.values())
