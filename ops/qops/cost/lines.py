"""One line of an estimate, and how it is priced."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from qops.cost.prices import Price, Prices
from qops.inventory.model import RECOVERY

HOURS = Decimal(730)
"""Hours of a month, as AWS's own calculator and Infracost count them."""

CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Need:
    """Something that costs money, before it has a price.

    Attributes:
        layer: Layer of the platform.
        service: AWS service, as its bill names it.
        item: What of it, for a person.
        price: Id of the price.
        units: How many of the price's units a month.
        by_usage: Whether the usage decides it, else the configuration.
        why: Why there is no price, where the table cannot have one.
    """

    layer: str
    service: str
    item: str
    price: str
    units: Decimal | None
    by_usage: bool = False
    why: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A priced or unpriced line.

    Attributes:
        need: What it is for.
        price: The price; None when there is none.
        usd: USD a month; None when it is unpriced, never 0 for that.
    """

    need: Need
    price: Price | None
    usd: Decimal | None


def priced(needs: Iterable[Need], prices: Prices) -> list[Line]:
    """Give each need its price.

    Args:
        needs: What costs money; needs of the same item are added up.
        prices: The table.

    Returns:
        In the order of first appearance.
    """
    merged: dict[tuple[str, str, str, str], Need] = {}
    for need in needs:
        key = (need.layer, need.service, need.item, need.price)
        known = merged.get(key)
        if known is not None:
            units = _added(known.units, need.units)
            need = Need(*key, units=units, by_usage=need.by_usage, why=need.why)  # noqa: PLW2901
        merged[key] = need
    lines = []
    for need in merged.values():
        # The table has one region; what lies in the other has other prices.
        price = None if need.layer == RECOVERY else prices.find(need.price)
        usd = price.of(need.units) if price is not None and need.units is not None else None
        lines.append(Line(need, price, usd))
    return lines


def _added(one: Decimal | None, other: Decimal | None) -> Decimal | None:
    return None if one is None or other is None else one + other
