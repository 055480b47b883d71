"""A snapshot as data for a model: bounded, redacted, fenced by a fresh nonce."""

import hashlib
import json
import secrets
import unicodedata
from dataclasses import dataclass

from pydantic import ValidationError

from qs_cloud import clients
from qs_cloud.calls import calling, error_code
from qs_cloud.telemetry import logger
from qscreen.redaction import redact
from qscreen.wire import Element, Snapshot

MOST_BYTES = 10 * 1024 * 1024
MOST_CHARACTERS = 24_000
"""Of a screen's text in a prompt: about 8,000 tokens."""
_MOST_NAME = 300


@dataclass(frozen=True, slots=True)
class FencedScreen:
    """A screen as a model reads it.

    Attributes:
        nonce: What no text of the screen can know.
        text: The fenced text.
        truncated: Whether elements were left out.
    """

    nonce: str
    text: str
    truncated: bool


def fence(snapshot: Snapshot, most_characters: int = MOST_CHARACTERS) -> FencedScreen:
    """Write a screen for a model.

    Args:
        snapshot: The snapshot.
        most_characters: Most characters of its elements.

    Returns:
        One line for each element, every text as a JSON string, between two tags that carry a
        nonce made for this call: no text of the screen can end the fence.
    """
    nonce = secrets.token_hex(16)
    lines = [
        f"active_app {_quoted(snapshot.active_app or '')}",
        f"active_window {_quoted(snapshot.active_window or '')}",
    ]
    used = sum(map(len, lines))
    truncated = snapshot.truncated
    for element in snapshot.elements:
        line = _line(element)
        if line is None:
            continue
        if used + len(line) > most_characters:
            truncated = True
            break
        lines.append(line)
        used += len(line) + 1
    if truncated:
        lines.append("truncated: elements are missing here")
    body = "\n".join(lines)
    return FencedScreen(
        nonce, f'<screen nonce="{nonce}">\n{body}\n</screen nonce="{nonce}">', truncated
    )


def _line(element: Element) -> str | None:
    if not element.name and not element.value and not element.actions:
        return None
    parts = [element.id, element.role.value, _quoted(element.name)]
    if element.value and not element.secure:
        parts.append(f"value={_quoted(element.value)}")
    if element.states:
        parts.append(",".join(state.value for state in element.states))
    return " ".join(parts)


def _quoted(text: str) -> str:
    shown = "".join(char for char in text if unicodedata.category(char) not in {"Cf", "Co", "Cn"})
    text = redact(shown)[:_MOST_NAME]
    # Angle brackets would let a text look like a fence to a careless reader.
    return json.dumps(text, ensure_ascii=False).replace("<", "\\u003c").replace(">", "\\u003e")


def fingerprint(snapshot: Snapshot) -> str:
    """Name what a screen shows, whenever and wherever it was taken.

    Args:
        snapshot: The snapshot.

    Returns:
        SHA-256 of its programs and elements, hexadecimal; places, ids and times do not count.
    """
    shown = [
        [snapshot.active_app, snapshot.active_window, snapshot.truncated],
        *(
            [one.role.value, one.name, one.value, sorted(state.value for state in one.states)]
            for one in snapshot.elements
        ),
    ]
    return hashlib.sha256(json.dumps(shown, ensure_ascii=False).encode()).hexdigest()


def read_snapshot(bucket: str, key: str) -> Snapshot | None:
    """Read a snapshot from S3.

    Args:
        bucket: The bucket.
        key: Its key.

    Returns:
        The snapshot; None where there is none that can be read, since a plan can do without.

    Raises:
        CloudCallError: If S3 fails otherwise.
    """
    from botocore.exceptions import ClientError

    with calling("read the snapshot"):
        try:
            answer = clients.s3().get_object(Bucket=bucket, Key=key)
        except ClientError as error:
            if error_code(error) in {"NoSuchKey", "404", "AccessDenied"}:
                logger().warning("Snapshot is missing", extra={"code": error_code(error)})
                return None
            raise
        try:
            text = answer["Body"].read() if answer["ContentLength"] <= MOST_BYTES else b""
        finally:
            answer["Body"].close()
    try:
        return Snapshot.model_validate_json(text)
    except ValidationError:
        logger().warning("Snapshot is of another schema and was not used")
        return None
