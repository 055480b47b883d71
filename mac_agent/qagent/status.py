"""What the agent does right now, for `qagent watch`: a small file, replaced whole."""

import json
import os
import tempfile
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

from qagent.messages import text


class Doing(StrEnum):
    """What the agent does."""

    IDLE = "idle"
    LOOKING = "looking"
    WORKING = "working"
    ASKING = "asking"
    PAUSED = "paused"
    SLOWED = "slowed"
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
        return text(f"watch.{self.doing}", step=self.step, steps=self.steps, kind=self.kind)


class StatusFile:
    """Writes and reads the status.

    Args:
        path: The file; None to keep no status.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path

    def write(self, status: Status) -> None:
        """Replace the status; a status that cannot be written stops no work."""
        if self._path is None:
            return
        values = asdict(status) | {"since": datetime.now(UTC).isoformat(), "pid": os.getpid()}
        with suppress(OSError):
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            handle, temporary = tempfile.mkstemp(dir=self._path.parent, prefix=".status.")
            try:
                with os.fdopen(handle, "w", encoding="utf-8") as file:
                    json.dump(values, file, ensure_ascii=False)
                Path(temporary).replace(self._path)
            except OSError:
                Path(temporary).unlink(missing_ok=True)

    def read(self) -> Status:
        """The last status; `gone` when the process that wrote it has ended."""
        if self._path is None:
            return Status(Doing.GONE)
        try:
            values = json.loads(self._path.read_text(encoding="utf-8"))
            status = Status(**values | {"doing": Doing(values["doing"])})
        except (OSError, ValueError, KeyError, TypeError):
            return Status(Doing.GONE)
        return status if _runs(status.pid) else Status(Doing.GONE)


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
