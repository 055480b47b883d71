"""Engines that are processes of their own and are made ready with their first use.

Each has an environment of its own, whose packages are installed in the background. Who asks
meanwhile waits a little and is then told to come back, in the words of the service.
"""

from __future__ import annotations

import asyncio
import http.client
import json
import os
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from qops.local.engines.pool import HOST, Engine, EngineError, EnginePool
from qops.processes.child import GuardedChild

if TYPE_CHECKING:
    from qops.local.router.config import RouterConfig

_PATIENCE_SECONDS = 12.0
_START_SECONDS = 90.0
_SETUP_SECONDS = 900.0
_DONE = 200


class NotReadyError(Exception):
    """The engine cannot take the work now; the message says why."""


@dataclass(frozen=True)
class Kind:
    """What tells one engine from another.

    Attributes:
        kind: Kind in the listing of engines.
        name: Identifier in the listing, and the engine in messages.
        prepare: Module that is run with a folder and a file for its answer, and makes the
            environment.
        environment: Name of the environment's folder, beside the one in which the router runs.
        command: Command of the process, from a free port and what ``prepare`` answered.
        settings: Further environment variables of the process.
    """

    kind: str
    name: str
    prepare: str
    environment: str
    command: Callable[[int, Mapping[str, str]], list[str]]
    settings: Mapping[str, str] = field(default_factory=dict)


class OnDemand:
    """The one engine of a kind, which is started when it is needed."""

    def __init__(self, kind: Kind, config: RouterConfig, engines: EnginePool) -> None:
        self._kind = kind
        self._config = config
        self._engines = engines
        self._starting: asyncio.Task[Engine] | None = None

    async def engine(self) -> Engine:
        """The running engine.

        Raises:
            NotReadyError: It is being prepared.
            EngineError: It could not be prepared or started.
        """
        engine = self._engines.find(self._kind.kind, self._kind.name)
        if engine is not None and engine.running:
            return engine
        if self._starting is None or self._starting.done():
            self._starting = asyncio.create_task(asyncio.to_thread(self._start))
        done, _ = await asyncio.wait({self._starting}, timeout=_PATIENCE_SECONDS)
        if not done:
            raise NotReadyError(
                f"The {self._kind.name} engine of the local cloud is being prepared (its packages"
                " are installed on first use). Repeat the call in a while."
            )
        return self._starting.result()

    def _start(self) -> Engine:
        """Prepares the environment and starts the process; in a thread."""
        kind, name = self._kind.kind, self._kind.name
        setup_kind = f"{kind} setup"
        self._engines.remove(kind, name)
        self._engines.remove(setup_kind, name)
        settings = self._config.package_settings
        setup = self._engines.start(
            setup_kind, name, lambda folder, _port: Setup(self._kind, folder, settings)
        )
        assert isinstance(setup, Setup)
        try:
            prepared = setup.result()
        finally:
            self._engines.remove(setup_kind, name)
        return self._engines.start(
            kind, name, lambda folder, port: Process(self._kind, folder, port, prepared)
        )


class Setup:
    """The preparation of the environment, listed among the engines as long as it lasts."""

    port = 0

    def __init__(self, kind: Kind, folder: Path, settings: Mapping[str, str]) -> None:
        """Starts it.

        Args:
            kind: What is prepared.
            folder: Empty folder.
            settings: Environment variables with which packages are installed.
        """
        self.kind = f"{kind.kind} setup"
        self._name = kind.name
        self._answer = folder / "prepared.json"
        self._log = folder / "setup.log"
        environment = Path(sys.prefix).with_name(kind.environment)
        self._child = _child(
            [sys.executable, "-m", kind.prepare, str(environment), str(self._answer)],
            {**settings, **_inherited()},
            self._log,
        )

    @property
    def pid(self) -> int:
        """Pid of the preparation."""
        return self._child.pid

    @property
    def running(self) -> bool:
        """Whether it goes on."""
        return self._child.running

    def stop(self) -> None:
        """Ends it."""
        self._child.stop()

    def result(self) -> dict[str, str]:
        """Waits for the end: where the parts are.

        Raises:
            EngineError: It failed.
        """
        if self._child.wait(_SETUP_SECONDS) != 0 or not self._answer.exists():
            raise EngineError(f"the {self._name} engine could not be prepared: {_tail(self._log)}")
        return dict(json.loads(self._answer.read_text(encoding="utf-8")))


class Process:
    """The engine's process."""

    def __init__(self, kind: Kind, folder: Path, port: int, prepared: Mapping[str, str]) -> None:
        """Starts it and waits until it answers.

        Args:
            kind: What is started.
            folder: Empty folder for its log.
            port: TCP port on 127.0.0.1.
            prepared: Where its parts are.

        Raises:
            EngineError: It did not start.
        """
        self.kind, self.port = kind.kind, port
        log = folder / f"{kind.name}.log"
        environment = {**_inherited(), "PATH": os.environ.get("PATH", os.defpath)}
        environment |= {"LANG": "C.UTF-8", "HOME": str(folder), **kind.settings}
        self._child = _child(kind.command(port, prepared), environment, log)
        deadline = time.monotonic() + _START_SECONDS
        while not _answers(port):
            if not self.running or time.monotonic() > deadline:
                self.stop()
                raise EngineError(f"the {kind.name} engine did not start: {_tail(log)}")
            time.sleep(0.05)

    @property
    def pid(self) -> int:
        """Pid of the process."""
        return self._child.pid

    @property
    def running(self) -> bool:
        """Whether it still runs."""
        return self._child.running

    def stop(self) -> None:
        """Stops it."""
        self._child.stop()


def _inherited() -> dict[str, str]:
    kept = {
        name: os.environ[name] for name in ("PYTHONPYCACHEPREFIX", "TMPDIR") if name in os.environ
    }
    # where qops itself was imported from
    return {**kept, "PYTHONPATH": str(Path(__file__).parents[3])}


def _child(argv: list[str], environment: Mapping[str, str], log: Path) -> GuardedChild:
    try:
        return GuardedChild(argv, env=environment, log=log, cwd=log.parent, stop_timeout=3.0)
    except ChildProcessError as error:
        raise EngineError(str(error)) from error


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection(HOST, port, timeout=1.0)
    try:
        connection.request("GET", "/state")
        return connection.getresponse().status == _DONE
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _tail(log: Path) -> str:
    return log.read_text(encoding="utf-8", errors="replace").strip()[-800:]
