"""The server ``document`` over its own transport; AWS is inside this process."""

import sys
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from botocore.stub import Stubber
from mcp_events import HANDSHAKE, MODERN, McpClient
from moto import mock_aws
from openpyxl import Workbook, load_workbook
from pypdf import PdfWriter

from qs_cloud import clients

FOLDER = str(Path(__file__).resolve().parents[3] / "lambda_src" / "mcp-document")
if FOLDER not in sys.path:
    sys.path.append(FOLDER)

from qs_mcp_document import jobs, textract  # noqa: E402 - found by the folder above

BUCKET = "qscreen-test-screenshots"
KEY = "uploads/user-1/upl-1/보고서 1.pdf"


def pdf(pages: int) -> bytes:
    writer = PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(200, 200)
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def blocks() -> list[dict[str, Any]]:
    """A table of one row, in the form of Textract."""
    cells = [
        {
            "BlockType": "CELL",
            "Id": f"c{n}",
            "RowIndex": 1,
            "ColumnIndex": n,
            "Page": 2,
            "Relationships": [{"Type": "CHILD", "Ids": [f"w{n}"]}],
        }
        for n in (1, 2)
    ]
    words = [
        {"BlockType": "WORD", "Id": f"w{n}", "Text": text, "Page": 2}
        for n, text in ((1, "sum"), (2, "1,200"))
    ]
    table = {
        "BlockType": "TABLE",
        "Id": "t",
        "Page": 2,
        "Confidence": 95.0,
        "Relationships": [{"Type": "CHILD", "Ids": ["c1", "c2"]}],
    }
    return [table, *cells, *words]


def _forget_clients() -> None:
    """What another test has made for its own server is made anew."""
    for made in (*vars(clients).values(), textract.client):
        if hasattr(made, "cache_clear"):
            made.cache_clear()


@pytest.fixture
def reading(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stubber]:
    """A bucket with a document of three pages, and Textract, which answers what a test says."""
    for name, value in {
        "AWS_DEFAULT_REGION": "ap-northeast-2",
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "POWERTOOLS_SERVICE_NAME": "test",
        "POWERTOOLS_METRICS_NAMESPACE": "QScreen",
        "QS_RUNS_TABLE": "qscreen-test-runs",
        "QS_SCREENSHOTS_BUCKET": BUCKET,
        "QS_CONFIGURATION_TABLE": "qscreen-test-configuration",
        "QS_EVENT_BUS": "qscreen-test",
    }.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    monkeypatch.setattr(jobs, "PAUSE_SECONDS", 0.01)
    _forget_clients()
    with mock_aws():
        clients.s3().create_bucket(
            Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "ap-northeast-2"}
        )
        clients.s3().put_object(Bucket=BUCKET, Key=KEY, Body=pdf(3))
        # Where changes are written down before they are made.
        clients.dynamodb().create_table(
            TableName="qscreen-test-configuration",
            KeySchema=[
                {"AttributeName": "server", "KeyType": "HASH"},
                {"AttributeName": "name", "KeyType": "RANGE"},
            ],
            AttributeDefinitions=[
                {"AttributeName": "server", "AttributeType": "S"},
                {"AttributeName": "name", "AttributeType": "S"},
            ],
            BillingMode="PAY_PER_REQUEST",
        )
        clients.events().create_event_bus(Name="qscreen-test")
        with Stubber(textract.client()) as stubber:
            yield stubber
            stubber.assert_no_pending_responses()
    _forget_clients()


@pytest.fixture
def client(reading: Stubber, load_handler: Callable[[str], ModuleType]) -> McpClient:
    handler = load_handler("mcp-document").handler
    return McpClient(handler, "/v1/mcp/document", "qscreen/mcp.document")


@pytest.mark.parametrize("revision", ["2025-03-26", HANDSHAKE, MODERN])
def test_every_revision_lists_all_tools(client: McpClient, revision: str) -> None:
    client.revision = revision
    tools = {one["name"]: one for one in client.send("tools/list").result["tools"]}
    assert len(tools) == 10
    for name, tool in tools.items():
        writes = name in ("export_tables", "start_job")
        assert tool["annotations"]["readOnlyHint"] is not writes
        assert tool["_meta"]["qscreen/risk"] == ("write" if writes else "read")
        assert tool["outputSchema"]["type"] == "object"


def test_a_job_from_start_to_spreadsheet(client: McpClient, reading: Stubber) -> None:
    reading.add_response("start_document_analysis", {"JobId": "textract-1"})
    for status in ("IN_PROGRESS", "IN_PROGRESS", "SUCCEEDED"):
        reading.add_response("get_document_analysis", {"JobStatus": status})
    done = {"JobStatus": "SUCCEEDED", "DocumentMetadata": {"Pages": 3}}
    for _ in range(2):
        reading.add_response(
            "get_document_analysis", {**done, "Blocks": blocks()[:3], "NextToken": "more"}
        )
        reading.add_response("get_document_analysis", {**done, "Blocks": blocks()[3:]})
    started = client.call("start_job", {"document": KEY, "features": ["tables"]})
    job_id = started.result["structuredContent"]["job_id"]
    waited = client.call("job_status", {"job_id": job_id, "wait_seconds": 5}, progressToken="p1")
    told = [one for one in waited.messages if one.get("method") == "notifications/progress"]
    assert told
    assert told[0]["params"]["progressToken"] == "p1"
    assert waited.result["structuredContent"]["status"] == "succeeded"
    read = client.call("job_result", {"job_id": job_id, "what": "tables", "csv": True})
    (table,) = read.result["structuredContent"]["tables"]
    assert (table["page"], table["rows"]) == (2, [["sum", "1,200"]])
    assert table["csv"] == 'sum,"1,200"\r\n'
    made = client.call("export_tables", {"job_id": job_id}).result["structuredContent"]
    assert made["key"].startswith("documents/user-1/tables/")
    body = clients.s3().get_object(Bucket=BUCKET, Key=made["key"])["Body"].read()
    assert load_workbook(BytesIO(body)).worksheets[0]["B1"].value == 1200


def test_a_viewer_reads_but_starts_nothing(
    client: McpClient, reading: Stubber, load_handler: Callable[[str], ModuleType]
) -> None:
    viewer = McpClient(
        load_handler("mcp-document").handler,
        "/v1/mcp/document",
        "qscreen/mcp.document",
        groups="viewer",
    )
    refused = viewer.call("start_job", {"document": KEY, "features": ["tables"]})
    assert "a viewer may only read" in refused.said
    assert viewer.call("link", {"document": KEY}).result["structuredContent"]["key"] == KEY


def test_a_spreadsheet_without_textract(client: McpClient) -> None:
    book = Workbook()
    book.worksheets[0].append(["이름", 3])
    out = BytesIO()
    book.save(out)
    key = "uploads/user-1/upl-2/표.xlsx"
    clients.s3().put_object(Bucket=BUCKET, Key=key, Body=out.getvalue())
    found = client.call("read_spreadsheet", {"document": key}).result["structuredContent"]
    assert found["rows"] == [["이름", 3]]


def test_faults_are_results_with_advice(client: McpClient) -> None:
    assert "Use start_job" in client.call("read_text", {"document": KEY}).said
    other = client.call("read_text", {"document": "uploads/user-2/upl-1/a.pdf"})
    assert "no object with this key" in other.said
    wrong = client.call("job_status", {"job_id": "textract-1"})
    assert "do not fit its input schema" in wrong.said
    assert wrong.result["isError"] is True
