"""D-Bus messages at the speed that reading a screen needs: method calls out, replies in.

jeepney opens and authenticates the connection. Its messages are general and cost 0.2 ms each in
Python, and one look at a window takes hundreds: what is sent here is put together from parts that
repeat, and values are written and read by `marshalling`. Measured beside it: a tenth of the time.
The format is chapter "Message Protocol" of the D-Bus specification; tests compare every form with
jeepney's.
"""

import socket
import struct
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

from jeepney.bus import get_bus
from jeepney.io.blocking import prep_socket

from qagent.desktop.linux.marshalling import (
    LITTLE,
    ORDER,
    U32,
    WireError,
    decode,
    encode,
    padded,
)

_ORDER_MARK = ord("l") if LITTLE else ord("B")
_HEADER = struct.Struct(f"{ORDER}BBBBIII")
_METHOD_CALL, _METHOD_RETURN, _ERROR = 1, 2, 3
_PATH, _INTERFACE, _MEMBER, _ERROR_NAME, _REPLY_SERIAL, _DESTINATION, _SIGNATURE = (
    *(1, 2, 3, 4, 5),
    *(6, 8),
)
_RECEIVE_BYTES = 1 << 18
_AUTHENTICATE_SECONDS = 2.0


class Call(NamedTuple):
    """A method call without its serial number, ready to be sent any number of times."""

    body_bytes: int
    fields_bytes: int
    rest: bytes

    def head(self, serial: int) -> bytes:
        """The fixed part of the header, which stands before `rest`."""
        return _HEADER.pack(
            _ORDER_MARK, _METHOD_CALL, 0, 1, self.body_bytes, serial, self.fields_bytes
        )


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer to one call.

    Attributes:
        serial: Serial number of the call.
        error: Name of the error; None when the call succeeded.
        body: What was answered.
    """

    serial: int
    error: str | None
    body: tuple[Any, ...]


def method_call(
    bus_name: str,
    path: str,
    interface: str,
    method: str,
    signature: str,
    arguments: tuple[Any, ...],
) -> Call:
    """Put a call together.

    Args:
        bus_name: Whom it goes to.
        path: Its object.
        interface: Full name of the interface.
        method: Name of the method.
        signature: Types of the arguments: of `s`, `u`, `i`, `b`, and `v` for a number.
        arguments: Their values.
    """
    body = encode(signature, arguments) if signature else b""
    head = _what(interface, method, signature)
    whom = _text_field(_PATH, b"o", path) + _text_field(_DESTINATION, b"s", bus_name)
    # Every field is padded to 8 bytes; the last one's padding does not count as a field.
    last = (4 + 4 + len(bus_name.encode()) + 1) % 8
    fields_bytes = len(head) + len(whom) - (8 - last if last else 0)
    return Call(len(body), fields_bytes, head + whom + body)


class Wire:
    """One authenticated connection to a message bus. For one thread.

    Args:
        address: The bus's address; `SESSION` for the session bus.

    Raises:
        OSError: The bus does not answer, or no socket reaches its address.
        ValueError: The address has no form that is understood.
        KeyError: The environment names no session bus.
    """

    def __init__(self, address: str) -> None:
        try:
            place = get_bus(address)
        except StopIteration as error:
            raise WireError(f"no address of {address!r} can be reached by a socket") from error
        self._socket: socket.socket = prep_socket(place, timeout=_AUTHENTICATE_SECONDS)
        self._received = bytearray()
        self._serial = 0
        hello = method_call(
            "org.freedesktop.DBus",
            "/org/freedesktop/DBus",
            "org.freedesktop.DBus",
            "Hello",
            "",
            (),
        )
        self.send([hello], _AUTHENTICATE_SECONDS)
        self.receive(time.monotonic() + _AUTHENTICATE_SECONDS)

    def close(self) -> None:
        """Close the connection."""
        self._socket.close()

    def send(self, calls: Sequence[Call], timeout: float) -> range:
        """Send calls in one piece.

        Args:
            calls: What to send.
            timeout: Seconds that the bus may take to read it.

        Returns:
            Their serial numbers, in order.
        """
        first = self._serial + 1
        parts: list[bytes] = []
        for serial, call in enumerate(calls, start=first):
            parts += (call.head(serial), call.rest)
        self._serial += len(calls)
        self._socket.settimeout(timeout)
        self._socket.sendall(b"".join(parts))
        return range(first, self._serial + 1)

    def receive(self, deadline: float) -> Reply:
        """Wait for the next reply; signals and calls from others are dropped.

        Args:
            deadline: Monotonic time at which to give up.

        Raises:
            TimeoutError: None came in time.
            OSError: The connection is broken.
        """
        while True:
            message = self._take()
            if message is not None:
                reply = _read_reply(message)
                if reply is not None:
                    return reply
                continue
            self._socket.settimeout(max(0.001, deadline - time.monotonic()))
            data = self._socket.recv(_RECEIVE_BYTES)
            if not data:
                raise ConnectionResetError("the bus closed the connection")
            self._received += data

    def _take(self) -> bytes | None:
        """Cut the first whole message off what has been received."""
        held = self._received
        if len(held) < _HEADER.size:
            return None
        mark, _, _, _, body_bytes, _, fields_bytes = _HEADER.unpack_from(held)
        if mark != _ORDER_MARK:
            raise WireError("a message has a foreign byte order")
        size = _HEADER.size + padded(fields_bytes) + body_bytes
        if len(held) < size:
            return None
        message = bytes(held[:size])
        del held[:size]
        return message


def _read_reply(message: bytes) -> Reply | None:
    """Read a whole message; None for what answers no call."""
    kind = message[1]
    if kind not in {_METHOD_RETURN, _ERROR}:
        return None
    fields_bytes = U32.unpack_from(message, 12)[0]
    serial, error, signature = -1, None, ""
    place, end = 16, 16 + fields_bytes
    while place < end:
        place = padded(place)
        code, type_ = message[place], message[place + 2]
        place += 4
        if type_ == 0x75:  # u
            if code == _REPLY_SERIAL:
                serial = U32.unpack_from(message, place)[0]
            place += 4
        elif type_ == 0x67:  # g
            size = message[place]
            if code == _SIGNATURE:
                signature = message[place + 1 : place + 1 + size].decode()
            place += size + 2
        else:  # s and o
            size = U32.unpack_from(message, place)[0]
            if code == _ERROR_NAME:
                error = message[place + 4 : place + 4 + size].decode()
            place += size + 5
    body = decode(signature, message[16 + padded(fields_bytes) :]) if signature else ()
    return Reply(serial, (error or "") if kind == _ERROR else None, body)


@lru_cache(maxsize=8192)
def _text_field(code: int, type_: bytes, text: str) -> bytes:
    """A header field that holds a text, padded."""
    data = text.encode()
    field = struct.pack(f"{ORDER}B3sI", code, b"\1" + type_ + b"\0", len(data)) + data + b"\0"
    return field.ljust(padded(len(field)), b"\0")


@lru_cache(maxsize=512)
def _what(interface: str, method: str, signature: str) -> bytes:
    """The header fields that calls of one method share."""
    fields = _text_field(_INTERFACE, b"s", interface) + _text_field(_MEMBER, b"s", method)
    if signature:
        field = bytes([_SIGNATURE, 1, 0x67, 0, len(signature)]) + signature.encode() + b"\0"
        fields += field.ljust(padded(len(field)), b"\0")
    return fields
