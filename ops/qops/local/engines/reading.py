"""The reading engine behind Rekognition and Textract: ``qops.reading`` as a process of its own.

Its environment is prepared with the first document and takes a minute or so on a new machine.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import aiohttp

from qops.local.engines.on_demand import Kind, NotReadyError, OnDemand
from qops.local.engines.pool import HOST, EngineError, EnginePool
from qops.reading.result import Page

if TYPE_CHECKING:
    from qops.local.router.config import RouterConfig

__all__ = ["EngineError", "NotReadyError", "Reader", "Reading", "UnreadableError"]

_READ_SECONDS = 300.0
_KEPT = 4
"""Readings that are kept: regions of one picture are asked for one right after the other."""
_TOO_MANY = 429
_UNREADABLE = 422
_DONE = 200
ENGINE = Kind(
    kind="ocr",
    name="reading",
    prepare="qops.local.engines.prepare_reading",
    environment="engines-venv",
    command=lambda port, parts: [
        *(parts["python"], "-m", "qops.reading", str(port), parts["tessdata"]),
    ],
    # Tesseract's own threads cost more than they bring on single lines
    settings={"OMP_THREAD_LIMIT": "1"},
)


class UnreadableError(Exception):
    """The document cannot be opened; the message says why."""


@dataclass(frozen=True)
class Reading:
    """Pages of a document.

    Attributes:
        count: How many pages the document has.
        pages: Those that were asked for.
    """

    count: int
    pages: tuple[Page, ...]


class Reader:
    """Reads documents with the one engine of the cloud, which it starts when it is needed."""

    def __init__(self, config: RouterConfig, engines: EnginePool) -> None:
        self._on_demand = OnDemand(ENGINE, config, engines)
        self._kept: OrderedDict[str, asyncio.Future[Reading]] = OrderedDict()

    async def read(
        self, data: bytes, *, first: int = 0, last: int = 0, tables: bool = False
    ) -> Reading:
        """Reads pages of a document.

        The engine reads a page whole, whatever region of it is asked for: who asks for one region
        after the other of the same bytes waits for the engine once.

        Args:
            data: Picture, TIFF or PDF.
            first: First page, from 0.
            last: Last page.
            tables: Whether tables are looked for.

        Raises:
            NotReadyError: The engine is being prepared or has too much to do.
            UnreadableError: The document cannot be opened.
            EngineError: The engine could not be prepared or started.
        """
        key = f"{hashlib.sha256(data).hexdigest()}:{first}:{last}:{tables}"
        kept = self._kept.get(key)
        if kept is not None:
            self._kept.move_to_end(key)
            return await asyncio.shield(kept)
        reading = asyncio.ensure_future(self._read(data, first=first, last=last, tables=tables))
        reading.add_done_callback(lambda ended: self._forget_failed(key, ended))
        self._kept[key] = reading
        while len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
        return await asyncio.shield(reading)

    def _forget_failed(self, key: str, ended: asyncio.Future[Reading]) -> None:
        if (ended.cancelled() or ended.exception() is not None) and self._kept.get(key) is ended:
            del self._kept[key]

    async def _read(self, data: bytes, *, first: int, last: int, tables: bool) -> Reading:
        engine = await self._on_demand.engine()
        url = f"http://{HOST}:{engine.port}/read?first={first}&last={last}&tables={int(tables)}"
        timeout = aiohttp.ClientTimeout(total=_READ_SECONDS)
        try:
            async with (
                aiohttp.ClientSession(timeout=timeout) as session,
                session.post(url, data=data) as answer,
            ):
                status, body = answer.status, await answer.json()
        except (aiohttp.ClientConnectionError, TimeoutError) as error:
            raise EngineError(f"the reading engine did not answer: {error!r}") from error
        if status == _TOO_MANY:
            raise NotReadyError(body["error"])
        if status == _UNREADABLE:
            raise UnreadableError(body["error"])
        if status != _DONE:
            raise EngineError(f"the reading engine answered {status}: {body}")
        return Reading(body["count"], tuple(map(Page.from_json, body["pages"])))
