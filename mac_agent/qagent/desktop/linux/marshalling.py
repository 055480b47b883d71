"""Values of D-Bus to bytes and back: the specification's chapter "Type System".

What comes back is read by decoders that are made once for each signature.
"""

import struct
import sys
from collections.abc import Callable
from functools import lru_cache
from typing import Any

LITTLE = sys.byteorder == "little"
ORDER = "<" if LITTLE else ">"
"""Order of the bytes, as `struct` writes it; every message says its own."""

U32 = struct.Struct(f"{ORDER}I")
_I32 = struct.Struct(f"{ORDER}i")
_FIXED = {
    "n": struct.Struct(f"{ORDER}h"),
    "q": struct.Struct(f"{ORDER}H"),
    "i": _I32,
    "u": U32,
    "x": struct.Struct(f"{ORDER}q"),
    "t": struct.Struct(f"{ORDER}Q"),
    "d": struct.Struct(f"{ORDER}d"),
}
_ALIGNMENT = {"y": 1, "g": 1, "v": 1, "n": 2, "q": 2, "x": 8, "t": 8, "d": 8, "(": 8, "{": 8}


class WireError(OSError):
    """What came is no D-Bus message that can be read; the connection is of no use any more."""


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
        size = type_length(rest)
        found.append(_decoder(rest[:size]))
        rest = rest[size:]
    return tuple(found)


def type_length(signature: str) -> int:
    """Length of the first complete type."""
    if signature[0] == "a":
        return 1 + type_length(signature[1:])
    if signature[0] not in "({":
        return 1
    closing = {"(": ")", "{": "}"}[signature[0]]
    place = 1
    while signature[place] != closing:
        place += type_length(signature[place:])
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
    return bool(U32.unpack_from(data, place)[0]), place + 4


def _decode_text(data: bytes, place: int) -> tuple[Any, int]:
    place = (place + 3) & -4
    start = place + 4
    end = start + U32.unpack_from(data, place)[0]
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
        size = U32.unpack_from(data, place)[0]
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


def padded(size: int) -> int:
    """A size up to the next place of 8 bytes."""
    return (size + 7) & -8


@lru_cache(maxsize=1024)
def encode(signature: str, arguments: tuple[Any, ...]) -> bytes:
    """Write a call's arguments: of the types `s`, `u`, `i`, `b`, and `v` for a number.

    Args:
        signature: Their types.
        arguments: Their values.

    Raises:
        WireError: No call has arguments of such a type.
    """
    body = b""
    for type_, value in zip(signature, arguments, strict=True):
        if type_ != "v":
            body = body.ljust((len(body) + 3) & -4, b"\0")
        match type_:
            case "s":
                data = value.encode()
                body += U32.pack(len(data)) + data + b"\0"
            case "i":
                body += _I32.pack(value)
            case "u" | "b":
                body += U32.pack(value)
            case "v":
                # Only numbers are set by a variant: a signature `d`, padded to 8 bytes.
                body += b"\1d\0"
                body = body.ljust(padded(len(body)), b"\0") + _FIXED["d"].pack(value)
            case _:
                raise WireError(f"no call has arguments of type {type_!r}")
    return body
