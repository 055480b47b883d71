"""Reading text from a picture by the program ``tesseract``, which users install from Debian.

Settings measured on screens of 10 pt text (Korean words found: 69 % as they are, 87 % of other
words): sparse text (`--psm 11`) on a picture twice as large; one thread, which is six times faster
than tesseract's own choice on two cores. A Korean word that falls apart into syllables is put
together again by the narrow gaps.
"""

import csv
import io
import os
import shutil
import subprocess
import threading
from contextlib import suppress
from itertools import groupby, pairwise
from typing import IO

from PIL import Image

from qagent.desktop.base import DesktopError, MissingProgramError, Picture
from qagent.desktop.ocr import RecognizedText
from qagent.messages import text
from qagent.stop import StopSignal
from qscreen.wire import Rect

WANTED = ("kor", "eng")
PROGRAM = "tesseract"
SECONDS = 30.0
"""Longest time for one picture."""

_LARGE = 2_000
"""Width, pixels, from which a picture is read as it is."""

_WORD = "5"
"""Level of words in the program's table."""

_NARROW = 0.3
"""Widest gap inside of a Korean word, in heights of the word."""

_POLL_SECONDS = 0.05


def languages() -> tuple[str, ...]:
    """The languages whose data the program has."""
    done = subprocess.run(
        [_program(), "--list-langs"], capture_output=True, text=True, timeout=SECONDS, check=False
    )
    return tuple(line.strip() for line in done.stdout.splitlines()[1:] if line.strip())


def recognize(picture: Picture, stop: StopSignal) -> tuple[RecognizedText, ...]:
    """Read the text in a picture.

    Args:
        picture: The picture.
        stop: Ends it.

    Raises:
        MissingProgramError: The program or its languages are not installed.
        DesktopError: It failed.
        StoppedError: The work was stopped.
    """
    known = set(languages())
    chosen = [one for one in WANTED if one in known]
    if not chosen:
        raise MissingProgramError(text("ocr.no_language"), text("ocr.missing.repair"))
    factor = 1 if picture.width >= _LARGE else 2
    command = [_program(), "stdin", "stdout", "-l", "+".join(chosen), "--psm", "11", "tsv"]
    return lines_of(_run(command, _enlarged(picture, factor), stop), factor)


def lines_of(table: str, factor: int = 1) -> tuple[RecognizedText, ...]:
    """The lines in the program's table of words.

    Args:
        table: Tab-separated values with a head.
        factor: How much larger the picture was that the places are of.
    """
    words = [
        row
        for row in csv.DictReader(io.StringIO(table), delimiter="\t", quoting=csv.QUOTE_NONE)
        if row["level"] == _WORD and (row["text"] or "").strip() and float(row["conf"]) >= 0
    ]
    found = []
    for _, group in groupby(words, key=lambda row: tuple(row[key] for key in _LINE)):
        line = list(group)
        left = min(int(one["left"]) for one in line)
        top = min(int(one["top"]) for one in line)
        right = max(int(one["left"]) + int(one["width"]) for one in line)
        bottom = max(int(one["top"]) + int(one["height"]) for one in line)
        rect = Rect(
            x=left // factor,
            y=top // factor,
            width=-(-(right - left) // factor),
            height=-(-(bottom - top) // factor),
        )
        confidence = sum(float(one["conf"]) for one in line) / len(line) / 100
        found.append(RecognizedText(_joined(line), rect, round(confidence, 3)))
    return tuple(found)


_LINE = ("page_num", "block_num", "par_num", "line_num")


def _joined(line: list[dict[str, str]]) -> str:
    joined = line[0]["text"].strip()
    for before, after in pairwise(line):
        gap = int(after["left"]) - int(before["left"]) - int(before["width"])
        narrow = gap < _NARROW * int(after["height"])
        korean = _is_korean(before["text"].strip()[-1]) and _is_korean(after["text"].strip()[0])
        joined += ("" if narrow and korean else " ") + after["text"].strip()
    return joined


def _is_korean(char: str) -> bool:
    return "가" <= char <= "힣"


def _program() -> str:
    found = shutil.which(PROGRAM)
    if found is None:
        raise MissingProgramError(text("ocr.missing"), text("ocr.missing.repair"))
    return found


def _enlarged(picture: Picture, factor: int) -> bytes:
    image = Image.frombytes("RGB", (picture.width, picture.height), picture.bgra, "raw", "BGRX")
    if factor > 1:
        size = (picture.width * factor, picture.height * factor)
        image = image.resize(size, Image.Resampling.BICUBIC)
    packed = io.BytesIO()
    image.save(packed, "BMP")
    return packed.getvalue()


def _run(command: list[str], picture: bytes, stop: StopSignal) -> str:
    """Run the program; the picture never touches the disk."""
    process = subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "OMP_THREAD_LIMIT": "1"},
    )
    output = b""
    # `communicate` with an input does not go on after a time-out (CPython 3.11).
    stdin, process.stdin = process.stdin, None
    assert stdin is not None
    feeding = threading.Thread(target=_feed, args=(stdin, picture), name="ocr", daemon=True)
    feeding.start()

    def done() -> bool:
        nonlocal output
        try:
            output, _ = process.communicate(timeout=_POLL_SECONDS)
        except subprocess.TimeoutExpired:
            return False
        return True

    try:
        if not stop.wait_until(done, SECONDS):
            raise _failed(f"> {SECONDS:g} s")
    finally:
        if process.poll() is None:
            process.kill()
            process.communicate()
        feeding.join()
    if process.returncode != 0:
        raise _failed(f"{PROGRAM}: {process.returncode}")
    return output.decode(errors="replace")


def _feed(stdin: IO[bytes], picture: bytes) -> None:
    # A program that ends early, or is ended, has read enough.
    with suppress(OSError), stdin:
        stdin.write(picture)


def _failed(why: str) -> DesktopError:
    return DesktopError(text("ocr.failed", why=why), text("ocr.failed.repair"))
