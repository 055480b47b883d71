"""Records of our own operations: one store for all of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any


class Store:
    """Records by region, service and kind."""

    def __init__(self) -> None:
        self._records: dict[tuple[str, str, str], dict[str, Any]] = {}

    def records(self, region: str, service: str, kind: str) -> dict[str, Any]:
        """The records of a kind, by whatever key its owner uses."""
        return self._records.setdefault((region, service, kind), {})

    def every(self, service: str, kind: str) -> Iterator[dict[str, Any]]:
        """The records of a kind in every region."""
        for (_, one_service, one_kind), records in list(self._records.items()):
            if (one_service, one_kind) == (service, kind):
                yield dict(records)
