"""Other ways to pay for the same: reservations, storage classes, processors."""

from collections.abc import Iterator
from decimal import Decimal

from qops.cost.answers import Alternative
from qops.cost.lines import CENT, Line
from qops.cost.prices import Prices
from qops.cost.used import stored_gb
from qops.inventory.model import Inventory
from qops.sizing.usage import Usage

_RESERVABLE = {"RDS": "rds", "ElastiCache": "elasticache"}

_CLASSES = (
    ("Standard", "s3.standard", "read at once"),
    ("Intelligent-Tiering, infrequent", "s3.it.infrequent", "after 30 days without a read"),
    ("Glacier Instant Retrieval", "s3.glacier-ir", "at least 90 days; a read costs extra"),
    ("Glacier Flexible Retrieval", "s3.glacier", "minutes to hours until it can be read"),
)


def alternatives(
    inventory: Inventory, usage: Usage, lines: list[Line], prices: Prices
) -> list[Alternative]:
    """Compare what can be had in several ways.

    Args:
        inventory: The platform.
        usage: How it is used.
        lines: The estimate's lines.
        prices: The table.
    """
    found = [*_reservations(lines, prices)]
    if inventory.count("aws_s3_bucket"):
        found += _storage(usage, prices)
    return [*found, *_processors(lines, prices)]


def _reservations(lines: list[Line], prices: Prices) -> Iterator[Alternative]:
    for line in lines:
        seen = next(
            (
                entry
                for entry in prices.document.get("reservations", ())
                if entry["applies_to"] == _RESERVABLE.get(line.need.service)
            ),
            None,
        )
        if seen is None or line.usd is None or "," not in line.need.item:
            continue
        if not line.need.item.startswith(("db.", "cache.")):
            continue
        kept = line.usd * (1 - Decimal(seen["saves_percent"]) / 100)
        yield Alternative(
            what=line.need.item,
            option="reserved, 1 year, no upfront",
            usd=kept.quantize(CENT),
            indicative=True,
            note=f"{seen['saves_percent']} % less, as seen for {seen['what'].split(',')[0]} "
            f"in {seen['region']}",
        )


def _storage(usage: Usage, prices: Prices) -> Iterator[Alternative]:
    size = stored_gb(usage)
    for name, id_, note in _CLASSES:
        price = prices.find(id_)
        yield Alternative(
            what=f"pictures and snapshots, {size.quantize(Decimal(1))} GB",
            option=name,
            usd=price.of(size).quantize(CENT) if price else None,
            indicative=False,
            note=note,
        )


def _processors(lines: list[Line], prices: Prices) -> Iterator[Alternative]:
    arm = prices.find("lambda.duration.arm64")
    for line in lines:
        if line.need.price == "lambda.duration.x86_64" and arm and line.need.units is not None:
            yield Alternative(
                what="Lambda duration",
                option="arm64",
                usd=arm.of(line.need.units).quantize(CENT),
                indicative=False,
                note="at the same durations; the archives are built for x86_64",
            )
