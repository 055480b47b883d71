"""Documents as pages: pictures, TIFFs with many pages, PDFs with or without a text layer."""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pypdfium2
from PIL import Image, ImageSequence

from qops.reading import alignment, grid, rulings
from qops.reading.result import Box, Line, Page, Table, Word, rows_of, words_in

_POINTS = 72.0
_DOTS = 150.0
_LARGEST_SIDE = 10_000
_PDF = b"%PDF-"
_UNREADABLE = 0.2
"""A text layer with a larger share of letters that mean nothing is not used."""
_SPACE = 0.18
_COLUMN_GAP = 1.6
Image.MAX_IMAGE_PIXELS = _LARGEST_SIDE * _LARGEST_SIDE


class UnreadableDocumentError(Exception):
    """The bytes are no document that can be opened; the message says why."""


Reader = Callable[[Any], list[Line]]
"""Reads the lines of a picture."""


class Document:
    """An opened document; close it."""

    def __init__(self, data: bytes) -> None:
        """Opens it.

        Raises:
            UnreadableDocumentError: It is broken, encrypted or of another kind.
        """
        self._pdf: Any = None
        try:
            if data[:1024].lstrip().startswith(_PDF):
                self._pdf = pypdfium2.PdfDocument(data)
                self._count = len(self._pdf)
            else:
                self._picture = Image.open(io.BytesIO(data))
                self._count = getattr(self._picture, "n_frames", 1)
        except (OSError, ValueError, pypdfium2.PdfiumError, Image.DecompressionBombError) as error:
            raise UnreadableDocumentError(str(error)) from error

    def __len__(self) -> int:
        return self._count

    def close(self) -> None:
        """Frees it."""
        if self._pdf is not None:
            self._pdf.close()

    def page(self, index: int, reader: Reader, *, with_tables: bool) -> Page:
        """Reads a page.

        Args:
            index: Number of the page, from 0.
            reader: Reads pictures.
            with_tables: Whether tables are looked for.

        Raises:
            UnreadableDocumentError: The page is broken.
        """
        try:
            if self._pdf is not None:
                picture, words = self._pdf_page(index)
            else:
                picture, words = self._frame(index), None
        except (OSError, ValueError, SyntaxError, pypdfium2.PdfiumError) as error:
            raise UnreadableDocumentError(str(error)) from error
        lines = _lines(words) if words else reader(picture)
        height, width = picture.shape[:2]
        found: tuple[Table, ...] = ()
        if with_tables:
            found = tuple(_tables(picture, lines))
        return Page(width, height, tuple(lines), found)

    def _frame(self, index: int) -> Any:
        frame = next(
            one
            for number, one in enumerate(ImageSequence.Iterator(self._picture))
            if number == index
        )
        return np.array(_flat(frame))

    def _pdf_page(self, index: int) -> tuple[Any, list[Word]]:
        page = self._pdf[index]
        try:
            scale = _DOTS / _POINTS
            longest = max(page.get_size()) * scale
            if longest > _LARGEST_SIDE:
                scale *= _LARGEST_SIDE / longest
            picture = page.render(scale=scale).to_numpy()[:, :, :3][:, :, ::-1].copy()
            return picture, _layer(page, picture.shape[0], scale)
        finally:
            page.close()


def _flat(frame: Image.Image) -> Image.Image:
    """A frame in three channels, transparent parts white."""
    if frame.mode in ("RGBA", "LA", "PA") or "transparency" in frame.info:
        above = frame.convert("RGBA")
        below = Image.new("RGBA", above.size, "white")
        return Image.alpha_composite(below, above).convert("RGB")
    return frame.convert("RGB")


def _layer(page: Any, height: int, scale: float) -> list[Word]:
    """The words of a page's text layer; none when it has none that can be read."""
    text = page.get_textpage()
    try:
        count = text.count_chars()
        letters: list[tuple[str, Box]] = []
        strange = 0
        whole = text.get_text_range(0, count) if count else ""
        same = len(whole) == count
        for index in range(count):
            letter = whole[index] if same else text.get_text_range(index, 1)
            if not letter.strip():
                letters.append((" ", Box(0, 0, 0, 0)))
                continue
            strange += unicodedata.category(letter[0]) in ("Co", "Cn", "Cc") or letter == "\ufffd"
            left, bottom, right, top = text.get_charbox(index, loose=True)
            letters.append(
                (
                    letter,
                    Box(
                        left * scale,
                        height - top * scale,
                        right * scale,
                        height - bottom * scale,
                    ),
                )
            )
    finally:
        text.close()
    visible = [box for letter, box in letters if letter != " "]
    if not visible or strange > _UNREADABLE * len(visible):
        return []
    return _words(letters)


def _words(letters: Sequence[tuple[str, Box]]) -> list[Word]:
    words: list[Word] = []
    now: list[tuple[str, Box]] = []

    def finish() -> None:
        if now:
            box = Box.around(box for _, box in now)
            words.append(Word("".join(letter for letter, _ in now), 100.0, box))
            now.clear()

    for letter, box in letters:
        if letter == " ":
            finish()
            continue
        if now:
            last = now[-1][1]
            height = max(box.height, last.height)
            apart = box.left - last.right > _SPACE * height or box.left < last.left - height
            if apart or abs(box.middle[1] - last.middle[1]) > 0.5 * height:
                finish()
        now.append((letter, box))
    finish()
    return words


def _lines(words: Sequence[Word]) -> list[Line]:
    """Lines of a text layer: words in a row, apart where columns are."""
    lines = []
    for row in rows_of(words):
        group: list[Word] = []
        for word in row:
            if group:
                gap = word.box.left - group[-1].box.right
                if gap > _COLUMN_GAP * max(word.box.height, group[-1].box.height):
                    lines.append(Line(tuple(group)))
                    group = []
            group.append(word)
        if group:
            lines.append(Line(tuple(group)))
    return lines


def _tables(picture: Any, lines: Sequence[Line]) -> list[Table]:
    words = [word for line in lines for word in line.words]
    ruled = [table for table in grid.tables(*rulings.segments(picture)) if _filled(table, words)]
    aligned = alignment.tables(lines, [table.box for table in ruled])
    return sorted([*ruled, *aligned], key=lambda table: (table.box.top, table.box.left))


def _filled(table: Table, words: Sequence[Word]) -> bool:
    """Whether enough cells hold text: frames of windows and buttons are no tables."""
    filled = sum(bool(words_in(cell.box, words)) for cell in table.cells)
    return filled >= 0.4 * len(table.cells)
