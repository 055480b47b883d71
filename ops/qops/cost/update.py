"""Refreshes the table of prices from the AWS Price List API.

Only entries whose product is named in the table (``aws``) are asked for; an answer that is not
exactly one price on demand leaves the entry as it was, and says so.
"""

import json
from collections.abc import Iterator, Mapping
from copy import deepcopy
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from qops.cost.answers import PriceChange, PricesAnswer
from qops.cost.prices import load_prices, refreshed_file
from qops.errors import UsageError
from qops.settings import Settings

API_REGION = "us-east-1"
"""One of the few regions in which the Price List API answers; it knows all regions' prices."""

_SOURCE = "AWS Price List API"


def update_prices(settings: Settings, region: str, client: Any | None = None) -> PricesAnswer:
    """Ask AWS for the prices of a region and keep the table.

    Args:
        settings: Where the table is kept.
        region: Region whose prices are asked for.
        client: boto3's client of ``pricing``; made here when absent.

    Returns:
        What became of each price that AWS was asked for.

    Raises:
        UsageError: The environment is local, whose cloud has no prices.
        NoCredentialsError: There are no AWS credentials.
    """
    if client is None:
        if settings.local:
            raise UsageError(
                "The local cloud has no prices.",
                next_step="Ask AWS: qops cost update-prices --env dev   (with credentials)",
            )
        import boto3

        client = boto3.client("pricing", region_name=API_REGION)
    file = refreshed_file(settings.home)
    document = deepcopy(dict(load_prices(region, file=file).document))
    today = datetime.now(UTC).date().isoformat()
    changes = [
        _update(entry, region, today, client) for entry in document["prices"] if "aws" in entry
    ]
    updated = sum(1 for change in changes if change.outcome == "updated")
    if any(change.outcome in {"updated", "unchanged"} for change in changes):
        document["date"] = today
        document["sources"][_SOURCE] = "get_products, on demand."
        file.parent.mkdir(parents=True, exist_ok=True)
        part = file.with_suffix(".part")
        part.write_text(json.dumps(document, indent=1, ensure_ascii=False), encoding="utf-8")
        part.replace(file)
    return PricesAnswer(region=region, file=str(file), updated=updated, prices=changes)


def _update(entry: dict[str, Any], region: str, today: str, client: Any) -> PriceChange:
    known = entry["regions"].get(region)
    before = Decimal(known["usd"]) if known else None
    tiers = sorted(_tiers(entry["aws"], region, client))
    if len({above for above, _ in tiers}) != len(tiers) or not tiers:
        many = "no product matches" if not tiers else f"{len(tiers)} prices match"
        return PriceChange(id=entry["id"], before=before, after=before, outcome=f"left: {many}")
    scale = Decimal(entry["aws"]["scale"])
    after = (tiers[0][1] * scale).normalize()
    entry["regions"][region] = {"usd": f"{after:f}", "source": _SOURCE, "date": today}
    if len(tiers) > 1:
        entry["regions"][region]["tiers"] = [
            {"above": f"{above / scale:f}", "usd": f"{(usd * scale).normalize():f}"}
            for above, usd in tiers[1:]
        ]
    outcome = "unchanged" if before == after else "updated"
    return PriceChange(id=entry["id"], before=before, after=after, outcome=outcome)


def _tiers(
    product: Mapping[str, Any], region: str, client: Any
) -> Iterator[tuple[Decimal, Decimal]]:
    """Begin and price of each tier, of every product that matches, AWS's units."""
    filters = [
        {"Type": "TERM_MATCH", "Field": name, "Value": value}
        for name, value in {**product["filters"], "regionCode": region}.items()
    ]
    pages = client.get_paginator("get_products").paginate(
        ServiceCode=product["service"], Filters=filters
    )
    for page in pages:
        for text in page["PriceList"]:
            for term in json.loads(text).get("terms", {}).get("OnDemand", {}).values():
                for dimension in term["priceDimensions"].values():
                    try:
                        usd = Decimal(dimension["pricePerUnit"]["USD"])
                    except (KeyError, InvalidOperation):
                        continue
                    # A free tier is listed as a price of its own.
                    if usd:
                        yield Decimal(dimension.get("beginRange", "0")), usd
