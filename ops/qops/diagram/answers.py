"""Answer of ``qops diagram``."""

from typing import Literal

from pydantic import Field

from qops.answer import Answer
from qops.errors import ExitCode


class DiagramFile(Answer):
    """One file."""

    file: str
    state: Literal["written", "unchanged", "stale", "missing"]


class DiagramAnswer(Answer):
    """Answer of ``qops diagram``; exit code 2 when a check finds something stale."""

    source: str = Field(description="Plan, state, configuration or snapshot.")
    of: str = Field(description="Environment; may be empty.")
    files: list[DiagramFile]

    @property
    def exit_code(self) -> int:
        """Findings when something is stale or missing."""
        bad = any(one.state in {"stale", "missing"} for one in self.files)
        return int(ExitCode.FINDINGS if bad else ExitCode.DONE)

    @property
    def essentials(self) -> list[str]:
        """Files that are not what they were."""
        return [f"{one.state} {one.file}" for one in self.files if one.state != "unchanged"]
