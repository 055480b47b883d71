"""Looking at a busy program: a look that time has cut proves nothing, and is taken again."""

import time

from qagent.act.context import PATIENT_SECONDS, Context
from qagent.desktop.base import Budget, GoneError, Node, Tree
from qagent.observe import look


def look_patiently(context: Context, window: Node | None = None) -> Tree:
    """Look at a window; where it did not tell all of itself in time, once more with more time.

    Args:
        context: Surroundings of the step.
        window: The window; the active one when absent.

    Raises:
        GoneError: The window is gone.
        StoppedError: The work was stopped between the two looks.
    """
    began = time.monotonic()
    tree = context.look_at_active() if window is None else context.look(window=window)
    shown = window or tree.active_window()
    # A look that is cut for its size is as complete as another one would be.
    in_time = time.monotonic() - began < Budget().seconds
    if not tree.truncated or in_time or shown is None:
        return tree
    context.stop.check()
    try:
        return look(context.backend, budget=Budget(seconds=PATIENT_SECONDS), window=shown)
    except GoneError:
        if window is None:
            return context.look()
        raise
