"""Text of a picture: PP-OCR finds the lines, Tesseract reads them, PP-OCR what stays unsure.

Tesseract's Korean data reads the lines that look Korean, its English data the stretches of them
that are not. English reads every other line and is sure of what it can read; Korean reads what that
is not sure of. Where both read, the surer of the two is right; read with both data at once, English
takes Korean words for Latin ones. PP-OCR's recogniser knows no Hangul and is slow, but reads Latin
script best. Upright text only.

Two threads read while the lines are still being cut out of the picture.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from typing import Any

import numpy as np
import onnxruntime
import tesserocr

from qops.reading.detector import detector
from qops.reading.gaps import Run, holds_hangul, places, words
from qops.reading.latin import LatinReader
from qops.reading.lines import LineFinder, Picture, TextLine
from qops.reading.result import Line, Word
from qops.reading.script import looks_korean
from qops.reading.spaces import USUAL, Measured, borders

_THREADS = 2
_DETECTOR, _RECOGNISER = "PP-OCRv6_det_small.onnx", "PP-OCRv6_rec_small.onnx"
_SURE_ENGLISH = 98.5
"""On the tuning half 95 of 100 Latin words are surer than this, and 1 of 100 Korean ones."""
_UNSURE_ENGLISH, _UNSURE_KOREAN = 99.0, 97.5
_SURE_LATIN = 0.85
_LATIN_WIDTH = 1200
"""How much PP-OCR reads, in columns of lines of its height: what is least sure first."""
_LATIN_HEIGHT = 48
_PROBE = 7
"""How much of a long line tells its language, in heights."""
_LEAST_CONFIDENCE = 20.0
_FEWEST = 0.5
"""A line as wide as it is high holds more letters than this; three times as many are usual."""


@dataclass(frozen=True)
class _Read:
    """What Tesseract read in a line: words in English, letters in Korean."""

    english: list[Run]
    korean: list[Run]


@dataclass(frozen=True)
class _Piece:
    """Words ``first`` to ``last`` of a line that neither reader is sure of."""

    line: int
    first: int
    last: int
    start: int
    grey: Any
    ink: Any
    confidence: float


class Recogniser:
    """The loaded models; one caller at a time."""

    def __init__(self, tessdata: str) -> None:
        """Loads the models.

        Args:
            tessdata: Folder with ``kor.traineddata`` and ``eng.traineddata``.
        """
        # the wheel is there for its models: importing it takes seconds
        found = importlib.util.find_spec("rapidocr")
        if found is None or found.origin is None:
            raise ModuleNotFoundError("rapidocr, whose wheel holds the models, is not installed")
        models = Path(found.origin).parent / "models"
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="reading")
        self._finder = LineFinder(detector(models / _DETECTOR, _THREADS))
        self._latin = LatinReader(_session(models / _RECOGNISER), self._threads)
        self._english = _readers(tessdata, "eng")
        self._korean = _readers(tessdata, "kor")

    def read(self, picture: Picture) -> list[Line]:
        """The lines of a picture, from above.

        Args:
            picture: The picture.
        """
        # tables say the same again and again, to the pixel
        alike: dict[tuple[bytes, float], list[TextLine]] = {}
        reading: list[Future[_Read]] = []
        for line in self._finder.find(picture):
            group = alike.setdefault((line.grey.tobytes(), line.scale), [])
            if not group:
                reading.append(self._threads.submit(self._read, line))
            group.append(line)
        runs = self._runs([group[0] for group in alike.values()], [one.result() for one in reading])
        out = [
            Line(tuple(_word(line, run) for run in one))
            for group, one in zip(alike.values(), runs, strict=True)
            for line in group
            if one
        ]
        out.sort(key=lambda line: (round(line.box.middle[1] / 6), line.box.left))
        return out

    def _runs(self, lines: Sequence[TextLine], read: Sequence[_Read]) -> list[list[Run]]:
        """The words of each line."""
        found = borders(
            [
                Measured(_size(line), line.height, line.columns, one.korean)
                for line, one in zip(lines, read, strict=True)
                if one.korean
            ]
        )
        runs = [
            _merged(line, one, found.get(_size(line), USUAL) * line.height)
            for line, one in zip(lines, read, strict=True)
        ]
        self._improve(lines, runs)
        return runs

    def _read(self, line: TextLine) -> _Read:
        """What Tesseract reads: in one language, and in the other where that is not sure."""
        height, width = line.grey.shape
        columns = line.columns
        # most of a long line is in one language, which its beginning tells
        long = width >= 2 * _PROBE * height
        if looks_korean(line) or (
            long and not _sure(self._english_words(line, 0, _PROBE * height, columns))
        ):
            korean = _letters(self._korean, line.grey)
            margin = height // 4
            english = [
                word
                for left, right in _doubtful(korean, width)
                for word in self._english_words(line, left - margin, right + margin, columns)
            ]
            return _Read(english, korean)
        english = self._english_words(line, 0, width, columns)
        if _sure(english):
            return _Read(english, [])
        return _Read(english, _letters(self._korean, line.grey))

    def _english_words(
        self, line: TextLine, left: float, right: float, columns: Sequence[bool]
    ) -> list[Run]:
        """The words that English data sees from one column of a line to another."""
        start, end = max(0, int(left)), min(len(columns), int(right))
        letters = _letters(self._english, np.ascontiguousarray(line.grey[:, start:end]))
        found = words(letters, columns[start:end], line.height, USUAL * line.height)
        return [Run(run.text, run.confidence, run.left + start, run.right + start) for run in found]

    def _improve(self, lines: Sequence[TextLine], runs: list[list[Run]]) -> None:
        """Lets PP-OCR read what is unsure, and takes what it is sure of."""
        pieces = _affordable(
            [
                piece
                for index, line in enumerate(lines)
                for piece in _unsure(index, line, runs[index])
            ]
        )
        answers = self._latin.read([piece.grey for piece in pieces])
        # from the right, so that places left of a replaced stretch stay what they are
        for piece, (text, sure) in sorted(
            zip(pieces, answers, strict=True), key=lambda pair: (pair[0].line, -pair[0].first)
        ):
            parts = text.split()
            if sure < _SURE_LATIN or not parts or not text.isascii():
                continue
            stretches = places(parts, piece.ink.any(0).tolist(), lines[piece.line].height)
            runs[piece.line][piece.first : piece.last] = [
                Run(part, 100.0 * sure, piece.start + left, piece.start + right)
                for part, (left, right) in zip(parts, stretches, strict=True)
            ]
        for index, line in enumerate(runs):
            runs[index] = [run for run in line if run.confidence >= _LEAST_CONFIDENCE]


def _word(line: TextLine, run: Run) -> Word:
    confidence = round(min(run.confidence, 100.0), 2)
    return Word(run.text, confidence, line.place(run.left, run.right))


def _session(model: Path) -> Any:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 4
    # waiting threads would take the processors from Tesseract's
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return onnxruntime.InferenceSession(
        str(model), sess_options=options, providers=["CPUExecutionProvider"]
    )


def _readers(tessdata: str, language: str) -> SimpleQueue[Any]:
    """One reader for each thread."""
    readers: SimpleQueue[Any] = SimpleQueue()
    for _ in range(_THREADS):
        api = tesserocr.PyTessBaseAPI(path=tessdata, lang=language, psm=tesserocr.PSM.SINGLE_LINE)
        api.SetVariable("preserve_interword_spaces", "1")
        # lines are dark on white: nothing is won by reading unsure ones a second time inverted
        api.SetVariable("invert_threshold", "0")
        readers.put(api)
    return readers


def _letters(readers: SimpleQueue[Any], grey: Any) -> list[Run]:
    """The letters that a reader sees in a line."""
    api = readers.get()
    try:
        height, width = grey.shape
        api.SetImageBytes(grey.tobytes(), width, height, 1, width)
        found = _recognised(api)
        if len(found) < _FEWEST * width / height:
            # it takes some lines for pictures, unless it is told to look for no layout at all
            api.SetPageSegMode(tesserocr.PSM.RAW_LINE)
            found = _recognised(api)
            api.SetPageSegMode(tesserocr.PSM.SINGLE_LINE)
        return found
    finally:
        readers.put(api)


def _recognised(api: Any) -> list[Run]:
    api.Recognize()
    iterator = api.GetIterator()
    letters: list[Run] = []
    if iterator is None:
        return letters
    level = tesserocr.RIL.SYMBOL
    for letter in tesserocr.iterate_level(iterator, level):
        if letter.Empty(level):
            continue
        place = letter.BoundingBox(level)
        text = letter.GetUTF8Text(level).strip()
        if place is None or not text:
            continue
        begins = letter.IsAtBeginningOf(tesserocr.RIL.WORD)
        letters.append(Run(text, float(letter.Confidence(level)), place[0], place[2], begins))
    return letters


def _size(line: TextLine) -> int:
    return round(line.height / line.scale)


def _sure(english: Sequence[Run]) -> bool:
    return bool(english) and all(run.confidence >= _SURE_ENGLISH for run in english)


def _doubtful(korean: Sequence[Run], width: int) -> list[tuple[float, float]]:
    """Stretches of a line that Korean data reads without Hangul or without being sure."""
    found: list[tuple[float, float]] = []
    open_ = False
    for letter in korean:
        doubtful = letter.confidence < _UNSURE_KOREAN or not holds_hangul(letter.text)
        if doubtful and open_:
            found[-1] = (found[-1][0], letter.right)
        elif doubtful:
            found.append((letter.left, letter.right))
        open_ = doubtful
    return found if korean else [(0.0, float(width))]


def _merged(line: TextLine, read: _Read, space: float) -> list[Run]:
    """The words of a line: for each place those of the reader that is surer there."""
    if not read.korean:
        return read.english
    other = words(read.korean, line.columns, line.height, space)
    taken = []
    for run in read.english:
        against = max((one.confidence for one in other if _share(one, run) > 0), default=0.0)
        if run.confidence > max(against, _UNSURE_KOREAN - 1):
            taken.append(run)
    kept = [run for run in other if all(_share(run, one) < 0.5 for one in taken)]
    return sorted([*taken, *kept], key=lambda run: run.left)


def _share(one: Run, other: Run) -> float:
    """Which share of the narrower one both cover."""
    common = min(one.right, other.right) - max(one.left, other.left)
    return max(0.0, common) / max(1.0, min(one.right - one.left, other.right - other.left))


def _unsure(index: int, line: TextLine, runs: Sequence[Run]) -> list[_Piece]:
    """Stretches of a line of whose words no reader is sure; all of it where there are none."""
    if not runs:
        inked = np.flatnonzero(line.ink.any(0))
        if not inked.size:
            return []
        return [_piece(index, line, 0, 0, (int(inked[0]), int(inked[-1]) + 1), 0.0)]
    found = []
    start: int | None = None
    for place in range(len(runs) + 1):
        weak = place < len(runs) and runs[place].confidence < (
            _UNSURE_KOREAN if holds_hangul(runs[place].text) else _UNSURE_ENGLISH
        )
        if weak and start is None:
            start = place
        elif not weak and start is not None:
            part = runs[start:place]
            confidence = min(run.confidence for run in part)
            span = (int(part[0].left), int(part[-1].right))
            found.append(_piece(index, line, start, place, span, confidence))
            start = None
    return found


def _piece(
    index: int, line: TextLine, first: int, last: int, span: tuple[int, int], confidence: float
) -> _Piece:
    start, end = max(0, span[0]), max(span[1], span[0] + 1)
    margin = round(0.15 * line.grey.shape[0])
    grey = line.grey[:, max(0, start - margin) : end + margin]
    return _Piece(index, first, last, start, grey, line.ink[:, start:end], confidence)


def _affordable(pieces: Sequence[_Piece]) -> list[_Piece]:
    """The pieces that there is time to read, the least sure first."""
    left = float(_LATIN_WIDTH)
    taken = []
    for piece in sorted(pieces, key=lambda piece: piece.confidence):
        height, width = piece.grey.shape
        left -= max(width / height, 1.0) * _LATIN_HEIGHT
        if left < 0:
            break
        taken.append(piece)
    return taken
