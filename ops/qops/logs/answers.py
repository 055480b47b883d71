"""Answers of ``qops logs`` and ``qops trace``."""

from datetime import UTC, datetime

from pydantic import Field

from qops.answer import Answer
from qops.errors import ExitCode
from qops.logs.lines import LogLine
from qops.logs.tracing import Trace
from qops.runs.timeline import Moment
from qscreen.wire import Run, RunStatus

QUIET = frozenset({"location", "xray_trace_id"})
"""Fields that help no person."""


class LineShown(Answer):
    """A log line, redacted."""

    at: datetime
    source: str = Field(description="Function, or service and group.")
    level: str
    kind: str = Field(description="log, text, platform or metric.")
    message: str
    fields: dict[str, str]

    @classmethod
    def of(cls, line: LogLine) -> "LineShown":
        """From a line."""
        return cls(
            at=line.at,
            source=line.source,
            level=line.level.name,
            kind=line.kind,
            message=line.message,
            fields=dict(line.fields),
        )

    @property
    def in_one_line(self) -> str:
        """When, who, what and what else it tells, for a pipe: a line stays a line."""
        at = self.at.astimezone(UTC)
        told = " ".join(f"{key}={value}" for key, value in self.fields.items() if key not in QUIET)
        text = " ".join([*self.message.split("\n"), told]).rstrip()
        time = f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03d}Z"
        return f"{time} {self.level:<8}{self.source}  {text}"


class LogsAnswer(Answer):
    """Answer of ``qops logs``; exit code 1 when a group could not be read."""

    groups: list[str] = Field(description="Where was looked.")
    since: datetime
    lines: list[LineShown] = Field(description="In the order of their times; none with --follow.")
    left_out: int = Field(description="Earlier lines that fit, but were more than --limit.")
    missing: list[str] = Field(description="What could not be read.")
    failed: int = Field(default=0, description="How many groups could not be read.")

    @property
    def exit_code(self) -> int:
        """Failed when a group could not be read: no line is then no news."""
        return int(ExitCode.FAILED if self.failed else ExitCode.DONE)

    @property
    def essentials(self) -> list[str]:
        """The lines, and what could not be read."""
        return [*(one.in_one_line for one in self.lines), *self.missing]


class MomentShown(Answer):
    """One thing that happened."""

    at: datetime
    after_seconds: float = Field(description="Since the run was asked for.")
    source: str = Field(description="api, device, machine, queue, x-ray, or a function.")
    what: str
    detail: str
    seconds: float | None = Field(description="How long it took; null where that is not known.")

    @classmethod
    def of(cls, moment: Moment, begin: datetime) -> "MomentShown":
        """From a moment."""
        return cls(
            at=moment.at,
            after_seconds=round((moment.at - begin).total_seconds(), 3),
            source=moment.source,
            what=moment.what,
            detail=moment.detail,
            seconds=moment.seconds,
        )

    @property
    def in_one_line(self) -> str:
        """When, who, what."""
        when = self.at.isoformat(timespec="milliseconds")
        return " ".join(f"{when} {self.source} {self.what} {self.detail}".split())


class TraceAnswer(Answer):
    """Answer of ``qops trace``."""

    run_id: str
    status: RunStatus
    goal: str
    seconds: float
    moments: list[MomentShown]
    missing: list[str] = Field(description="What could not be had.")

    @classmethod
    def of(cls, run: Run, trace: Trace) -> "TraceAnswer":
        """From the run and its timeline."""
        return cls(
            run_id=run.run_id,
            status=run.status,
            goal=run.goal,
            seconds=(run.updated_at - run.created_at).total_seconds(),
            moments=[MomentShown.of(one, run.created_at) for one in trace.moments],
            missing=list(trace.missing),
        )

    @property
    def essentials(self) -> list[str]:
        """The moments, and what could not be had."""
        return [*(one.in_one_line for one in self.moments), *self.missing]
