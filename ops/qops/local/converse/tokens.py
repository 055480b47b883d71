"""Counts tokens by a fixed rule, because no tokenizer of a model of Bedrock can be had.

Four characters of a Latin word or a number are one token, and every other character that is no
white space is one (a Hangul syllable, a sign). The same text always counts the same.
"""

from __future__ import annotations

import hashlib
import json
import re
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

_PIECE = re.compile(r"[A-Za-z0-9]{1,4}|[^\sA-Za-z0-9]")
_LEAST_CACHED = 1024
_CACHED_SECONDS = 300.0


@dataclass(frozen=True)
class Prompt:
    """The tokens of a request.

    Attributes:
        fresh: Tokens behind the last cache point that counts.
        cache_read: Tokens before it that were sent within the last five minutes.
        cache_write: Tokens before it that were not.
    """

    fresh: int
    cache_read: int = 0
    cache_write: int = 0

    @property
    def total(self) -> int:
        """All of them."""
        return self.fresh + self.cache_read + self.cache_write


def count(text: str) -> int:
    """The tokens of a text."""
    return sum(1 for _ in _PIECE.finditer(text))


def of_blocks(blocks: Iterable[Any]) -> int:
    """The tokens of content blocks."""
    return sum(count(_written(block)) for block in blocks)


def of_request(params: dict[str, Any], caches: dict[str, Any], scope: str) -> Prompt:
    """Counts a request, cache points considered.

    A prefix counts as cached from 1,024 tokens on, for five minutes after it was last sent. It is
    only counted: nothing here gets faster by it.

    Args:
        params: Parameters of the call.
        caches: When each prefix was last sent, and how long it is.
        scope: What the prefixes belong to: the model.
    """
    now = time.monotonic()
    for digest, (until, _) in list(caches.items()):
        if until < now:
            del caches[digest]
    sent = hashlib.sha256(scope.encode())
    total = read = point = 0
    for part in _parts(params):
        if part is None:
            if total < _LEAST_CACHED:
                continue
            point, digest = total, sent.hexdigest()
            if digest in caches:
                read = total
            caches[digest] = (now + _CACHED_SECONDS, total)
            continue
        sent.update(part.encode("utf-8", "replace"))
        total += count(part)
    return Prompt(total - point, read, point - read)


def _parts(params: dict[str, Any]) -> Iterator[str | None]:
    """The parts in the order of Bedrock's cache (tools, system, messages); ``None`` is a point."""
    for block in (params.get("toolConfig") or {}).get("tools") or []:
        yield _part(block)
    for block in params.get("system") or []:
        yield _part(block)
    for message in params.get("messages") or []:
        yield str(message.get("role"))
        for block in message.get("content") or []:
            yield _part(block)


def _part(block: Any) -> str | None:
    return None if "cachePoint" in block else _written(block)


def _written(block: Any) -> str:
    if "text" in block:
        return str(block["text"])
    return json.dumps(block, ensure_ascii=False, default=lambda _value: "", sort_keys=True)


def first(text: str, most: int) -> str:
    """The beginning of a text that holds at most so many tokens."""
    for number, piece in enumerate(_PIECE.finditer(text)):
        if number == most:
            return text[: piece.start()].rstrip()
    return text
