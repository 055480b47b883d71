"""Start, status, stop and reset of the local cloud."""

from __future__ import annotations

import contextlib
import json
import shutil
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil

from qops.local.environment import ensure_environment, lock_file
from qops.local.group import local_cloud_group
from qops.local.model import (
    DEFAULT_REGION,
    Folders,
    Kind,
    LocalCloudError,
    LocalCloudState,
    LocalCloudStatus,
    ProcessStatus,
    ServiceStatus,
)
from qops.local.ports import require_free
from qops.processes import (
    AlreadyRunningError,
    GroupState,
    group_status,
    start_group,
    stop_group,
)

Progress = Callable[[str], None]
_HEALTH_SECONDS = 3.0
_BACKENDS: dict[str, Kind] = {
    "ministack": "emulated by MiniStack",
    "moto": "emulated by moto",
}


class LocalCloud:
    """The local cloud of one folder and port.

    Attributes:
        port: The port, on 127.0.0.1.
        folders: Where its files are.
    """

    def __init__(
        self,
        home: Path,
        port: int,
        *,
        region: str = DEFAULT_REGION,
        environment: Path | None = None,
    ) -> None:
        """Names a local cloud; nothing is started.

        Args:
            home: Folder of everything qops writes; the cloud uses ``local`` below it.
            port: TCP port.
            region: Default region.
            environment: Folder of the Python environment, ``local/venv`` below ``home`` if not
                given; several clouds may share one.
        """
        self.port = port
        self._environment = environment or home.absolute() / "local" / "venv"
        self.folders = Folders(home.absolute() / "local")
        self._region = region

    @property
    def url(self) -> str:
        """Endpoint of all services."""
        return f"http://127.0.0.1:{self.port}"

    def start(self, progress: Progress | None = None) -> LocalCloudState:
        """Starts the cloud and waits until it is healthy; a running one is used as it is.

        Args:
            progress: Called with one line of text for each thing that happens.

        Returns:
            The running cloud.

        Raises:
            PortInUseError: Another process listens on the port.
            LocalCloudError: The environment could not be made, or the cloud of this folder runs on
                another port.
            StartInProgressError: Another process starts or stops it right now.
            StartFailedError: A part did not start; everything was stopped again.
        """
        tell = progress or (lambda _line: None)
        running = self._running()
        if running is not None:
            return running
        python = ensure_environment(self._environment, lock_file(), tell)
        require_free(self.port)
        group = local_cloud_group(self.folders, python, self.port, self._region)
        try:
            state = start_group(group, progress=tell)
        except AlreadyRunningError:
            running = self._running()
            if running is None:
                raise
            return running
        return _state(state, reused=False)

    def wait_healthy(self, timeout: float = 15.0) -> LocalCloudState:
        """Waits until the running cloud answers.

        Args:
            timeout: Seconds to wait.

        Returns:
            The running cloud.

        Raises:
            LocalCloudError: It does not run, or did not answer in time.
        """
        deadline = time.monotonic() + timeout
        while True:
            state = group_status(self.folders.local)
            if state is None or state.phase in ("stopped", "failed"):
                reason = state.reason if state is not None else None
                raise LocalCloudError(
                    "The local cloud does not run.",
                    why=reason or f"None was started in {self.folders.local}, or it was stopped.",
                    next_step="Start it with qops up.",
                )
            self._require_own_port(state)
            if state.phase == "ready" and _health(state.details["port"]) is not None:
                return _state(state, reused=True)
            if time.monotonic() > deadline:
                raise LocalCloudError(
                    f"The local cloud did not answer within {timeout:.0f} s.",
                    next_step=f"Look at the logs in {self.folders.logs}, then qops down and up.",
                )
            time.sleep(0.1)

    def status(self) -> LocalCloudStatus:
        """What runs, who answers which service, and with how much memory."""
        state = group_status(self.folders.local)
        if state is None:
            return LocalCloudStatus(running=False, phase="stopped")
        if state.phase != "ready":
            return LocalCloudStatus(running=False, phase=state.phase, reason=state.reason)
        health = _health(state.details["port"])
        processes = tuple(
            ProcessStatus(child.name, child.phase, child.pid, _memory(child.pid), child.log)
            for child in state.children
        )
        return LocalCloudStatus(
            running=health is not None,
            phase=state.phase,
            reason=None if health is not None else "the router does not answer",
            state=_state(state, reused=True),
            uptime_seconds=time.time() - state.started,
            services=_services(health or {}, state),
            processes=processes,
        )

    def stop(self) -> bool:
        """Stops everything; returns when no process is left.

        Returns:
            Whether anything was running.

        Raises:
            StopFailedError: A process survived SIGKILL.
        """
        stopped = stop_group(self.folders.local)
        # sockets and unpacked functions: nothing of use without the processes
        shutil.rmtree(self.folders.data, ignore_errors=True)
        return stopped

    def reset(self) -> None:
        """Stops everything and removes all files but the Python environment."""
        self.stop()
        imports = (self.folders.local / "path", self.folders.local / "router-path")
        for path in (self.folders.logs, *imports):
            shutil.rmtree(path, ignore_errors=True)
        for name in ("state.json", "supervisor.log", "lock"):
            (self.folders.local / name).unlink(missing_ok=True)

    def _running(self) -> LocalCloudState | None:
        state = group_status(self.folders.local)
        if state is None or state.phase != "ready":
            return None
        return self.wait_healthy()

    def _require_own_port(self, state: GroupState) -> None:
        if state.details["port"] != self.port:
            raise LocalCloudError(
                f"The local cloud of this checkout runs on port {state.details['port']}.",
                why=f"Port {self.port} was asked for.",
                next_step=f"Set QOPS_PORT={state.details['port']}, or stop it with qops down.",
            )


def _state(state: GroupState, *, reused: bool) -> LocalCloudState:
    details = state.details
    return LocalCloudState(
        generation=details["generation"],
        port=details["port"],
        url=f"http://127.0.0.1:{details['port']}",
        region=details["region"],
        account=details["account"],
        supervisor_pid=state.supervisor_pid,
        started=state.started,
        reused=reused,
    )


def _services(health: dict[str, Any], state: GroupState) -> tuple[ServiceStatus, ...]:
    pids = {child.name: child.pid for child in state.children}
    emulated = [
        ServiceStatus(name, _BACKENDS[backend], pids.get(backend), None, running=True)
        for name, backend in health.get("services", {}).items()
    ]
    real = [
        ServiceStatus(
            f"{engine['kind']} ({engine['identifier']})",
            "real",
            engine["pid"],
            engine["port"],
            running=engine["running"],
        )
        for engine in health.get("engines", [])
    ]
    return (*emulated, *real)


def _health(port: int) -> dict[str, Any] | None:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(f"http://127.0.0.1:{port}/_qscreen/health", timeout=_HEALTH_SECONDS) as r:
            return dict(json.load(r))
    except (OSError, ValueError):
        return None


def _memory(pid: int | None) -> int:
    if pid is None:
        return 0
    total = 0
    with contextlib.suppress(psutil.Error):
        process = psutil.Process(pid)
        for one in (process, *process.children(recursive=True)):
            with contextlib.suppress(psutil.Error):
                total += int(one.memory_info().rss)
    return total
