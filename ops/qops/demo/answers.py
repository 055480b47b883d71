"""Answer of ``qops demo``."""

from pydantic import Field

from qops.answer import Answer
from qops.errors import ExitCode
from qops.platform.answers import LayerSeconds


class FileState(Answer):
    """What the oracle found on the disk."""

    name: str
    right: bool
    found: str


class TraceState(Answer):
    """What was found in one store."""

    name: str
    ok: bool
    found: str


class DemoRun(Answer):
    """One goal of the demo."""

    run_id: str
    goal: str
    status: str
    reason: str | None
    message: str | None
    steps: int
    seconds: float = Field(description="From the accepted request to the end, client's view.")
    stages: dict[str, float] = Field(description="Seconds by stage of the run.")
    file: FileState
    traces: list[TraceState]


class Round(Answer):
    """One pass of the demo."""

    runs: list[DemoRun]
    stages: dict[str, float] = Field(description="Seconds by stage of the demo.")
    layers: list[LayerSeconds] = Field(
        default_factory=list, description="By layer, if something was applied."
    )
    seconds: float

    @property
    def right(self) -> bool:
        """Whether every file is right and every store has its trace."""
        return all(run.file.right and all(t.ok for t in run.traces) for run in self.runs)


class Figures(Answer):
    """Minimum, median and maximum of a series, in seconds."""

    minimum: float
    median: float
    maximum: float
    count: int


class DemoAnswer(Answer):
    """Answer of ``qops demo``; exit code 0 only if both files are right in every round."""

    rounds: list[Round]
    figures: dict[str, Figures] = Field(
        description="By stage of the demo; `total`; `run` is accepted to end of each run."
    )
    report: str = Field(description="HTML report of the last round.")

    @property
    def exit_code(self) -> int:
        """Done only if everything was right, every time."""
        good = bool(self.rounds) and all(item.right for item in self.rounds)
        return int(ExitCode.DONE if good else ExitCode.FAILED)

    @property
    def essentials(self) -> list[str]:
        """The runs, and how they ended."""
        return [f"{run.run_id} {run.status}" for item in self.rounds for run in item.runs]
