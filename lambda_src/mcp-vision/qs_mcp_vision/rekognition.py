"""Amazon Rekognition: its calls, its limits, and its answers in pixels of the picture."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from qs_mcp import progress
from qs_mcp_vision.faults import asking
from qs_mcp_vision.geometry import area, from_ratios, inside, shared, to_ratios, whole
from qs_mcp_vision.models import Label, Line, Word
from qs_mcp_vision.pictures import MOST_INLINE, Picture
from qscreen.redaction import redact
from qscreen.wire import Rect

if TYPE_CHECKING:
    from mypy_boto3_rekognition import RekognitionClient
    from mypy_boto3_rekognition.type_defs import ImageTypeDef

CONNECT_TIMEOUT_SECONDS = 1
READ_TIMEOUT_SECONDS = 8
ATTEMPTS = 2
"""At worst 2 x (1 + 8) s for a reading: API Gateway waits for 29 s."""

MOST_WORDS = 100
"""What DetectText finds in one picture; a picture with as many has more."""
_BANDS = 4
_OVERLAP = 0.2
"""Of a band's height, so that a line on a border is whole in one of two bands."""


@cache
def client() -> "RekognitionClient":
    """Client of Rekognition; waits longer than others, since a screen takes about a second."""
    from boto3.session import Session
    from botocore.config import Config

    return Session().client(
        "rekognition",
        config=Config(
            connect_timeout=CONNECT_TIMEOUT_SECONDS,
            read_timeout=READ_TIMEOUT_SECONDS,
            retries={"mode": "standard", "total_max_attempts": ATTEMPTS},
        ),
    )


def detect_lines(picture: Picture, region: Rect | None) -> tuple[tuple[Line, ...], bool]:
    """Read the text of a picture.

    Rekognition stops at a number of words; a part with more is read again in bands.

    Args:
        picture: The picture.
        region: What of it to read; None for all.

    Returns:
        Lines in reading order, and whether there may be more text than was read.
    """
    lines, full = _read(picture, region)
    if not full:
        return in_order(lines), False
    from concurrent.futures import ThreadPoolExecutor

    parts = bands(region or whole(picture.size))
    progress(1, len(parts) + 1, "The picture has much text; reading it in parts")
    with ThreadPoolExecutor(len(parts)) as pool:
        found = list(pool.map(lambda part: _read(picture, part), parts))
    merged = without_repeats([line for part, _ in found for line in part] + lines)
    return in_order(merged), any(full for _, full in found)


def detect_labels(
    picture: Picture, region: Rect | None, least: float, most: int
) -> tuple[Label, ...]:
    """Say what a picture shows.

    Args:
        picture: The picture.
        region: Only what lies in it at least by half; None for all.
        least: Least confidence, percent.
        most: Most labels.

    Returns:
        Labels, most confident first.
    """
    with asking("The picture was not analysed.", "find labels in the picture"):
        answer = client().detect_labels(Image=_image(picture), MaxLabels=most, MinConfidence=least)
    labels = []
    for one in answer.get("Labels", []):
        rects = [
            from_ratios(instance["BoundingBox"], picture.size)
            for instance in one.get("Instances", [])
            if "BoundingBox" in instance
        ]
        kept = tuple(rect for rect in rects if region is None or inside(rect, region) >= 0.5)
        if region is None or kept:
            labels.append(
                Label(
                    name=one.get("Name", ""),
                    confidence=round(one.get("Confidence", 0.0), 1),
                    rects=kept,
                    parents=tuple(parent.get("Name", "") for parent in one.get("Parents", [])),
                )
            )
    return tuple(labels)


def detect_custom_labels(
    picture: Picture, region: Rect | None, version: str, least: float, most: int
) -> tuple[Label, ...]:
    """Find what a model of our own knows.

    Args:
        picture: The picture.
        region: Only what lies in it at least by half; None for all.
        version: ARN of the model's version.
        least: Least confidence, percent.
        most: Most labels.

    Returns:
        Labels, one for each find, most confident first.
    """
    with asking("The picture was not analysed.", "find elements in the picture"):
        answer = client().detect_custom_labels(
            ProjectVersionArn=version, Image=_image(picture), MinConfidence=least, MaxResults=most
        )
    labels = []
    for one in answer.get("CustomLabels", []):
        box = one.get("Geometry", {}).get("BoundingBox")
        rects = (from_ratios(box, picture.size),) if box else ()
        if region is None or any(inside(rect, region) >= 0.5 for rect in rects):
            labels.append(
                Label(
                    name=one.get("Name", ""),
                    confidence=round(one.get("Confidence", 0.0), 1),
                    rects=rects,
                )
            )
    return tuple(sorted(labels, key=lambda label: -label.confidence))


def bands(part: Rect) -> list[Rect]:
    """Cut a part of a picture into overlapping bands, top to bottom.

    Args:
        part: The part.

    Returns:
        Rectangles that cover it.
    """
    step = part.height / _BANDS
    found = []
    for band in range(_BANDS):
        top = part.y + max(round(step * (band - _OVERLAP)), 0)
        bottom = part.y + min(round(step * (band + 1 + _OVERLAP)), part.height)
        if bottom > top:
            found.append(Rect(x=part.x, y=top, width=part.width, height=bottom - top))
    return found


def without_repeats(lines: Sequence[Line]) -> list[Line]:
    """Drop lines that were read twice, and halves of lines of which the whole is there.

    Args:
        lines: Lines; of two that lie on each other the larger stays.

    Returns:
        Lines that do not lie on each other.
    """
    kept: list[Line] = []
    for line in sorted(lines, key=lambda one: (-area(one.rect), -one.confidence)):
        size = area(line.rect)
        if size and all(shared(line.rect, other.rect) < size * 0.5 for other in kept):
            kept.append(line)
    return kept


def in_order(lines: Sequence[Line]) -> tuple[Line, ...]:
    """Put lines into reading order: rows from the top, each from the left.

    Args:
        lines: Lines.

    Returns:
        The same lines.
    """
    rows: list[list[Line]] = []
    for line in sorted(lines, key=lambda one: (one.rect.y, one.rect.x)):
        middle = line.rect.y + line.rect.height / 2
        first = rows[-1][0].rect if rows else None
        if first is not None and first.y <= middle <= first.y + first.height:
            rows[-1].append(line)
        else:
            rows.append([line])
    return tuple(line for row in rows for line in sorted(row, key=lambda one: one.rect.x))


def _read(picture: Picture, region: Rect | None) -> tuple[list[Line], bool]:
    """Read a part of a picture: its lines, and whether the service's limit was reached."""
    with asking("The picture was not read.", "read the text of the picture"):
        if region is None:
            answer = client().detect_text(Image=_image(picture))
        else:
            box = to_ratios(region, picture.size)
            answer = client().detect_text(
                Image=_image(picture),
                Filters={
                    "RegionsOfInterest": [
                        {
                            "BoundingBox": {
                                "Left": box["Left"],
                                "Top": box["Top"],
                                "Width": box["Width"],
                                "Height": box["Height"],
                            }
                        }
                    ]
                },
            )
    found = answer.get("TextDetections", [])
    words: dict[int, list[Word]] = {}
    for one in found:
        if one.get("Type") == "WORD" and "ParentId" in one:
            words.setdefault(one["ParentId"], []).append(_word(one, picture))
    lines = [
        _line(one, picture, words.get(one.get("Id", -1), []))
        for one in found
        if one.get("Type") == "LINE"
    ]
    return lines, sum(one.get("Type") == "WORD" for one in found) >= MOST_WORDS


def _word(one: Mapping[str, Any], picture: Picture) -> Word:
    return Word(
        text=one.get("DetectedText", ""),
        rect=from_ratios(one.get("Geometry", {}).get("BoundingBox", {}), picture.size),
        confidence=round(one.get("Confidence", 0.0), 1),
    )


def _line(one: Mapping[str, Any], picture: Picture, words: Sequence[Word]) -> Line:
    text = one.get("DetectedText", "")
    shown = redact(text)
    return Line(
        text=shown,
        rect=from_ratios(one.get("Geometry", {}).get("BoundingBox", {}), picture.size),
        confidence=round(one.get("Confidence", 0.0), 1),
        # Words of a line that is not shown as it was read would show it after all.
        words=tuple(words) if shown == text else (),
    )


def _image(picture: Picture) -> "ImageTypeDef":
    """Hand the very bytes over that the fingerprint is of, or, if they are many, their key."""
    if len(picture.data) <= MOST_INLINE:
        return {"Bytes": picture.data}
    return {"S3Object": {"Bucket": picture.bucket, "Name": picture.key}}
