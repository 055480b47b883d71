"""Lines, labelled fields and answers out of Textract's blocks."""

from collections.abc import Iterator, Sequence

from qs_mcp_document.models import FormField, Reply, TextLine
from qs_reading.blocks import Blocks, box_of, confidence_of, is_selected, page_of


def lines_of(blocks: Blocks, first: int = 1, last: int | None = None) -> Iterator[TextLine]:
    """Read the lines.

    Args:
        blocks: The result.
        first: First page.
        last: Last page; None for all.

    Yields:
        Lines in Textract's order, which is the reading order.
    """
    for block in blocks.of_type("LINE", first, last):
        yield TextLine(
            page=page_of(block),
            text=block.get("Text", ""),
            confidence=confidence_of(block),
            box=box_of(block),
        )


def fields_of(blocks: Blocks, first: int = 1, last: int | None = None) -> Iterator[FormField]:
    """Read the labelled fields of forms.

    Args:
        blocks: The result.
        first: First page.
        last: Last page; None for all.

    Yields:
        Fields in Textract's order.
    """
    for key in blocks.of_type("KEY_VALUE_SET", first, last):
        if "KEY" not in (key.get("EntityTypes") or ()):
            continue
        values = blocks.related(key, "VALUE")
        boxes = [
            child
            for value in values
            for child in blocks.related(value)
            if child.get("BlockType") == "SELECTION_ELEMENT"
        ]
        yield FormField(
            page=page_of(key),
            key=blocks.text(key),
            value=" ".join(filter(None, (blocks.text(value) for value in values))),
            selected=any(map(is_selected, boxes)) if boxes else None,
            confidence=min(map(confidence_of, (key, *values))),
            key_box=box_of(key),
            value_box=box_of(values[0]) if values else None,
        )


def replies_of(blocks: Blocks, questions: Sequence[str] = ()) -> list[Reply]:
    """Read the answers to questions.

    Args:
        blocks: The result.
        questions: What was asked, in order; none for what the result itself says was asked.

    Returns:
        One answer for each question: the surest of all pages, or none.
    """
    best: dict[str, Reply] = {}
    for query in blocks.of_type("QUERY"):
        question = (query.get("Query") or {}).get("Text", "")
        reply = best.setdefault(question, Reply(question=question))
        for result in blocks.related(query, "ANSWER"):
            confidence = confidence_of(result)
            if result.get("Text") and (reply.confidence is None or confidence > reply.confidence):
                reply = Reply(
                    question=question,
                    answer=result["Text"],
                    confidence=confidence,
                    page=page_of(result),
                    box=box_of(result),
                )
        best[question] = reply
    return [best.get(question, Reply(question=question)) for question in questions or best]
