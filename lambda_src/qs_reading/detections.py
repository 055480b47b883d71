"""Amazon Rekognition's answers as lines and labels in pixels of the picture."""

from collections.abc import Mapping, Sequence
from typing import Any

from qs_reading.geometry import Size, area, from_ratios, inside, shared
from qs_reading.models import Label, Line, Word
from qscreen.redaction import redact
from qscreen.wire import Rect

MOST_WORDS = 100
"""What DetectText finds in one picture; a picture with as many has more."""


def lines_of(detections: Sequence[Mapping[str, Any]], size: Size) -> tuple[list[Line], bool]:
    """Read the lines of an answer of DetectText.

    Args:
        detections: ``TextDetections`` of the answer.
        size: Size of the picture.

    Returns:
        The lines, redacted, and whether the service's limit was reached.
    """
    words: dict[int, list[Word]] = {}
    for one in detections:
        if one.get("Type") == "WORD" and one.get("ParentId") is not None:
            words.setdefault(one["ParentId"], []).append(_word(one, size))
    lines = [
        _line(one, size, words.get(one.get("Id", -1), []))
        for one in detections
        if one.get("Type") == "LINE"
    ]
    return lines, sum(one.get("Type") == "WORD" for one in detections) >= MOST_WORDS


def detections_of(columns: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Put an answer of DetectText together that the analysis kept column by column.

    Args:
        columns: What the state machine kept of the answer.

    Returns:
        Detections as the service answers them, without outlines.

    Raises:
        ValueError: If the columns do not fit each other.
        KeyError: If one is missing.
    """
    rows = zip(
        columns["types"],
        columns["texts"],
        columns["ids"],
        columns["confidences"],
        columns["boxes"],
        strict=True,
    )
    parents = iter(columns["parents"])
    found: list[dict[str, Any]] = []
    for kind, text, number, confidence, box in rows:
        one = {
            "Type": kind,
            "DetectedText": text,
            "Id": number,
            "Confidence": confidence,
            "Geometry": {"BoundingBox": box},
        }
        if kind == "WORD":
            one["ParentId"] = next(parents, None)
        found.append(one)
    return found


def labels_of(
    found: Sequence[Mapping[str, Any]], size: Size, region: Rect | None = None
) -> tuple[Label, ...]:
    """Read the labels of an answer of DetectLabels.

    Args:
        found: ``Labels`` of the answer.
        size: Size of the picture.
        region: Only what lies in it at least by half; None for all.

    Returns:
        Labels in the service's order, which is by confidence.
    """
    labels = []
    for one in found:
        rects = [
            from_ratios(instance["BoundingBox"], size)
            for instance in one.get("Instances") or ()
            if "BoundingBox" in instance
        ]
        kept = tuple(rect for rect in rects if region is None or inside(rect, region) >= 0.5)
        if region is None or kept:
            labels.append(
                Label(
                    name=one.get("Name", ""),
                    confidence=round(one.get("Confidence", 0.0), 1),
                    rects=kept,
                    parents=tuple(parent.get("Name", "") for parent in one.get("Parents") or ()),
                )
            )
    return tuple(labels)


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


def _word(one: Mapping[str, Any], size: Size) -> Word:
    return Word(
        text=one.get("DetectedText", ""),
        rect=from_ratios(one.get("Geometry", {}).get("BoundingBox", {}), size),
        confidence=round(one.get("Confidence", 0.0), 1),
    )


def _line(one: Mapping[str, Any], size: Size, words: Sequence[Word]) -> Line:
    text = one.get("DetectedText", "")
    shown = redact(text)
    return Line(
        text=shown,
        rect=from_ratios(one.get("Geometry", {}).get("BoundingBox", {}), size),
        confidence=round(one.get("Confidence", 0.0), 1),
        # Words of a line that is not shown as it was read would show it after all.
        words=tuple(words) if shown == text else (),
    )
