"""Labelled fields of a form: a text that ends with a colon, and what stands beside or below it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from qops.reading.result import Box, Page, Word, rows_of

_COLONS = (":", "：")
_FAR = 14.0
"""A value further away than this many text heights belongs to something else."""
_VALUE_GAP = 2.0
"""A wider gap than this many text heights ends a value."""
_LABEL_WORDS = 5


@dataclass(frozen=True)
class Field:
    """A label and its value."""

    key: tuple[Word, ...]
    value: tuple[Word, ...]

    @property
    def confidence(self) -> float:
        """The mean of the words'."""
        words = (*self.key, *self.value)
        return sum(word.confidence for word in words) / len(words)


def text(words: Sequence[Word]) -> str:
    """The words with spaces between."""
    return " ".join(word.text for word in words)


def box(words: Sequence[Word]) -> Box:
    """Around the words."""
    return Box.around(word.box for word in words)


def fields(page: Page) -> list[Field]:
    """The labelled fields of a page; texts in tables are no labels."""
    tables = [table.box for table in page.tables]
    words = [
        word
        for line in page.lines
        for word in line.words
        if not any(one.holds(word.box.middle) for one in tables)
    ]
    found = []
    for row in rows_of(words):
        found += _fields_of(row)
    return found


def _fields_of(row: Sequence[Word]) -> list[Field]:
    row = [part for word in row for part in _parted(word)]
    ends = [index for index, word in enumerate(row) if word.text.endswith(_COLONS)]
    found = []
    for number, end in enumerate(ends):
        key = _label(row, end, ends[number - 1] if number else -1)
        stop = ends[number + 1] if number + 1 < len(ends) else len(row)
        value: list[Word] = []
        for word in row[end + 1 : stop]:
            before = value[-1] if value else row[end]
            gap = word.box.left - before.box.right
            if gap > (_VALUE_GAP if value else _FAR) * max(word.box.height, before.box.height):
                break
            value.append(word)
        if number + 1 < len(ends):
            following = _label(row, ends[number + 1], end)
            value = [word for word in value if word not in following]
        if key and value:
            found.append(Field(tuple(key), tuple(value)))
    return found


def _label(row: Sequence[Word], end: int, before: int) -> list[Word]:
    """The words of a label that ends with a colon."""
    label = [row[end]]
    for index in range(end - 1, before, -1):
        word = row[index]
        if len(label) == _LABEL_WORDS or label[0].box.left - word.box.right > word.box.height:
            break
        label.insert(0, word)
    return label if text(label).strip(" :：") else []


def _parted(word: Word) -> list[Word]:
    """A word with a colon inside ("합계:12,000") as label and value; times stay whole."""
    for colon in _COLONS:
        left, found, right = word.text.partition(colon)
        if found and right and left and not left[-1].isdigit() and not right.startswith("//"):
            share = (len(left) + 1) / len(word.text)
            middle = word.box.left + share * word.box.width
            return [
                Word(left + colon, word.confidence, Box(**{**_sides(word.box), "right": middle})),
                Word(right, word.confidence, Box(**{**_sides(word.box), "left": middle})),
            ]
    return [word]


def _sides(one: Box) -> dict[str, float]:
    return {"left": one.left, "top": one.top, "right": one.right, "bottom": one.bottom}
