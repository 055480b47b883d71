"""Answer of ``qops run``."""

from pydantic import Field

from qops.answer import Answer
from qops.runs.outcome import exit_code_of
from qscreen.wire import Run


class RunAnswer(Answer):
    """A finished run."""

    run: Run
    accepted_seconds: float = Field(description="From sending the goal to the API's answer.")
    seconds: float = Field(description="From that answer to the end, as the client sees it.")
    audit_sequence: int | None
    audit_hash: str | None
    report: str | None = Field(description="HTML report, if one was asked for.")

    @property
    def exit_code(self) -> int:
        """Done, refused by the device's policy, or failed."""
        return int(exit_code_of(self.run))
