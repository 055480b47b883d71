"""Makes the estimate: needs, prices, sums, differences."""

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal

from qops.cost.alternatives import alternatives
from qops.cost.answers import CostAnswer, CostChange, CostDifference, CostGroup, CostLine
from qops.cost.catalogue import PRICED, UNPRICED, is_free
from qops.cost.fixed import fixed_needs
from qops.cost.lines import CENT, Line, priced
from qops.cost.prices import Prices
from qops.cost.used import usage_needs
from qops.inventory.model import RECOVERY, Inventory
from qops.sizing.usage import Usage

LAYERS = (
    "client",
    "network",
    "ai",
    "compute",
    "data",
    "security",
    "observability",
    "devops",
    RECOVERY,
)


def estimate(
    inventory: Inventory, usage: Usage, prices: Prices, *, against: Inventory | None = None
) -> CostAnswer:
    """Estimate a month.

    Args:
        inventory: The platform.
        usage: How it is used.
        prices: The table of its region.
        against: Another state of the platform, to compare with.

    Returns:
        The estimate; sums hold the priced lines only and say how many are missing.
    """
    lines = _lines(inventory, usage, prices)
    usd = _sum(lines)
    return CostAnswer(
        source=inventory.source,
        of=inventory.environment,
        region=prices.region,
        prices_date=prices.date,
        usd=usd,
        krw=None if usage.krw_per_usd is None else _whole(usd * usage.krw_per_usd),
        unpriced=sum(1 for line in lines if line.usd is None),
        runs_a_month=_whole(usage.runs_a_month),
        requests_a_month=_whole(usage.requests_a_month),
        by_layer=_groups(lines, "layer"),
        by_service=sorted(
            _groups(lines, "service"), key=lambda group: (-(group.usd or 0), group.name.lower())
        ),
        lines=[_shown(line, prices) for line in lines],
        alternatives=alternatives(inventory, usage, lines, prices),
        difference=None
        if against is None
        else _difference(_lines(against, usage, prices), lines, against.source),
        unknown_types=unknown_types(inventory),
    )


def unknown_types(inventory: Inventory) -> list[str]:
    """Resource types of which it is not known whether they cost something.

    Args:
        inventory: The platform.
    """
    types = {resource.type for resource in inventory.resources}
    return sorted(
        type_
        for type_ in types
        if type_ not in PRICED and type_ not in UNPRICED and not is_free(type_)
    )


def _lines(inventory: Inventory, usage: Usage, prices: Prices) -> list[Line]:
    lines = priced([*fixed_needs(inventory), *usage_needs(inventory, usage)], prices)
    return sorted(lines, key=lambda line: _order(line.need.layer))


def _order(layer: str) -> int:
    return LAYERS.index(layer) if layer in LAYERS else len(LAYERS)


def cents(usd: Decimal) -> Decimal:
    """Round to cents, half up as bills are.

    Args:
        usd: An amount.
    """
    return usd.quantize(CENT, ROUND_HALF_UP)


def _whole(amount: Decimal) -> Decimal:
    return amount.quantize(Decimal(1), ROUND_HALF_UP)


def _sum(lines: Iterable[Line]) -> Decimal:
    return cents(sum((line.usd for line in lines if line.usd is not None), Decimal(0)))


def _groups(lines: list[Line], by: str) -> list[CostGroup]:
    groups: dict[str, list[Line]] = {}
    for line in lines:
        groups.setdefault(getattr(line.need, by), []).append(line)
    return [
        CostGroup(
            name=name,
            usd=None if all(line.usd is None for line in members) else _sum(members),
            unpriced=sum(1 for line in members if line.usd is None),
        )
        for name, members in groups.items()
    ]


def _shown(line: Line, prices: Prices) -> CostLine:
    need, price = line.need, line.price
    return CostLine(
        layer=need.layer,
        service=need.service,
        item=need.item,
        units=None if need.units is None else need.units.quantize(Decimal("0.0001")).normalize(),
        unit=prices.unit(need.price),
        price_usd=price.usd if price else None,
        usd=None if line.usd is None else cents(line.usd),
        by_usage=need.by_usage,
        source=price.source if price else _reason(line, prices),
        date=price.date if price else "",
    )


def _reason(line: Line, prices: Prices) -> str:
    if line.need.why:
        return line.need.why
    if line.need.layer == RECOVERY:
        return "in the recovery region, for which the table has no prices"
    return f"no price for {prices.region}: {line.need.price}"


def _difference(before: list[Line], after: list[Line], against: str) -> CostDifference:
    old = {(line.need.layer, line.need.service, line.need.item): line for line in before}
    new = {(line.need.layer, line.need.service, line.need.item): line for line in after}
    changes = []
    for key in dict.fromkeys([*new, *old]):
        was, is_ = old.get(key), new.get(key)
        if was and is_ and was.usd == is_.usd and was.need.units == is_.need.units:
            continue
        changes.append(
            CostChange(
                layer=key[0],
                service=key[1],
                item=key[2],
                before=_amount(was),
                after=_amount(is_),
                kind="added" if was is None else "removed" if is_ is None else "changed",
                units_before=was.need.units if was else Decimal(0),
                units_after=is_.need.units if is_ else Decimal(0),
            )
        )
    total = _sum(before)
    return CostDifference(
        against=against,
        usd_before=total,
        usd=_sum(after) - total,
        unpriced=sum(1 for one in changes if None in (one.before, one.after)),
        changes=changes,
    )


def _amount(line: Line | None) -> Decimal | None:
    """Nothing costs 0; what is there without a price is unpriced."""
    if line is None:
        return Decimal(0)
    return None if line.usd is None else cents(line.usd)
