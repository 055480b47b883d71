"""One timeline of a run over everything that tells of it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from qops.errors import PrerequisiteError
from qops.logs.groups import groups_of
from qops.logs.lines import LogLine
from qops.logs.machine import read_machine
from qops.logs.reading import Wanted, read_lines
from qops.logs.traces import read_traces, trace_ids_of
from qops.platform.aws import Aws
from qops.runs.timeline import Moment, in_order, moments_of
from qops.settings import Settings
from qscreen.wire import Run

BEFORE = timedelta(seconds=30)
AFTER = timedelta(minutes=10)
"""Lines are looked for from before the run's begin to after its end: the audit is written then."""

_IDS = frozenset({"run_id", "device_id", "xray_trace_id", "location", "request_id"})


@dataclass(frozen=True, slots=True)
class Trace:
    """The timeline of a run.

    Attributes:
        moments: What happened, in the order of the times.
        missing: What could not be had, a sentence each.
    """

    moments: tuple[Moment, ...]
    missing: tuple[str, ...]


def trace_run(settings: Settings, aws: Aws, run: Run, now: datetime | None = None) -> Trace:
    """Put together what the API, Step Functions, the functions' lines and X-Ray tell of a run.

    Args:
        settings: Which environment.
        aws: Its clients.
        run: The run as the API shows it.
        now: The present.
    """
    present = now or datetime.now(UTC)
    until = min(run.updated_at + AFTER, present) if run.status.final else present
    machine, missing = read_machine(settings, aws, run.run_id)
    wanted = Wanted(run.created_at - BEFORE, until, (run.run_id,))
    found, also = _lines(settings, aws, wanted)
    trace_ids = trace_ids_of(line.fields.get("xray_trace_id") for line in found)
    traces, of_traces = read_traces(aws, trace_ids)
    moments = [
        *moments_of(run),
        *machine,
        *(_moment(line) for line in found),
        *_commands(found),
        *traces,
    ]
    if not run.effects and run.status.final:
        missing.append("the device told of no step")
    return Trace(tuple(in_order(moments)), (*missing, *also, *of_traces))


def _lines(settings: Settings, aws: Aws, wanted: Wanted) -> tuple[list[LogLine], list[str]]:
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        groups = groups_of(settings, aws, None)
        found = read_lines(aws, groups, wanted)
    except (BotoCoreError, ClientError) as error:
        return [], [f"log lines could not be read: {error}"]
    except PrerequisiteError as error:
        return [], [error.what.rstrip(".")]
    missing = list(found.missing)
    if not found.lines:
        missing.append("no function wrote a line with its id")
    return found.lines, missing


def _moment(line: LogLine) -> Moment:
    told = " ".join(f"{name}={value}" for name, value in line.fields.items() if name not in _IDS)
    grave = "" if line.level.name == "INFO" else f"{line.level.name} "
    return Moment(line.at, line.source, f"{grave}{line.message}", told)


def _commands(lines: Sequence[LogLine]) -> Iterator[Moment]:
    """How long each command took, from the queue to the device's answer."""
    sent: dict[str, LogLine] = {}
    for line in lines:
        command = line.fields.get("command_id", "")
        if line.message == "Command sent":
            sent.setdefault(command, line)
        elif line.message == "Result taken" and command in sent:
            begun = sent.pop(command)
            kind = begun.fields.get("kind", "")
            taken = (line.at - begun.at).total_seconds()
            yield Moment(begun.at, "queue", f"command {kind} to its answer", command, taken)
    for command, begun in sent.items():
        kind = begun.fields.get("kind", "")
        yield Moment(begun.at, "queue", f"command {kind} without an answer", command)
