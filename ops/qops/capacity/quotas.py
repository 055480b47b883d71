"""Default quotas of AWS: data with sources; the usage file wins."""

import json
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

SHIPPED = Path(__file__).parent / "data" / "quotas.json"


class Quota(NamedTuple):
    """A limit of the account.

    Attributes:
        value: None when no source gave it.
        unit: Of the value.
        source: Where it is from, or where it can be looked up.
    """

    value: Decimal | None
    unit: str
    source: str


def load_quotas(region: str, own: Mapping[str, Decimal]) -> dict[str, Quota]:
    """The quotas of a region.

    Args:
        region: AWS region.
        own: Quotas that the usage file says.

    Returns:
        By id; those without a source have no value.
    """
    document = json.loads(SHIPPED.read_text(encoding="utf-8"))
    found = {}
    for entry in document["quotas"]:
        value = entry["default"]
        for other in (entry.get("lower"), entry.get("higher")):
            if other is not None and region in other["regions"]:
                value = other["value"]
        found[entry["id"]] = Quota(Decimal(value), entry["unit"], f"AWS default: {entry['source']}")
    for entry in document["open"]:
        found[entry["id"]] = Quota(None, entry["unit"], entry["why"])
    for id_, value in own.items():
        unit = found[id_].unit if id_ in found else ""
        found[id_] = Quota(value, unit, "the usage file")
    return found
