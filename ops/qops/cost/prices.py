"""The table of prices: list prices by region, each with its source and date."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Any

from qops.errors import UsageError

SHIPPED = Path(__file__).parent / "data" / "prices.json"
SCHEMA = 1


@dataclass(frozen=True, slots=True)
class Price:
    """What one unit costs in one region.

    Attributes:
        id: E.g. ``lambda.requests``.
        unit: E.g. ``1M requests``.
        usd: The first tier, USD.
        source: Where it was read.
        date: When it was true.
        tiers: Further tiers: units above which another price holds, ascending.
    """

    id: str
    unit: str
    usd: Decimal
    source: str
    date: str
    tiers: tuple[tuple[Decimal, Decimal], ...] = ()

    def of(self, units: Decimal) -> Decimal:
        """What so many units cost, through the tiers.

        Args:
            units: How many.

        Returns:
            USD, not rounded.
        """
        steps = [(Decimal(0), self.usd), *self.tiers]
        total = Decimal(0)
        for number, (above, usd) in enumerate(steps):
            until = steps[number + 1][0] if number + 1 < len(steps) else units
            total += max(Decimal(0), min(units, until) - above) * usd
        return total


@dataclass(frozen=True)
class Prices:
    """The table for one region.

    Attributes:
        region: AWS region.
        date: Date of the table.
        document: The whole table.
        own: Prices of the usage file, USD by id.
    """

    region: str
    date: str
    document: Mapping[str, Any]
    own: Mapping[str, Decimal] = field(default_factory=dict)

    @cached_property
    def _by_id(self) -> dict[str, Mapping[str, Any]]:
        return {entry["id"]: entry for entry in self.document["prices"]}

    def unit(self, id_: str) -> str:
        """The unit of a price; empty when the table does not know it."""
        return str(self._by_id.get(id_, {}).get("unit", ""))

    @property
    def regions(self) -> list[str]:
        """Regions of which the table has prices."""
        return sorted({region for entry in self.document["prices"] for region in entry["regions"]})

    def find(self, id_: str) -> Price | None:
        """The price in this region.

        Args:
            id_: E.g. ``lambda.requests``.

        Returns:
            None when no source was seen for this region.
        """
        entry = self._by_id.get(id_, {})
        if id_ in self.own:
            unit = str(entry.get("unit", "unit"))
            return Price(id_, unit, self.own[id_], "the usage file", "")
        found = entry.get("regions", {}).get(self.region)
        if found is None:
            return None
        return Price(
            id=id_,
            unit=str(entry["unit"]),
            usd=Decimal(found["usd"]),
            source=str(found["source"]),
            date=str(found["date"]),
            tiers=tuple(
                (Decimal(tier["above"]), Decimal(tier["usd"])) for tier in found.get("tiers", ())
            ),
        )


def refreshed_file(home: Path) -> Path:
    """Where ``qops cost update-prices`` writes.

    Args:
        home: Folder of all that qops writes.
    """
    return home / "prices.json"


def load_prices(
    region: str, *, file: Path | None = None, own: Mapping[str, Decimal] | None = None
) -> Prices:
    """Load the table.

    Args:
        region: AWS region.
        file: A refreshed table; the shipped one when it is absent or not there.
        own: Prices that win over the table.

    Raises:
        UsageError: The file is no table of prices.
    """
    source = file if file is not None and file.is_file() else SHIPPED
    try:
        document = json.loads(source.read_text(encoding="utf-8"))
        good = document["schema"] == SCHEMA and document["currency"] == "USD"
    except (ValueError, KeyError, TypeError):
        good = False
    if not good:
        raise UsageError(
            f"{source} is no table of prices.",
            why=f"It must be JSON with schema {SCHEMA} and currency USD.",
            next_step="Delete it: the table that ships with qops is used then.",
        )
    return Prices(region, str(document["date"]), document, dict(own or {}))
