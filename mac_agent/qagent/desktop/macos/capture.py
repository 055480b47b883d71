"""Pictures of all displays: ScreenCaptureKit, and `screencapture` where that fails."""

import os
import subprocess
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import AppKit  # type: ignore[import-not-found,unused-ignore]
import Foundation  # type: ignore[import-not-found,unused-ignore]
import Quartz  # type: ignore[import-not-found,unused-ignore]
import ScreenCaptureKit  # type: ignore[import-not-found,unused-ignore]
from PIL import Image

from qagent.desktop.base import DesktopError, Picture
from qagent.desktop.macos.permissions import screen_missing
from qagent.desktop.macos.seam import Display
from qagent.desktop.macos.space import Space
from qagent.messages import text

ROUTE_VARIABLE = "QAGENT_MACOS_CAPTURE"
"""`screencapture` skips ScreenCaptureKit, which ends the process on Macs without a session."""

_SECONDS = 5.0
_DECLINED = -3801
"""`SCStreamErrorUserDeclined`: the permission is withheld."""


class Capture:
    """Takes pictures; remembers which route works."""

    def __init__(self) -> None:
        # Connects this process with the window server, without which ScreenCaptureKit aborts.
        AppKit.NSApplication.sharedApplication()
        newer = hasattr(ScreenCaptureKit, "SCScreenshotManager")
        self._kit = newer and os.environ.get(ROUTE_VARIABLE) != "screencapture"

    def take(self, space: Space) -> Picture:
        """Take one picture of all displays.

        Raises:
            PermissionMissingError: macOS does not let us.
            DesktopError: No route gave a picture.
        """
        if self._kit:
            try:
                return _join(space, _by_kit(space))
            except _KitError:
                self._kit = False
        return _join(space, _by_program(space))


class _KitError(Exception):
    """ScreenCaptureKit gave no picture for a reason other than a permission."""


def _by_kit(space: Space) -> dict[int, Picture]:
    content = _await(ScreenCaptureKit.SCShareableContent.getShareableContentWithCompletionHandler_)
    found = {int(one.displayID()): one for one in content.displays()}
    pictures: dict[int, Picture] = {}
    for display in space.displays:
        if display.id not in found:
            raise _KitError("the display is not offered")
        area = space.area(display)
        contents = ScreenCaptureKit.SCContentFilter.alloc().initWithDisplay_excludingWindows_(
            found[display.id], []
        )
        settings = ScreenCaptureKit.SCStreamConfiguration.alloc().init()
        settings.setWidth_(area.width)
        settings.setHeight_(area.height)
        settings.setShowsCursor_(False)

        def ask(done: Any, contents: Any = contents, settings: Any = settings) -> None:
            ScreenCaptureKit.SCScreenshotManager.captureImageWithFilter_configuration_completionHandler_(
                contents, settings, done
            )

        pictures[display.id] = pixels_of(_await(ask), area.width, area.height)
    return pictures


def _await(ask: Callable[[Any], object]) -> Any:
    """Wait for an answer that comes on a queue of the system."""
    answers: list[tuple[Any, Any]] = []
    came = threading.Event()

    def done(value: Any, error: Any) -> None:
        answers.append((value, error))
        came.set()

    ask(done)
    if not came.wait(_SECONDS):
        raise _KitError("no answer in time")
    value, error = answers[0]
    if error is not None and int(error.code()) == _DECLINED:
        raise screen_missing()
    if value is None:
        raise _KitError(str(error))
    return value


def pixels_of(image: Any, width: int, height: int) -> Picture:
    """Draw an image in our pixel format and size."""
    context = Quartz.CGBitmapContextCreate(
        None,
        width,
        height,
        8,
        width * 4,
        Quartz.CGColorSpaceCreateDeviceRGB(),
        Quartz.kCGImageAlphaPremultipliedFirst | Quartz.kCGBitmapByteOrder32Little,
    )
    if context is None:
        raise DesktopError(text("mac.no_memory"), text("mac.no_memory.repair"))
    Quartz.CGContextDrawImage(context, Quartz.CGRectMake(0, 0, width, height), image)
    drawn = Quartz.CGBitmapContextCreateImage(context)
    data = Quartz.CGDataProviderCopyData(Quartz.CGImageGetDataProvider(drawn))
    return Picture(width, height, bytes(data)[: width * height * 4])


def image_of(picture: Picture) -> Any:
    """A picture as an image of macOS."""
    data = Foundation.NSData.dataWithBytes_length_(picture.bgra, len(picture.bgra))
    return Quartz.CGImageCreate(
        picture.width,
        picture.height,
        8,
        32,
        picture.width * 4,
        Quartz.CGColorSpaceCreateDeviceRGB(),
        Quartz.kCGImageAlphaNoneSkipFirst | Quartz.kCGBitmapByteOrder32Little,
        Quartz.CGDataProviderCreateWithCFData(data),
        None,
        False,
        Quartz.kCGRenderingIntentDefault,
    )


def _by_program(space: Space) -> dict[int, Picture]:
    if not _sees_other_programs():
        raise screen_missing()
    with tempfile.TemporaryDirectory(prefix="qagent-") as folder:
        return {one.id: _shot(one, space, Path(folder) / f"{one.id}.png") for one in space.displays}


def _shot(display: Display, space: Space, path: Path) -> Picture:
    place = f"{display.x:g},{display.y:g},{display.width:g},{display.height:g}"
    try:
        done = subprocess.run(
            ("/usr/sbin/screencapture", "-x", "-t", "png", f"-R{place}", str(path)),
            capture_output=True,
            text=True,
            timeout=_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise _no_picture(str(error)) from error
    if done.returncode != 0 or not path.is_file():
        raise _no_picture(done.stderr.strip() or f"exit status {done.returncode}")
    area = space.area(display)
    with Image.open(path) as image:
        pixels = image.convert("RGBA").resize((area.width, area.height))
    return Picture(area.width, area.height, pixels.tobytes("raw", "BGRA"))


def _no_picture(reason: str) -> DesktopError:
    return DesktopError(text("desktop.no_picture", why=reason), text("mac.no_picture.repair"))


def _sees_other_programs() -> bool:
    """Whether we may record the screen: without the permission windows come without titles."""
    if Quartz.CGPreflightScreenCaptureAccess():
        return True
    windows = Quartz.CGWindowListCopyWindowInfo(
        Quartz.kCGWindowListOptionOnScreenOnly, Quartz.kCGNullWindowID
    )
    return any(
        window.get(Quartz.kCGWindowName)
        and int(window.get(Quartz.kCGWindowOwnerPID) or 0) != os.getpid()
        and int(window.get(Quartz.kCGWindowLayer) or 0) == 0
        for window in windows or ()
    )


def _join(space: Space, pictures: dict[int, Picture]) -> Picture:
    screen = space.screen
    only = next(iter(pictures.values()))
    if len(pictures) == 1 and (only.width, only.height) == (screen.width, screen.height):
        return only
    canvas = Image.new("RGBA", (screen.width, screen.height))
    for display in space.displays:
        picture = pictures[display.id]
        area = space.area(display)
        size = (picture.width, picture.height)
        canvas.paste(Image.frombytes("RGBA", size, picture.bgra, "raw", "BGRA"), (area.x, area.y))
    return Picture(screen.width, screen.height, canvas.tobytes("raw", "BGRA"))
