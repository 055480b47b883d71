"""Putting the service in place, starting and stopping it, asking how it is."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from qagent.home import AgentHome, HomeError, write_whole
from qagent.messages import language, text
from qagent.service.units import LABEL, UNIT, launchd_plist, systemd_unit

_SECONDS = 30
_END_SECONDS, _LOOK_SECONDS = 20.0, 0.1
"""launchd kills what does not end within 20 s (launchd.plist(5), ExitTimeOut)."""

_KEPT = ("QAGENT_HOME", "QAGENT_LANG", "QAGENT_BACKEND", "QAGENT_SECRETS")
"""Settings of the shell that installs the service which the service gets too."""

Run = Callable[[Sequence[str]], "subprocess.CompletedProcess[str]"]


class ServiceError(HomeError):
    """The system's service manager did not do it."""


@dataclass(frozen=True, slots=True)
class ServiceState:
    """How the service is.

    Attributes:
        file: The unit file.
        installed: Whether it is there.
        running: Whether the agent runs as a service now.
    """

    file: Path
    installed: bool
    running: bool


class Service(Protocol):
    """The service manager of one system."""

    @property
    def file(self) -> Path:
        """The unit file."""
        ...

    def install(self) -> ServiceState:
        """Write the unit file, start the service now and with each session."""
        ...

    def uninstall(self) -> ServiceState:
        """Stop the service and remove the unit file; nothing else is touched."""
        ...

    def state(self) -> ServiceState:
        """How the service is."""
        ...


def service_of(
    home: AgentHome,
    *,
    platform: str = sys.platform,
    environ: Mapping[str, str] | None = None,
    run: Run | None = None,
) -> Service:
    """The service manager of this system.

    Args:
        home: The agent's folder.
        platform: Name of the system, as in `sys.platform`.
        environ: Environment variables; this process's own when absent.
        run: Runs a program; a real one when absent.

    Raises:
        ServiceError: The system has none that is known.
    """
    values = os.environ if environ is None else environ
    kept = {name: values[name] for name in _KEPT if values.get(name)}
    kept["QAGENT_HOME"] = str(home.root)
    # launchd gives its agents no locale: they would ask a person in a language not theirs.
    kept.setdefault("QAGENT_LANG", language(values))
    command = (sys.executable, "-m", "qagent", "serve")
    user = Path(values.get("HOME") or Path.home())
    if platform == "darwin":
        return _Launchd(home, user, command, kept, run or _run)
    if platform == "linux":
        config = Path(values.get("XDG_CONFIG_HOME") or user / ".config")
        return _Systemd(home, config, command, kept, run or _run)
    raise ServiceError(text("service.unknown", system=platform), text("service.by_hand"))


@dataclass(frozen=True, slots=True)
class _Systemd:
    home: AgentHome
    config: Path
    command: tuple[str, ...]
    environment: Mapping[str, str]
    run: Run

    @property
    def file(self) -> Path:
        return self.config / "systemd" / "user" / UNIT

    def install(self) -> ServiceState:
        _check_enrolled(self.home)
        _write(self.file, systemd_unit(self.command, self.environment).encode())
        self._ask("daemon-reload")
        self._ask("enable", UNIT)
        # A start leaves a running agent on the old file; the new one may name another folder.
        self._ask("restart", UNIT)
        return self.state()

    def uninstall(self) -> ServiceState:
        if self.file.exists():
            self._ask("disable", "--now", UNIT)
            self.file.unlink()
            self._ask("daemon-reload")
        return self.state()

    def state(self) -> ServiceState:
        answer = self.run(("systemctl", "--user", "is-active", UNIT))
        return ServiceState(self.file, self.file.exists(), answer.stdout.strip() == "active")

    def _ask(self, *words: str) -> None:
        _succeed(self.run, ("systemctl", "--user", *words))


@dataclass(frozen=True, slots=True)
class _Launchd:
    home: AgentHome
    user: Path
    command: tuple[str, ...]
    environment: Mapping[str, str]
    run: Run

    @property
    def file(self) -> Path:
        return self.user / "Library" / "LaunchAgents" / f"{LABEL}.plist"

    def install(self) -> ServiceState:
        _check_enrolled(self.home)
        logs = self.home.root / "logs"
        logs.mkdir(mode=0o700, parents=True, exist_ok=True)
        _write(self.file, launchd_plist(self.command, self.environment, logs))
        self._end()
        self._ask("bootstrap", self._domain, str(self.file))
        return self.state()

    def uninstall(self) -> ServiceState:
        self._end()
        self.file.unlink(missing_ok=True)
        return self.state()

    def state(self) -> ServiceState:
        answer = self.run(("launchctl", "print", f"{self._domain}/{LABEL}"))
        return ServiceState(self.file, self.file.exists(), answer.returncode == 0)

    def _end(self) -> None:
        """Stop it, and wait until launchd has let go: before that it takes no other of the name."""
        if not self.state().running:
            return
        self._ask("bootout", f"{self._domain}/{LABEL}")
        deadline = time.monotonic() + _END_SECONDS
        while self.state().running and time.monotonic() < deadline:
            time.sleep(_LOOK_SECONDS)

    @property
    def _domain(self) -> str:
        return f"gui/{os.getuid()}"

    def _ask(self, *words: str) -> None:
        _succeed(self.run, ("launchctl", *words))


def _check_enrolled(home: AgentHome) -> None:
    if not home.device.exists():
        raise ServiceError(text("service.not_enrolled"), text("service.not_enrolled.repair"))


def _run(command: Sequence[str]) -> "subprocess.CompletedProcess[str]":
    try:
        return subprocess.run(
            command, capture_output=True, text=True, timeout=_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return subprocess.CompletedProcess(command, 127, "", str(error))


def _succeed(run: Run, command: Sequence[str]) -> None:
    answer = run(command)
    if answer.returncode != 0:
        said = (answer.stderr or answer.stdout).strip().splitlines()
        raise ServiceError(
            text(
                "service.failed",
                command=" ".join(command),
                said=said[-1] if said else text("service.status", code=answer.returncode),
            ),
            text("service.by_hand"),
        )


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, content)
