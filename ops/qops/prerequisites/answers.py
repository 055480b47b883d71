"""Answer of ``qops doctor``."""

from pydantic import Field

from qops.answer import Answer
from qops.errors import ExitCode


class Finding(Answer):
    """One thing that was checked."""

    name: str
    ok: bool
    required: bool = Field(description="Whether qops cannot work without it.")
    found: str
    next_step: str = ""


class DoctorAnswer(Answer):
    """Answer of ``qops doctor``; exit code 2 when something required is missing."""

    findings: list[Finding]

    @property
    def exit_code(self) -> int:
        """Done when all that is required is there, otherwise findings."""
        missing = any(item.required and not item.ok for item in self.findings)
        return int(ExitCode.FINDINGS if missing else ExitCode.DONE)

    @property
    def essentials(self) -> list[str]:
        """What is needed and missing."""
        return [
            f"{item.name}: {item.found}" for item in self.findings if item.required and not item.ok
        ]
