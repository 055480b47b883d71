"""Answers of ``qops health`` and ``qops health explain``."""

from datetime import datetime
from enum import IntEnum

from pydantic import Field

from qops.answer import Answer, Failure
from qops.health.model import Check, Layer, Severity, State
from qops.health.running import Result


class HealthExit(IntEnum):
    """Exit codes of ``qops health``; its errors have those of every command."""

    HEALTHY = 0
    UNHEALTHY = 1
    ONLY_UNKNOWN = 2


class FindingAnswer(Answer):
    """What a check found of one thing."""

    subject: str
    state: State
    detail: str = Field(description="Why, with units; may be empty.")


class CheckAnswer(Answer):
    """What a check said."""

    id: str
    layer: Layer
    severity: Severity = Field(description="What it costs when it is unhealthy.")
    title: str
    state: State = Field(description="The worst of its findings.")
    deep: bool
    seconds: float = Field(ge=0, description="How long it took, or was waited for.")
    findings: list[FindingAnswer] = Field(description="Unhealthy ones first.")
    meaning: str
    repair: str
    runbook: str = Field(description="Path in the repository, with its heading.")

    @classmethod
    def of(cls, result: Result) -> "CheckAnswer":
        """The answer for a result."""
        check = result.check
        return cls(
            id=check.id,
            layer=check.layer,
            severity=check.severity,
            title=check.title,
            state=result.state,
            deep=check.deep,
            seconds=round(result.seconds, 3),
            findings=[
                FindingAnswer(subject=one.subject, state=one.state, detail=one.detail)
                for one in result.findings
            ],
            meaning=check.meaning,
            repair=check.repair,
            runbook=check.runbook_path,
        )


class HealthAnswer(Answer):
    """Answer of ``qops health``."""

    environment: str
    checked_at: datetime
    deep: bool
    source: str = Field(description="Where the names of things are from.")
    counts: dict[State, int] = Field(description="Checks by state.")
    checks: list[CheckAnswer]
    problem: Failure | None = Field(
        default=None, description="Why nothing could be asked: every check is unknown then."
    )

    @property
    def exit_code(self) -> int:
        """0 healthy, 1 something is unhealthy, 2 nothing is, but something is unknown."""
        if self.counts.get(State.UNHEALTHY):
            return HealthExit.UNHEALTHY
        return HealthExit.ONLY_UNKNOWN if self.counts.get(State.UNKNOWN) else HealthExit.HEALTHY

    @property
    def essentials(self) -> list[str]:
        """What is unhealthy or unknown, or why nobody could look."""
        if self.problem is not None:
            told = (self.problem.what, self.problem.why, self.problem.next_step)
            return [one for one in told if one]
        return [
            f"{one.state.value} {check.id} {one.subject}: {one.detail}"
            for check in self.checks
            if check.state in {State.UNHEALTHY, State.UNKNOWN}
            for one in check.findings
            if one.state is check.state
        ]


class ExplainAnswer(Answer):
    """Answer of ``qops health explain``."""

    id: str
    layer: Layer
    severity: Severity
    title: str
    deep: bool
    timeout_seconds: float
    meaning: str
    repair: str
    runbook: str

    @classmethod
    def of(cls, check: Check) -> "ExplainAnswer":
        """The answer for a check."""
        return cls(
            id=check.id,
            layer=check.layer,
            severity=check.severity,
            title=check.title,
            deep=check.deep,
            timeout_seconds=check.timeout_seconds,
            meaning=check.meaning,
            repair=check.repair,
            runbook=check.runbook_path,
        )

    @property
    def essentials(self) -> list[str]:
        """What it means, and what to do."""
        return [self.meaning, self.repair]
