"""The view of a run that is watched: drawn anew on a terminal, lines elsewhere."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from qops.runs.showing import live_view, moment_line
from qops.runs.timeline import Moment, moments_of, progress

if TYPE_CHECKING:
    from rich.console import Console

    from qscreen.wire import Run


@contextmanager
def watching_view(console: "Console") -> Iterator[Callable[["Run"], None]]:
    """Show a run each time that it was looked at.

    Args:
        console: Where notices go.

    Yields:
        What to call with the run.
    """
    if not console.is_terminal or console.is_dumb_terminal:
        yield _Lines(console)
        return
    from rich.live import Live

    with Live(console=console, auto_refresh=False, transient=True) as screen:
        yield lambda run: screen.update(live_view(run, datetime.now(UTC)), refresh=True)


class _Lines:
    """Prints what is new, a line each."""

    def __init__(self, console: "Console") -> None:
        self._console = console
        self._told: set[Moment] = set()
        self._progress = ""

    def __call__(self, run: "Run") -> None:
        # A stage that ends is told again, with its time.
        for one in moments_of(run):
            if one not in self._told:
                self._told.add(one)
                self._console.print(moment_line(one, run.created_at), markup=False)
        if progress(run) != self._progress:
            self._progress = progress(run)
            self._console.print(self._progress, style="bold", markup=False)
