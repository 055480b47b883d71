"""The size of a PNG or JPEG, off its first bytes."""

import struct

from qs_reading.geometry import Size

PNG = b"\x89PNG\r\n\x1a\n"
JPEG = b"\xff\xd8\xff"
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""JPEG's markers of a frame, which holds the size."""
_STANDALONE = frozenset({0x01, *range(0xD0, 0xD9)})


def size_in(data: bytes) -> Size | None:
    """Read the size of a picture.

    Args:
        data: A file that begins as PNG or JPEG.

    Returns:
        Its size; None if it is neither, or ends before its size is said.
    """
    found = _png(data) if data.startswith(PNG) else _jpeg(data) if data.startswith(JPEG) else None
    if found is None or not all(found):
        return None
    return Size(width=found[0], height=found[1])


def _png(data: bytes) -> tuple[int, int] | None:
    if len(data) < 33 or data[12:16] != b"IHDR":
        return None
    width, height = struct.unpack(">II", data[16:24])
    return width, height


def _jpeg(data: bytes) -> tuple[int, int] | None:
    place = 2
    while place + 4 <= len(data):
        if data[place] != 0xFF:
            return None
        marker = data[place + 1]
        if marker == 0xFF or marker in _STANDALONE:
            place += 1 if marker == 0xFF else 2
            continue
        (length,) = struct.unpack(">H", data[place + 2 : place + 4])
        if marker in _FRAMES:
            if place + 9 > len(data):
                return None
            height, width = struct.unpack(">HH", data[place + 5 : place + 9])
            return width, height
        place += 2 + max(length, 2)
    return None
