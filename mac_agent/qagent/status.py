"""What the agent does right now, for `qagent watch`: a small file of one record."""

import json
import os
import secrets
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

from qagent.messages import text
from qagent.words import all_said

_RECORD_BYTES = 2048
"""More than the longest record: each covers the one before as a whole."""

_TRIES = 5
"""How often a record is read that is just being written."""


class Doing(StrEnum):
    """What the agent does."""

    IDLE = "idle"
    LOOKING = "looking"
    WORKING = "working"
    ASKING = "asking"
    PAUSED = "paused"
    SLOWED = "slowed"
    RECORDING = "recording"
    STOPPED = "stopped"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Status:
    """One moment; no text of the screen and none that is typed.

    Attributes:
        doing: What the agent does.
        who: Who asked for it.
        run_id: The run.
        step: Number of the step, from 1; 0 outside of steps.
        steps: How many steps the command has.
        kind: Kind of the step's action, or the risky kinds that a person is asked about.
        since: RFC 3339 time.
        pid: The process.
    """

    doing: Doing = Doing.IDLE
    who: str = ""
    run_id: str = ""
    step: int = 0
    steps: int = 0
    kind: str = ""
    since: str = ""
    pid: int = 0

    def words(self) -> str:
        """The moment in the user's language."""
        group = "risk" if self.doing is Doing.ASKING else "kind"
        kind = all_said(group, self.kind.split())
        return text(f"watch.{self.doing}", step=self.step, steps=self.steps, kind=kind)


class StatusFile:
    """Writes and reads the status.

    Args:
        path: The file; None to keep no status.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path

    def write(self, status: Status) -> None:
        """Write the status; a status that cannot be written stops no work."""
        if self._path is None:
            return
        turn = secrets.token_hex(4)
        short = {"who": status.who[:200], "run_id": status.run_id[:64], "kind": status.kind[:100]}
        now = {"since": datetime.now(UTC).isoformat(), "pid": os.getpid()}
        values = {"turn": turn} | asdict(status) | short | now | {"end": turn}
        record = json.dumps(values, ensure_ascii=False).encode().ljust(_RECORD_BYTES)
        with suppress(OSError):
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            # Over the one before: making and replacing a file costs more than many a step.
            handle = os.open(self._path, os.O_WRONLY | os.O_CREAT, 0o600)
            try:
                os.pwrite(handle, record, 0)
            finally:
                os.close(handle)

    def read(self) -> Status:
        """The last status; `gone` when the process that wrote it has ended."""
        if self._path is None:
            return Status(Doing.GONE)
        for _ in range(_TRIES):
            try:
                values = json.loads(self._path.read_bytes())
                # Half of one record and half of the next is none.
                if values.pop("turn") != values.pop("end"):
                    continue
                status = Status(**values | {"doing": Doing(values["doing"])})
            except ValueError:
                continue
            except (OSError, KeyError, TypeError):
                break
            return status if _runs(status.pid) else Status(Doing.GONE)
        return Status(Doing.GONE)


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
