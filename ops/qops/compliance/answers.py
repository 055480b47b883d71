"""Answer of ``qops compliance``."""

from datetime import datetime

from pydantic import Field

from qops.answer import Answer
from qops.compliance.model import Verdict
from qops.errors import ExitCode


class EvidenceAnswer(Answer):
    """What was seen of one thing."""

    address: str
    attribute: str
    value: str = Field(description="Shortened to 80 characters.")
    verdict: Verdict


class CheckAnswer(Answer):
    """What a check said."""

    title: str
    verdict: Verdict
    reason: str = Field(description="Why there is no evidence; empty with evidence.")
    evidence: list[EvidenceAnswer] = Field(description="What is not met first.")


class ControlAnswer(Answer):
    """A control of a framework."""

    id: str
    verdict: Verdict = Field(description="Met, not met, or not checkable here.")
    reason: str
    checks: list[str] = Field(description="Names of its checks; see `checks` of the answer.")


class FrameworkAnswer(Answer):
    """A framework."""

    id: str
    name: str
    version: str
    counts: dict[Verdict, int]
    controls: list[ControlAnswer]


class ComplianceAnswer(Answer):
    """Answer of ``qops compliance``."""

    environment: str
    checked_at: datetime
    source: str = Field(description="What was read: a plan, or the state with its serial.")
    live: bool = Field(description="Whether the environment was asked, too.")
    attribution: str = Field(description="Where the mapping of controls to checks is from.")
    frameworks: list[FrameworkAnswer]
    checks: dict[str, CheckAnswer] = Field(description="Every check that a control names, once.")

    @property
    def exit_code(self) -> int:
        """2 when a control is not met, otherwise 0."""
        bad = any(one.counts.get(Verdict.NOT_MET) for one in self.frameworks)
        return int(ExitCode.FINDINGS if bad else ExitCode.DONE)

    @property
    def essentials(self) -> list[str]:
        """Controls that are not met."""
        return [
            f"{control.verdict.value} {framework.id} {control.id}"
            for framework in self.frameworks
            for control in framework.controls
            if control.verdict is Verdict.NOT_MET
        ]
