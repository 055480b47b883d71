"""Performing steps and pursuing goals on this screen, without the cloud."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Self
from uuid import uuid4

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from qagent.consent import Dialog, Source
from qagent.desktop import open_backend
from qagent.home import AgentHome, HomeError
from qagent.journal import Journal
from qagent.locks import held
from qagent.messages import text
from qagent.oversight import oversee
from qagent.policy import load_policy
from qagent.pursuit import Pursuit
from qagent.stop import StopSignal
from qagent.stop_key import watched
from qagent.stopping import stop_by
from qagent.telling import keep_for_platform
from qagent.value_faults import words_of
from qagent.words import reason
from qagent.work import Worker
from qscreen.grammar import understand
from qscreen.orders import Order, read_orders
from qscreen.wire import (
    ActionKind,
    Command,
    CommandKind,
    CommandResult,
    NotUnderstood,
    Plan,
    Step,
)

LOCAL_DEVICE = "local-device"
_INSIDE = frozenset(
    {
        ActionKind.CLICK,
        ActionKind.SELECT,
        ActionKind.FOCUS,
        ActionKind.TYPE_TEXT,
        ActionKind.SET_VALUE,
        ActionKind.CHOOSE_MENU,
        ActionKind.SCROLL,
        ActionKind.DRAG,
    }
)
"""Kinds of actions that work inside the window that is open."""


class StepsFile(BaseModel):
    """A file of steps: an object with `steps`; a plan of the API fits too."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    steps: tuple[Step, ...] = Field(min_length=1, max_length=20)


def load_steps(path: Path) -> tuple[Step, ...]:
    """Read steps from a JSON file: an object with `steps`, or a list of steps.

    Raises:
        HomeError: It cannot be read or holds no steps.
    """
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise HomeError(
            text("steps.unreadable", path=path, why=reason(error)),
            text("steps.unreadable.repair"),
        ) from error
    try:
        if raw.lstrip().startswith(b"["):
            found = TypeAdapter(tuple[Step, ...]).validate_json(raw)
            return StepsFile(steps=found).steps
        return StepsFile.model_validate_json(raw).steps
    except ValidationError as error:
        fault = error.errors(include_url=False, include_input=False)[0]
        place = "/".join(str(part) for part in fault["loc"]) or path.name
        raise HomeError(
            text("steps.none", path=path, place=place, fault=words_of(fault)),
            text("steps.none.repair"),
        ) from error


class LocalWork:
    """Work on this screen alone: steps, and goals that are planned here.

    While it is open nothing else acts on this screen, and the stop key stops it.

    Args:
        home: The agent's folder.
        who: Who asks for it, in words for the person at the device.
        dialog: Asks that person; the native dialog when absent.
    """

    def __init__(self, home: AgentHome, who: str, dialog: Dialog | None = None) -> None:
        self._home = home
        self._who = who
        self._dialog = dialog
        self._open = ExitStack()

    def __enter__(self) -> Self:
        """Take the screen.

        Raises:
            HomeError: Another process acts on this screen.
            DesktopError: There is no usable desktop.
        """
        home = self._home
        home.create()
        with ExitStack() as opening:
            opening.enter_context(held(home.root / "screen.lock", what=text("lock.acting")))
            keys = load_policy(home.policy).stop_key
            opening.enter_context(watched(keys, lambda: stop_by(home, "stop key")))
            self._journal = Journal(home.root / "local-journal.jsonl")
            opening.callback(self._journal.close)
            # What is finished is of no more use, and holds what was typed.
            self._journal.forget_finished()
            oversight = oversee(home, Source.LOCAL, self._who, self._dialog)
            self._worker = Worker(
                self._journal, open_backend, lambda: load_policy(home.policy), oversight
            )
            opening.callback(self._worker.close)
            self._worker.open()
            self._open = opening.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Give the screen back; what was typed into a password field does not stay on disk."""
        with self._open:
            if self._journal.has_typed_unseen():
                self._journal.forget_finished()

    def perform(self, steps: tuple[Step, ...], stop: StopSignal) -> CommandResult:
        """Perform steps; the same steps, interrupted before, are gone on with.

        Args:
            steps: What to do.
            stop: Ends the work.
        """
        with self._told(self._who):
            return self._perform(steps, stop)

    def run(self, goal: str, stop: StopSignal) -> CommandResult | NotUnderstood:
        """Do a goal that is understood without a model.

        A goal whose work lies in one window is pursued there look by look; the steps of any other
        one are those of its plan.

        Args:
            goal: The goal as the user wrote it.
            stop: Ends the work.
        """
        found = understand(goal)
        planned = () if isinstance(found, NotUnderstood) else found.steps
        orders = orders_of(goal, found)
        with self._told(goal):
            if orders is not None:
                return Pursuit(self._worker, LOCAL_DEVICE).pursue(goal, orders, stop)
            return self._perform(planned, stop) if isinstance(found, Plan) else found

    def _perform(self, steps: tuple[Step, ...], stop: StopSignal) -> CommandResult:
        return self._worker.carry_out(_command(self._journal, steps), stop)

    @contextmanager
    def _told(self, goal: str) -> Iterator[None]:
        """Keep what is done inside for the platform, where the policy wants it told."""
        started_at = datetime.now(UTC)
        yield
        done = [
            (record.command.steps, tuple(record.effects))
            for record in self._journal.worked_on_since(started_at)
        ]
        keep_for_platform(self._home, goal, done, started_at, datetime.now(UTC))


def orders_of(goal: str, found: Plan | NotUnderstood) -> tuple[Order, ...] | None:
    """The orders by which a goal is pursued; None where its plan is performed, or there is none.

    Args:
        goal: The goal.
        found: What the command grammar made of it.
    """
    if isinstance(found, Plan) and any(step.action.kind not in _INSIDE for step in found.steps):
        return None
    return read_orders(goal)


def perform_file(
    home: AgentHome,
    steps: tuple[Step, ...],
    stop: StopSignal,
    who: str = "qagent do",
    dialog: Dialog | None = None,
) -> CommandResult:
    """Perform steps with the journal; the same steps, interrupted before, are gone on with.

    Args:
        home: The agent's folder.
        steps: What to do.
        stop: Tells the work to stop.
        who: Who asks for it, in words for the person at the device.
        dialog: Asks that person; the native dialog when absent.
    """
    with LocalWork(home, who, dialog) as work:
        return work.perform(steps, stop)


def _command(journal: Journal, steps: tuple[Step, ...]) -> Command:
    for record in journal.unfinished():
        if record.command.steps == steps:
            return record.command
    now = datetime.now(UTC)
    return Command(
        id=f"local-{uuid4().hex}",
        run_id="local-run",
        device_id=LOCAL_DEVICE,
        kind=CommandKind.PERFORM,
        issued_at=now,
        expires_at=now + timedelta(hours=1),
        heartbeat_seconds=10,
        steps=steps,
    )
