"""Textract's blocks of a page: PAGE, LINE, WORD, TABLE with cells, KEY_VALUE_SET, QUERY."""

from __future__ import annotations

import re
import uuid
from collections.abc import Sequence
from typing import Any

from qops.local.documents import queries
from qops.local.documents.geometry import geometry, whole
from qops.reading.fields import Field, box, fields
from qops.reading.result import Box, Cell, Page, Table, Word, words_in

Block = dict[str, Any]
_NUMBER = re.compile(r"^[\s₩$€£%()+\-]*\d[\d.,:/\-\s%₩원)]*$")


class PageBlocks:
    """Builds the blocks of one page; ``blocks`` holds them in Textract's order."""

    def __init__(self, page: Page, number: int) -> None:
        """Makes the blocks of page, lines and words.

        Args:
            page: What was read.
            number: Number of the page, from 1.
        """
        self._page = page
        self._number = number
        self._word_ids: dict[int, str] = {}
        self._fields: list[Field] | None = None
        self._root = self._block("PAGE", whole(page))
        self.blocks: list[Block] = [self._root]
        words: list[Block] = []
        for line in page.lines:
            children = []
            for word in line.words:
                block = self._block("WORD", word.box, word.confidence)
                block |= {"Text": word.text, "TextType": "PRINTED"}
                self._word_ids[id(word)] = block["Id"]
                children.append(block)
            block = self._block("LINE", line.box, line.confidence)
            block["Text"] = line.text
            _relate(block, "CHILD", [child["Id"] for child in children])
            self._add(block)
            words += children
        self.blocks += words

    def add_tables(self) -> None:
        """Adds the tables."""
        for table in self._page.tables:
            self._add_table(table)

    def add_forms(self) -> None:
        """Adds the labelled fields."""
        for field in self._found():
            key = self._block("KEY_VALUE_SET", box(field.key), field.confidence)
            value = self._block("KEY_VALUE_SET", box(field.value), field.confidence)
            key["EntityTypes"] = ["KEY"]
            value["EntityTypes"] = ["VALUE"]
            _relate(key, "VALUE", [value["Id"]])
            _relate(key, "CHILD", self._ids(field.key))
            _relate(value, "CHILD", self._ids(field.value))
            self._add(key)
            self._add(value)

    def add_queries(self, asked: Sequence[dict[str, Any]]) -> None:
        """Adds questions, with an answer where a labelled field holds it.

        Args:
            asked: ``Queries`` of the call.
        """
        for query in asked:
            if not queries.concerns(query.get("Pages"), self._number):
                continue
            block: Block = {"BlockType": "QUERY", "Id": _identifier(), "Page": self._number}
            block["Query"] = dict(query)
            self._add(block)
            field = queries.answer(query["Text"], self._found())
            if field is None:
                continue
            result = self._block("QUERY_RESULT", box(field.value), field.confidence)
            result["Text"] = " ".join(word.text for word in field.value)
            _relate(block, "ANSWER", [result["Id"]])
            self.blocks.append(result)

    def _found(self) -> list[Field]:
        if self._fields is None:
            self._fields = fields(self._page)
        return self._fields

    def _add_table(self, table: Table) -> None:
        words = [word for line in self._page.lines for word in line.words]
        inside = {cell: words_in(cell.box, words) for cell in table.cells}
        header = _header_rows(table, inside)
        block = self._block("TABLE", table.box, _confidence(words_in(table.box, words)))
        block["EntityTypes"] = ["STRUCTURED_TABLE"]
        cells: list[Block] = []
        merged: list[Block] = []
        for cell in table.cells:
            parts = [self._cell(part, header) for part in _parts(cell)]
            held = inside[cell]
            # a merged cell's words belong to its first part, as Textract has it
            _relate(parts[0], "CHILD", self._ids(held))
            parts[0]["Confidence"] = _confidence(held)
            cells += parts
            if len(parts) > 1:
                whole_cell = self._cell(cell, header, "MERGED_CELL")
                whole_cell |= {"RowSpan": cell.row_span, "ColumnSpan": cell.column_span}
                whole_cell["Confidence"] = _confidence(held)
                _relate(whole_cell, "CHILD", [part["Id"] for part in parts])
                merged.append(whole_cell)
        cells.sort(key=lambda one: (one["RowIndex"], one["ColumnIndex"]))
        _relate(block, "CHILD", [cell["Id"] for cell in cells])
        _relate(block, "MERGED_CELL", [cell["Id"] for cell in merged])
        self._add(block)
        self.blocks += [*cells, *merged]

    def _cell(self, cell: Cell, header: int, kind: str = "CELL") -> Block:
        block = self._block(kind, cell.box, 100.0)
        block |= {"RowIndex": cell.row, "ColumnIndex": cell.column, "RowSpan": 1, "ColumnSpan": 1}
        if cell.row <= header:
            block["EntityTypes"] = ["COLUMN_HEADER"]
        return block

    def _block(self, kind: str, where: Box, confidence: float | None = None) -> Block:
        block: Block = {"BlockType": kind, "Id": _identifier(), "Page": self._number}
        block["Geometry"] = geometry(where, self._page)
        if confidence is not None:
            block["Confidence"] = confidence
        return block

    def _add(self, block: Block) -> None:
        """Adds a block that belongs to the page itself."""
        self.blocks.append(block)
        _relate(self._root, "CHILD", [block["Id"]])

    def _ids(self, words: Sequence[Word]) -> list[str]:
        # a word that was parted at a colon belongs to the word that was read
        known = [self._word_ids.get(id(word)) or self._holder(word) for word in words]
        return list(dict.fromkeys(identifier for identifier in known if identifier))

    def _holder(self, part: Word) -> str | None:
        for line in self._page.lines:
            for word in line.words:
                if word.box.holds(part.box.middle):
                    return self._word_ids[id(word)]
        return None


def _parts(cell: Cell) -> list[Cell]:
    """A cell of the grid for each place that a cell covers."""
    height = cell.box.height / cell.row_span
    width = cell.box.width / cell.column_span
    return [
        Cell(
            cell.row + row,
            cell.column + column,
            1,
            1,
            Box(
                cell.box.left + column * width,
                cell.box.top + row * height,
                cell.box.left + (column + 1) * width,
                cell.box.top + (row + 1) * height,
            ),
        )
        for row in range(cell.row_span)
        for column in range(cell.column_span)
    ]


def _header_rows(table: Table, inside: dict[Cell, list[Word]]) -> int:
    """How many rows above are headings: without numbers, above a column that is all numbers."""
    last = max(cell.row for cell in table.cells)
    numeric: dict[int, list[bool]] = {}
    for cell, words in inside.items():
        numeric.setdefault(cell.row, []).append(
            bool(_NUMBER.match(" ".join(word.text for word in words)))
        )
    rows = 0
    while rows < last and not any(numeric.get(rows + 1, [True])):
        rows += 1
    return rows if 0 < rows <= 2 < last or rows == 1 < last else 0


def _confidence(words: Sequence[Word]) -> float:
    """The mean of the words'; nothing to be unsure of where there is none."""
    return sum(word.confidence for word in words) / len(words) if words else 100.0


def _relate(block: Block, kind: str, identifiers: Sequence[str]) -> None:
    if not identifiers:
        return
    relations = block.setdefault("Relationships", [])
    for relation in relations:
        if relation["Type"] == kind:
            relation["Ids"] += identifiers
            return
    relations.append({"Type": kind, "Ids": list(identifiers)})


def _identifier() -> str:
    return str(uuid.uuid4())
