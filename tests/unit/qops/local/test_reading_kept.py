"""A picture that is asked for in regions is read by the engine once."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from qops.local.engines import reading
from qops.local.engines.reading import NotReadyError, Reader, Reading


class CountingReader(Reader):
    """A reader over an engine that the test plays."""

    def __init__(self) -> None:
        self._kept = reading.OrderedDict()
        self.read_so_far: list[bytes] = []
        self.failures: list[Exception] = []

    async def _read(self, data: bytes, **_: Any) -> Reading:
        await asyncio.sleep(0.01)
        self.read_so_far.append(data)
        if self.failures:
            raise self.failures.pop()
        return Reading(len(self.read_so_far), ())


def test_regions_of_one_picture_are_one_reading_whoever_asks_first() -> None:
    async def asked(reader: CountingReader) -> list[Reading]:
        first = await reader.read(b"a")
        return [first, *await asyncio.gather(*(reader.read(b"a") for _ in range(8)))]

    reader = CountingReader()
    found = asyncio.run(asked(reader))
    assert reader.read_so_far == [b"a"]
    assert all(one is found[0] for one in found)


def test_another_picture_another_page_and_tables_are_read_anew() -> None:
    async def asked(reader: CountingReader) -> None:
        await reader.read(b"a")
        await reader.read(b"b")
        await reader.read(b"a", first=1)
        await reader.read(b"a", tables=True)

    reader = CountingReader()
    asyncio.run(asked(reader))
    assert len(reader.read_so_far) == 4


def test_few_are_kept() -> None:
    async def asked(reader: CountingReader) -> None:
        for data in (b"a", b"b", b"c", b"d", b"e", b"a"):
            await reader.read(data)

    reader = CountingReader()
    asyncio.run(asked(reader))
    assert len(reader.read_so_far) == 6


def test_a_reading_that_failed_is_tried_again() -> None:
    async def asked(reader: CountingReader) -> Reading:
        with pytest.raises(NotReadyError):
            await reader.read(b"a")
        return await reader.read(b"a")

    reader = CountingReader()
    reader.failures = [NotReadyError("being prepared")]
    assert asyncio.run(asked(reader)).count == 2
