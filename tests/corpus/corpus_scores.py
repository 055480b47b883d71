"""How much of the truth an engine found."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from corpus_screens import TrueWord
from corpus_tables import TrueCell

from qops.reading.result import Box, Page, Table, words_in


@dataclass
class Score:
    """Found and all."""

    found: int = 0
    total: int = 0

    def add(self, found: bool) -> None:
        """Counts one."""
        self.found += found
        self.total += 1

    @property
    def share(self) -> float:
        """Found of all, 0 to 1."""
        return self.found / self.total if self.total else 1.0


def missed(truth: Iterable[TrueWord], page: Page) -> dict[TrueWord, str]:
    """The words that no word of the engine at their place says, with what it says there.

    A word counts as found only if one word of the engine has exactly its text and covers at least
    half of its place.
    """
    words = [word for line in page.lines for word in line.words]
    out = {}
    for true in truth:
        place = Box(*true.box)
        there = [
            word
            for word in words
            if word.box.overlap(place) >= 0.5 * min(_area(word.box), _area(place))
        ]
        exact = [
            word
            for word in there
            if normal(word.text) == normal(true.text)
            and word.box.overlap(place) >= 0.5 * _area(place)
        ]
        if not exact:
            out[true] = " ".join(word.text for word in there)
    return out


def cells_exact(truth: Sequence[TrueCell], page: Page) -> Score:
    """How many cells the best table has at their place, with their spans and their exact text."""
    best = Score(0, len(truth))
    for table in page.tables:
        held = _texts(table, page)
        score = Score()
        for cell in truth:
            key = (cell.row, cell.column, cell.row_span, cell.column_span)
            score.add(held.get(key) == normal(cell.text))
        if score.found > best.found:
            best = score
    return best


def _texts(table: Table, page: Page) -> dict[tuple[int, int, int, int], str]:
    words = [word for line in page.lines for word in line.words]
    return {
        (cell.row, cell.column, cell.row_span, cell.column_span): normal(
            " ".join(word.text for word in words_in(cell.box, words))
        )
        for cell in table.cells
    }


def normal(text: str) -> str:
    """A text in composed form."""
    return unicodedata.normalize("NFC", text)


def _area(box: Box) -> float:
    return box.width * box.height
