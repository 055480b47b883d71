"""Pursuing a goal, order by order."""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from qagent.act.context import RefusedError
from qagent.desktop.base import DesktopError
from qagent.messages import text
from qagent.pursuit import dates, filling, pressing, shaping, taking
from qagent.pursuit.desk import Desk, GivenUpError
from qagent.stop import StoppedError, StopSignal
from qagent.work import Worker
from qscreen.orders import Order, model
from qscreen.wire import (
    Click,
    CommandResult,
    CommandStatus,
    EffectError,
    Role,
    Target,
)

APPEAR_SECONDS = 2.0
"""Time that what an order needs gets to show."""

_MAY_COME = frozenset({EffectError.TARGET_NOT_FOUND, EffectError.AMBIGUOUS_TARGET})


class Pursuit:
    """Pursues goals on one desktop.

    Args:
        worker: Carries out the steps.
        device: Id of this device.
    """

    def __init__(self, worker: Worker, device: str) -> None:
        self._worker = worker
        self._device = device

    def pursue(self, goal: str, orders: tuple[Order, ...], stop: StopSignal) -> CommandResult:
        """Carry out orders one after the other; the first that fails ends the work.

        Args:
            goal: What the user asked for.
            orders: What it asks for, as `qscreen.orders` read it.
            stop: Ends the work.

        Returns:
            The effects of the steps that were made.
        """
        desk = Desk(self._worker, stop, goal, self._device)
        order = orders[0]
        try:
            desk.settle()
            for order in orders:
                _carry_out(desk, order)
        except GivenUpError as fault:
            if fault.message:
                desk.refuse(_named(order), fault)
        except StoppedError as stopped:
            message = text(f"stopped.{stopped.reason}")
            desk.refuse(_named(order), GivenUpError(message, EffectError.STOPPED))
        except RefusedError as fault:
            desk.refuse(_named(order), GivenUpError(fault.message, fault.error))
        except DesktopError as fault:
            desk.refuse(_named(order), GivenUpError(str(fault), EffectError.BACKEND_ERROR))
        return CommandResult(status=CommandStatus.DONE, effects=tuple(desk.effects))


def _carry_out(desk: Desk, order: Order) -> None:
    """Carry out an order; what it needs may show a moment after the step before it.

    Nothing is done twice: only an order of which no step was made is tried again.
    """
    limit = time.monotonic() + APPEAR_SECONDS
    desk.changed = False
    while True:
        made = len(desk.effects)
        try:
            _HANDLERS[type(order)](desk, order)
        except GivenUpError as fault:
            if desk.changed or fault.error not in _MAY_COME or time.monotonic() > limit:
                raise
            del desk.effects[made:]
            desk.settle()
        else:
            return


def _search(desk: Desk, order: model.Search) -> None:
    desk.among = order.among


def _pause(desk: Desk, order: model.Pause) -> None:
    """Let time pass from the moment on in which the step before was made."""
    made = desk.effects[-1] if desk.effects else None
    gone = 0.0 if made is None else (datetime.now(UTC) - made.started_at).total_seconds()
    desk.stop.wait_until(lambda: False, max(0.0, order.seconds - gone))


def _named(order: Order) -> Click:
    """What an order that was not begun is reported as."""
    which = getattr(order, "which", None)
    name = which.names[0][:200] if which is not None and which.names else None
    return Click(target=Target(name=name, role=None if name else Role.OTHER))


_HANDLERS: dict[type, Callable[[Desk, Any], None]] = {
    model.Press: pressing.press,
    model.Choose: pressing.choose,
    model.FollowPath: pressing.follow,
    model.Enter: filling.enter,
    model.Complete: filling.complete,
    model.PutFocus: filling.focus,
    model.Adjust: filling.adjust,
    model.PickDay: dates.pick_day,
    model.Take: taking.take,
    model.Search: _search,
    model.Pause: _pause,
    model.ScrollTo: shaping.scroll_to,
    model.MoveOnto: shaping.move_onto,
    model.MoveTo: shaping.move_to,
    model.Sort: shaping.sort,
    model.Resize: shaping.resize,
    model.Highlight: shaping.highlight,
    model.Seek: pressing.seek,
    model.PickColour: filling.pick_colour,
    model.PressShades: pressing.press_shades,
    model.PressUntil: pressing.press_until,
    model.AwaitNumber: pressing.await_number,
    model.DragAway: shaping.drag_away,
}
