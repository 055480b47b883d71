"""What a call of a model cost: tokens, and money where a price is known."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

from qs_cloud.telemetry import count, milliseconds

_PRICES = Path(__file__).with_name("data") / "prices.json"
_PER = 1_000_000


@dataclass(frozen=True, slots=True)
class ModelUse:
    """One call of a model.

    Attributes:
        role: Role whose model was asked.
        model: The inference profile that was asked.
        tokens_in: Tokens read anew.
        tokens_out: Tokens written.
        cache_read: Tokens read from the prompt cache.
        cache_write: Tokens written to it.
        cost_usd: Price of the call; None where no price is known, which is not the same as zero.
        took_ms: Milliseconds until the answer.
    """

    role: str
    model: str
    tokens_in: int
    tokens_out: int
    cache_read: int
    cache_write: int
    cost_usd: float | None
    took_ms: int

    def to_json(self) -> str:
        """Write it as the run's item keeps it.

        Returns:
            JSON; a price that is not known says ``unpriced``.
        """
        values = asdict(self)
        values["cost_usd"] = "unpriced" if self.cost_usd is None else round(self.cost_usd, 6)
        return json.dumps(values, ensure_ascii=False)


@cache
def prices() -> Mapping[str, Any]:
    """Read the dated table of prices.

    Returns:
        The table.
    """
    found: dict[str, Any] = json.loads(_PRICES.read_text(encoding="utf-8"))
    return found


def measure(
    role: str, profile: str, system_profile: str, usage: Mapping[str, Any], took_ms: int
) -> ModelUse:
    """Read what a call used, and report it as metrics by role.

    Args:
        role: Role whose model was asked.
        profile: Id or ARN of the inference profile.
        system_profile: Id of the system's profile that it is, or is a copy of.
        usage: ``usage`` of the answer.
        took_ms: Milliseconds until the answer.

    Returns:
        What it used.
    """
    read, written = (
        int(usage.get("cacheReadInputTokens") or 0),
        int(usage.get("cacheWriteInputTokens") or 0),
    )
    # Bedrock's inputTokens leave out what the prompt cache read or took.
    fresh, out = int(usage.get("inputTokens") or 0), int(usage.get("outputTokens") or 0)
    cost = price_of(system_profile, fresh, out, read, written)
    dimensions = {"role": role}
    for name, value in (
        ("TokensIn", fresh),
        ("TokensOut", out),
        ("CacheRead", read),
        ("CacheWrite", written),
    ):
        count(name, value, dimensions=dimensions)
    milliseconds("ModelTime", took_ms, dimensions=dimensions)
    if cost is None:
        count("ModelCallsUnpriced", dimensions=dimensions)
    else:
        count("ModelCostMicroUsd", round(cost * 1_000_000), dimensions=dimensions)
    return ModelUse(role, profile, fresh, out, read, written, cost, took_ms)


def price_of(profile: str, fresh: int, out: int, read: int, written: int) -> float | None:
    """Price a call.

    Args:
        profile: Id of a system's profile, e.g. ``global.anthropic.claude-...``.
        fresh: Tokens read anew.
        out: Tokens written.
        read: Tokens read from the prompt cache.
        written: Tokens written to it.

    Returns:
        US dollars; None where the table has no price for it.
    """
    geography, _, model = profile.partition(".")
    price = prices()["models"].get(model)
    if price is None:
        return None
    factor = 1.0 if geography == "global" else float(prices()["geography_factor"])
    total = (
        fresh * price["input"]
        + out * price["output"]
        + read * price["cache_read"]
        + written * price["cache_write"]
    )
    return float(total) * factor / _PER
