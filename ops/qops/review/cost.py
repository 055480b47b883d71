"""What a plan changes of a month's cost, as ``qops cost --change`` estimates it."""

from decimal import Decimal
from pathlib import Path

from qops.cost.answers import CostChange, CostDifference
from qops.cost.estimate import LAYERS, estimate
from qops.cost.prices import load_prices
from qops.errors import QopsError
from qops.inventory.model import Inventory
from qops.review.model import CostLayer, CostReview
from qops.sizing.usage import Usage, read_usage


def cost_of(
    after: Inventory,
    before: Inventory,
    *,
    usage: Usage | None = None,
    prices: Path | None = None,
) -> CostReview:
    """Estimate the difference.

    Args:
        after: The platform as planned.
        before: The platform as it is.
        usage: How it is used; the defaults when absent.
        prices: A refreshed table of prices; the shipped one when absent.

    Returns:
        The difference. A table that cannot be read is told in ``why``: a plan is reviewed without
        its cost rather than not at all.
    """
    used = usage or read_usage(None)
    try:
        table = load_prices(after.region, file=prices, own=used.prices)
        answer = estimate(after, used, table, against=before)
    except QopsError as error:
        return _without(after, f"{error.what} {error.why}".strip())
    except (ValueError, ArithmeticError, LookupError, TypeError, AttributeError) as error:
        # A size that no list of instances knows, a shape that another provider's version has.
        return _without(after, f"{type(error).__name__}: {error}")
    found = answer.difference
    assert found is not None
    return CostReview(
        usd_before=found.usd_before,
        usd=found.usd,
        unpriced=found.unpriced,
        region=answer.region,
        prices_date=answer.prices_date,
        layers=_layers(found),
        changes=found.changes,
        why="",
    )


def _without(after: Inventory, why: str) -> CostReview:
    return CostReview(
        usd_before=None,
        usd=None,
        unpriced=0,
        region=after.region,
        prices_date="",
        layers=[],
        changes=[],
        why=why,
    )


def _layers(found: CostDifference) -> list[CostLayer]:
    by: dict[str, list[CostChange]] = {}
    for change in found.changes:
        by.setdefault(change.layer, []).append(change)
    return [
        CostLayer(
            name=name,
            usd=sum(
                (
                    one.after - one.before
                    for one in by[name]
                    if one.after is not None and one.before is not None
                ),
                Decimal(0),
            ),
            unpriced=sum(1 for one in by[name] if None in (one.before, one.after)),
        )
        for name in sorted(by, key=lambda one: (*LAYERS, one).index(one))
    ]
