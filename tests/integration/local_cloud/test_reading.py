"""Rekognition and Textract on real pictures and documents, through the router by boto3."""

from __future__ import annotations

import io
import json
import subprocess
from collections.abc import Callable
from typing import Any

import corpus_scores
import corpus_screens
import corpus_tables
import psutil
import pytest
from corpus_screens import TrueWord
from local_cloud_support import eventually, prepared
from PIL import Image, ImageDraw, ImageFont

from qops.local import LocalCloud
from qops.reading.result import Box, Cell, Line, Page, Table, Word

Block = dict[str, Any]
KOREAN_FLOOR, ENGLISH_FLOOR, CELL_FLOOR = 0.85, 0.95, 0.75


def png(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "PNG", compress_level=1)
    return out.getvalue()


@pytest.fixture(scope="module")
def screen() -> corpus_screens.Screen:
    return next(corpus_screens.screens("tuning", 1))


@pytest.fixture(scope="module")
def rekognition(client: Any, screen: corpus_screens.Screen) -> Any:
    """A client, once the engine is ready."""
    made = client("rekognition")
    prepared(lambda: made.detect_text(Image={"Bytes": png(screen.image)}))
    return made


@pytest.fixture(scope="module")
def textract(client: Any, rekognition: Any) -> Any:
    return client("textract")


@pytest.fixture(scope="module")
def bucket(client: Any) -> str:
    client("s3").create_bucket(
        Bucket="papers", CreateBucketConfiguration={"LocationConstraint": "ap-northeast-2"}
    )
    return "papers"


def test_texts_are_found_where_they_are(
    rekognition: Any, client: Any, bucket: str, screen: corpus_screens.Screen
) -> None:
    data = png(screen.image)
    found = rekognition.detect_text(Image={"Bytes": data})["TextDetections"]
    client("s3").put_object(Bucket=bucket, Key="화면 1.png", Body=data)
    place = {"S3Object": {"Bucket": bucket, "Name": "화면 1.png"}}
    assert rekognition.detect_text(Image=place)["TextDetections"] == found
    lines = {one["Id"]: one for one in found if one["Type"] == "LINE"}
    words = [one for one in found if one["Type"] == "WORD"]
    assert words
    for word in words:
        assert word["DetectedText"] in lines[word["ParentId"]]["DetectedText"]
        assert 0 < word["Confidence"] <= 100
    known = {(true.text, round(true.box[0] / 12)) for true in screen.words}
    width = screen.image.width
    right = sum(
        (word["DetectedText"], round(word["Geometry"]["BoundingBox"]["Left"] * width / 12)) in known
        for word in words
    )
    assert right > len(words) / 2


def test_a_region_is_read_alone(rekognition: Any, screen: corpus_screens.Screen) -> None:
    region = {"BoundingBox": {"Left": 0.0, "Top": 0.5, "Width": 0.5, "Height": 0.5}}
    found = rekognition.detect_text(
        Image={"Bytes": png(screen.image)}, Filters={"RegionsOfInterest": [region]}
    )["TextDetections"]
    words = [one["Geometry"]["BoundingBox"] for one in found if one["Type"] == "WORD"]
    assert words
    assert all(box["Top"] + box["Height"] / 2 >= 0.5 for box in words)
    assert all(box["Left"] + box["Width"] / 2 <= 0.5 for box in words)


def test_wrong_pictures_are_refused(rekognition: Any, bucket: str) -> None:
    errors = rekognition.exceptions
    with pytest.raises(errors.InvalidImageFormatException):
        rekognition.detect_text(Image={"Bytes": b"no picture"})
    with pytest.raises(errors.InvalidImageFormatException):
        rekognition.detect_text(Image={"Bytes": b"\x89PNG\r\n\x1a\n broken"})
    with pytest.raises(errors.ImageTooLargeException):
        rekognition.detect_text(Image={"Bytes": b"\x89PNG\r\n\x1a\n" + b"0" * 6_000_000})
    with pytest.raises(errors.InvalidS3ObjectException):
        rekognition.detect_text(Image={"S3Object": {"Bucket": bucket, "Name": "gone"}})
    with pytest.raises(errors.AccessDeniedException, match="no model"):
        rekognition.detect_labels(Image={"Bytes": b"any"})


def test_an_empty_picture_holds_no_text(rekognition: Any) -> None:
    found = rekognition.detect_text(Image={"Bytes": png(Image.new("RGB", (400, 300), "white"))})
    assert found["TextDetections"] == []


def words_of(blocks: list[Block], size: tuple[int, int]) -> Page:
    return Page(
        *size,
        tuple(
            Line((Word(one["Text"], one["Confidence"], box_of(one, size)),))
            for one in blocks
            if one["BlockType"] == "WORD"
        ),
    )


def box_of(block: Block, size: tuple[int, int]) -> Box:
    box = block["Geometry"]["BoundingBox"]
    left, top = box["Left"] * size[0], box["Top"] * size[1]
    return Box(left, top, left + box["Width"] * size[0], top + box["Height"] * size[1])


def tables_of(blocks: list[Block], size: tuple[int, int]) -> tuple[Table, ...]:
    """The tables of an answer, merged cells as one."""
    known = {block["Id"]: block for block in blocks}

    def related(block: Block, kind: str) -> list[Block]:
        return [
            known[one]
            for relation in block.get("Relationships", [])
            if relation["Type"] == kind
            for one in relation["Ids"]
        ]

    tables = []
    for block in blocks:
        if block["BlockType"] != "TABLE":
            continue
        merged = related(block, "MERGED_CELL")
        parts = {part["Id"] for one in merged for part in related(one, "CHILD")}
        cells = [one for one in related(block, "CHILD") if one["Id"] not in parts]
        tables.append(
            Table(
                tuple(
                    Cell(
                        one["RowIndex"],
                        one["ColumnIndex"],
                        one["RowSpan"],
                        one["ColumnSpan"],
                        box_of(one, size),
                    )
                    for one in (*merged, *cells)
                ),
                ruled=True,
            )
        )
    return tuple(tables)


def test_enough_words_of_unknown_screens_are_found(textract: Any) -> None:
    scores = {"ko": corpus_scores.Score(), "en": corpus_scores.Score()}
    for one in corpus_screens.screens("held-out", 4):
        answer = textract.detect_document_text(Document={"Bytes": png(one.image)})
        page = words_of(answer["Blocks"], one.image.size)
        missing: dict[TrueWord, str] = corpus_scores.missed(one.words, page)
        for word in one.words:
            scores[word.language].add(word not in missing)
    assert scores["ko"].total > 50
    assert scores["en"].total > 50
    assert scores["ko"].share >= KOREAN_FLOOR
    assert scores["en"].share >= ENGLISH_FLOOR


def test_enough_cells_of_unknown_tables_are_exact(textract: Any) -> None:
    total = corpus_scores.Score()
    for document in corpus_tables.documents("held-out", 4):
        blocks = textract.analyze_document(
            Document={"Bytes": document.data}, FeatureTypes=["TABLES"]
        )["Blocks"]
        size = (1240, 1754)
        page = words_of(blocks, size)
        page = Page(page.width, page.height, page.lines, tables_of(blocks, size))
        score = corpus_scores.cells_exact(document.cells, page)
        total.found += score.found
        total.total += score.total
    assert total.share >= CELL_FLOOR


def letter(*lines: str) -> Image.Image:
    image = Image.new("RGB", (1240, 900), "white")
    draw = ImageDraw.Draw(image)
    font = ImageFont.truetype("DejaVuSans.ttf", 27)
    for index, text in enumerate(lines):
        draw.text((80, 80 + index * 60), text, font=font, fill=0)
    return image


def test_forms_and_questions_are_answered(textract: Any) -> None:
    blocks = textract.analyze_document(
        Document={"Bytes": png(letter("Invoice number: 4711", "Customer: Alice Johnson"))},
        FeatureTypes=["FORMS", "QUERIES"],
        QueriesConfig={"Queries": [{"Text": "What is the invoice number?"}, {"Text": "Why?"}]},
    )["Blocks"]
    keys = [one for one in blocks if "KEY" in one.get("EntityTypes", [])]
    assert len(keys) == 2
    answers = [one["Text"] for one in blocks if one["BlockType"] == "QUERY_RESULT"]
    assert answers == ["4711"]


def pages(*images: Image.Image) -> bytes:
    out = io.BytesIO()
    images[0].save(out, "PDF", save_all=True, append_images=images[1:], resolution=150)
    return out.getvalue()


def test_a_job_reads_a_document_and_tells_its_end(
    textract: Any, client: Any, bucket: str, role: Callable[..., str]
) -> None:
    data = pages(letter("First page"), letter("Second page"))
    client("s3").put_object(Bucket=bucket, Key="two.pdf", Body=data)
    with pytest.raises(textract.exceptions.UnsupportedDocumentException, match="2 pages"):
        textract.detect_document_text(Document={"S3Object": {"Bucket": bucket, "Name": "two.pdf"}})
    topic = client("sns").create_topic(Name="read")["TopicArn"]
    sqs = client("sqs")
    queue = sqs.create_queue(QueueName="read")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]
    allow = {
        "Effect": "Allow",
        "Principal": {"Service": "sns.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": arn["QueueArn"],
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [allow]})
    sqs.set_queue_attributes(QueueUrl=queue, Attributes={"Policy": policy})
    client("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn["QueueArn"])
    tells = {"Effect": "Allow", "Action": "sns:Publish", "Resource": topic}
    publisher = role("reading", {"Service": "textract.amazonaws.com"}, [tells])
    params = {
        "DocumentLocation": {"S3Object": {"Bucket": bucket, "Name": "two.pdf"}},
        "ClientRequestToken": "once",
        "JobTag": "letters",
        "NotificationChannel": {"SNSTopicArn": topic, "RoleArn": publisher},
        "OutputConfig": {"S3Bucket": bucket, "S3Prefix": "read"},
    }
    job = textract.start_document_text_detection(**params)["JobId"]
    assert textract.start_document_text_detection(**params)["JobId"] == job
    with pytest.raises(textract.exceptions.IdempotentParameterMismatchException):
        textract.start_document_text_detection(**{**params, "JobTag": "other"})

    def told() -> list[dict[str, Any]]:
        return list(sqs.receive_message(QueueUrl=queue, WaitTimeSeconds=1).get("Messages", []))

    (message,) = eventually(told, 60.0)
    told_of = json.loads(json.loads(message["Body"])["Message"])
    assert (told_of["JobId"], told_of["Status"], told_of["JobTag"]) == (job, "SUCCEEDED", "letters")
    answer = textract.get_document_text_detection(JobId=job)
    assert answer["DocumentMetadata"] == {"Pages": 2}
    lines = [one["Text"] for one in answer["Blocks"] if one["BlockType"] == "LINE"]
    assert lines == ["First page", "Second page"]
    kept = client("s3").get_object(Bucket=bucket, Key=f"read/{job}/1")["Body"].read()
    assert json.loads(kept)["JobStatus"] == "SUCCEEDED"
    with pytest.raises(textract.exceptions.InvalidJobIdException):
        textract.get_document_text_detection(JobId="0" * 64)


def test_a_broken_document_fails_its_job(textract: Any, client: Any, bucket: str) -> None:
    client("s3").put_object(Bucket=bucket, Key="broken.pdf", Body=b"%PDF-1.7 nothing follows")
    place = {"S3Object": {"Bucket": bucket, "Name": "broken.pdf"}}
    with pytest.raises(textract.exceptions.BadDocumentException):
        textract.detect_document_text(Document=place)
    job = textract.start_document_analysis(DocumentLocation=place, FeatureTypes=["TABLES"])["JobId"]

    def done() -> dict[str, Any] | None:
        answer = textract.get_document_analysis(JobId=job)
        return None if answer["JobStatus"] == "IN_PROGRESS" else dict(answer)

    answer = eventually(done, 60.0)
    assert answer["JobStatus"] == "FAILED"
    assert "BadDocumentException" in answer["StatusMessage"]


def test_one_process_reads_and_the_status_names_it(rekognition: Any, cloud: LocalCloud) -> None:
    found = [one for one in cloud.status().services if one.name.startswith("ocr")]
    assert [(one.answered_by, one.running) for one in found] == [("real", True)]
    assert psutil.Process(found[0].pid).memory_info().rss < 2 * 1024**3


def test_nobody_is_told_that_the_detector_is_used(rekognition: Any, cloud: LocalCloud) -> None:
    # OpenVINO reports its import to Google Analytics with this package
    (engine,) = (one for one in cloud.status().services if one.name.startswith("ocr"))
    process = psutil.Process(engine.pid)
    program = """if True:
        import sys
        from importlib.util import find_spec
        from pathlib import Path
        from qops.reading.detector import detector
        folder = Path(find_spec("rapidocr").origin).parent / "models"
        detector(folder / "PP-OCRv6_det_small.onnx", 1)
        assert "openvino" in sys.modules
        print([name for name in sys.modules if name.startswith("openvino_telemetry.")])
    """
    told = subprocess.run(
        [process.cmdline()[0], "-c", program],
        env=process.environ(),
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout.strip() == "[]"
