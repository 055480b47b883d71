"""Reading text from a picture by Apple's Vision framework, on the device."""

import Vision  # type: ignore[import-not-found,unused-ignore]

from qagent.desktop.base import DesktopError, Picture
from qagent.desktop.macos.capture import image_of
from qagent.desktop.ocr import RecognizedText
from qagent.messages import text
from qscreen.wire import Rect

WANTED = ("ko-KR", "en-US")


def languages() -> tuple[str, ...]:
    """The languages that this macOS reads; which ones depends on its version."""
    request = _request()
    found, error = request.supportedRecognitionLanguagesAndReturnError_(None)
    if found is None:
        raise DesktopError(
            text("mac.vision.languages", why=error), text("mac.vision.languages.repair")
        )
    return tuple(str(one) for one in found)


def recognize(picture: Picture, wanted: tuple[str, ...] = WANTED) -> tuple[RecognizedText, ...]:
    """Read the text in a picture.

    Args:
        picture: The picture.
        wanted: Languages, the most likely first; those that this macOS lacks are left out.

    Raises:
        DesktopError: None of the languages can be read, or reading failed.
    """
    known = set(languages())
    chosen = [one for one in wanted if one in known]
    if not chosen:
        raise DesktopError(
            text("mac.vision.unread", languages=", ".join(wanted)), text("mac.vision.unread.repair")
        )
    request = _request()
    request.setRecognitionLevel_(Vision.VNRequestTextRecognitionLevelAccurate)
    request.setRecognitionLanguages_(chosen)
    # Correction turns names and amounts into words of the dictionary.
    request.setUsesLanguageCorrection_(False)
    handler = Vision.VNImageRequestHandler.alloc().initWithCGImage_options_(image_of(picture), {})
    done, error = handler.performRequests_error_([request], None)
    if not done:
        raise DesktopError(text("mac.vision.failed", why=error), text("mac.vision.failed.repair"))
    found = []
    for observation in request.results() or ():
        candidates = observation.topCandidates_(1)
        if candidates:
            box = observation.boundingBox()
            found.append(
                RecognizedText(
                    str(candidates[0].string()),
                    place(
                        picture,
                        (box.origin.x, box.origin.y, box.size.width, box.size.height),
                    ),
                    float(candidates[0].confidence()),
                )
            )
    return tuple(found)


def place(picture: Picture, box: tuple[float, float, float, float]) -> Rect:
    """A normalised box with its origin at the bottom as a rectangle in the picture."""
    x, y, width, height = box
    return Rect(
        x=round(x * picture.width),
        y=round((1 - y - height) * picture.height),
        width=round(width * picture.width),
        height=round(height * picture.height),
    )


def _request() -> "Vision.VNRecognizeTextRequest":
    return Vision.VNRecognizeTextRequest.alloc().init()
