"""The detached process that owns a group: ``python -m qops.processes.supervisor``.

It reads the group as one line of JSON on stdin, tells its starter what happens as lines of JSON on
stdout, and waits for ``commit`` on stdin once everything is ready. End of file before that means
that the starter is gone: everything is stopped again. SIGTERM stops the group.
"""

from __future__ import annotations

import json
import os
import queue
import signal
import sys
import threading
import time
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from pathlib import Path
from typing import IO, Any, Literal

import psutil

from qops.processes.child import GuardedChild
from qops.processes.probes import is_ready
from qops.processes.spec import ChildSpec, GroupSpec
from qops.processes.state import (
    SUPERVISOR_LOG,
    ChildState,
    GroupState,
    StartFailedError,
    write_state,
)

_POLL = 0.05
_GLANCE_SECONDS = 0.5
"""Longest wait of the main thread at a stretch. Python runs a signal's handler only there, and a
signal that another thread took, or that came just before a wait, does not end the wait."""
_TAIL_BYTES = 4000
_TAIL_LINES = 12
_RESTART_PAUSE = (0.2, 5.0)

Event = tuple[Literal["stop", "exit"], str]


class Supervisor:
    """Starts, watches and stops the children of one group."""

    def __init__(self, group: GroupSpec, tell: IO[str]) -> None:
        me = psutil.Process()
        self._group = group
        self._tell: IO[str] | None = tell
        self._lock = threading.RLock()
        self._events: queue.SimpleQueue[Event] = queue.SimpleQueue()
        self._stopping = threading.Event()
        self._running: dict[str, GuardedChild] = {}
        self._specs = {spec.name: spec for spec in group.children}
        self._state = GroupState(
            name=group.name,
            phase="starting",
            supervisor_pid=me.pid,
            supervisor_created=me.create_time(),
            started=time.time(),
            children=[ChildState(spec.name, "waiting", str(spec.log)) for spec in group.children],
            details=group.details,
        )
        self._save()

    def ask_to_stop(self, reason: str) -> None:
        """Ends the group soon; safe from signal handlers and other threads."""
        self._stopping.set()
        self._events.put(("stop", reason))

    def start(self) -> None:
        """Starts every child in order and returns when all are ready.

        Raises:
            StartFailedError: A child ended, was not ready in time, or the start was called off.
        """
        open_names = list(self._specs)
        done: set[str] = set()
        with ThreadPoolExecutor(max_workers=max(1, len(open_names))) as pool:
            jobs: dict[Future[None], str] = {}
            while open_names or jobs:
                for name in [n for n in open_names if set(self._specs[n].after) <= done]:
                    open_names.remove(name)
                    jobs[pool.submit(self._bring_up, self._specs[name])] = name
                finished, _ = wait(jobs, _GLANCE_SECONDS, return_when=FIRST_COMPLETED)
                for job in finished:
                    done.add(jobs.pop(job))
                    if job.exception() is not None:
                        self._stopping.set()
                        job.result()
        with self._lock:
            self._state.phase = "ready"
            self._save()
        self._say({"event": "ready"})

    def close_conversation(self) -> None:
        """Stops talking to the starter: from now on the group lives by itself."""
        self._tell = None

    def watch(self) -> str | None:
        """Waits until the group has to end.

        Returns:
            The reason when the group ended by itself, ``None`` when it was asked to.
        """
        while True:
            try:
                kind, text = self._events.get(timeout=_GLANCE_SECONDS)
            except queue.Empty:
                continue
            if kind == "stop":
                return text or None
            reason = self._after_exit(self._specs[text])
            if reason is not None:
                return reason

    def stop(self, reason: str | None) -> None:
        """Stops all children in the reverse of their order and records why."""
        self._stopping.set()
        with self._lock:
            self._state.phase = "stopping"
            self._save()
        left = [name for name in self._specs if name in self._running]
        while left:
            needed = {before for name in left for before in self._specs[name].after}
            batch = [name for name in left if name not in needed]
            with ThreadPoolExecutor(max_workers=len(batch)) as pool:
                list(pool.map(self._stop_child, batch))
            left = [name for name in left if name not in batch]
        with self._lock:
            self._state.phase = "failed" if reason else "stopped"
            self._state.reason = reason
            self._save()

    def _bring_up(self, spec: ChildSpec) -> None:
        self._say({"event": "starting", "child": spec.name})
        began = time.monotonic()
        log_start = spec.log.stat().st_size if spec.log.exists() else 0
        if self._stopping.is_set():
            raise StartFailedError("the start was called off")
        child = self._spawn(spec)
        # Without a probe it is ready once started, and its end, however early, is for `on_exit`.
        while spec.ready is not None or spec.on_exit == "stop":
            if not child.running:
                raise StartFailedError(
                    f"{spec.name} ended with exit code {child.exit_code} before it was ready."
                    f"\nThe end of {spec.log}:\n{_tail(spec.log, log_start)}"
                )
            if spec.ready is None or is_ready(
                spec.ready, env=spec.env, log=spec.log, log_start=log_start
            ):
                break
            if self._stopping.wait(_POLL):
                raise StartFailedError("the start was called off")
            if time.monotonic() - began > spec.ready_timeout:
                raise StartFailedError(
                    f"{spec.name} was not ready after {spec.ready_timeout:.0f} s."
                    f"\nThe end of {spec.log}:\n{_tail(spec.log, log_start)}"
                )
        if child.running:
            self._record(spec.name, phase="ready")
        seconds = round(time.monotonic() - began, 2)
        self._say({"event": "ready", "child": spec.name, "seconds": seconds})

    def _spawn(self, spec: ChildSpec) -> GuardedChild:
        def ended(code: int) -> None:
            self._record(spec.name, phase="exited", exit_code=code)
            self._events.put(("exit", spec.name))

        try:
            child = GuardedChild(
                spec.argv,
                env=spec.env,
                log=spec.log,
                cwd=spec.cwd or self._group.folder,
                stop_signal=spec.stop_signal,
                stop_timeout=spec.stop_timeout,
                on_exit=ended,
            )
        except ChildProcessError as error:
            raise StartFailedError(
                f"{spec.name}: {error}; check that the program is installed and on PATH"
            ) from error
        with self._lock:
            self._running[spec.name] = child
        try:
            created: float | None = psutil.Process(child.pid).create_time()
        except psutil.Error:
            created = None
        if child.running:
            self._record(
                spec.name,
                phase="starting",
                pid=child.pid,
                guard_pid=child.guard_pid,
                created=created,
                exit_code=None,
            )
        return child

    def _after_exit(self, spec: ChildSpec) -> str | None:
        child = self._running[spec.name]
        if self._stopping.is_set() or child.running:
            return None
        what = f"{spec.name} ended by itself with exit code {child.exit_code} (see {spec.log})"
        if spec.on_exit == "stop":
            return what
        if spec.on_exit == "restart":
            threading.Thread(target=self._restart, args=(spec,), daemon=True).start()
        return None

    def _restart(self, spec: ChildSpec) -> None:
        restarts = self._state.child(spec.name).restarts
        shortest, longest = _RESTART_PAUSE
        if self._stopping.wait(min(longest, shortest * 2**restarts)):
            return
        self._record(spec.name, restarts=restarts + 1)
        try:
            self._bring_up(spec)
        except StartFailedError as error:
            sys.stderr.write(f"{error}\n")
            if not self._running[spec.name].running:
                return
            self._running[spec.name].stop()

    def _stop_child(self, name: str) -> None:
        self._running[name].stop()
        self._record(name, phase="stopped", exit_code=self._running[name].exit_code)

    def _record(self, name: str, **changes: Any) -> None:
        with self._lock:
            child = self._state.child(name)
            for key, value in changes.items():
                setattr(child, key, value)
            self._save()

    def _save(self) -> None:
        write_state(self._group.folder, self._state)

    def _say(self, message: dict[str, Any]) -> None:
        with self._lock:
            if self._tell is None:
                return
            try:
                self._tell.write(json.dumps(message) + "\n")
                self._tell.flush()
            except OSError:
                self._tell = None


def _tail(log: Path, start: int) -> str:
    try:
        with log.open("rb") as stream:
            size = stream.seek(0, os.SEEK_END)
            stream.seek(max(start, size - _TAIL_BYTES))
            text = stream.read().decode("utf-8", "replace")
    except OSError:
        return ""
    return "\n".join(text.splitlines()[-_TAIL_LINES:])


def main() -> int:
    """Runs one group; see the module's docstring for the conversation with the starter."""
    group = GroupSpec.from_json(json.loads(sys.stdin.readline()))
    # a copy, so that closing it cannot hand its number to a socket that is taken for stdout
    tell = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    with (group.folder / SUPERVISOR_LOG).open("a", encoding="utf-8") as log:
        os.dup2(log.fileno(), sys.stdout.fileno())
        os.dup2(log.fileno(), sys.stderr.fileno())
    supervisor = Supervisor(group, tell)
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda _number, _frame: supervisor.ask_to_stop(""))
    committed = threading.Event()

    def listen() -> None:
        if sys.stdin.readline().strip() == "commit":
            committed.set()
            supervisor.close_conversation()
            tell.close()
        else:
            supervisor.ask_to_stop("the process that started the group ended before it was ready")

    threading.Thread(target=listen, name="starter", daemon=True).start()
    reason: str | None
    try:
        supervisor.start()
        reason = supervisor.watch()
    except StartFailedError as error:
        reason = str(error)
    supervisor.stop(reason)
    if reason and not committed.is_set():
        try:
            tell.write(json.dumps({"event": "failed", "reason": reason}) + "\n")
            tell.flush()
        except (OSError, ValueError):
            return 1
    return 1 if reason else 0


if __name__ == "__main__":
    code = main()
    # threads that still wait on a pipe must not hold up the end
    os._exit(code)
