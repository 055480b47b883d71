"""Text of a picture: PP-OCR finds the lines, Tesseract and PP-OCR read them.

PP-OCR's models (in the wheel of ``rapidocr``) find lines well and read Latin script well, but know
no Hangul. Tesseract reads Korean, and breaks words between syllables, which the width of the
gaps in the picture tells apart from spaces. Upright text only.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from queue import SimpleQueue
from typing import Any

import cv2
import numpy as np
import tesserocr
from rapidocr import RapidOCR
from rapidocr.ch_ppocr_rec import TextRecInput

from qops.reading.gaps import Run, latin_stretches, places, words
from qops.reading.result import Box, Line, Word

_LANGUAGES = "kor+eng"
_THREADS = 2
_LINE_HEIGHT = 48
_SOFTNESS = 0.9
"""By how many pixels of the picture smooth edges and blurring narrow a gap."""
_MARGIN = 10
_SURE_LATIN = 0.85
_LATIN_WIDTH = 5000
"""How much is read a second time, in columns of lines of the usual height: what Tesseract is least
sure of first."""
_LEAST_CONFIDENCE = 20.0
_DARK = 128
Picture = Any
"""An array of height, width and three channels (red, green, blue), 8 bit each."""


@dataclass(frozen=True)
class _Crop:
    """A line cut out of a picture: dark on light, and by how much it was enlarged."""

    box: Box
    colour: Picture
    grey: Any
    ink: Any
    scale: float


@dataclass(frozen=True)
class _Cut:
    """A part of a line: its pixels, and its ink from column ``start`` of the enlarged line."""

    colour: Picture
    ink: Any
    start: int


@dataclass(frozen=True)
class _Piece:
    """Words ``first`` to ``last`` of a line that hold no Hangul."""

    line: int
    first: int
    last: int
    cut: _Cut


class Recogniser:
    """The loaded models; one caller at a time."""

    def __init__(self, tessdata: str) -> None:
        """Loads the models.

        Args:
            tessdata: Folder with ``kor.traineddata`` and ``eng.traineddata``.
        """
        logging.getLogger("RapidOCR").setLevel(logging.ERROR)
        self._paddle = RapidOCR(
            params={
                "Global.log_level": "error",
                "EngineConfig.onnxruntime.intra_op_num_threads": _THREADS,
                "EngineConfig.onnxruntime.inter_op_num_threads": 1,
                "EngineConfig.onnxruntime.enable_cpu_mem_arena": True,
            }
        )
        # its parts are loaded with the first picture
        blank = np.full((_LINE_HEIGHT, 2 * _LINE_HEIGHT, 3), 255, np.uint8)
        self._paddle(blank, use_det=False, use_cls=False, use_rec=True)
        self._latin_reader = self._paddle.text_rec
        # narrow pieces need not be read as wide ones
        self._latin_reader.rec_image_shape = [3, _LINE_HEIGHT, 2 * _LINE_HEIGHT]
        self._readers: SimpleQueue[Any] = SimpleQueue()
        for _ in range(_THREADS):
            api = tesserocr.PyTessBaseAPI(
                path=tessdata, lang=_LANGUAGES, psm=tesserocr.PSM.SINGLE_LINE
            )
            api.SetVariable("preserve_interword_spaces", "1")
            self._readers.put(api)
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="tesseract")

    def read(self, picture: Picture) -> list[Line]:
        """The lines of a picture, from above.

        Args:
            picture: The picture.
        """
        crops = [_crop(picture, box) for box in self._find(picture)]
        crops = [crop for crop in crops if crop.ink.any()]
        runs = list(self._threads.map(self._tesseract, crops))
        pieces = [
            _Piece(index, first, last, _cut(crops[index], line[first], line[last - 1]))
            for index, line in enumerate(runs)
            for first, last in latin_stretches(line)
        ]
        pieces += [
            _Piece(index, 0, 0, _cut(crop, _whole(crop), _whole(crop)))
            for index, (crop, line) in enumerate(zip(crops, runs, strict=True))
            if not line
        ]
        pieces = _least_sure(pieces, runs)
        # from the right, so that places left of a replaced stretch stay what they are
        for piece, better in reversed(list(zip(pieces, self._latin(pieces), strict=True))):
            if better:
                runs[piece.line][piece.first : piece.last] = better
        found = [
            Line(tuple(_word(crop, run) for run in line))
            for crop, line in zip(crops, runs, strict=True)
            if line
        ]
        found.sort(key=lambda line: (round(line.box.middle[1] / 6), line.box.left))
        return found

    def _find(self, picture: Picture) -> list[Box]:
        """Where lines are."""
        answer = self._paddle(
            picture[:, :, ::-1].copy(), use_det=True, use_cls=False, use_rec=False
        )
        if answer.boxes is None:
            return []
        height, width = picture.shape[:2]
        found = []
        for corners in answer.boxes:
            left, top = corners.min(0)
            right, bottom = corners.max(0)
            box = Box(
                max(0.0, float(left)),
                max(0.0, float(top)),
                min(float(width), float(right)),
                min(float(height), float(bottom)),
            )
            if box.width >= 3 and box.height >= 5:
                found.append(box)
        return found

    def _tesseract(self, crop: _Crop) -> list[Run]:
        """What Tesseract reads in a line."""
        api = self._readers.get()
        try:
            height, width = crop.grey.shape
            api.SetImageBytes(crop.grey.tobytes(), width, height, 1, width)
            api.Recognize()
            iterator = api.GetIterator()
            symbols = []
            if iterator is not None:
                level = tesserocr.RIL.SYMBOL
                for letter in tesserocr.iterate_level(iterator, level):
                    if letter.Empty(level):
                        continue
                    place = letter.BoundingBox(level)
                    text = letter.GetUTF8Text(level).strip()
                    if place is None or not text:
                        continue
                    begins = letter.IsAtBeginningOf(tesserocr.RIL.WORD)
                    confidence = float(letter.Confidence(level))
                    symbols.append(Run(text, confidence, place[0], place[2], begins))
        finally:
            self._readers.put(api)
        found = words(
            symbols, crop.ink.any(0).tolist(), _ink_height(crop.ink), _SOFTNESS * crop.scale
        )
        return [run for run in found if run.confidence >= _LEAST_CONFIDENCE]

    def _latin(self, pieces: Sequence[_Piece]) -> list[list[Run] | None]:
        """What PP-OCR reads in pieces without Hangul; ``None`` where it is not sure."""
        if not pieces:
            return []
        pictures = [piece.cut.colour[:, :, ::-1].copy() for piece in pieces]
        answer = self._latin_reader(TextRecInput(img=pictures, return_word_box=False))
        found: list[list[Run] | None] = []
        for piece, text, score in zip(pieces, answer.txts, answer.scores, strict=True):
            parts = text.split()
            if score < _SURE_LATIN or not parts or not text.isascii():
                found.append(None)
                continue
            cut = piece.cut
            stretches = places(parts, cut.ink.any(0).tolist(), _ink_height(cut.ink))
            found.append(
                [
                    Run(part, 100.0 * float(score), cut.start + left, cut.start + right)
                    for part, (left, right) in zip(parts, stretches, strict=True)
                ]
            )
        return found


def _word(crop: _Crop, run: Run) -> Word:
    """A word of a line, at its place in the picture."""
    left, right = max(0, int(run.left)), max(int(run.right), int(run.left) + 1)
    rows = np.flatnonzero(crop.ink[:, left:right].any(1))
    top, bottom = (rows[0], rows[-1] + 1) if rows.size else (0, crop.ink.shape[0])
    box = Box(
        crop.box.left + (left - _MARGIN) / crop.scale,
        crop.box.top + (top - _MARGIN) / crop.scale,
        crop.box.left + (right - _MARGIN) / crop.scale,
        crop.box.top + (bottom - _MARGIN) / crop.scale,
    )
    return Word(run.text, round(min(run.confidence, 100.0), 2), box)


def _least_sure(pieces: Sequence[_Piece], lines: Sequence[Sequence[Run]]) -> list[_Piece]:
    """The pieces that there is time to read again, in the order given."""

    def sureness(piece: _Piece) -> float:
        return min(
            (run.confidence for run in lines[piece.line][piece.first : piece.last]), default=0
        )

    left = float(_LATIN_WIDTH)
    taken = set()
    for index in sorted(range(len(pieces)), key=lambda index: sureness(pieces[index])):
        height, width = pieces[index].cut.colour.shape[:2]
        left -= max(width / height, 2.0) * _LINE_HEIGHT
        if left < 0:
            break
        taken.add(index)
    return [piece for index, piece in enumerate(pieces) if index in taken]


def _whole(crop: _Crop) -> Run:
    """All that has ink, for lines of which Tesseract makes nothing."""
    inked = np.flatnonzero(crop.ink.any(0))
    return Run("", 0.0, float(inked[0]), float(inked[-1] + 1))


def _cut(crop: _Crop, first: Run, last: Run) -> _Cut:
    """The part of a line from one run to another."""
    start, end = max(0, int(first.left)), max(int(last.right), int(first.left) + 1)
    pad = 0.15 * crop.colour.shape[0]
    left = max(0, int((start - _MARGIN) / crop.scale - pad))
    right = max(left + 1, int(np.ceil((end - _MARGIN) / crop.scale + pad)))
    return _Cut(np.ascontiguousarray(crop.colour[:, left:right]), crop.ink[:, start:end], start)


def _crop(picture: Picture, box: Box) -> _Crop:
    """Cuts a line out and makes it what Tesseract likes: dark on light, large, with a margin."""
    left, top = int(box.left), int(box.top)
    right, bottom = int(np.ceil(box.right)), int(np.ceil(box.bottom))
    colour = np.ascontiguousarray(picture[top:bottom, left:right])
    grey = cv2.cvtColor(colour, cv2.COLOR_RGB2GRAY)
    background = float(np.median(np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]])))
    if background < _DARK:
        grey = 255 - grey
        background = 255 - background
    scale = max(1.0, _LINE_HEIGHT / max(1, bottom - top))
    size = (max(1, round((right - left) * scale)), max(1, round((bottom - top) * scale)))
    large = cv2.resize(grey, size, interpolation=cv2.INTER_CUBIC)
    large = cv2.GaussianBlur(large, (3, 3), 0)
    large = cv2.copyMakeBorder(
        large, _MARGIN, _MARGIN, _MARGIN, _MARGIN, cv2.BORDER_CONSTANT, value=background
    )
    ink = np.abs(large.astype(np.int16) - int(background)) > _ink_threshold(large, background)
    cut = Box(float(left), float(top), float(right), float(bottom))
    return _Crop(cut, colour, large, ink, scale)


def _ink_threshold(grey: Any, background: float) -> int:
    """How far from the background a pixel is ink: a third of the strongest contrast."""
    contrast = np.abs(grey.astype(np.int16) - int(background))
    return max(24, int(np.percentile(contrast, 99) * 0.35))


def _ink_height(ink: Any) -> int:
    rows = np.flatnonzero(ink.any(1))
    return int(rows[-1] - rows[0] + 1) if rows.size else 1
