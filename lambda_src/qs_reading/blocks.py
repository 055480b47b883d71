"""Textract's blocks as an index.

A response is a flat list of blocks that refer to each other by id; a result of many pages comes
in parts, and only all parts together hold both ends of every reference. What a reference names
and no part brings is left out.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from qs_reading.paper import Box

Block = Mapping[str, Any]

SELECTED, NOT_SELECTED = "[x]", "[ ]"


class Blocks:
    """All blocks of a result, by id and by type."""

    def __init__(self, blocks: Iterable[Block]) -> None:
        """Index blocks.

        Args:
            blocks: As Textract gives them, of all parts.
        """
        self._by_id: dict[str, Block] = {}
        self._by_type: dict[str, list[Block]] = {}
        for block in blocks:
            if block.get("Id") in self._by_id:
                continue
            self._by_id[block.get("Id", "")] = block
            self._by_type.setdefault(block.get("BlockType", ""), []).append(block)

    def of_type(self, kind: str, first: int = 1, last: int | None = None) -> Iterator[Block]:
        """Go through the blocks of a type.

        Args:
            kind: Type, e.g. ``LINE``.
            first: First page.
            last: Last page; None for all.

        Yields:
            Blocks in Textract's order.
        """
        for block in self._by_type.get(kind, ()):
            if first <= page_of(block) and (last is None or page_of(block) <= last):
                yield block

    def related(self, block: Block, kind: str = "CHILD") -> list[Block]:
        """Follow the references of a block.

        Args:
            block: The block.
            kind: Type of the reference, e.g. ``CHILD`` or ``VALUE``.

        Returns:
            Blocks that are there, in the order of the references.
        """
        return [
            self._by_id[identifier]
            for relation in block.get("Relationships") or ()
            if relation.get("Type") == kind
            for identifier in relation.get("Ids") or ()
            if identifier in self._by_id
        ]

    def text(self, block: Block) -> str:
        """Put the words of a block together.

        Args:
            block: A cell, key, value, title and the like.

        Returns:
            Words with spaces between; boxes to tick as ``[x]`` and ``[ ]``.
        """
        parts = []
        for child in self.related(block):
            match child.get("BlockType"):
                case "WORD" | "LINE":
                    parts.append(str(child.get("Text", "")))
                case "SELECTION_ELEMENT":
                    parts.append(SELECTED if is_selected(child) else NOT_SELECTED)
        return " ".join(part for part in parts if part)


def page_of(block: Block) -> int:
    """Say on which page a block is.

    Args:
        block: The block; without a page in the answer for a single one.

    Returns:
        Page, from 1.
    """
    return int(block.get("Page") or 1)


def box_of(block: Block) -> Box | None:
    """Say where on its page a block is.

    Args:
        block: The block.

    Returns:
        Its bounding box, or None if it has none.
    """
    box = (block.get("Geometry") or {}).get("BoundingBox")
    if not box:
        return None
    return Box(
        left=round(box.get("Left", 0.0), 4),
        top=round(box.get("Top", 0.0), 4),
        width=round(box.get("Width", 0.0), 4),
        height=round(box.get("Height", 0.0), 4),
    )


def confidence_of(block: Block) -> float:
    """Say how sure Textract is of a block.

    Args:
        block: The block.

    Returns:
        Percent; 0 where it says nothing.
    """
    return round(float(block.get("Confidence") or 0.0), 1)


def is_selected(block: Block) -> bool:
    """Say whether a box is ticked.

    Args:
        block: A selection element.

    Returns:
        Whether it is.
    """
    return block.get("SelectionStatus") == "SELECTED"
