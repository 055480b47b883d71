"""What a subscription of CloudWatch Logs sends."""

import binascii
import zlib
from base64 import b64decode
from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from qs_cloud.errors import BadPayloadError

MAX_BYTES = 64 * 1024 * 1024
"""Most bytes of an unpacked batch; CloudWatch Logs sends far less."""

_GZIP = 16 + zlib.MAX_WBITS


class MessageType(StrEnum):
    """Kinds of batches."""

    DATA = "DATA_MESSAGE"
    CONTROL = "CONTROL_MESSAGE"


class LogEvent(BaseModel):
    """One log event."""

    model_config = ConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True)

    id: str = Field(min_length=1, max_length=512)
    timestamp: int = Field(ge=0, description="Milliseconds since 1970.")
    message: str


class Batch(BaseModel):
    """One batch of events of one log stream."""

    model_config = ConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True)

    kind: MessageType = Field(alias="messageType")
    account: str = Field(alias="owner")
    group: str = Field(alias="logGroup")
    stream: str = Field(alias="logStream")
    events: tuple[LogEvent, ...] = Field(alias="logEvents")


def read_batch(event: Mapping[str, Any]) -> Batch:
    """Unpack the function's event.

    Args:
        event: ``{"awslogs": {"data": <base64 of gzip of JSON>}}``.

    Returns:
        The batch.

    Raises:
        BadPayloadError: If it is none.
    """
    try:
        return Batch.model_validate_json(_unpack(event["awslogs"]["data"]))
    except (KeyError, TypeError, ValueError, binascii.Error, zlib.error) as error:
        fields = ""
        if isinstance(error, ValidationError):
            fields = ": " + ", ".join(".".join(map(str, f["loc"])) for f in error.errors())
        raise BadPayloadError(
            f"The event is no batch of a log subscription ({type(error).__name__}{fields}). "
            "Only CloudWatch Logs invokes this function."
        ) from None


def _unpack(data: str) -> bytes:
    unpacker = zlib.decompressobj(_GZIP)
    text = unpacker.decompress(b64decode(data, validate=True), MAX_BYTES)
    if unpacker.unconsumed_tail or not unpacker.eof:
        raise ValueError("it is cut off or too long")
    return text
