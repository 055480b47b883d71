"""Answers of ``qops state``."""

from datetime import datetime

from pydantic import Field

from qops.answer import Answer
from qops.errors import ExitCode
from qops.platform.answers import TrailRow
from qops.state.comparing import StateChange
from qops.state.locks import Lock


class StateResource(Answer):
    """A resource instance of the state."""

    address: str
    type: str
    layer: str
    managed: bool = Field(description="False: a data source, which is only read.")
    tainted: bool = Field(description="An earlier apply failed in the middle of it.")
    stateful: str | None = Field(description="What it holds that cannot be made again.")


class StateListAnswer(Answer):
    """Answer of ``qops state list``."""

    state: str = Field(description="Where the state is.")
    lineage: str
    serial: int
    terraform_version: str
    resources: list[StateResource] = Field(description="Those that were asked for.")
    total: int = Field(description="All resources that Terraform manages.")

    @property
    def essentials(self) -> list[str]:
        """The addresses."""
        return [one.address for one in self.resources]


class StateVersionAnswer(Answer):
    """One version of the state object."""

    id: str
    at: datetime = Field(description="When S3 got it.")
    latest: bool
    deleted: bool = Field(description="A delete marker: from here on there was no state.")
    size: int = Field(description="Bytes.")
    serial: int | None = Field(description="Null: it cannot be read, see `problem`.")
    lineage: str | None
    terraform_version: str | None
    resources: int | None = Field(description="Resources that Terraform manages.")
    problem: str | None = Field(description="Why it cannot be read.")
    row: int | None = Field(description="Row of the trail that it was written under, if any.")
    action: str | None = Field(description="What that row records.")
    actor: str | None = Field(description="Who that was.")


class StateVersionsAnswer(Answer):
    """Answer of ``qops state versions``, the newest first."""

    state: str
    versioned: bool = Field(description="False: the bucket keeps no versions.")
    versions: list[StateVersionAnswer]
    trail_intact: bool = Field(description="False: who wrote what is not to be relied on.")

    @property
    def essentials(self) -> list[str]:
        """The ids."""
        return [one.id for one in self.versions]


class StateRestoreAnswer(Answer):
    """Answer of ``qops state restore`` and ``qops state approve``."""

    version: str = Field(description="The version that was restored or approved.")
    serial_before: int | None = Field(description="Null: the current state could not be read.")
    serial: int = Field(description="Serial under which it is, or would be, written.")
    changes: list[StateChange]
    unreadable: str | None = Field(description="Why the current state could not be read.")
    audit: TrailRow

    @property
    def essentials(self) -> list[str]:
        """The serial."""
        return [str(self.serial)]


class LockAnswer(Answer):
    """A lock on the state."""

    id: str = Field(description="Empty: its content cannot be read.")
    operation: str
    who: str
    since: datetime
    age_seconds: float
    place: str
    holder: str = Field(description="`alive`, `perhaps alive`, `gone` or `elsewhere`.")
    processes: list[int] = Field(description="Pids on this machine that hold it, or may.")

    @classmethod
    def of(cls, lock: Lock) -> "LockAnswer":
        """From the lock as it was found."""
        return cls(
            id=lock.id,
            operation=lock.operation,
            who=lock.who,
            since=lock.created,
            age_seconds=round(lock.age_seconds(), 1),
            place=lock.place,
            holder=str(lock.holder),
            processes=list(lock.processes),
        )


class StateLocksAnswer(Answer):
    """Answer of ``qops state locks``; exit code 2 when the state is locked."""

    state: str
    lock: LockAnswer | None = Field(description="Null: nobody holds the state.")

    @property
    def essentials(self) -> list[str]:
        """Id and holder."""
        return [] if self.lock is None else [f"{self.lock.id} {self.lock.who}"]

    @property
    def exit_code(self) -> int:
        """Findings when it is locked."""
        return int(ExitCode.DONE if self.lock is None else ExitCode.FINDINGS)


class StateUnlockAnswer(Answer):
    """Answer of ``qops state unlock``."""

    state: str
    removed: LockAnswer | None = Field(description="Null: there was no lock.")
    audit: TrailRow | None

    @property
    def essentials(self) -> list[str]:
        """Id of the lock that is gone."""
        return [] if self.removed is None else [self.removed.id]
