"""Answer of ``qops capacity``."""

from decimal import Decimal
from typing import Literal

from pydantic import Field

from qops.answer import Answer
from qops.errors import ExitCode

Verdict = Literal["passes", "breaks", "alarms", "unknown"]


class CapacityCheck(Answer):
    """One limit."""

    id: str
    layer: str
    what: str
    load: Decimal = Field(description="At the peak.")
    limit: Decimal | None = Field(description="Null: not known.")
    unit: str
    verdict: Verdict = Field(
        description="passes, breaks (calls are refused), alarms (a watched budget is passed) or "
        "unknown (no limit is known)."
    )
    factor: Decimal | None = Field(description="Multiple of this load at which it is reached.")
    limit_from: str = Field(description="Setting of the platform, or source of AWS's quota.")
    arithmetic: str = Field(description="How the load was computed.")
    repair: str = Field(description="What raises the limit.")


class CapacityAnswer(Answer):
    """Answer of ``qops capacity``; exit code 2 when something breaks."""

    source: str
    of: str = Field(description="Environment; may be empty.")
    region: str
    users: int
    runs_a_day: Decimal
    requests_a_day: Decimal
    peak_factor: Decimal
    peak_requests: Decimal = Field(description="Requests/s at the peak.")
    peak_runs: Decimal = Field(description="Runs begun in a second at the peak.")
    checks: list[CapacityCheck] = Field(description="What is reached first stands first.")
    first: str = Field(
        description="Id of the limit that refuses calls first; empty when none is known."
    )
    first_at_users: int = Field(description="So many users reach it by the same behaviour.")
    first_at_requests: Decimal = Field(description="Requests of a day, by the same behaviour.")
    usd_a_month: Decimal = Field(description="Priced lines of the estimate at this load.")
    unpriced: int

    @property
    def exit_code(self) -> int:
        """Findings when a limit is passed."""
        broken = any(check.verdict == "breaks" for check in self.checks)
        return int(ExitCode.FINDINGS if broken else ExitCode.DONE)

    @property
    def essentials(self) -> list[str]:
        """Limits that do not hold, or of which nothing is known."""
        return [
            f"{check.verdict} {check.id} {check.factor or '?'}x"
            for check in self.checks
            if check.verdict != "passes"
        ]
