"""Runs one step: policy, action, pictures, effect. The one place where errors become outcomes."""

import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Protocol

from qagent.act import (
    choosing,
    clipboard,
    dragging,
    menus,
    opening,
    pressing,
    reading,
    saving,
    setting,
    tables,
    typing,
    undoing,
    waiting,
)
from qagent.act.context import Context, Done, FailedError, Precondition, RefusedError
from qagent.act.memory import UndoMemory, UndoRecord
from qagent.desktop.backend import DesktopBackend
from qagent.desktop.base import (
    DesktopError,
    GoneError,
    Node,
    Picture,
    ProgramError,
    SecureFieldError,
    UnansweredError,
    UnsupportedError,
)
from qagent.messages import text
from qagent.policy import Policy
from qagent.stop import StoppedError, StopSignal
from qscreen.redaction import redact
from qscreen.wire import (
    Action,
    ChooseMenu,
    Click,
    Drag,
    Effect,
    EffectError,
    Focus,
    OpenApp,
    Outcome,
    PressKeys,
    Read,
    ReadClipboard,
    ReadTable,
    RiskCategory,
    SaveAs,
    Scroll,
    Select,
    SetValue,
    Step,
    Target,
    TypeText,
    Undo,
    WaitFor,
    WriteClipboard,
    WriteTable,
)

_EVIDENCE = 4000
_PAINT_SECONDS, _LONGEST_PAINT_SECONDS = 0.12, 2.0
_FRAME_SECONDS = 0.02


class PictureSink(Protocol):
    """Takes pictures of steps; gives back the key under which each will be found."""

    def add(self, name: str, picture: Picture) -> str | None:
        """Take a picture; returns at once. None when pictures are not wanted."""
        ...


class Executor:
    """Carries out steps on the desktop.

    Args:
        backend: The desktop.
        policy: The policy in force.
        stop: Tells a running step to stop.
        pictures: Takes the pictures before and after each step; None for no pictures.
        memory: Remembers what can be undone, over several executors on one desktop.
        chosen: Elements that were pointed at, by the targets that stand for them.
    """

    def __init__(
        self,
        backend: DesktopBackend,
        policy: Policy,
        stop: StopSignal,
        pictures: PictureSink | None = None,
        memory: UndoMemory | None = None,
        chosen: Mapping[Target, Node] | None = None,
    ) -> None:
        self._backend = backend
        self._policy = policy
        self._stop = stop
        self._pictures = pictures
        self._memory = memory or UndoMemory()
        self._chosen = {} if chosen is None else chosen
        self._last: tuple[Picture, str | None] | None = None

    def perform(self, step: Step, begin: Callable[[Precondition], None] = lambda _: None) -> Effect:
        """Carry out a step.

        Args:
            step: What to do.
            begin: Called immediately before the step first changes anything.
        """
        started_at, started = datetime.now(UTC), time.perf_counter()
        before = self._picture_before(step)
        records: list[UndoRecord] = []
        last_undo = self._memory.last()
        context = Context(
            *(self._backend, self._policy, self._stop, step.risk),
            *(begin, records.append, last_undo, self._chosen),
            place=step.region,
        )
        done = self._run(context, step)
        self._note(step, done, records, last_undo)
        elapsed = (time.perf_counter() - started) * 1000
        lag = elapsed / 1000 if done.outcome is Outcome.CONFIRMED else 0.0
        after_key = self._picture_after(step, before, lag) if before is not None else None
        return self._effect(
            step,
            done,
            started_at,
            elapsed,
            before[1] if before is not None else None,
            after_key,
            undoable=bool(records),
        )

    def recover(self, step: Step, precondition: Precondition) -> Effect:
        """Judge a step that an interruption left open; it is never done again.

        Args:
            step: The step that had begun.
            precondition: What the journal kept from before it acted.
        """
        started_at, started = datetime.now(UTC), time.perf_counter()
        context = Context(self._backend, self._policy, self._stop, step.risk)
        try:
            done = _read_back(context, step.action, precondition)
        except (
            *(RefusedError, FailedError, GoneError),
            *(UnsupportedError, ProgramError, DesktopError),
        ):
            done = None
        except StoppedError as error:
            done = _stopped(error)
        if done is None or (done.outcome is not Outcome.CONFIRMED and done.error is None):
            done = Done(Outcome.FAILED, text("interrupted"), error=EffectError.INTERRUPTED)
        elif done.outcome is Outcome.CONFIRMED:
            evidence = text("interrupted.readback", evidence=done.evidence)
            done = Done(Outcome.CONFIRMED, evidence, done.route, done.rect)
        elapsed = (time.perf_counter() - started) * 1000
        return self._effect(step, done, started_at, elapsed, None, None)

    def _run(self, context: Context, step: Step) -> Done:
        denial = self._policy.denies_step(step)
        if denial is not None:
            return Done(Outcome.REFUSED, denial.message, error=EffectError.DENIED_BY_POLICY)
        try:
            self._stop.check()
            return _act(context, step.action)
        except RefusedError as error:
            return Done(
                Outcome.REFUSED,
                error.message,
                error=error.error,
                candidates=tuple(redact(one)[:300] for one in error.candidates[:10]),
            )
        except FailedError as error:
            return Done(Outcome.FAILED, error.message, error.route, error=error.error)
        except StoppedError as error:
            return _stopped(error)
        except SecureFieldError as error:
            return Done(Outcome.REFUSED, redact(str(error)), error=EffectError.SECURE_FIELD)
        except UnansweredError as error:
            return Done(Outcome.FAILED, str(error), error=EffectError.BACKEND_ERROR)
        except GoneError:
            return Done(Outcome.FAILED, text("element.gone"), error=EffectError.BACKEND_ERROR)
        except (UnsupportedError, ProgramError, DesktopError) as error:
            return Done(Outcome.FAILED, redact(str(error)), error=EffectError.BACKEND_ERROR)

    def _note(
        self, step: Step, done: Done, records: list[UndoRecord], last_undo: UndoRecord | None
    ) -> None:
        """Remember what can be undone, and forget what is undone or has changed since."""
        for record in records:
            self._memory.add(record)
        undone = isinstance(step.action, Undo) and done.error is not EffectError.DENIED_BY_POLICY
        if undone and last_undo is not None:
            self._memory.drop(last_undo)

    def _picture_before(self, step: Step) -> tuple[Picture, str | None] | None:
        if self._pictures is None:
            return None
        picture = self._backend.capture()
        if self._last is not None and picture.bgra == self._last[0].bgra:
            # Nothing has changed since the picture after the last step: it is this one too.
            return self._last
        return picture, self._pictures.add(f"{step.id}-before", picture)

    def _picture_after(
        self, step: Step, before: tuple[Picture, str | None], lag: float
    ) -> str | None:
        """Wait for the paint: the tree changes before the pixels do.

        A program that took its time to do what was asked takes as long again to paint it.
        """
        if self._pictures is None:
            return None
        picture = self._backend.capture()
        if step.risk is not RiskCategory.LOOK:
            patience = min(max(_PAINT_SECONDS, lag), _LONGEST_PAINT_SECONDS)
            deadline = time.monotonic() + patience
            while picture.bgra == before[0].bgra and time.monotonic() < deadline:
                time.sleep(_FRAME_SECONDS)
                picture = self._backend.capture()
            time.sleep(_FRAME_SECONDS)
            picture = self._backend.capture()
        key = self._pictures.add(f"{step.id}-after", picture)
        self._last = picture, key
        return key

    def _effect(
        self,
        step: Step,
        done: Done,
        started_at: datetime,
        elapsed: float,
        before_key: str | None,
        after_key: str | None,
        *,
        undoable: bool = False,
    ) -> Effect:
        return Effect(
            step_id=step.id,
            outcome=done.outcome,
            route=done.route,
            evidence=done.evidence[:_EVIDENCE],
            error=done.error,
            candidates=done.candidates,
            target_rect=done.rect,
            undoable=undoable,
            started_at=started_at,
            duration_ms=elapsed,
            before_key=before_key,
            after_key=after_key,
        )


def _act(context: Context, action: Action) -> Done:
    match action:
        case OpenApp():
            return opening.open_app(context, action)
        case Focus():
            return pressing.focus(context, action)
        case Click():
            return pressing.click(context, action)
        case TypeText():
            return typing.type_text(context, action)
        case PressKeys():
            return pressing.press_keys(context, action)
        case Select():
            return choosing.select(context, action)
        case SaveAs():
            return saving.save_as(context, action)
        case WaitFor():
            return waiting.wait_for(context, action)
        case Read():
            return reading.read(context, action)
        case Scroll():
            return pressing.scroll(context, action)
        case SetValue():
            return setting.set_value(context, action)
        case Drag():
            return dragging.drag(context, action)
        case ChooseMenu():
            return menus.choose_menu(context, action)
        case ReadClipboard():
            return clipboard.read_clipboard(context, action)
        case WriteClipboard():
            return clipboard.write_clipboard(context, action)
        case ReadTable():
            return tables.read_table(context, action)
        case WriteTable():
            return tables.write_table(context, action)
        case Undo():
            return undoing.undo(context, action)


def _read_back(context: Context, action: Action, precondition: Precondition) -> Done | None:
    match action:
        case OpenApp():
            return opening.read_back(context, action, precondition)
        case TypeText():
            return typing.read_back(context, action, precondition)
        case SaveAs():
            return saving.read_back(context, action, precondition)
        case Select():
            return choosing.read_back(context, action)
        case SetValue():
            return setting.read_back(context, action)
        case WriteClipboard():
            return clipboard.read_back(context, action)
        case WriteTable():
            return tables.read_back(context, action)
        case Focus():
            node = context.find(action.target)
            if not context.has_focus(node):
                return None
            return Done(Outcome.CONFIRMED, text("focus.confirmed", target=node.role))
        case _:
            # What a click, a key or the wheel did cannot be told afterwards.
            return None


def _stopped(error: StoppedError) -> Done:
    return Done(Outcome.FAILED, text(f"stopped.{error.reason}"), error=EffectError.STOPPED)
