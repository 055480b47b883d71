"""PP-OCR's recogniser for what stands in Latin script: sure, and six times as slow as Tesseract."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import cv2
import numpy as np

_HEIGHT = 48
_MULTIPLE = 16
_NARROWEST = 48


class LatinReader:
    """The loaded recogniser."""

    def __init__(self, session: Any, threads: ThreadPoolExecutor) -> None:
        """Keeps the model.

        Args:
            session: ONNX session of PP-OCR's recogniser; its metadata lists its characters.
            threads: Read lines side by side.
        """
        self._session = session
        self._threads = threads
        self._input = session.get_inputs()[0].name
        characters = session.get_modelmeta().custom_metadata_map["character"].split("\n")
        # CTC: the first output is that nothing new begins
        self._characters = ["", *characters, " "]

    def read(self, pictures: Sequence[Any]) -> list[tuple[str, float]]:
        """The text of each picture and how sure it is, 0 to 1.

        Args:
            pictures: Grey lines, dark on white.
        """
        # the widest first, so that no thread is left with it at the end
        order = sorted(range(len(pictures)), key=lambda index: -_width(pictures[index]))
        texts = self._threads.map(self._one, [pictures[index] for index in order])
        found = dict(zip(order, texts, strict=True))
        return [found[index] for index in range(len(pictures))]

    def _one(self, picture: Any) -> tuple[str, float]:
        inked = _width(picture)
        width = -(-max(_NARROWEST, inked) // _MULTIPLE) * _MULTIPLE
        values = np.zeros((1, 3, _HEIGHT, width), np.float32)
        scaled = cv2.resize(picture, (inked, _HEIGHT), interpolation=cv2.INTER_AREA)
        values[:, :, :, :inked] = scaled.astype(np.float32) / 127.5 - 1
        answer = self._session.run(None, {self._input: values})[0][0]
        return self._text(answer.argmax(1), answer.max(1))

    def _text(self, best: Any, sure: Any) -> tuple[str, float]:
        begins = (best != 0) & np.concatenate(([True], best[1:] != best[:-1]))
        text = "".join(self._characters[index] for index in best[begins])
        return text, float(sure[begins].mean()) if begins.any() else 0.0


def _width(picture: Any) -> int:
    """How wide a line is at the height that the recogniser takes."""
    height, width = picture.shape
    return int(max(1, round(width * _HEIGHT / height)))
