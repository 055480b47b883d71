"""Streams of events that end before the response they are for (SEP-1699)."""

import json
from http import HTTPStatus
from typing import Any

LEAST_PAUSE_MS = 500
MOST_PAUSE_MS = 5_000
_SHARE = 4


def json_of(value: object) -> str:
    """Write JSON on one line.

    Args:
        value: JSON data.

    Returns:
        The text.
    """
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def event(event_id: str, message: str) -> str:
    """Write an event with a message.

    Args:
        event_id: Its id.
        message: A JSON-RPC message, on one line.

    Returns:
        The event.
    """
    return f"id: {event_id}\nevent: message\ndata: {message}\n\n"


def pause(event_id: str, milliseconds: int) -> str:
    """Write the event without a message that says where to go on, and when.

    Args:
        event_id: Id of what was sent before.
        milliseconds: How long the client is to wait after the end of the stream.

    Returns:
        The event.
    """
    return f"id: {event_id}\nretry: {milliseconds}\ndata: \n\n"


def pause_ms(age_ms: int) -> int:
    """Choose how long a client waits before it looks again: a share of what it has waited.

    Args:
        age_ms: For how long the call is there, milliseconds.

    Returns:
        Milliseconds: a quick answer is fetched quickly, and a slow person is not asked after twice
        a second.
    """
    return max(LEAST_PAUSE_MS, min(MOST_PAUSE_MS, age_ms // _SHARE))


def answer(*events: str) -> dict[str, Any]:
    """Answer with a stream.

    Args:
        *events: Its events.

    Returns:
        The proxy answer.
    """
    return {
        "statusCode": HTTPStatus.OK.value,
        "multiValueHeaders": {
            "content-type": ["text/event-stream"],
            "cache-control": ["no-cache, no-store, no-transform"],
        },
        "body": "".join(events),
        "isBase64Encoded": False,
    }
