"""Rekognition's text detection over a reader that the test holds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from qops.local.engines.pool import EngineError
from qops.local.engines.reading import NotReadyError, Reading, UnreadableError
from qops.local.router.codec import HttpAnswer
from qops.local.router.registry import Fault
from qops.reading.result import Box, Line, Page, Word

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 20


class HeldReader:
    """Answers a page, or raises."""

    def __init__(self, page: Page | None = None, error: Exception | None = None) -> None:
        self.page, self.error = page, error

    async def read(self, data: bytes, **_: Any) -> Reading:
        if self.error is not None:
            raise self.error
        assert self.page is not None
        return Reading(1, (self.page,))


def line(top: float, *texts: str, confidence: float = 90.0) -> Line:
    return Line(
        tuple(
            Word(said, confidence, Box(100.0 * n, top, 100.0 * n + 80, top + 20))
            for n, said in enumerate(texts)
        )
    )


def desk_with(desk: Any, lines: Sequence[Line]) -> Any:
    desk.context.reader = HeldReader(Page(1000, 500, tuple(lines)))
    return desk


def detect(desk: Any, **params: Any) -> list[dict[str, Any]]:
    params.setdefault("Image", {"Bytes": PNG})
    return list(desk.operate("rekognition", "DetectText", **params)["TextDetections"])


def code_of(desk: Any, **params: Any) -> str:
    with pytest.raises(Fault) as caught:
        detect(desk, **params)
    return caught.value.code


def test_lines_and_their_words_are_answered_with_places(desk: Any) -> None:
    found = detect(desk_with(desk, [line(50, "파일", "편집"), line(100, "Save")]))
    assert [(one["Type"], one["Id"], one.get("ParentId")) for one in found] == [
        ("LINE", 0, None),
        ("LINE", 1, None),
        ("WORD", 2, 0),
        ("WORD", 3, 0),
        ("WORD", 4, 1),
    ]
    assert found[0]["DetectedText"] == "파일 편집"
    box = found[3]["Geometry"]["BoundingBox"]
    assert (box["Left"], box["Top"], box["Width"], box["Height"]) == (0.1, 0.1, 0.08, 0.04)
    polygon = found[3]["Geometry"]["Polygon"]
    assert [point["X"] for point in polygon] == pytest.approx([0.1, 0.18, 0.18, 0.1])
    assert [point["Y"] for point in polygon] == pytest.approx([0.1, 0.1, 0.14, 0.14])


def test_filters_keep_what_they_name(desk: Any) -> None:
    desk_with(desk, [line(50, "a", "b"), line(400, "c", confidence=40.0)])

    def words(**filters: Any) -> list[str]:
        return [
            one["DetectedText"] for one in detect(desk, Filters=filters) if one["Type"] == "WORD"
        ]

    assert words(WordFilter={"MinConfidence": 80.0}) == ["a", "b"]
    assert words(WordFilter={"MinBoundingBoxHeight": 0.05}) == []
    assert words(WordFilter={"MinBoundingBoxWidth": 0.09}) == []
    half = {"BoundingBox": {"Left": 0.0, "Top": 0.5, "Width": 1.0, "Height": 0.5}}
    assert words(RegionsOfInterest=[half]) == ["c"]
    triangle = [{"X": 0.0, "Y": 0.0}, {"X": 0.12, "Y": 0.0}, {"X": 0.0, "Y": 0.3}]
    assert words(RegionsOfInterest=[{"Polygon": triangle}]) == ["a"]


def test_at_most_a_hundred_words_are_answered(desk: Any) -> None:
    found = detect(desk_with(desk, [line(n * 10.0, *"abcdefghij") for n in range(12)]))
    assert sum(one["Type"] == "WORD" for one in found) == 100
    assert sum(one["Type"] == "LINE" for one in found) == 10


@pytest.mark.parametrize(
    ("params", "code"),
    [
        ({"Image": {}}, "InvalidParameterException"),
        ({"Image": {"Bytes": b""}}, "InvalidParameterException"),
        ({"Image": {"Bytes": b"GIF89a"}}, "InvalidImageFormatException"),
        ({"Image": {"Bytes": b"%PDF-1.7"}}, "InvalidImageFormatException"),
        ({"Image": {"Bytes": PNG + b"0" * 6 * 1024 * 1024}}, "ImageTooLargeException"),
        ({"Image": {"S3Object": {"Bucket": "b"}}}, "InvalidParameterException"),
        ({"Filters": {"RegionsOfInterest": [{}]}}, "InvalidParameterException"),
        ({"Filters": {"RegionsOfInterest": [{"Polygon": [{}, {}]}]}}, "InvalidParameterException"),
        ({"Filters": {"RegionsOfInterest": [{"BoundingBox": {}}]}}, "InvalidParameterException"),
        ({"Filters": {"RegionsOfInterest": [{}] * 11}}, "InvalidParameterException"),
    ],
)
def test_what_is_wrong_is_refused_as_aws_does(desk: Any, params: dict[str, Any], code: str) -> None:
    assert code_of(desk_with(desk, []), **params) == code


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (UnreadableError("broken"), "InvalidImageFormatException"),
        (NotReadyError("being prepared"), "ThrottlingException"),
        (EngineError("gone"), "InternalServerError"),
    ],
)
def test_errors_of_the_engine_are_errors_of_the_service(
    desk: Any, error: Exception, code: str
) -> None:
    desk.context.reader = HeldReader(error=error)
    assert code_of(desk) == code


def test_objects_are_read_and_missing_ones_refused(desk: Any) -> None:
    asked: list[tuple[Any, ...]] = []

    async def download(*place: Any) -> HttpAnswer:
        asked.append(place)
        return HttpAnswer(200 if place[1] == "there.png" else 404, {}, PNG)

    desk.backends.download = download
    desk_with(desk, [line(10, "a")])
    place = {"Bucket": "b", "Name": "there.png", "Version": "v"}
    assert len(detect(desk, Image={"S3Object": place})) == 2
    assert asked == [("b", "there.png", "v", "ap-northeast-2")]
    gone = {"S3Object": {"Bucket": "b", "Name": "gone.png"}}
    assert code_of(desk, Image=gone) == "InvalidS3ObjectException"


def test_what_no_engine_can_do_is_never_invented(desk: Any) -> None:
    for name in ("DetectLabels", "DetectFaces", "CompareFaces", "StartTextDetection"):
        with pytest.raises(Fault) as caught:
            desk.operate("rekognition", name)
        assert caught.value.code == "AccessDeniedException"
    with pytest.raises(Fault) as caught:
        desk.operate("rekognition", "DetectCustomLabels", ProjectVersionArn="arn:x")
    assert caught.value.code == "ResourceNotFoundException"
