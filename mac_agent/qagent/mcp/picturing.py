"""Tools that make pictures, and that read the text in them."""

from pydantic import BaseModel, Field, model_validator

from qagent.desktop.base import Picture
from qagent.desktop.ocr import recognize
from qagent.desktop.parts import cut
from qagent.mcp.answers import PictureAnswer, ScreenAnswer, fenced, lines_of, quoted
from qagent.mcp.desk import Desk
from qagent.mcp.faults import ToolError
from qagent.mcp.pictures import png_of
from qagent.mcp.tools import Given, Part, Tools
from qagent.messages import text
from qagent.observation import MOST_MARKS, marked
from qagent.observe import fold
from qagent.policy import load_policy
from qscreen.wire import Rect

SCREEN_TOOLS = Tools(Part.SCREEN)
VISION_TOOLS = Tools(Part.VISION)


class Region(Given):
    """A part of the screen, pixels."""

    x: int = Field(ge=-100_000, le=100_000)
    y: int = Field(ge=-100_000, le=100_000)
    width: int = Field(ge=1, le=100_000)
    height: int = Field(ge=1, le=100_000)


class Area(Given):
    """Which part of the screen is wanted; all of it where nothing is given."""

    region: Region | None = Field(default=None, description="A rectangle, pixels of the screen.")
    element: str | None = Field(
        default=None, max_length=20, description="Or the place of an element or window, by its id."
    )

    @model_validator(mode="after")
    def _one_of_them(self) -> "Area":
        if self.region is not None and self.element is not None:
            raise ValueError(text("mcp.bad_region"))
        return self


class Marks(Given):
    """Arguments of `mark_elements`."""

    limit: int = Field(default=MOST_MARKS, ge=1, le=MOST_MARKS, description="Most marks.")


class Reading(Area):
    """Arguments of `read_screen_text`."""

    query: str = Field(default="", max_length=200, description="Only lines with this text.")
    limit: int = Field(default=200, ge=1, le=1000, description="Most lines.")


class TextLine(BaseModel):
    """A line of text in a picture."""

    text: str
    rect: tuple[int, int, int, int] = Field(description="x, y, width, height: pixels.")
    confidence: float


class ReadingAnswer(ScreenAnswer):
    """Text that was read off the pixels; it may be misread."""

    lines: tuple[TextLine, ...]
    found: int = Field(description="How many lines fit, shown or not.")

    def words(self) -> str:
        """One line of text a line, with its place."""
        if not self.lines:
            return "No such text was read in the picture."
        shown = ("@{},{} {}x{} ".format(*one.rect) + quoted(one.text) for one in self.lines)
        return f"{len(self.lines)} of {self.found} lines, may be misread\n{fenced(shown)}"


@SCREEN_TOOLS.looks("Capture the screen")
def capture_screen(desk: Desk, given: Area) -> PictureAnswer:
    """Take a picture of the screen, a window or a region; answers a handle, not the pixels.

    Get the picture with resources/read, or read the file. What must not leave the device is
    covered. Needs a policy that lets pictures leave; prefer observe where the tree says enough.
    """
    place = _place(desk, given)
    picture, _ = desk.picture()
    part, rect = _part(picture, place)
    return _kept(desk, png_of(part), rect)


@SCREEN_TOOLS.looks("Mark the elements on a picture")
def mark_elements(desk: Desk, given: Marks) -> PictureAnswer:
    """Take a picture with a frame and the id around each element that can be acted on.

    The ids are those of a new look and can be pointed at in other tools.
    """
    picture, sight = desk.picture(observe=True)
    assert sight is not None
    elements = sight.snapshot.elements
    png, ids, left_out = marked(picture, elements, most=given.limit)
    by_id = {one.id: one for one in elements}
    rect = Rect(x=0, y=0, width=picture.width, height=picture.height)
    kept = _kept(desk, png, rect)
    marks = lines_of(by_id[one] for one in ids)
    return kept.model_copy(update={"marks": marks, "left_out": left_out})


@VISION_TOOLS.looks("Read text in the picture")
def read_screen_text(desk: Desk, given: Reading) -> ReadingAnswer:
    """Read Korean and English text off the pixels of the screen, a window or a region (OCR).

    Only for what has no accessible text (pictures, canvases): it takes seconds and misreads;
    observe is exact. Places are pixels of the screen. The picture stays on the device.
    """
    place = _place(desk, given)
    part, rect = _part(desk.readable_picture(), place)
    found = recognize(part, desk.stop)
    redactor = load_policy(desk.home.policy).redactor
    lines = [
        TextLine(
            text=redactor.redact(one.text)[:1000],
            rect=(one.rect.x + rect.x, one.rect.y + rect.y, one.rect.width, one.rect.height),
            confidence=one.confidence,
        )
        for one in found
    ]
    wanted = fold(given.query)
    fitting = [one for one in lines if wanted in fold(one.text)]
    return ReadingAnswer(lines=tuple(fitting[: given.limit]), found=len(fitting))


def _place(desk: Desk, area: Area) -> Rect | None:
    if area.region is not None:
        return Rect(**area.region.model_dump())
    if area.element is None:
        return None
    known = desk.node(area.element)
    node = desk.looked(lambda guard, _: guard.refresh(known))
    if node.rect is None:
        raise ToolError("unsupported", text("mcp.region_outside"))
    return node.rect


def _part(picture: Picture, place: Rect | None) -> tuple[Picture, Rect]:
    whole = Rect(x=0, y=0, width=picture.width, height=picture.height)
    if place is None:
        return picture, whole
    part = cut(picture, place)
    if part is None:
        raise ToolError("bad_arguments", text("mcp.region_outside"))
    left, top = max(0, place.x), max(0, place.y)
    return part, Rect(x=left, y=top, width=part.width, height=part.height)


def _kept(desk: Desk, png: bytes, rect: Rect) -> PictureAnswer:
    kept = desk.pictures.put(png, rect.width, rect.height)
    place = (rect.x, rect.y, rect.width, rect.height)
    return PictureAnswer(uri=kept.uri, path=str(kept.path), rect=place, bytes=kept.size)
