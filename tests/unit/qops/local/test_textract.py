"""Textract's operations and blocks over a reader that the test holds."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

import pytest

from qops.local.engines.reading import NotReadyError, Reading, UnreadableError
from qops.local.router.codec import HttpAnswer
from qops.local.router.registry import REGISTRY, Fault
from qops.local.services import textract_jobs
from qops.reading import alignment
from qops.reading.result import Box, Cell, Line, Page, Table, Word

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 20
PDF = b"%PDF-1.7\n"
PLACE = {"S3Object": {"Bucket": "b", "Name": "d.pdf"}}
Block = dict[str, Any]


def word(said: str, left: float, top: float, width: float = 40) -> Word:
    return Word(said, 90.0, Box(left, top, left + width, top + 16))


def sheet() -> Page:
    """A label with its value, and a table with a merged heading."""
    words = [word("Total:", 20, 20), word("42", 70, 20)]
    cells = [Cell(1, 1, 1, 2, Box(0, 100, 200, 130))]
    words.append(word("Heading", 60, 105))
    for row in (2, 3):
        for column in (1, 2):
            top, left = 100.0 + 30 * (row - 1), 100.0 * (column - 1)
            cells.append(Cell(row, column, 1, 1, Box(left, top, left + 100, top + 30)))
            words.append(word(f"{row}{column}", left + 10, top + 6))
    table = Table(tuple(cells), ruled=True)
    return Page(400, 400, tuple(Line((one,)) for one in words), (table,))


class HeldReader:
    """Answers pages of a document, or raises what stands for a page."""

    def __init__(self, *pages: Page | Exception) -> None:
        self.pages = list(pages)
        self.asked: list[int] = []

    async def read(self, data: bytes, *, first: int = 0, **_: Any) -> Reading:
        self.asked.append(first)
        page = self.pages[first]
        if isinstance(page, Exception):
            if isinstance(page, NotReadyError):
                self.pages[first] = sheet()
            raise page
        return Reading(len(self.pages), (page,))


def held(desk: Any, *pages: Page | Exception) -> HeldReader:
    reader = HeldReader(*pages)
    desk.context.reader = reader

    async def download(*_: Any) -> HttpAnswer:
        return HttpAnswer(200, {}, PDF)

    desk.backends.download = download
    return reader


def by_kind(blocks: list[Block], kind: str) -> list[Block]:
    return [block for block in blocks if block["BlockType"] == kind]


def related(block: Block, kind: str, blocks: list[Block]) -> list[Block]:
    identifiers = [
        one
        for relation in block.get("Relationships", [])
        if relation["Type"] == kind
        for one in relation["Ids"]
    ]
    return [next(b for b in blocks if b["Id"] == identifier) for identifier in identifiers]


def said(block: Block, blocks: list[Block]) -> str:
    return " ".join(one["Text"] for one in related(block, "CHILD", blocks) if "Text" in one)


def analyse(desk: Any, *features: str, **params: Any) -> list[Block]:
    params.setdefault("Document", {"Bytes": PNG})
    answer = desk.operate("textract", "AnalyzeDocument", FeatureTypes=list(features), **params)
    return list(answer["Blocks"])


def test_a_page_holds_lines_that_hold_words(desk: Any) -> None:
    held(desk, sheet())
    answer = desk.operate("textract", "DetectDocumentText", Document={"Bytes": PNG})
    blocks = answer["Blocks"]
    assert answer["DocumentMetadata"] == {"Pages": 1}
    assert blocks[0]["BlockType"] == "PAGE"
    assert blocks[0]["Geometry"]["BoundingBox"] == {"Width": 1, "Height": 1, "Left": 0, "Top": 0}
    lines = related(blocks[0], "CHILD", blocks)
    assert [one["Text"] for one in lines][:3] == ["Total:", "42", "Heading"]
    assert [one["BlockType"] for one in related(lines[0], "CHILD", blocks)] == ["WORD"]
    assert not by_kind(blocks, "TABLE")


def test_a_table_has_cells_and_merged_cells(desk: Any) -> None:
    held(desk, sheet())
    blocks = analyse(desk, "TABLES")
    (table,) = by_kind(blocks, "TABLE")
    cells = related(table, "CHILD", blocks)
    assert [(one["RowIndex"], one["ColumnIndex"]) for one in cells] == [
        (1, 1),
        (1, 2),
        (2, 1),
        (2, 2),
        (3, 1),
        (3, 2),
    ]
    assert [said(one, blocks) for one in cells] == ["Heading", "", "21", "22", "31", "32"]
    (merged,) = related(table, "MERGED_CELL", blocks)
    assert (merged["RowSpan"], merged["ColumnSpan"]) == (1, 2)
    assert [one["ColumnIndex"] for one in related(merged, "CHILD", blocks)] == [1, 2]
    assert merged["EntityTypes"] == ["COLUMN_HEADER"]
    assert "EntityTypes" not in cells[2]
    assert all(one["RowSpan"] == one["ColumnSpan"] == 1 for one in cells)


def test_a_form_has_keys_with_values(desk: Any) -> None:
    held(desk, sheet())
    blocks = analyse(desk, "FORMS")
    keys = [one for one in by_kind(blocks, "KEY_VALUE_SET") if one["EntityTypes"] == ["KEY"]]
    assert [said(key, blocks) for key in keys] == ["Total:"]
    (value,) = related(keys[0], "VALUE", blocks)
    assert (value["EntityTypes"], said(value, blocks)) == (["VALUE"], "42")


def test_a_question_is_answered_by_a_label_or_not_at_all(desk: Any) -> None:
    held(desk, sheet())
    asked = [{"Text": "What is the total?", "Alias": "T"}, {"Text": "Who signed?"}]
    blocks = analyse(desk, "QUERIES", QueriesConfig={"Queries": asked})
    first, second = by_kind(blocks, "QUERY")
    assert first["Query"] == asked[0]
    (result,) = related(first, "ANSWER", blocks)
    assert (result["BlockType"], result["Text"]) == ("QUERY_RESULT", "42")
    assert "Relationships" not in second


def test_every_relation_names_a_block(desk: Any) -> None:
    held(desk, sheet())
    queries = {"Queries": [{"Text": "total"}]}
    blocks = analyse(desk, "TABLES", "FORMS", "QUERIES", QueriesConfig=queries)
    known = {block["Id"] for block in blocks}
    assert len(known) == len(blocks)
    for block in blocks:
        for relation in block.get("Relationships", []):
            assert set(relation["Ids"]) <= known


@pytest.mark.parametrize(
    ("params", "code"),
    [
        ({"FeatureTypes": []}, "InvalidParameterException"),
        ({"FeatureTypes": ["MAGIC"]}, "InvalidParameterException"),
        ({"FeatureTypes": ["LAYOUT"]}, "InvalidParameterException"),
        ({"FeatureTypes": ["SIGNATURES", "TABLES"]}, "InvalidParameterException"),
        ({"FeatureTypes": ["QUERIES"]}, "InvalidParameterException"),
        ({"FeatureTypes": ["TABLES"], "HumanLoopConfig": {"a": 1}}, "InvalidParameterException"),
        ({"FeatureTypes": ["TABLES"], "Document": {}}, "InvalidParameterException"),
        (
            {"FeatureTypes": ["TABLES"], "Document": {"Bytes": b"GIF89a"}},
            "UnsupportedDocumentException",
        ),
        (
            {"FeatureTypes": ["TABLES"], "Document": {"Bytes": PDF + b"0" * 11 * 1024 * 1024}},
            "DocumentTooLargeException",
        ),
    ],
)
def test_what_is_wrong_is_refused_as_aws_does(desk: Any, params: dict[str, Any], code: str) -> None:
    held(desk, sheet())
    with pytest.raises(Fault) as caught:
        desk.operate("textract", "AnalyzeDocument", **{"Document": {"Bytes": PNG}, **params})
    assert caught.value.code == code


def test_more_pages_than_one_take_a_job(desk: Any) -> None:
    held(desk, sheet(), sheet())
    with pytest.raises(Fault) as caught:
        desk.operate("textract", "DetectDocumentText", Document={"Bytes": PDF})
    assert caught.value.code == "UnsupportedDocumentException"


def test_a_broken_document_is_named_so(desk: Any) -> None:
    held(desk, UnreadableError("no trailer"))
    with pytest.raises(Fault, match="no trailer") as caught:
        desk.operate("textract", "DetectDocumentText", Document={"Bytes": PDF})
    assert caught.value.code == "BadDocumentException"


def test_what_no_engine_can_do_is_never_invented(desk: Any) -> None:
    for name in ("AnalyzeExpense", "AnalyzeID", "StartLendingAnalysis"):
        with pytest.raises(Fault) as caught:
            desk.operate("textract", name)
        assert caught.value.code == "AccessDeniedException"


class Jobs:
    """Calls in one loop, so that jobs go on between them."""

    def __init__(self, desk: Any) -> None:
        self._desk = desk

    async def call(self, name: str, **params: Any) -> dict[str, Any]:
        hooks = REGISTRY.hooks("textract", name)
        assert hooks is not None
        assert hooks.operation is not None
        return await hooks.operation(self._desk.call("textract", name, **params))

    async def code(self, name: str, **params: Any) -> str:
        with pytest.raises(Fault) as caught:
            await self.call(name, **params)
        return caught.value.code

    async def done(self, name: str, identifier: str) -> dict[str, Any]:
        while True:
            answer = await self.call(name, JobId=identifier)
            if answer["JobStatus"] != "IN_PROGRESS":
                return answer
            await asyncio.sleep(0)


def run(desk: Any, work: Callable[[Jobs], Any]) -> None:
    asyncio.run(work(Jobs(desk)))


def test_a_job_reads_every_page(desk: Any) -> None:
    reader = held(desk, sheet(), sheet(), sheet())

    async def work(jobs: Jobs) -> None:
        started = await jobs.call("StartDocumentTextDetection", DocumentLocation=PLACE)
        first = await jobs.call("GetDocumentTextDetection", JobId=started["JobId"])
        assert first["JobStatus"] == "IN_PROGRESS"
        assert "Blocks" not in first
        answer = await jobs.done("GetDocumentTextDetection", started["JobId"])
        assert answer["JobStatus"] == "SUCCEEDED"
        assert answer["DocumentMetadata"] == {"Pages": 3}
        assert [one["Page"] for one in by_kind(answer["Blocks"], "PAGE")] == [1, 2, 3]

    run(desk, work)
    assert reader.asked == [0, 1, 2]


def test_results_come_in_parts(desk: Any) -> None:
    held(desk, sheet(), sheet())

    async def work(jobs: Jobs) -> None:
        params = {"DocumentLocation": PLACE, "FeatureTypes": ["TABLES"]}
        job = (await jobs.call("StartDocumentAnalysis", **params))["JobId"]
        everything = (await jobs.done("GetDocumentAnalysis", job))["Blocks"]
        parts: list[Block] = []
        token: dict[str, Any] = {}
        while True:
            answer = await jobs.call("GetDocumentAnalysis", JobId=job, MaxResults=7, **token)
            assert len(answer["Blocks"]) <= 7
            parts += answer["Blocks"]
            if "NextToken" not in answer:
                break
            token = {"NextToken": answer["NextToken"]}
        assert parts == everything
        bad = {"JobId": job, "NextToken": "other-7"}
        assert await jobs.code("GetDocumentAnalysis", **bad) == "InvalidParameterException"
        wrong = {"JobId": job, "MaxResults": 0}
        assert await jobs.code("GetDocumentAnalysis", **wrong) == "InvalidParameterException"
        assert await jobs.code("GetDocumentTextDetection", JobId=job) == "InvalidJobIdException"
        assert await jobs.code("GetDocumentAnalysis", JobId="none") == "InvalidJobIdException"

    run(desk, work)


def test_a_job_takes_twice_as_many_questions_as_a_page(desk: Any) -> None:
    held(desk, sheet())

    def asked(count: int) -> dict[str, Any]:
        queries = {"Queries": [{"Text": f"total {n}"} for n in range(count)]}
        return {"FeatureTypes": ["QUERIES"], "QueriesConfig": queries}

    with pytest.raises(Fault, match="At most 15 queries"):
        desk.operate("textract", "AnalyzeDocument", Document={"Bytes": PNG}, **asked(16))

    async def work(jobs: Jobs) -> None:
        job = await jobs.call("StartDocumentAnalysis", DocumentLocation=PLACE, **asked(30))
        answer = await jobs.done("GetDocumentAnalysis", job["JobId"])
        assert len(by_kind(answer["Blocks"], "QUERY")) == 30
        code = await jobs.code("StartDocumentAnalysis", DocumentLocation=PLACE, **asked(31))
        assert code == "InvalidParameterException"

    run(desk, work)


def test_a_token_starts_one_job(desk: Any) -> None:
    held(desk, sheet())

    async def work(jobs: Jobs) -> None:
        params = {"DocumentLocation": PLACE, "ClientRequestToken": "t"}
        first = await jobs.call("StartDocumentTextDetection", **params)
        assert await jobs.call("StartDocumentTextDetection", **params) == first
        other = {**params, "JobTag": "x"}
        code = await jobs.code("StartDocumentTextDetection", **other)
        assert code == "IdempotentParameterMismatchException"
        await jobs.done("GetDocumentTextDetection", first["JobId"])

    run(desk, work)


def test_the_end_of_a_job_is_published_and_its_results_are_kept(desk: Any) -> None:
    held(desk, sheet())
    channel = {"SNSTopicArn": "arn:topic", "RoleArn": "arn:aws:iam::1:role/r"}

    async def work(jobs: Jobs) -> None:
        job = await jobs.call(
            "StartDocumentTextDetection",
            DocumentLocation=PLACE,
            NotificationChannel=channel,
            JobTag="tag",
            OutputConfig={"S3Bucket": "out", "S3Prefix": "p"},
        )
        await jobs.done("GetDocumentTextDetection", job["JobId"])
        for _ in range(5):
            await asyncio.sleep(0)
        calls = {(service, name): params for service, name, params in desk.backends.calls}
        kept = calls["s3", "PutObject"]
        assert (kept["Bucket"], kept["Key"]) == ("out", f"p/{job['JobId']}/1")
        assert json.loads(kept["Body"])["Blocks"]
        told = json.loads(calls["sns", "Publish"]["Message"])
        assert (told["Status"], told["JobTag"], told["API"]) == (
            "SUCCEEDED",
            "tag",
            "StartDocumentTextDetection",
        )
        assert told["DocumentLocation"] == {"S3ObjectName": "d.pdf", "S3Bucket": "b"}

    run(desk, work)


def test_a_channel_that_does_not_exist_is_refused_at_the_start(desk: Any) -> None:
    held(desk, sheet())

    def missing(*_: Any) -> Any:
        raise Fault("NotFound", "no such topic")

    desk.backends.answers["sns", "GetTopicAttributes"] = missing
    channel = {"SNSTopicArn": "arn:topic", "RoleArn": "arn:aws:iam::1:role/r"}

    async def work(jobs: Jobs) -> None:
        params = {"DocumentLocation": PLACE, "NotificationChannel": channel}
        code = await jobs.code("StartDocumentTextDetection", **params)
        assert code == "InvalidParameterException"

    run(desk, work)


def test_jobs_end_badly_in_the_words_of_the_service(
    desk: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(textract_jobs, "_RETRY_SECONDS", 0.0)

    async def work(jobs: Jobs) -> None:
        params: dict[str, Any] = {"DocumentLocation": PLACE}
        held(desk, UnreadableError("no trailer"))
        job = (await jobs.call("StartDocumentTextDetection", **params))["JobId"]
        answer = await jobs.done("GetDocumentTextDetection", job)
        assert answer["JobStatus"] == "FAILED"
        assert answer["StatusMessage"].startswith("BadDocumentException")
        held(desk, sheet(), UnreadableError("page 2"), sheet())
        job = (await jobs.call("StartDocumentTextDetection", **params))["JobId"]
        answer = await jobs.done("GetDocumentTextDetection", job)
        assert answer["JobStatus"] == "PARTIAL_SUCCESS"
        assert answer["Warnings"] == [{"ErrorCode": "BAD_DOCUMENT", "Pages": [2]}]
        # an engine that is being prepared is waited for
        held(desk, NotReadyError("being prepared"))
        job = (await jobs.call("StartDocumentTextDetection", **params))["JobId"]
        answer = await jobs.done("GetDocumentTextDetection", job)
        assert answer["JobStatus"] == "SUCCEEDED"
        bytes_given = {"DocumentLocation": {"Bytes": PDF}}
        code = await jobs.code("StartDocumentTextDetection", **bytes_given)
        assert code == "DocumentTooLargeException"

    run(desk, work)


def test_an_aligned_table_is_a_table_too(desk: Any) -> None:
    words = [word(f"{r}{c}", 20 + c * 120, 20 + r * 30) for r in range(4) for c in range(3)]
    lines = tuple(Line((one,)) for one in words)
    held(desk, Page(400, 400, lines, tuple(alignment.tables(lines))))
    assert len(by_kind(analyse(desk, "TABLES"), "CELL")) == 12
