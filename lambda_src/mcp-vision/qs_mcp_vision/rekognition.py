"""Amazon Rekognition: its calls and their limits."""

from functools import cache
from typing import TYPE_CHECKING

from qs_cloud import clients
from qs_mcp import progress
from qs_mcp_vision.faults import asking
from qs_mcp_vision.pictures import MOST_INLINE, Picture
from qs_reading.detections import in_order, labels_of, lines_of, without_repeats
from qs_reading.geometry import from_ratios, inside, to_ratios, whole
from qs_reading.models import Label, Line
from qs_reading.regions import bands
from qscreen.wire import Rect

if TYPE_CHECKING:
    from mypy_boto3_rekognition import RekognitionClient
    from mypy_boto3_rekognition.type_defs import ImageTypeDef

CONNECT_TIMEOUT_SECONDS = 1
READ_TIMEOUT_SECONDS = 8
ATTEMPTS = 2
"""At worst 2 x (1 + 8) s for a reading: API Gateway waits for 29 s."""


@cache
def client() -> "RekognitionClient":
    """Client of Rekognition; waits longer than others, since a screen takes about a second."""
    from botocore.config import Config

    return clients.session().client(
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
    return labels_of(answer.get("Labels", []), picture.size, region)


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
    return lines_of(answer.get("TextDetections", []), picture.size)


def _image(picture: Picture) -> "ImageTypeDef":
    """Hand the very bytes over that the fingerprint is of, or, if they are many, their key."""
    if len(picture.data) <= MOST_INLINE:
        return {"Bytes": picture.data}
    return {"S3Object": {"Bucket": picture.bucket, "Name": picture.key}}
