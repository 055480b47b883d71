"""Compares load and limits: what is reached first, and at what load."""

from decimal import ROUND_HALF_UP, Decimal

from qops.capacity.answers import CapacityAnswer, CapacityCheck, Verdict
from qops.capacity.demand import Demand, mean_that_fits, needed_at_once
from qops.capacity.limits import Limit, limits_of
from qops.capacity.quotas import load_quotas
from qops.cost.estimate import estimate
from qops.cost.prices import Prices
from qops.inventory.model import Inventory
from qops.sizing.usage import Usage


def assess(inventory: Inventory, usage: Usage, prices: Prices) -> CapacityAnswer:
    """Compare the load with every limit.

    Args:
        inventory: The platform.
        usage: How it is used.
        prices: For the cost at this load.

    Returns:
        The checks, what is reached first at the top, what is not known at the end.
    """
    demand = Demand.of(inventory, usage)
    quotas = load_quotas(inventory.region, usage.quotas)
    limits = list(limits_of(inventory, usage, demand, quotas))
    watched = {limit.id for limit in limits if limit.watched}
    checks = [_check(limit) for limit in limits]
    checks.sort(key=lambda check: (check.factor is None, check.factor or 0, check.id))
    first = next(
        (check for check in checks if check.factor is not None and check.id not in watched), None
    )
    factor = (first.factor if first else None) or Decimal(0)
    cost = estimate(inventory, usage, prices)
    return CapacityAnswer(
        source=inventory.source,
        of=inventory.environment,
        region=inventory.region,
        users=usage.users,
        runs_a_day=_rounded(usage.runs_a_day, "1"),
        requests_a_day=_rounded(usage.requests_a_day, "1"),
        peak_factor=usage.peak_factor,
        peak_requests=_rounded(demand.requests),
        peak_runs=_rounded(demand.runs),
        checks=checks,
        first=first.id if first else "",
        first_at_users=int(usage.users * factor),
        first_at_requests=_rounded(usage.requests_a_day * factor, "1"),
        usd_a_month=cost.usd,
        unpriced=cost.unpriced,
    )


def _check(limit: Limit) -> CapacityCheck:
    load = needed_at_once(limit.load) if limit.scatters else limit.load
    factor = None
    if limit.limit is not None and limit.load:
        fits = mean_that_fits(limit.limit) if limit.scatters else limit.limit
        factor = fits / limit.load
    return CapacityCheck(
        id=limit.id,
        layer=limit.layer,
        what=limit.what,
        load=_rounded(load),
        limit=None if limit.limit is None else _rounded(limit.limit),
        unit=limit.unit,
        verdict=_verdict(limit, load),
        factor=None if factor is None else _rounded(factor),
        limit_from=limit.limit_from,
        arithmetic=limit.arithmetic,
        repair=limit.repair,
    )


def _verdict(limit: Limit, load: Decimal) -> Verdict:
    if limit.limit is None:
        return "unknown"
    if load <= limit.limit:
        return "passes"
    return "alarms" if limit.watched else "breaks"


def _rounded(number: Decimal, to: str = "0.01") -> Decimal:
    return number.quantize(Decimal(to), ROUND_HALF_UP)
