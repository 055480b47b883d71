"""What the load asks of each part at the busiest second.

Rates are the day's mean times the peak factor. How many are at work at once follows from Little's
law, L = λW (J. D. C. Little, "A Proof for the Queuing Formula: L = λW", Operations Research 9(3),
1961); AWS gives the same formula for Lambda (docs.aws.amazon.com/lambda/latest/dg/scaling.html).
L is a mean: arrivals that do not know of each other scatter around it by its root (a Poisson
distribution, as in the queue M/G/∞), so that three roots more are needed for 99.9 % of the moments.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from qops.cost.used import (
    READS_PER_REQUEST,
    READS_PER_RUN,
    WRITES_PER_REQUEST,
    WRITES_PER_RUN,
    calls_per_month,
)
from qops.inventory.model import Inventory
from qops.sizing.durations import seconds_of
from qops.sizing.usage import Usage

SIGMAS = 3

CALLBACKS_PER_RUN = 4
"""Answers of tasks and heartbeats (every 10 s) of a run."""

QUERY_SECONDS = Decimal("0.05")
"""How long a function's transaction holds a connection behind the proxy; assumed."""

DATABASE_FUNCTIONS = frozenset({"recorder", "write-audit", "user-data", "retention"})
CACHE_FUNCTIONS = frozenset({"planner", "recorder", "mcp-vision", "mcp-planner"})


def needed_at_once(mean: Decimal) -> Decimal:
    """How many there are at once in 99.9 % of the moments.

    Args:
        mean: By Little's law.
    """
    return mean + SIGMAS * mean.sqrt()


def mean_that_fits(limit: Decimal) -> Decimal:
    """The mean whose 99.9 % just fit: the inverse of ``needed_at_once``.

    Args:
        limit: How many may be at once.
    """
    root = (Decimal(SIGMAS * SIGMAS) + 4 * limit).sqrt() - SIGMAS
    return (root / 2) ** 2


@dataclass(frozen=True, slots=True)
class Demand:
    """The load at the busiest second.

    Attributes:
        requests: Requests/s.
        runs: Runs begun in a second.
        calls: Calls/s by function.
        busy: Mean calls at work at once, by function.
    """

    requests: Decimal
    runs: Decimal
    calls: Mapping[str, Decimal]
    busy: Mapping[str, Decimal]

    @classmethod
    def of(cls, inventory: Inventory, usage: Usage) -> "Demand":
        """Compute it.

        Args:
            inventory: Which functions there are.
            usage: How the platform is used.
        """
        names = [function.name for function in inventory.of("aws_lambda_function")]
        calls = {
            name: usage.at_peak(calls_per_month(name, usage) / usage.days_per_month)
            for name in names
        }
        return cls(
            requests=usage.at_peak(usage.requests_a_day),
            runs=usage.at_peak(usage.runs_a_day),
            calls=calls,
            busy={name: calls[name] * seconds_of(name, usage) for name in names},
        )

    @property
    def writes(self) -> Decimal:
        """Write units/s of all tables."""
        return self.runs * WRITES_PER_RUN + self.requests * WRITES_PER_REQUEST

    @property
    def reads(self) -> Decimal:
        """Read units/s of all tables."""
        return self.runs * READS_PER_RUN + self.requests * READS_PER_REQUEST
