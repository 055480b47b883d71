from collections.abc import Callable
from datetime import UTC, datetime
from io import BytesIO
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from botocore.exceptions import ReadTimeoutError
from botocore.stub import Stubber
from openpyxl import load_workbook
from qs_mcp_document import files, textract
from qs_mcp_document.server import (
    ask,
    export_tables,
    link,
    read_forms,
    read_spreadsheet,
    read_tables,
    read_text,
    server,
)

from qs_cloud import clients
from qs_cloud.errors import CloudCallError
from qs_mcp import Risk, ToolFault
from qs_mcp.caller import Caller

from .conftest import BUCKET, KEY, PLACE, PNG, Put, pdf
from .textract_shapes import Page, answer


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


def test_what_writes_says_so() -> None:
    writing = {name for name, tool in server.tools.items() if tool.risk is Risk.WRITE}
    assert writing == {"export_tables", "start_job"}
    assert len(server.tools) == 10
    assert all(not tool.destructive for tool in server.tools.values())
