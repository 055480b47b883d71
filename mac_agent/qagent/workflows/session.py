"""One recording from its begin to its end: visible, bounded, and on disk as it goes."""

import logging
import threading
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from qagent.audit import AuditLog
from qagent.desktop import open_backend
from qagent.desktop.base import DesktopError
from qagent.desktop.watching import open_watcher
from qagent.fault_place import place_of
from qagent.home import AgentHome, HomeError
from qagent.locks import held
from qagent.messages import text
from qagent.policy import Policy, load_policy
from qagent.status import Doing, Status, StatusFile
from qagent.stop_key import watched
from qagent.workflows.compiling import compile_workflow
from qagent.workflows.diary import Diary, Recorded, recover
from qagent.workflows.model import MOST_STEPS, GapReason
from qagent.workflows.recorder import Recorder
from qagent.workflows.script import Script
from qagent.workflows.store import Store
from qscreen.redaction import redacting

_log = logging.getLogger(__name__)
_MOST_FAULTS = 20
_FAULT_SECONDS = 0.2


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of a recording.

    Attributes:
        minutes: Longest time.
        steps: Most steps.
    """

    minutes: float = 30.0
    steps: int = MOST_STEPS


@dataclass(frozen=True, slots=True)
class Saved:
    """What a recording became.

    Attributes:
        path: The workflow's file.
        steps: How many steps it has.
        gaps: How many things were done that are in no step.
        why: Why the recording ended, in words.
    """

    path: Path
    steps: int
    gaps: int
    why: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to record.

    Attributes:
        name: The workflow's name.
        title: Its title.
        plain: Whether texts stay as they were written, without variables.
        overwrite: Whether it may take the place of a workflow of this name.
    """

    name: str
    title: str = ""
    plain: bool = False
    overwrite: bool = False


def record(
    home: AgentHome,
    wanted: Wanted,
    limits: Limits,
    interrupted: threading.Event,
    on_ready: Callable[[Policy], None] = lambda _: None,
) -> Saved:
    """Record until the stop key, an interruption, `qagent stop` or a limit.

    Args:
        home: The agent's folder.
        wanted: What to record.
        limits: Bounds.
        interrupted: Ends the recording when it is set.
        on_ready: Called with the policy once everything that is done is heard.

    Raises:
        HomeError: The device is stopped, there is such a workflow, nothing was recorded, input
            came faster than the screen could be read, or the folder cannot be used.
        DesktopError: There is no usable desktop, or it does not let us listen. What was recorded
            until then can be recovered.
    """
    home.create()
    if home.stop_file.is_set():
        raise HomeError(text("record.stopped"), text("record.stopped.repair"))
    store = Store.of(home)
    _refuse_existing(store, wanted)
    policy = load_policy(home.policy)
    denial = policy.denies_observing()
    if denial is not None:
        raise HomeError(denial.message, text("rehearse.look.repair"))
    ended: list[str] = []

    def pressed() -> None:
        ended.append("keys")

    audit, status = AuditLog(home.audit), StatusFile(home.status)
    with (
        held(home.root / "screen.lock", what=text("lock.recording")),
        watched(policy.stop_key, pressed),
        redacting(policy.redactor),
        closing(open_backend()) as backend,
        closing(open_watcher()) as watcher,
    ):
        # Only now: an earlier recording of this name gives way to one that can be made.
        diary = Diary(store.diary(wanted.name))
        script = Script(diary, policy, limits.steps)
        try:
            audit.append("user:qagent record", "record.begun", wanted.name)
            status.write(Status(Doing.RECORDING, "qagent record", wanted.name))
            recorder = Recorder(backend, watcher, script, policy.stop_key)
            on_ready(policy)
            why = _listen(recorder, home, script, limits, interrupted, ended)
        finally:
            diary.close()
            if not script.recorded.steps:
                diary.discard()
            status.write(Status(Doing.IDLE))
            audit.append("user:qagent record", "record.ended", wanted.name)
    late = [gap.after for gap in script.recorded.gaps if gap.reason is GapReason.LATE]
    if late:
        # It would look like a whole recording and might do something else than was done.
        raise HomeError(
            text("record.late", steps=", ".join(dict.fromkeys(late))),
            text("record.late.repair", name=wanted.name),
        )
    return _save(store, wanted, script.recorded, diary, why)


def recover_recording(home: AgentHome, wanted: Wanted) -> Saved:
    """Make a workflow of a recording that was not brought to an end.

    Args:
        home: The agent's folder.
        wanted: Which one.

    Raises:
        HomeError: There is none, it is damaged, or holds no step.
    """
    store = Store.of(home)
    _refuse_existing(store, wanted)
    recorded = recover(store.diary(wanted.name))
    with redacting(load_policy(home.policy).redactor):
        return _save(store, wanted, recorded, None, "interrupt")


def _listen(
    recorder: Recorder,
    home: AgentHome,
    script: Script,
    limits: Limits,
    interrupted: threading.Event,
    ended: list[str],
) -> str:
    """Hear and write until something ends it; gives what did."""
    limit = time.monotonic() + 60 * limits.minutes
    faults = 0
    while True:
        if recorder.stopped:
            ended.append("keys")
        why = _end(home, script, interrupted, ended, limit)
        if why:
            break
        try:
            recorder.turn()
            faults = 0
        except (DesktopError, HomeError):
            raise
        except Exception as error:
            # One element that cannot be read must not cost the rest of the recording.
            faults += 1
            _log.warning("recording: %s at %s", type(error).__name__, place_of(error))
            if faults > _MOST_FAULTS:
                raise
            time.sleep(_FAULT_SECONDS)
    recorder.finish()
    return why


def _end(
    home: AgentHome,
    script: Script,
    interrupted: threading.Event,
    ended: list[str],
    limit: float,
) -> str:
    if ended:
        return ended[0]
    if interrupted.is_set():
        return "interrupt"
    if home.stop_file.is_set():
        return "stopped"
    if time.monotonic() > limit:
        return "time"
    return "steps" if script.is_full else ""


def _refuse_existing(store: Store, wanted: Wanted) -> None:
    if store.path(wanted.name).exists() and not wanted.overwrite:
        raise HomeError(text("workflow.exists", name=wanted.name), text("workflow.exists.repair"))


def _save(store: Store, wanted: Wanted, recorded: Recorded, diary: Diary | None, why: str) -> Saved:
    workflow = compile_workflow(recorded, wanted.title or wanted.name, plain=wanted.plain)
    path = store.save(wanted.name, workflow)
    if diary is not None:
        diary.discard()
    else:
        store.diary(wanted.name).unlink(missing_ok=True)
    return Saved(path, len(workflow.steps), len(workflow.gaps), text(f"record.why.{why}"))
