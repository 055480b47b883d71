"""Answers of ``qops cost`` and ``qops cost update-prices``."""

from decimal import Decimal

from pydantic import Field

from qops.answer import Answer


class CostLine(Answer):
    """One item of the estimate."""

    layer: str
    service: str
    item: str
    units: Decimal | None = Field(description="Units of the price in a month; null: not known.")
    unit: str
    price_usd: Decimal | None = Field(description="First tier; null when unpriced.")
    usd: Decimal | None = Field(description="USD a month; null when unpriced, never 0 for that.")
    by_usage: bool = Field(description="Whether the usage decides it, else the configuration.")
    source: str = Field(description="Where the price was read, or why there is none.")
    date: str = Field(description="When the price was true; may be empty.")


class CostGroup(Answer):
    """The sum of a layer or of a service."""

    name: str
    usd: Decimal | None = Field(description="Of the priced lines; null when there are none.")
    unpriced: int = Field(description="Lines that are missing in the sum.")


class Alternative(Answer):
    """Another way to pay for the same."""

    what: str
    option: str
    usd: Decimal | None = Field(description="USD a month; null when unpriced.")
    indicative: bool = Field(
        description="Whether the figure rests on a discount seen for another class or region."
    )
    note: str


class CostChange(Answer):
    """A line that differs between two plans."""

    layer: str
    service: str
    item: str
    before: Decimal | None = Field(description="Null: unpriced.")
    after: Decimal | None = Field(description="Null: unpriced.")
    kind: str = Field(description="added, removed or changed.")
    units_before: Decimal | None
    units_after: Decimal | None


class CostDifference(Answer):
    """What this estimate has more or less than another."""

    against: str
    usd_before: Decimal
    usd: Decimal = Field(description="Difference of the priced lines, USD a month.")
    unpriced: int = Field(description="Changes that are missing in the difference.")
    changes: list[CostChange]


class CostAnswer(Answer):
    """Answer of ``qops cost``."""

    source: str = Field(description="Plan, state or configuration.")
    of: str = Field(description="Environment that the resources belong to; may be empty.")
    region: str
    prices_date: str
    usd: Decimal = Field(description="Sum of the priced lines, USD a month.")
    krw: Decimal | None = Field(description="The same in won; null without a rate.")
    unpriced: int = Field(description="Lines that are missing in the sum.")
    runs_a_month: Decimal
    requests_a_month: Decimal
    by_layer: list[CostGroup]
    by_service: list[CostGroup]
    lines: list[CostLine]
    alternatives: list[Alternative]
    difference: CostDifference | None
    unknown_types: list[str] = Field(
        description="Resource types of which qops does not know whether they cost something."
    )

    @property
    def essentials(self) -> list[str]:
        """The sum, and how much it lacks."""
        missing = [f"{self.unpriced} lines unpriced"] if self.unpriced else []
        return [f"{self.usd} USD a month", *missing]


class PriceChange(Answer):
    """What became of a price."""

    id: str
    before: Decimal | None
    after: Decimal | None
    outcome: str = Field(description="updated, unchanged, or why it was left as it was.")


class PricesAnswer(Answer):
    """Answer of ``qops cost update-prices``."""

    region: str
    file: str
    updated: int
    prices: list[PriceChange]

    @property
    def essentials(self) -> list[str]:
        """Where the prices are."""
        return [self.file]
