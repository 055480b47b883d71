"""Remembers which local cloud the local platform was applied to, and whether Terraform could end.

The state lives and dies with the local cloud that holds it. On this machine lies a record: the
generation (an id that a local cloud gets at its first start and loses with its data), whether an
apply is under way, and what the last finished apply was made from.
"""

import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from enum import StrEnum

import psutil

from qops.errors import QopsError
from qops.platform.workspace import Workspace
from qops.terraform.errors import KilledInInterruptError


class Verdict(StrEnum):
    """What to do with what was applied."""

    KEEP = "keep"
    DISCARD = "discard"
    """The record is of another cloud: forget it."""
    RESET = "reset"
    """The cloud may hold things that no state knows: empty the cloud as well."""


@dataclass(slots=True)
class Record:
    """What is remembered of the local platform.

    Attributes:
        generation: Generation of the local cloud that was applied to.
        applying_pid: Process that was applying; None when the last apply came to an end that
            Terraform itself recorded.
        applying_created: Creation time of that process, epoch seconds, to tell a reused pid.
        applied_digest: Digest of the sources of the last complete apply.
    """

    generation: str = ""
    applying_pid: int | None = None
    applying_created: float | None = None
    applied_digest: str = ""


class StateRecord:
    """The record file in the workspace."""

    def __init__(self, workspace: Workspace) -> None:
        """Point at the workspace's record."""
        self._workspace = workspace
        self._file = workspace.plan.with_name("state-record.json")

    def read(self) -> Record:
        """The record; an empty one when there is none that can be read."""
        try:
            return Record(**json.loads(self._file.read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):
            return Record()

    def judge(self, generation: str) -> Verdict:
        """What to do when this cloud runs.

        Args:
            generation: Generation of the running local cloud.
        """
        record = self.read()
        if record.applying_pid is not None and _alive(record):
            return Verdict.KEEP  # the lock tells that run from ours
        if record.generation != generation:
            return Verdict.DISCARD if self._file.exists() else Verdict.KEEP
        return Verdict.RESET if record.applying_pid is not None else Verdict.KEEP

    def discard(self) -> None:
        """Forget the record, the saved plan, and a state that Terraform could not hand over."""
        for path in (
            self._workspace.root / "errored.tfstate",
            self._workspace.plan,
            self._file,
        ):
            path.unlink(missing_ok=True)

    def begin(self, generation: str) -> None:
        """Note that an apply starts."""
        pid = os.getpid()
        self._write(
            Record(
                generation=generation,
                applying_pid=pid,
                applying_created=psutil.Process(pid).create_time(),
            )
        )

    def end(self, generation: str, *, digest: str) -> None:
        """Note that Terraform ended by itself.

        Args:
            generation: Generation of the local cloud.
            digest: Digest of the sources if the apply was complete, otherwise empty.
        """
        self._write(Record(generation=generation, applied_digest=digest))

    @contextmanager
    def applying(self, generation: str) -> Iterator[None]:
        """Note that an apply starts, and that it ended, unless Terraform was killed in it.

        Args:
            generation: Generation of the local cloud.
        """
        self.begin(generation)
        try:
            yield
        except KilledInInterruptError:
            raise
        except (QopsError, KeyboardInterrupt) as error:
            # The runner has waited until Terraform had written its state.
            if not getattr(error, "killed", False):
                self.end(generation, digest="")
            raise
        self.end(generation, digest="")

    def _write(self, record: Record) -> None:
        self._file.parent.mkdir(parents=True, exist_ok=True)
        temporary = self._file.with_suffix(".new")
        temporary.write_text(json.dumps(asdict(record)), encoding="utf-8")
        temporary.replace(self._file)


def explain(verdict: Verdict, notice: Callable[[str], None]) -> None:
    """Say what is about to happen to the local platform."""
    if verdict is Verdict.DISCARD:
        notice(
            "The platform was applied to a local cloud that is gone, with its state: "
            "everything is applied anew."
        )
    elif verdict is Verdict.RESET:
        notice(
            "The last apply was killed before Terraform could record it: "
            "the local cloud is emptied and everything is applied anew."
        )


def _alive(record: Record) -> bool:
    if record.applying_pid is None or record.applying_pid == os.getpid():
        return False
    try:
        process = psutil.Process(record.applying_pid)
        return abs(process.create_time() - (record.applying_created or 0)) < 1
    except psutil.Error:
        return False
