"""Rendered documents with one table each, as pictures and as PDFs, with the text of every cell."""

from __future__ import annotations

import io
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import corpus_texts
from PIL import Image, ImageDraw, ImageFont
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

_PAGE = (1240, 1754)
_SCALE = 595 / _PAGE[0]
_FONTS = {"ko": "NanumGothic.ttf", "en": "DejaVuSans.ttf"}
_FOLDERS = ("/usr/share/fonts/truetype/nanum", "/usr/share/fonts/truetype/dejavu")
STYLES = ("grid", "dark grid", "merged", "borderless", "rules", "stripes")
FORMS = ("picture", "pdf", "scan")


@dataclass(frozen=True)
class TrueCell:
    """A cell; rows and columns count from 1."""

    row: int
    column: int
    row_span: int
    column_span: int
    text: str


@dataclass(frozen=True)
class Document:
    """A document and its table.

    Attributes:
        name: What it is.
        data: PNG or PDF.
        cells: Its cells.
    """

    name: str
    data: bytes
    cells: tuple[TrueCell, ...]


class _Surface:
    """Pixels of a page, on a picture or in a PDF."""

    def line(self, x1: float, y1: float, x2: float, y2: float, color: str) -> None:
        """A line."""

    def fill(self, x1: float, y1: float, x2: float, y2: float, color: str) -> None:
        """A filled rectangle."""

    def text(self, x: float, y: float, text: str, color: str) -> None:
        """A text from its upper left corner."""


class _Picture(_Surface):
    def __init__(self, face: str, size: int, back: str) -> None:
        self.image = Image.new("RGB", _PAGE, back)
        self._draw = ImageDraw.Draw(self.image)
        self._font = ImageFont.truetype(face, size)

    def line(self, x1: float, y1: float, x2: float, y2: float, color: str) -> None:
        self._draw.line((x1, y1, x2, y2), fill=color, width=2)

    def fill(self, x1: float, y1: float, x2: float, y2: float, color: str) -> None:
        self._draw.rectangle((x1, y1, x2, y2), fill=color)

    def text(self, x: float, y: float, text: str, color: str) -> None:
        self._draw.text((x, y), text, font=self._font, fill=color)


class _Pdf(_Surface):
    def __init__(self, face: str, size: int, back: str) -> None:
        self.buffer = io.BytesIO()
        self._height = _PAGE[1] * _SCALE
        self.canvas = Canvas(
            self.buffer, pagesize=(_PAGE[0] * _SCALE, self._height), invariant=True
        )
        self._size = size * _SCALE
        self.canvas.setFont(_registered(face), self._size)
        if back != "#ffffff":
            self.fill(0, 0, *_PAGE, back)

    def line(self, x1: float, y1: float, x2: float, y2: float, color: str) -> None:
        self.canvas.setStrokeColor(color)
        self.canvas.setLineWidth(2 * _SCALE)
        self.canvas.line(
            x1 * _SCALE, self._height - y1 * _SCALE, x2 * _SCALE, self._height - y2 * _SCALE
        )

    def fill(self, x1: float, y1: float, x2: float, y2: float, color: str) -> None:
        self.canvas.setFillColor(color)
        bottom = self._height - y2 * _SCALE
        self.canvas.rect(
            x1 * _SCALE, bottom, (x2 - x1) * _SCALE, (y2 - y1) * _SCALE, stroke=0, fill=1
        )

    def text(self, x: float, y: float, text: str, color: str) -> None:
        self.canvas.setFillColor(color)
        self.canvas.drawString(x * _SCALE, self._height - y * _SCALE - self._size * 0.95, text)


@cache
def _registered(face: str) -> str:
    for folder in _FOLDERS:
        file = Path(folder) / face
        if file.exists():
            pdfmetrics.registerFont(TTFont(face, str(file)))
            return face
    raise FileNotFoundError(face)


def documents(half: str, limit: int | None = None) -> Iterator[Document]:
    """The documents of a half: every style as picture, PDF and scan, in Korean and English.

    Args:
        half: ``tuning`` or ``held-out``.
        limit: How many, evenly taken from all.
    """
    plan = [(style, form) for style in STYLES for form in FORMS]
    step = 1 if limit is None else max(1, len(plan) // limit)
    for index, (style, form) in list(enumerate(plan))[::step]:
        tongue = "ko" if (index + (half == "held-out")) % 2 else "en"
        source = random.Random(f"{half}/{style}/{form}")  # noqa: S311
        face = _FONTS[tongue]
        size = source.choice((22, 24, 26))
        back = "#202124" if style == "dark grid" else "#ffffff"
        surface = _Pdf(face, size, back) if form == "pdf" else _Picture(face, size, back)
        texts = corpus_texts.phrases(
            corpus_texts.KOREAN if tongue == "ko" else corpus_texts.ENGLISH, half
        )
        cells = _draw(surface, style, source, [text for text in texts if len(text) <= 12], size)
        yield Document(f"{half} {style} {form} {tongue}", _bytes(surface, form), cells)


def _bytes(surface: _Surface, form: str) -> bytes:
    if isinstance(surface, _Pdf):
        surface.canvas.showPage()
        surface.canvas.save()
        return surface.buffer.getvalue()
    assert isinstance(surface, _Picture)
    out = io.BytesIO()
    if form == "scan":
        surface.image.save(out, "PDF", resolution=150)
    else:
        surface.image.save(out, "PNG")
    return out.getvalue()


def _value(source: random.Random, texts: list[str], *, number: bool) -> str:
    if not number:
        return source.choice(texts)
    make: Callable[[], str] = source.choice(
        (
            lambda: f"{source.randrange(100, 9_999_999):,}",
            lambda: str(source.randrange(10, 9999)),
            lambda: f"2026-{source.randrange(1, 13):02}-{source.randrange(1, 29):02}",
        )
    )
    return make()


def _draw(
    surface: _Surface, style: str, source: random.Random, texts: list[str], size: int
) -> tuple[TrueCell, ...]:
    rows, columns = source.randrange(5, 12), source.randrange(3, 6)
    ink, line = ("#e8eaed", "#80868b") if style == "dark grid" else ("#202020", "#707070")
    left, top = 90, 260
    width = (_PAGE[0] - 2 * left) / columns
    height = round(size * 2.2)
    heading = " ".join(source.sample(texts, 2))
    surface.text(left, 120, heading, ink)
    numeric = [False, *(source.random() < 0.6 for _ in range(columns - 1))]
    cells = [
        TrueCell(row, column, 1, 1, _value(source, texts, number=row > 1 and numeric[column - 1]))
        for row in range(1, rows + 1)
        for column in range(1, columns + 1)
    ]
    if style == "merged":
        cells = _merged(cells, columns)
    for cell in cells:
        x1, y1 = left + (cell.column - 1) * width, top + (cell.row - 1) * height
        x2, y2 = x1 + cell.column_span * width, y1 + cell.row_span * height
        if style == "stripes" and (cell.row == 1 or cell.row % 2 == 0):
            surface.fill(x1, y1, x2, y2, "#d0d9ea" if cell.row == 1 else "#f1f3f6")
        if style in ("grid", "dark grid", "merged"):
            for x, y, x_end, y_end in (
                (x1, y1, x2, y1),
                (x1, y2, x2, y2),
                (x1, y1, x1, y2),
                (x2, y1, x2, y2),
            ):
                surface.line(x, y, x_end, y_end, line)
        surface.text(x1 + 14, (y1 + y2) / 2 - size * 0.6, cell.text, ink)
    if style == "rules":
        for row in (0, 1, rows):
            y = top + row * height
            surface.line(left, y, left + columns * width, y, line)
    after = top + rows * height + 90
    surface.text(left, after, " ".join(source.sample(texts, 3)), ink)
    return tuple(cells)


def _merged(cells: list[TrueCell], columns: int) -> list[TrueCell]:
    """The first two headings as one cell, and the first two cells of the last column as one."""
    dropped = {(1, 2), (3, columns)}
    out = []
    for cell in cells:
        place = (cell.row, cell.column)
        if place in dropped:
            continue
        if place == (1, 1):
            out.append(TrueCell(1, 1, 1, 2, cell.text))
        elif place == (2, columns):
            out.append(TrueCell(2, columns, 2, 1, cell.text))
        else:
            out.append(cell)
    return out
