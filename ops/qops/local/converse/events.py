"""A reply as the event stream of ConverseStream."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator
from typing import Any

from moto.core.eventstream import EventStreamEncoder

from qops.local.converse.reply import Block
from qops.local.router.registry import Fault

CONTENT_TYPE = "application/vnd.amazon.eventstream"
_PIECE = 48
Event = tuple[str, dict[str, Any]]


async def encoded(events: AsyncIterator[Event]) -> AsyncIterator[bytes]:
    """The bytes of each event; an error on the way becomes the stream's last one."""
    try:
        async for name, value in events:
            yield _message({":event-type": name, ":message-type": "event"}, value)
    except Fault as fault:
        name = fault.code[0].lower() + fault.code[1:]
        head = {":exception-type": name, ":message-type": "exception"}
        yield _message(head, {"message": fault.message})


def block_events(place: int, block: Block) -> Iterator[Event]:
    """The events of one whole block."""
    if "toolUse" in block:
        use = block["toolUse"]
        yield start_of_tool(place, use["toolUseId"], use["name"])
        text = json.dumps(use["input"], ensure_ascii=False)
        for at in range(0, len(text), _PIECE):
            yield tool_piece(place, text[at : at + _PIECE])
    else:
        text = block["text"]
        for at in range(0, len(text), _PIECE):
            yield text_piece(place, text[at : at + _PIECE])
    yield stop_of_block(place)


def start_of_tool(place: int, identifier: str, name: str) -> Event:
    """Begins a block of tool use."""
    start = {"toolUse": {"toolUseId": identifier, "name": name}}
    return "contentBlockStart", {"contentBlockIndex": place, "start": start}


def tool_piece(place: int, text: str) -> Event:
    """A piece of a tool's input."""
    delta = {"toolUse": {"input": text}}
    return "contentBlockDelta", {"contentBlockIndex": place, "delta": delta}


def text_piece(place: int, text: str) -> Event:
    """A piece of text."""
    return "contentBlockDelta", {"contentBlockIndex": place, "delta": {"text": text}}


def stop_of_block(place: int) -> Event:
    """Ends a block."""
    return "contentBlockStop", {"contentBlockIndex": place}


def _message(head: dict[str, str], value: dict[str, Any]) -> bytes:
    payload = json.dumps(value, ensure_ascii=False).encode()
    headers = {**head, ":content-type": "application/json"}
    return bytes(EventStreamEncoder().encode_message(headers, payload))
