"""Rekognition: text by the reading engine; what would need a model is refused.

moto answers these with fixed results; an invented result is worse than none.
"""

from __future__ import annotations

from typing import Any

from qops.local.documents.content import MEBIBYTE, Rules, content, pages
from qops.local.documents.geometry import geometry
from qops.local.router.registry import Answer, Call, Fault, operation
from qops.reading.result import Box, Line, Page, Word

_SERVICE = "rekognition"
_RULES = Rules(
    kinds=("PNG", "JPEG"),
    most_given=5 * MEBIBYTE,
    most_stored=15 * MEBIBYTE,
    too_large="ImageTooLargeException",
    unsupported="InvalidImageFormatException",
    unreadable="InvalidImageFormatException",
)
_MOST_WORDS = 100
_MOST_REGIONS = 10
_UNAVAILABLE = (
    *("CompareFaces", "DetectFaces", "DetectLabels", "DetectModerationLabels"),
    *("DetectProtectiveEquipment", "GetFaceSearch", "GetTextDetection", "RecognizeCelebrities"),
    *("SearchFaces", "SearchFacesByImage", "StartFaceSearch", "StartTextDetection"),
    *("StartLabelDetection", "GetLabelDetection", "IndexFaces"),
)


@operation(_SERVICE, "DetectText")
async def detect_text(call: Call) -> Answer:
    """Reads the lines and words of a picture; as AWS, at most 100 words."""
    filters = call.params.get("Filters") or {}
    wanted = filters.get("WordFilter") or {}
    regions = _regions(filters.get("RegionsOfInterest") or [])
    data = await content(call, call.params.get("Image"), _RULES)
    page = (await pages(call, data, _RULES)).pages[0]
    kept: list[tuple[Line, list[Word]]] = []
    left = _MOST_WORDS
    for line in page.lines:
        words = [word for word in line.words if _passes(word, page, wanted, regions)][:left]
        left -= len(words)
        if words:
            kept.append((line, words))
    detections: list[dict[str, Any]] = []
    for number, (_, words) in enumerate(kept):
        part = Line(tuple(words))
        detections.append(_detection("LINE", number, part.text, part.confidence, part.box, page))
    for parent, (_, words) in enumerate(kept):
        for word in words:
            found = _detection("WORD", len(detections), word.text, word.confidence, word.box, page)
            detections.append({**found, "ParentId": parent})
    return {"TextDetections": detections, "TextModelVersion": "3.0"}


@operation(_SERVICE, *_UNAVAILABLE)
async def refuse(call: Call) -> Answer:
    """Says that no engine here can answer."""
    message = f"{call.operation} is not available: the local cloud has no model for it."
    raise Fault("AccessDeniedException", message)


@operation(_SERVICE, "DetectCustomLabels")
async def detect_custom_labels(call: Call) -> Answer:
    """Answers as for a model that nobody trained: none is here."""
    arn = call.params.get("ProjectVersionArn")
    raise Fault("ResourceNotFoundException", f"The project version {arn} does not exist.")


def _detection(
    kind: str, number: int, text: str, confidence: float, box: Box, page: Page
) -> dict[str, Any]:
    return {
        "DetectedText": text,
        "Type": kind,
        "Id": number,
        "Confidence": confidence,
        "Geometry": geometry(box, page),
    }


def _passes(word: Word, page: Page, wanted: dict[str, Any], regions: list[list[Any]]) -> bool:
    """Whether the filters let a word through."""
    if word.confidence < (wanted.get("MinConfidence") or 0.0):
        return False
    if word.box.height / page.height < (wanted.get("MinBoundingBoxHeight") or 0.0):
        return False
    if word.box.width / page.width < (wanted.get("MinBoundingBoxWidth") or 0.0):
        return False
    x, y = word.box.middle
    middle = (x / page.width, y / page.height)
    return not regions or any(_inside(middle, region) for region in regions)


def _regions(given: list[dict[str, Any]]) -> list[list[tuple[float, float]]]:
    """Regions as polygons.

    Raises:
        Fault: There are too many, or one is none.
    """
    if len(given) > _MOST_REGIONS:
        raise Fault("InvalidParameterException", f"At most {_MOST_REGIONS} regions are allowed.")
    found = []
    for region in given:
        box, polygon = region.get("BoundingBox"), region.get("Polygon")
        if (box is None) == (polygon is None):
            raise Fault("InvalidParameterException", "A region is a bounding box or a polygon.")
        if box is not None:
            left, top = box.get("Left") or 0.0, box.get("Top") or 0.0
            right, bottom = left + (box.get("Width") or 0.0), top + (box.get("Height") or 0.0)
            if right <= left or bottom <= top:
                raise Fault("InvalidParameterException", "A region has no width or no height.")
            found.append([(left, top), (right, top), (right, bottom), (left, bottom)])
            continue
        points = [(point.get("X") or 0.0, point.get("Y") or 0.0) for point in polygon or []]
        if len(points) < 3:
            raise Fault("InvalidParameterException", "A polygon has at least three points.")
        found.append(points)
    return found


def _inside(point: tuple[float, float], polygon: list[tuple[float, float]]) -> bool:
    """Whether a point lies in a polygon, by the number of sides left of it."""
    x, y = point
    inside = False
    for (x1, y1), (x2, y2) in zip(polygon, [*polygon[1:], polygon[0]], strict=True):
        if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
            inside = not inside
    return inside
