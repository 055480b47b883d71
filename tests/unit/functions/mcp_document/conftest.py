"""Documents of a user in an AWS account inside this process; Textract is stubbed."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from io import BytesIO

import pytest
from botocore.stub import Stubber
from pypdf import PdfWriter
from qs_mcp_document import textract

from qs_cloud import clients
from qs_cloud.run_record import new_run_values
from qs_cloud.table import runs_table
from qs_mcp.caller import Caller, calling_as
from qscreen.wire import RunRequest

BUCKET = "qscreen-test-screenshots"
NOW = datetime(2026, 11, 23, 9, 0, 0, tzinfo=UTC)
ME = Caller("user-1", frozenset({"user"}), frozenset({"qscreen/mcp.document"}), "request-1")
KEY = "uploads/user-1/up-1/report.pdf"
PLACE = {"S3Object": {"Bucket": BUCKET, "Name": KEY}}
PNG = b"\x89PNG\r\n\x1a\n" + bytes(100)
Put = Callable[..., str]


def pdf(pages: int = 1, password: str | None = None) -> bytes:
    writer = PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(200, 200)
    if password is not None:
        writer.encrypt(password, algorithm="RC4-128")
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


@pytest.fixture
def user(aws: None) -> Iterator[Caller]:
    for run_id, owner in (("run-1", "user-1"), ("run-2", "user-2")):
        request = RunRequest.model_validate({"device_id": "dev-1", "goal": "g"})
        runs_table("qscreen-test-runs").create(
            new_run_values(run_id, owner, request, "g", None, NOW)
        )
    with calling_as(ME):
        yield ME


@pytest.fixture
def put(aws: None) -> Callable[..., str]:
    def store(data: bytes | None = None, key: str = KEY) -> str:
        body = pdf() if data is None else data
        clients.s3().put_object(Bucket=BUCKET, Key=key, Body=body)
        return key

    return store


@pytest.fixture
def reader(aws: None) -> Iterator[Stubber]:
    """Textract: answers what a test says, in the form that botocore demands."""
    textract.client.cache_clear()
    with Stubber(textract.client()) as stubber:
        yield stubber
        stubber.assert_no_pending_responses()
    textract.client.cache_clear()
