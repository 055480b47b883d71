"""What a model said, before it becomes an answer of Converse."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

Block = dict[str, Any]


@dataclass(frozen=True)
class Usage:
    """Tokens of one call.

    Attributes:
        read: Tokens of the request.
        written: Tokens of the reply.
    """

    read: int
    written: int


@dataclass(frozen=True)
class Reply:
    """What a model said.

    Attributes:
        content: Blocks of text and of tool use.
        stop_reason: Why it stopped, in the words of Converse.
        model: Name of the model that answered.
        usage: What the model says it used; ``None`` where we count.
    """

    content: list[Block] = field(default_factory=list)
    stop_reason: str = "end_turn"
    model: str = ""
    usage: Usage | None = None
