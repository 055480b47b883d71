"""Reading text from a picture on the device, by whatever this platform has for it."""

from dataclasses import dataclass

from qagent.desktop import backend_name
from qagent.desktop.base import Picture
from qagent.stop import StopSignal
from qscreen.wire import Rect


@dataclass(frozen=True, slots=True)
class RecognizedText:
    """A line of text found in a picture.

    Attributes:
        text: The line.
        rect: Where, pixels of the picture.
        confidence: From 0 to 1, as the engine tells it.
    """

    text: str
    rect: Rect
    confidence: float


def recognize(picture: Picture, stop: StopSignal) -> tuple[RecognizedText, ...]:
    """Read the Korean and English text in a picture, a line each.

    Args:
        picture: The picture.
        stop: Ends it, where the engine can be ended.

    Raises:
        DesktopError: There is no engine, it lacks the languages, or it failed.
        StoppedError: The work was stopped.
    """
    stop.check()
    if backend_name() == "macos":
        from qagent.desktop.macos.ocr import recognize as by_vision

        return by_vision(picture)
    from qagent.desktop.linux.ocr import recognize as by_tesseract

    return by_tesseract(picture, stop)
