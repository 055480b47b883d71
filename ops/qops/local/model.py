"""What the local cloud tells about itself."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from qops.errors import QopsError

ACCOUNT = "000000000000"
"""Account id of the local cloud, the one LocalStack-compatible tools expect."""
DEFAULT_REGION = "ap-northeast-2"
ACCESS_KEY = "test"
SECRET_KEY = "test"  # noqa: S105 (what every LocalStack-compatible tool uses)

Kind = Literal["emulated by MiniStack", "emulated by moto", "real"]


class LocalCloudError(QopsError):
    """The local cloud could not do what was asked."""

    code = "local_cloud"


class PortInUseError(LocalCloudError):
    """Somebody else listens on the port.

    Attributes:
        port: The port.
        pid: Pid of the holder, when the system tells it.
        command: Its command line.
    """

    code = "port_in_use"

    def __init__(self, port: int, pid: int | None, command: str) -> None:
        """Names the holder.

        Args:
            port: The port.
            pid: Pid of the holder, if known.
            command: Its command line, if known.
        """
        holder = "a process that the system does not name"
        if pid is not None:
            holder = f"pid {pid}" + (f" ({command})" if command else "")
        end = f"Stop it (kill {pid})" if pid is not None else "Stop that process"
        super().__init__(
            f"Port {port} is in use.",
            why=f"It is held by {holder}.",
            next_step=f"{end}, or choose another port with QOPS_PORT.",
        )
        self.port, self.pid, self.command = port, pid, command


@dataclass(frozen=True)
class LocalCloudState:
    """A running local cloud.

    Attributes:
        generation: Random id of this life of its state: another one means an empty cloud, to which
            everything has to be applied anew.
        port: The port.
        url: Endpoint of all services.
        region: Default region.
        account: Account id.
        supervisor_pid: Pid of the process that owns it.
        started: Start in epoch seconds.
        reused: Whether it ran already.
    """

    generation: str
    port: int
    url: str
    region: str
    account: str
    supervisor_pid: int
    started: float
    reused: bool = False

    def environment(self) -> dict[str, str]:
        """Environment variables with which AWS tools reach this cloud."""
        return {
            "AWS_ENDPOINT_URL": self.url,
            "AWS_ACCESS_KEY_ID": ACCESS_KEY,
            "AWS_SECRET_ACCESS_KEY": SECRET_KEY,
            "AWS_REGION": self.region,
            "AWS_DEFAULT_REGION": self.region,
        }


@dataclass(frozen=True)
class ServiceStatus:
    """Who answers a service.

    Attributes:
        name: Service or server.
        answered_by: Emulated (by whom) or real.
        pid: Process that answers.
        port: Port of a real server.
        running: Whether it runs.
    """

    name: str
    answered_by: Kind
    pid: int | None
    port: int | None
    running: bool


@dataclass(frozen=True)
class ProcessStatus:
    """One process of the local cloud.

    Attributes:
        name: Name of the process.
        phase: Where it is in its life.
        pid: Pid.
        rss_bytes: Resident memory of it and what it started, in bytes.
        log: Its log file.
    """

    name: str
    phase: str
    pid: int | None
    rss_bytes: int
    log: str


@dataclass(frozen=True)
class LocalCloudStatus:
    """The local cloud as it is now.

    Attributes:
        running: Whether it runs and answers.
        phase: Phase of the group, ``stopped`` when it was never started.
        reason: Why it ended, when it ended by itself.
        state: The running cloud.
        uptime_seconds: Since the start.
        services: Who answers what.
        processes: Its processes.
    """

    running: bool
    phase: str
    reason: str | None = None
    state: LocalCloudState | None = None
    uptime_seconds: float = 0.0
    services: tuple[ServiceStatus, ...] = ()
    processes: tuple[ProcessStatus, ...] = ()

    @property
    def rss_bytes(self) -> int:
        """Resident memory of all processes, in bytes."""
        return sum(process.rss_bytes for process in self.processes)

    def as_json(self) -> dict[str, Any]:
        """The status as JSON values."""
        return {**asdict(self), "rss_bytes": self.rss_bytes}


@dataclass(frozen=True)
class Folders:
    """Where the local cloud keeps its files.

    Attributes:
        local: ``<home>/local``.
    """

    local: Path

    @property
    def data(self) -> Path:
        """Data of this life: emptied by each start."""
        return self.local / "data"

    @property
    def logs(self) -> Path:
        """Log files."""
        return self.local / "logs"
