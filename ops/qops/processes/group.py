"""Starting, asking after and stopping a group from any process."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil

from qops.processes.file_lock import open_lock, take
from qops.processes.spec import GroupSpec
from qops.processes.state import (
    LOCK_FILE,
    SUPERVISOR_LOG,
    AlreadyRunningError,
    GroupState,
    StartFailedError,
    StartInProgressError,
    StopFailedError,
    read_state,
    write_state,
)

Progress = Callable[[str], None]
_POLL = 0.05
_KILLED_SECONDS = 15.0


def start_group(group: GroupSpec, *, progress: Progress | None = None) -> GroupState:
    """Starts a group under a detached supervisor and waits until every child is ready.

    Args:
        group: What to start.
        progress: Called with one line of text for each thing that happens.

    Returns:
        The state of the running group.

    Raises:
        AlreadyRunningError: The group runs; use it or stop it.
        StartInProgressError: Another process starts or stops it right now.
        StartFailedError: A child failed; everything was stopped again.
    """
    group.folder.mkdir(parents=True, exist_ok=True)
    with _locked(group.folder, group.name) as lock:
        sweep(group.folder)
        with (group.folder / SUPERVISOR_LOG).open("ab") as log:
            supervisor = subprocess.Popen(
                [sys.executable, "-P", "-m", "qops.processes.supervisor"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                cwd=group.folder,
                pass_fds=(lock,),
                start_new_session=True,
                text=True,
            )
        try:
            _converse(supervisor, group, progress)
        except BaseException:
            _call_off(supervisor)
            raise
        finally:
            for stream in (supervisor.stdin, supervisor.stdout):
                if stream is not None:
                    with contextlib.suppress(OSError):
                        stream.close()
    state = read_state(group.folder)
    if state is None:
        raise StartFailedError(
            f"The {group.name} runs, but its state in {group.folder} vanished.",
            next_step="Stop what uses that folder and start again.",
        )
    # the supervisor is meant to outlive us: without this Popen warns about it
    supervisor.returncode = 0
    return state


def group_status(folder: Path) -> GroupState | None:
    """What is known of the group of a folder, checked against the processes there really are.

    Returns:
        The state, with phase ``failed`` when its supervisor is gone without having stopped it, or
        ``None`` when no group was ever started there.
    """
    state = read_state(folder)
    if state is None:
        return None
    if state.phase in ("starting", "ready", "stopping") and not _alive(
        state.supervisor_pid, state.supervisor_created
    ):
        state.phase = "failed"
        state.reason = "the supervisor is gone (killed, or the machine was restarted)"
        for child in state.children:
            if child.phase in ("starting", "ready"):
                child.phase = "exited"
    return state


def stop_group(folder: Path, *, timeout: float = 30.0) -> bool:
    """Stops the group of a folder and returns when no process of it is left.

    Args:
        folder: Folder of the group.
        timeout: Seconds until the supervisor is killed (its guards then end the children).

    Returns:
        Whether anything was running.

    Raises:
        StopFailedError: A process survived SIGKILL.
    """
    state = read_state(folder)
    if state is None:
        return False
    running = _alive(state.supervisor_pid, state.supervisor_created)
    if running:
        with contextlib.suppress(ProcessLookupError):
            os.kill(state.supervisor_pid, signal.SIGTERM)
        if not _gone(state.supervisor_pid, state.supervisor_created, timeout):
            with contextlib.suppress(ProcessLookupError):
                os.kill(state.supervisor_pid, signal.SIGKILL)
    return sweep(folder) or running


def sweep(folder: Path) -> bool:
    """Waits for, and in the end kills, what a supervisor that is gone left behind.

    Returns:
        Whether a process had to be waited for.

    Raises:
        StopFailedError: A process survived SIGKILL.
    """
    state = read_state(folder)
    if state is None:
        return False
    found = False
    for child in state.children:
        if child.pid is None or not _alive(child.pid, child.created):
            continue
        found = True
        if not _gone(child.pid, child.created, _KILLED_SECONDS):
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(child.pid, signal.SIGKILL)
            if not _gone(child.pid, child.created, _KILLED_SECONDS):
                raise StopFailedError(
                    f"{child.name} (pid {child.pid}) of the {state.name} does not end.",
                    why="It survived SIGKILL.",
                    next_step=f"End it by hand (kill -9 {child.pid}) and repeat the command.",
                )
    if state.phase in ("starting", "ready", "stopping") and not _alive(
        state.supervisor_pid, state.supervisor_created
    ):
        state.phase = "failed"
        state.reason = "the supervisor was gone without having stopped the group"
        write_state(folder, state)
    return found


def _converse(
    supervisor: subprocess.Popen[str], group: GroupSpec, progress: Progress | None
) -> None:
    """Hands over the group, listens until it is ready and commits."""
    if supervisor.stdin is None or supervisor.stdout is None:
        raise StartFailedError(f"The {group.name} did not start: no pipe to its supervisor.")
    try:
        supervisor.stdin.write(json.dumps(group.to_json()) + "\n")
        supervisor.stdin.flush()
        for line in supervisor.stdout:
            message = json.loads(line)
            name, event = message.get("child"), message["event"]
            if event == "failed":
                why, _, tail = message["reason"].partition("\n")
                raise StartFailedError(
                    f"The {group.name} did not start.",
                    why=why,
                    next_step=f"Mend the cause and start again; logs are in {group.folder}.",
                    details=tail.splitlines(),
                )
            if event == "ready" and name is None:
                supervisor.stdin.write("commit\n")
                supervisor.stdin.flush()
                return
            if progress is not None:
                seconds = f" ({message['seconds']:.1f} s)" if "seconds" in message else ""
                progress(f"{name}: {event}{seconds}")
    except BrokenPipeError:
        pass
    raise StartFailedError(
        f"The {group.name} did not start.",
        why="Its supervisor ended.",
        next_step=f"Look at {group.folder / SUPERVISOR_LOG} and start again.",
    )


def _call_off(supervisor: subprocess.Popen[str]) -> None:
    """Ends a start that failed or was interrupted, however often Ctrl-C is pressed meanwhile."""
    for stream in (supervisor.stdin, supervisor.stdout):
        if stream is not None:
            with contextlib.suppress(OSError):
                stream.close()
    try:
        supervisor.wait(_KILLED_SECONDS)
    except (subprocess.TimeoutExpired, KeyboardInterrupt):
        supervisor.kill()
        supervisor.wait(_KILLED_SECONDS)


@contextlib.contextmanager
def _locked(folder: Path, name: str) -> Iterator[int]:
    """Holds the folder's lock; the supervisor inherits it and keeps it as long as it lives."""
    lock = open_lock(folder / LOCK_FILE)
    try:
        if not take(lock):
            state = group_status(folder)
            if state is not None and state.phase == "ready":
                raise AlreadyRunningError(state)
            raise StartInProgressError(
                f"The {name} is being started or stopped by another process.",
                next_step="Wait until that is done and look at the status.",
            )
        yield lock
    finally:
        os.close(lock)


def _alive(pid: int, created: float | None) -> bool:
    """Whether that very process still runs (a reused pid has another creation time)."""
    try:
        process = psutil.Process(pid)
        if process.status() == psutil.STATUS_ZOMBIE:
            return False
        return created is None or abs(process.create_time() - created) < 1.0
    except psutil.Error:
        return False


def _gone(pid: int, created: float | None, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while _alive(pid, created):
        if time.monotonic() > deadline:
            return False
        time.sleep(_POLL)
    return True
