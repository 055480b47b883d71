"""D-Bus messages at the speed that reading a screen needs: method calls out, replies in.

jeepney opens and authenticates the connection. Its messages are general and cost 0.2 ms each in
Python, and one look at a window takes hundreds: what is sent here is put together from parts that
repeat, and what comes back is read by decoders that are made once for each signature. Measured
beside it: a tenth of the time. The format is chapter "Message Protocol" of the D-Bus
specification; tests compare every form with jeepney's.
"""

import socket
import struct
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

from jeepney.bus import get_bus
from jeepney.io.blocking import prep_socket

_LITTLE = sys.byteorder == "little"
_ORDER, _ORDER_MARK = ("<", ord("l")) if _LITTLE else (">", ord("B"))
_HEADER = struct.Struct(f"{_ORDER}BBBBIII")
_U32 = struct.Struct(f"{_ORDER}I")
_I32 = struct.Struct(f"{_ORDER}i")
_METHOD_CALL, _METHOD_RETURN, _ERROR = 1, 2, 3
_PATH, _INTERFACE, _MEMBER, _ERROR_NAME, _REPLY_SERIAL, _DESTINATION, _SIGNATURE = (
    *(1, 2, 3, 4, 5),
    *(6, 8),
)
_FIXED = {
    "n": struct.Struct(f"{_ORDER}h"),
    "q": struct.Struct(f"{_ORDER}H"),
    "i": _I32,
    "u": _U32,
    "x": struct.Struct(f"{_ORDER}q"),
    "t": struct.Struct(f"{_ORDER}Q"),
    "d": struct.Struct(f"{_ORDER}d"),
}
_ALIGNMENT = {"y": 1, "g": 1, "v": 1, "n": 2, "q": 2, "x": 8, "t": 8, "d": 8, "(": 8, "{": 8}
_RECEIVE_BYTES = 1 << 18
_AUTHENTICATE_SECONDS = 2.0


class WireError(OSError):
    """What came is no D-Bus message that can be read; the connection is of no use any more."""


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
    body = _body(signature, arguments) if signature else b""
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
        size = _HEADER.size + _padded(fields_bytes) + body_bytes
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
    fields_bytes = _U32.unpack_from(message, 12)[0]
    serial, error, signature = -1, None, ""
    place, end = 16, 16 + fields_bytes
    while place < end:
        place = _padded(place)
        code, type_ = message[place], message[place + 2]
        place += 4
        if type_ == 0x75:  # u
            if code == _REPLY_SERIAL:
                serial = _U32.unpack_from(message, place)[0]
            place += 4
        elif type_ == 0x67:  # g
            size = message[place]
            if code == _SIGNATURE:
                signature = message[place + 1 : place + 1 + size].decode()
            place += size + 2
        else:  # s and o
            size = _U32.unpack_from(message, place)[0]
            if code == _ERROR_NAME:
                error = message[place + 4 : place + 4 + size].decode()
            place += size + 5
    body = decode(signature, message[16 + _padded(fields_bytes) :]) if signature else ()
    return Reply(serial, (error or "") if kind == _ERROR else None, body)


def decode(signature: str, data: bytes) -> tuple[Any, ...]:
    """Read a message's body: lists for arrays, tuples for structures, (type, value) for variants.

    Args:
        signature: Its types.
        data: Its bytes.

    Raises:
        WireError: The bytes do not fit the signature.
    """
    values = []
    place = 0
    try:
        for decoder in _decoders(signature):
            value, place = decoder(data, place)
            values.append(value)
    except (struct.error, IndexError) as error:
        raise WireError(f"a message's body does not fit {signature!r}") from error
    return tuple(values)


_Decoder = Callable[[bytes, int], tuple[Any, int]]


@lru_cache(maxsize=512)
def _decoders(signature: str) -> tuple[_Decoder, ...]:
    found = []
    rest = signature
    while rest:
        size = _type_length(rest)
        found.append(_decoder(rest[:size]))
        rest = rest[size:]
    return tuple(found)


def _type_length(signature: str) -> int:
    """Length of the first complete type."""
    if signature[0] == "a":
        return 1 + _type_length(signature[1:])
    if signature[0] not in "({":
        return 1
    closing = {"(": ")", "{": "}"}[signature[0]]
    place = 1
    while signature[place] != closing:
        place += _type_length(signature[place:])
    return place + 1


def _decoder(type_: str) -> _Decoder:
    kind = type_[0]
    if kind in _FIXED:
        return _fixed_decoder(kind)
    match kind:
        case "y":
            return lambda data, place: (data[place], place + 1)
        case "b":
            return _decode_bool
        case "s" | "o":
            return _decode_text
        case "g":
            return _decode_signature
        case "v":
            return _decode_variant
        case "a":
            return _array_decoder(type_[1:])
        case "(" | "{":
            return _struct_decoder(type_[1:-1])
    raise WireError(f"a message has a value of the unknown type {type_!r}")


def _fixed_decoder(kind: str) -> _Decoder:
    form = _FIXED[kind]
    size = form.size

    def decoder(data: bytes, place: int) -> tuple[Any, int]:
        place = (place + size - 1) & -size
        return form.unpack_from(data, place)[0], place + size

    return decoder


def _decode_bool(data: bytes, place: int) -> tuple[Any, int]:
    place = (place + 3) & -4
    return bool(_U32.unpack_from(data, place)[0]), place + 4


def _decode_text(data: bytes, place: int) -> tuple[Any, int]:
    place = (place + 3) & -4
    start = place + 4
    end = start + _U32.unpack_from(data, place)[0]
    if end >= len(data):
        raise IndexError("text beyond the end")
    return data[start:end].decode("utf-8", "replace"), end + 1


def _decode_signature(data: bytes, place: int) -> tuple[Any, int]:
    end = place + 1 + data[place]
    return data[place + 1 : end].decode("ascii", "replace"), end + 1


def _decode_variant(data: bytes, place: int) -> tuple[Any, int]:
    signature, place = _decode_signature(data, place)
    (decoder,) = _decoders(signature)
    value, place = decoder(data, place)
    return (signature, value), place


def _array_decoder(element: str) -> _Decoder:
    alignment = _ALIGNMENT.get(element[0], 4)
    fixed = _FIXED.get(element)
    decoder = _decoder(element)

    def decode_array(data: bytes, place: int) -> tuple[Any, int]:
        place = (place + 3) & -4
        size = _U32.unpack_from(data, place)[0]
        place = (place + 4 + alignment - 1) & -alignment
        end = place + size
        if end > len(data):
            raise IndexError("array beyond the end")
        if fixed is not None:
            return [one for (one,) in fixed.iter_unpack(data[place:end])], end
        found = []
        while place < end:
            value, place = decoder(data, place)
            found.append(value)
        return (dict(found) if element[0] == "{" else found), end

    return decode_array


def _struct_decoder(inner: str) -> _Decoder:
    parts = _decoders(inner)

    def decode_struct(data: bytes, place: int) -> tuple[Any, int]:
        place = (place + 7) & -8
        values = []
        for part in parts:
            value, place = part(data, place)
            values.append(value)
        return tuple(values), place

    return decode_struct


def _padded(size: int) -> int:
    return (size + 7) & -8


@lru_cache(maxsize=8192)
def _text_field(code: int, type_: bytes, text: str) -> bytes:
    """A header field that holds a text, padded."""
    data = text.encode()
    field = struct.pack(f"{_ORDER}B3sI", code, b"\1" + type_ + b"\0", len(data)) + data + b"\0"
    return field.ljust(_padded(len(field)), b"\0")


@lru_cache(maxsize=512)
def _what(interface: str, method: str, signature: str) -> bytes:
    """The header fields that calls of one method share."""
    fields = _text_field(_INTERFACE, b"s", interface) + _text_field(_MEMBER, b"s", method)
    if signature:
        field = bytes([_SIGNATURE, 1, 0x67, 0, len(signature)]) + signature.encode() + b"\0"
        fields += field.ljust(_padded(len(field)), b"\0")
    return fields


@lru_cache(maxsize=1024)
def _body(signature: str, arguments: tuple[Any, ...]) -> bytes:
    body = b""
    for type_, value in zip(signature, arguments, strict=True):
        if type_ != "v":
            body = body.ljust((len(body) + 3) & -4, b"\0")
        match type_:
            case "s":
                data = value.encode()
                body += _U32.pack(len(data)) + data + b"\0"
            case "i":
                body += _I32.pack(value)
            case "u" | "b":
                body += _U32.pack(value)
            case "v":
                # Only numbers are set by a variant: a signature `d`, padded to 8 bytes.
                body += b"\1d\0"
                body = body.ljust(_padded(len(body)), b"\0") + _FIXED["d"].pack(value)
            case _:
                raise WireError(f"no call has arguments of type {type_!r}")
    return body
