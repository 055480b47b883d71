"""Pictures and documents: Rekognition, Textract and S3 failing on the wire, and files that lie."""

import struct
import tracemalloc
import zlib
from collections.abc import Callable
from io import BytesIO
from types import ModuleType
from typing import Any

import pytest
from aws_seam import Answered, AwsSeam, CutShort, HungUp, Passed, Raw, Refused, Silent
from mcp_events import McpClient
from pypdf import PdfWriter

Aws = Callable[[str], Any]
BUCKET = "qscreen-test-screenshots"
PICTURE = "uploads/user-1/upl-1/screen.png"
PAPER = "uploads/user-1/upl-1/paper.pdf"
DETECT = ("rekognition", "DetectText")
READ = ("textract", "DetectDocumentText")
WORD = {
    "DetectedText": "Save",
    "Type": "LINE",
    "Id": 0,
    "Confidence": 99.0,
    "Geometry": {"BoundingBox": {"Left": 0.1, "Top": 0.1, "Width": 0.1, "Height": 0.1}},
}
SEEN = Answered({"TextDetections": [WORD]})
BLOCKS = Answered(
    {
        "DocumentMetadata": {"Pages": 1},
        "Blocks": [
            {
                "BlockType": "LINE",
                "Id": "l1",
                "Text": "Invoice",
                "Confidence": 99.0,
                "Page": 1,
                "Geometry": {
                    "BoundingBox": {"Left": 0.1, "Top": 0.1, "Width": 0.1, "Height": 0.1},
                    "Polygon": [],
                },
            }
        ],
    }
)
GATEWAY_SECONDS = 29
"""How long API Gateway waits for an integration by default."""


def png(width: int = 64, height: int = 64, rows: int | None = None) -> bytes:
    """A picture of one shade; `rows` of it at most are really there."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    packer = zlib.compressobj(9)
    row = b"\0" * (width + 1)
    data = b"".join(packer.compress(row) for _ in range(height if rows is None else rows))
    data += packer.flush()
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")
    )


def pdf() -> bytes:
    writer, out = PdfWriter(), BytesIO()
    writer.add_blank_page(200, 200)
    writer.write(out)
    return out.getvalue()


@pytest.fixture
def vision(
    seam: AwsSeam, aws: Aws, load_handler: Callable[[str], ModuleType]
) -> Callable[..., Any]:
    """Ask the server ``vision`` to read a file as a picture."""
    client = McpClient(load_handler("mcp-vision").handler, "/v1/mcp/vision", "qscreen/mcp.vision")

    def ask(data: bytes | None = None) -> Any:
        aws("s3").put_object(Bucket=BUCKET, Key=PICTURE, Body=png() if data is None else data)
        return client.call("read_text", {"picture": PICTURE})

    return ask


@pytest.fixture
def document(
    seam: AwsSeam, aws: Aws, load_handler: Callable[[str], ModuleType]
) -> Callable[..., Any]:
    """Ask the server ``document`` to read a file."""
    client = McpClient(
        load_handler("mcp-document").handler, "/v1/mcp/document", "qscreen/mcp.document"
    )

    def ask(data: bytes | None = None, tool: str = "read_text", **more: Any) -> Any:
        aws("s3").put_object(Bucket=BUCKET, Key=PAPER, Body=pdf() if data is None else data)
        return client.call(tool, {"document": PAPER, **more})

    return ask


def said(answer: Any) -> str:
    """What a tool says that could not do its work."""
    assert answer.status == 200
    assert answer.result["isError"] is True, answer.result
    return str(answer.said)


THROTTLED = Refused("ThrottlingException")


@pytest.mark.parametrize("trouble", [THROTTLED, HungUp()], ids=["throttled", "hung-up"])
def test_a_passing_fault_of_rekognition_is_not_noticed(
    seam: AwsSeam, vision: Callable[..., Any], trouble: Any
) -> None:
    seam.next(*DETECT, trouble, SEEN)
    assert vision().result["structuredContent"]["text"] == "Save"


@pytest.mark.parametrize(
    ("trouble", "advice", "asked"),
    [
        (THROTTLED, "Wait some seconds", 2),
        (Refused("ProvisionedThroughputExceededException"), "Wait some seconds", 2),
        (Refused("InternalServerError", status=500), "Call it again", 2),
        (HungUp(), "Call it again", 2),
        (CutShort(of=SEEN), "Call it again", 1),
        (Raw(b"<html>"), "Call it again", 1),
        (Refused("AccessDeniedException"), "Tell the operator", 1),
        (Refused("InvalidImageFormatException"), "convert it to PNG", 1),
        (Refused("ImageTooLargeException"), "smaller picture", 1),
        (Refused("ExpiredTokenException"), "Call it again", 1),
    ],
    ids=lambda value: getattr(value, "code", type(value).__name__),
)
def test_what_rekognition_refuses_is_told_with_advice(
    seam: AwsSeam, vision: Callable[..., Any], trouble: Any, advice: str, asked: int
) -> None:
    seam.always(*DETECT, trouble)
    assert advice in said(vision())
    assert seam.asked(*DETECT) == asked


def test_rekognition_that_stays_silent_costs_a_bounded_time(
    seam: AwsSeam,
    vision: Callable[..., Any],
    stopwatch: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from qs_mcp_vision import rekognition

    whole = rekognition.ATTEMPTS * (
        rekognition.CONNECT_TIMEOUT_SECONDS + rekognition.READ_TIMEOUT_SECONDS
    )
    assert whole < GATEWAY_SECONDS - 5
    monkeypatch.setattr(rekognition, "READ_TIMEOUT_SECONDS", 1)
    rekognition.client.cache_clear()
    seam.always(*DETECT, Silent())
    with stopwatch() as took:
        assert "did not answer in time" in said(vision())
    rekognition.client.cache_clear()
    assert seam.asked(*DETECT) == rekognition.ATTEMPTS
    assert took.seconds < 6


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"%PDF-1.7 ...", "a PDF"),
        (b"GIF89a" + bytes(100), "a GIF"),
        (b"II*\0" + bytes(100), "a TIFF"),
        (b"RIFF\x10\0\0\0WEBPVP8 ", "a WebP"),
        (b"just some text", "unknown type"),
        (b"", "empty"),
        (png()[:30], "broken"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", "broken"),
        (png(0, 10), "broken"),
    ],
    ids=["pdf", "gif", "tiff", "webp", "text", "empty", "cut-png", "cut-jpeg", "no-width"],
)
def test_a_file_that_is_no_picture_is_told_and_nobody_is_asked(
    seam: AwsSeam, vision: Callable[..., Any], data: bytes, why: str
) -> None:
    assert why in said(vision(data))
    assert seam.asked(*DETECT) == 0


def test_a_picture_whose_end_is_missing_is_rekognitions_to_refuse(
    seam: AwsSeam, vision: Callable[..., Any]
) -> None:
    seam.next(*DETECT, Refused("InvalidImageFormatException"))
    assert "Take the picture again" in said(vision(png(400, 400)[:-40]))


def test_a_picture_that_unpacks_to_gigabytes_is_never_unpacked_here(
    seam: AwsSeam, vision: Callable[..., Any]
) -> None:
    # 40,000 x 40,000 pixels are 1.6 GB; what lies in S3 is small.
    bomb = png(40_000, 40_000, rows=1_000)
    assert len(bomb) < 3_000_000
    seam.always(*DETECT, Refused("InvalidImageFormatException"))
    tracemalloc.start()
    try:
        text = said(vision(bomb))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert text
    assert peak < 60_000_000


@pytest.mark.parametrize(
    ("trouble", "advice"),
    [
        (Refused("SlowDown", status=503), "Wait some seconds"),
        (CutShort(), "Call it again"),
        (HungUp(), "Call it again"),
        (Refused("NoSuchKey", status=404), "Check the key"),
        (Refused("AccessDenied", status=403), "Check the key"),
    ],
    ids=["slow-down", "cut", "hung-up", "gone", "denied"],
)
def test_what_s3_refuses_is_told_with_advice(
    seam: AwsSeam, vision: Callable[..., Any], trouble: Any, advice: str
) -> None:
    seam.always("s3", "GetObject", trouble)
    assert advice in said(vision())
    assert seam.asked(*DETECT) == 0


def test_a_passing_fault_of_s3_is_not_noticed(seam: AwsSeam, vision: Callable[..., Any]) -> None:
    seam.next("s3", "GetObject", Refused("SlowDown", status=503))
    seam.next(*DETECT, SEEN)
    assert vision().result["structuredContent"]["text"] == "Save"


@pytest.mark.parametrize("trouble", [THROTTLED, HungUp()], ids=["throttled", "hung-up"])
def test_a_passing_fault_of_textract_is_not_noticed(
    seam: AwsSeam, document: Callable[..., Any], trouble: Any
) -> None:
    seam.next(*READ, trouble, BLOCKS)
    assert document().result["structuredContent"]["text"] == "Invoice"


@pytest.mark.parametrize(
    ("trouble", "advice"),
    [
        (THROTTLED, "Wait some seconds"),
        (Refused("ProvisionedThroughputExceededException"), "Wait some seconds"),
        (Refused("InternalServerError", status=500), "again"),
        (CutShort(of=BLOCKS), "again"),
        (HungUp(), "again"),
        (Refused("BadDocumentException"), "save it again"),
        (Refused("UnsupportedDocumentException"), "start_job"),
        (Refused("DocumentTooLargeException"), "start_job"),
        (Refused("AccessDeniedException"), "Tell the operator"),
    ],
    ids=lambda value: getattr(value, "code", type(value).__name__),
)
def test_what_textract_refuses_is_told_with_advice(
    seam: AwsSeam, document: Callable[..., Any], trouble: Any, advice: str
) -> None:
    seam.always(*READ, trouble)
    assert advice in said(document())


def test_textract_that_stays_silent_costs_a_bounded_time(
    seam: AwsSeam,
    document: Callable[..., Any],
    stopwatch: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from qs_mcp_document import textract

    monkeypatch.setattr(textract, "READ_TIMEOUT_SECONDS", 1)
    textract.client.cache_clear()
    seam.always(*READ, Silent())
    with stopwatch() as took:
        assert "did not answer in time" in said(document())
    textract.client.cache_clear()
    assert took.seconds < 6


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"%PDF-1.7 and nothing more", "broken"),
        (pdf()[:-60], "broken"),
        (b"PK\x03\x04" + bytes(50), "ZIP"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "password-protected or old"),
        (b"", "empty"),
        (bytes(100), "unknown type"),
    ],
    ids=["no-pages", "cut-pdf", "zip", "ole", "empty", "zeros"],
)
def test_a_file_that_is_no_document_is_told_and_nobody_is_asked(
    seam: AwsSeam, document: Callable[..., Any], data: bytes, why: str
) -> None:
    seam.always(*READ, BLOCKS)
    answer = document(data)
    if answer.result["isError"] is False:
        # pypdf finds the pages of a file without its end, and so does Textract.
        assert data.startswith(b"%PDF-")
        return
    assert why in said(answer)
    assert seam.asked(*READ) == 0


def test_a_job_that_cannot_be_kept_is_told_and_the_repeat_finds_it(
    seam: AwsSeam, document: Callable[..., Any]
) -> None:
    for operation in ("StartDocumentAnalysis", "StartDocumentTextDetection"):
        seam.always("textract", operation, Answered({"JobId": "textract-1"}))
    for operation in ("GetDocumentAnalysis", "GetDocumentTextDetection"):
        seam.always("textract", operation, Answered({"JobStatus": "IN_PROGRESS"}))
    seam.always("s3", "PutObject", Refused("SlowDown", status=503))
    assert "The job was started, but not kept" in said(
        document(tool="start_job", features=["tables"])
    )
    seam.always("s3", "PutObject", Passed())
    found = document(tool="start_job", features=["tables"])
    assert found.result["isError"] is False, found.said
    assert found.result["structuredContent"]["job_id"].startswith("job-")
