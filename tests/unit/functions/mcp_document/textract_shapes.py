"""Responses in the form of Textract's documented block model, built from a small description."""

from collections.abc import Iterator, Sequence
from itertools import count
from typing import Any

Block = dict[str, Any]


class Page:
    """Builds the blocks of one page, with ids that are unique over all pages."""

    _ids: Iterator[int] = count(1)

    def __init__(self, number: int = 1) -> None:
        self.number = number
        self.root = self._block("PAGE")
        self.blocks: list[Block] = [self.root]

    def _block(self, kind: str, confidence: float = 99.0, **more: Any) -> Block:
        return {
            "BlockType": kind,
            "Id": f"b{next(self._ids):06}",
            "Page": self.number,
            "Confidence": confidence,
            "Geometry": {
                "BoundingBox": {"Left": 0.1, "Top": 0.2, "Width": 0.3, "Height": 0.04},
                "Polygon": [{"X": 0.1, "Y": 0.2}],
            },
            **more,
        }

    def _add(self, block: Block, **related: Sequence[Block]) -> Block:
        relations = [
            {"Type": kind, "Ids": [one["Id"] for one in ones]}
            for kind, ones in related.items()
            if ones
        ]
        if relations:
            block["Relationships"] = relations
        self.blocks.append(block)
        return block

    def words(self, text: str) -> list[Block]:
        """Words; ``[x]`` and ``[ ]`` are selection elements."""
        found = []
        for part in text.replace("[ ]", "[_]").split():
            if part in ("[x]", "[_]"):
                status = "SELECTED" if part == "[x]" else "NOT_SELECTED"
                found.append(self._add(self._block("SELECTION_ELEMENT", SelectionStatus=status)))
            else:
                found.append(self._add(self._block("WORD", Text=part, TextType="PRINTED")))
        return found

    def line(self, text: str, confidence: float = 99.0) -> Block:
        return self._add(self._block("LINE", confidence, Text=text), CHILD=self.words(text))

    def table(
        self,
        rows: Sequence[Sequence[str]],
        *,
        headers: int = 0,
        merged: Sequence[tuple[int, int, int, int]] = (),
        title: str = "",
        footer: str = "",
    ) -> Block:
        cells: dict[tuple[int, int], Block] = {}
        for row, texts in enumerate(rows, start=1):
            for column, text in enumerate(texts, start=1):
                cell = self._block("CELL", RowIndex=row, ColumnIndex=column)
                cell |= {"RowSpan": 1, "ColumnSpan": 1}
                if row <= headers:
                    cell["EntityTypes"] = ["COLUMN_HEADER"]
                cells[row, column] = self._add(cell, CHILD=self.words(text))
        wide = []
        for row, column, row_span, column_span in merged:
            block = self._block("MERGED_CELL", RowIndex=row, ColumnIndex=column)
            block |= {"RowSpan": row_span, "ColumnSpan": column_span}
            parts = [
                cells[one, other]
                for one in range(row, row + row_span)
                for other in range(column, column + column_span)
            ]
            wide.append(self._add(block, CHILD=parts))
        beside = {
            kind: [self._add(self._block(kind), CHILD=self.words(text))] if text else []
            for kind, text in (("TABLE_TITLE", title), ("TABLE_FOOTER", footer))
        }
        table = self._block("TABLE", EntityTypes=["STRUCTURED_TABLE"])
        return self._add(table, CHILD=list(cells.values()), MERGED_CELL=wide, **beside)

    def field(self, key: str, value: str, confidence: float = 95.0) -> Block:
        block = self._block("KEY_VALUE_SET", confidence, EntityTypes=["VALUE"])
        holder = self._add(block, CHILD=self.words(value))
        label = self._block("KEY_VALUE_SET", EntityTypes=["KEY"])
        return self._add(label, VALUE=[holder], CHILD=self.words(key))

    def query(self, question: str, *answers: tuple[str, float]) -> Block:
        results = [
            self._add(self._block("QUERY_RESULT", confidence, Text=text))
            for text, confidence in answers
        ]
        block = self._block("QUERY", Query={"Text": question, "Pages": ["*"]})
        del block["Confidence"], block["Geometry"]
        return self._add(block, ANSWER=results)


def answer(*pages: Page) -> dict[str, Any]:
    """A whole answer of a call for one document."""
    return {
        "DocumentMetadata": {"Pages": len(pages)},
        "Blocks": [block for page in pages for block in page.blocks],
    }


def parts(size: int, *pages: Page, status: str = "SUCCEEDED", **more: Any) -> list[dict[str, Any]]:
    """Answers of GetDocumentAnalysis: so many blocks each, all but the last with a token."""
    blocks = [block for page in pages for block in page.blocks]
    cut = [blocks[place : place + size] for place in range(0, len(blocks), size)] or [[]]
    found: list[dict[str, Any]] = []
    for number, part in enumerate(cut, start=1):
        one = {
            "DocumentMetadata": {"Pages": len(pages)},
            "JobStatus": status,
            "Blocks": part,
            "AnalyzeDocumentModelVersion": "1.0",
            **more,
        }
        if number < len(cut):
            one["NextToken"] = f"token-{number}"
        found.append(one)
    return found
