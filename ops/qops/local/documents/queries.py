"""Questions to a document that a labelled field answers; a rule, no model.

"What is the invoice number?" is answered by the field whose label ("Invoice number:") consists of
words of the question. A question that names no label has no answer.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from qops.reading.fields import Field, text

_WORDS = re.compile(r"[0-9a-z가-힣]+")
_ALL = "*"


def answer(question: str, fields: Sequence[Field]) -> Field | None:
    """The field that a question names; the one with the longest label if several do.

    Args:
        question: The question.
        fields: Labelled fields.
    """
    asked = _WORDS.findall(question.lower())
    together = "".join(asked)
    best: tuple[int, Field] | None = None
    for field in fields:
        label = _WORDS.findall(text(field.key).lower())
        # Korean hangs particles on the label and writes compounds with or without spaces
        named = all(word in asked for word in label) or _korean(label, together)
        size = sum(map(len, label))
        if label and named and (best is None or size > best[0]):
            best = (size, field)
    return best[1] if best else None


def concerns(pages: Sequence[str] | None, number: int) -> bool:
    """Whether a question is asked of a page.

    Args:
        pages: ``Pages`` of the query: numbers, ranges such as ``2-4`` or ``3-*``, or ``*``; the
            first page if not given.
        number: Number of the page.
    """
    for part in pages or ("1",):
        first, _, last = part.partition("-")
        if first == _ALL:
            return True
        end = last or first
        begun = first.isdigit() and int(first) <= number
        if begun and (end == _ALL or (end.isdigit() and number <= int(end))):
            return True
    return False


def _korean(label: Sequence[str], question: str) -> bool:
    joined = "".join(label)
    return bool(re.search("[가-힣]", joined)) and joined in question
