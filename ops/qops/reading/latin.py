"""PP-OCR's recogniser for what stands in Latin script: sure, and six times as slow as Tesseract."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import cv2
import numpy as np

_HEIGHT = 48
_BATCH = 6
_MULTIPLE = 16
_NARROWEST = 48


class LatinReader:
    """The loaded recogniser."""

    def __init__(self, session: Any, threads: ThreadPoolExecutor) -> None:
        """Keeps the model.

        Args:
            session: ONNX session of PP-OCR's recogniser; its metadata lists its characters.
            threads: Run batches side by side.
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
        found: list[tuple[str, float]] = [("", 0.0)] * len(pictures)
        work: Callable[[list[int]], list[tuple[str, float]]] = lambda batch: self._batch(  # noqa: E731
            [pictures[index] for index in batch]
        )
        batches = list(_batches(pictures))
        for batch, texts in zip(batches, self._threads.map(work, batches), strict=True):
            for index, text in zip(batch, texts, strict=True):
                found[index] = text
        return found

    def _batch(self, pictures: Sequence[Any]) -> list[tuple[str, float]]:
        scaled = [
            cv2.resize(
                one,
                (max(1, round(one.shape[1] * _HEIGHT / one.shape[0])), _HEIGHT),
                interpolation=cv2.INTER_AREA,
            )
            for one in pictures
        ]
        widest = max(_NARROWEST, *(one.shape[1] for one in scaled))
        width = -(-widest // _MULTIPLE) * _MULTIPLE
        values = np.zeros((len(scaled), 3, _HEIGHT, width), np.float32)
        for index, one in enumerate(scaled):
            values[index, :, :, : one.shape[1]] = one.astype(np.float32) / 127.5 - 1
        answer = self._session.run(None, {self._input: values})[0]
        best, sure = answer.argmax(2), answer.max(2)
        return [self._text(*one) for one in zip(best, sure, strict=True)]

    def _text(self, best: Any, sure: Any) -> tuple[str, float]:
        begins = (best != 0) & np.concatenate(([True], best[1:] != best[:-1]))
        text = "".join(self._characters[index] for index in best[begins])
        return text, float(sure[begins].mean()) if begins.any() else 0.0


def _batches(pictures: Sequence[Any]) -> Iterator[list[int]]:
    """Places of pictures, those of like width together."""
    order = sorted(
        range(len(pictures)), key=lambda index: pictures[index].shape[1] / pictures[index].shape[0]
    )
    for start in range(0, len(order), _BATCH):
        yield order[start : start + _BATCH]
