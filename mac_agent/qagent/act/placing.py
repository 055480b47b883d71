"""Finding what only the picture shows: where the platform read it, read again on the device.

The accessible tree is asked first, always. A step carries a place (`Step.region`) only where no
accessible element has the name that it looks for; the place is of a picture that is some seconds
old, so it is a hint where to read, and what is not read there again is not acted on.
"""

import difflib
from dataclasses import dataclass

from qagent.act.context import Context, RefusedError
from qagent.act.resolve import describe_target
from qagent.desktop.base import DesktopError, GoneError, Node
from qagent.desktop.ocr import RecognizedText, recognize
from qagent.desktop.parts import cut
from qagent.messages import text
from qagent.observe import fold
from qagent.policy import DataClass
from qscreen.redaction import redact
from qscreen.wire import EffectError, Rect, State, Target

MARGIN = 16
"""Pixels around the place that are read with it: a letter at the edge is not misread."""
_ALIKE = 0.8
"""Share of equal letters from which two readings are of the same words: both may misread one."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where words show that no accessible element has.

    Attributes:
        window: The window in which they are.
        rect: The words, pixels of the screen.
        line: The line in which they stand, as it was read.
    """

    window: Node
    rect: Rect
    line: str


def is_placed(context: Context, error: RefusedError) -> bool:
    """Whether a step whose target the tree does not hold may be done at its place.

    Args:
        context: Surroundings of the step.
        error: Why the tree gave no element: what is ambiguous in it is not guessed at.
    """
    return context.place is not None and error.error is EffectError.TARGET_NOT_FOUND


def find_place(context: Context, target: Target) -> Place:
    """Read again what the platform read at the step's place.

    Args:
        context: Surroundings of the step, with its place.
        target: What is meant.

    Raises:
        RefusedError: The words are not there, or not alone; or it cannot be judged whether the
            program there may be used.
    """
    place, wanted = context.place, fold(target.name or "")
    if place is None or not wanted:
        raise RefusedError(
            EffectError.TARGET_NOT_FOUND, text("target.not_found", target=describe_target(target))
        )
    if not context.policy.may_read(DataClass.PICTURES):
        denial = context.policy.denies_data(DataClass.PICTURES)
        raise RefusedError(EffectError.DENIED_BY_POLICY, denial.message)
    window = _window_at(context, place, target)
    context.allow(window.app)
    found = [
        (line, part)
        for line in _read(context, _grown(place), target)
        if (part := _part_of(line, wanted)) is not None
    ]
    if not found:
        raise RefusedError(
            EffectError.TARGET_NOT_FOUND, text("place.changed", target=describe_target(target))
        )
    if len(found) > 1:
        raise RefusedError(
            EffectError.AMBIGUOUS_TARGET,
            text("target.ambiguous", target=describe_target(target), count=len(found)),
            tuple(redact(line.text)[:80] for line, _ in found),
        )
    line, part = found[0]
    return Place(window, part, line.text)


def _window_at(context: Context, place: Rect, target: Target) -> Node:
    """The active window, if the place lies in it and nothing lies in front of it there."""
    windows = context.windows_shown()
    window = next((one for one in windows if one.has(State.ACTIVE)), None)
    if window is None or window.rect is None or not _meet(window.rect, place):
        raise RefusedError(
            EffectError.TARGET_NOT_FOUND, text("place.no_window", target=describe_target(target))
        )
    hiding = context.backend.in_front(windows, place).get(window.ref, ())
    if any(_meet(one, place) for one in hiding):
        raise RefusedError(
            EffectError.TARGET_NOT_FOUND, text("place.covered", target=describe_target(target))
        )
    try:
        inside = context.look(window=window).nodes
    except GoneError:
        inside = ()
    if any(one.secure and one.rect is not None and _meet(one.rect, place) for one in inside):
        raise RefusedError(
            EffectError.SECURE_FIELD, text("read.secure", target=describe_target(target))
        )
    return window


def _read(context: Context, area: Rect, target: Target) -> list[RecognizedText]:
    """Lines of text in an area, pixels of the screen."""
    part = cut(context.backend.capture(), area)
    if part is None:
        raise RefusedError(
            EffectError.TARGET_NOT_FOUND, text("place.changed", target=describe_target(target))
        )
    left, top = max(0, area.x), max(0, area.y)
    try:
        lines = recognize(part, context.stop)
    except DesktopError as error:
        raise RefusedError(
            EffectError.TARGET_NOT_FOUND,
            text("place.unread", target=describe_target(target), why=str(error)),
        ) from error
    return [
        RecognizedText(
            one.text,
            Rect(
                x=one.rect.x + left,
                y=one.rect.y + top,
                width=one.rect.width,
                height=one.rect.height,
            ),
            one.confidence,
        )
        for one in lines
    ]


def _part_of(line: RecognizedText, wanted: str) -> Rect | None:
    """Where in a line the words stand, by their share of it; None where they do not."""
    said = fold(line.text)
    begin = said.find(wanted)
    if begin < 0:
        alike = difflib.SequenceMatcher(None, said, wanted, autojunk=False).ratio() >= _ALIKE
        return line.rect if alike else None
    left = line.rect.x + line.rect.width * begin // len(said)
    return Rect(
        x=left,
        y=line.rect.y,
        width=max(1, line.rect.width * len(wanted) // len(said)),
        height=line.rect.height,
    )


def _grown(rect: Rect) -> Rect:
    return Rect(
        x=rect.x - MARGIN,
        y=rect.y - MARGIN,
        width=rect.width + 2 * MARGIN,
        height=rect.height + 2 * MARGIN,
    )


def _meet(one: Rect, other: Rect) -> bool:
    return (
        one.x < other.x + other.width
        and other.x < one.x + one.width
        and one.y < other.y + other.height
        and other.y < one.y + one.height
    )
