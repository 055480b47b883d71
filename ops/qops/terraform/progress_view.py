"""Shows Terraform's progress by layer: bars on a terminal, plain lines elsewhere."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import TracebackType

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
)

from qops.terraform.events import Event
from qops.terraform.progress import LayerCount, LayerProgress


@contextmanager
def progress_view(console: Console) -> Iterator[Callable[[Event], None]]:
    """Show progress while the context lasts.

    Args:
        console: Where to show it; bars only if it is a terminal that can move its cursor.

    Yields:
        The callback for the runner.
    """
    with ProgressView(console) as view:
        yield view.on_event


class ProgressView:
    """Draws the counts of :class:`LayerProgress`."""

    def __init__(self, console: Console) -> None:
        """Make the view.

        Args:
            console: Where to show it; bars only if it is a terminal that can move its cursor.
        """
        self._console = console
        self._counts = LayerProgress()
        self._tasks: dict[str, TaskID] = {}
        self._shown_done: set[str] = set()
        self._bars: Progress | None = None
        if console.is_terminal and not console.is_dumb_terminal:
            self._bars = Progress(
                SpinnerColumn(finished_text="[green]✓"),
                TextColumn("{task.description:<14}"),
                BarColumn(bar_width=30),
                MofNCompleteColumn(),
                TimeElapsedColumn(),
                TextColumn("[dim]{task.fields[busy]}", justify="left"),
                console=console,
            )

    def __enter__(self) -> "ProgressView":
        if self._bars is not None:
            self._bars.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._bars is not None:
            self._bars.stop()

    def on_event(self, event: Event) -> None:
        """Show an event."""
        layer = self._counts.feed(event)
        if layer is None or layer.total == 0:
            return
        if self._bars is None:
            self._print_line(layer)
        else:
            self._move_bar(self._bars, layer)

    def _move_bar(self, bars: Progress, layer: LayerCount) -> None:
        if layer.name not in self._tasks:
            self._tasks[layer.name] = bars.add_task(layer.name, total=layer.total, busy="")
        busy = next(iter(layer.busy), "").removeprefix(f"module.{layer.name}.")
        bars.update(
            self._tasks[layer.name],
            completed=layer.done,
            total=layer.total,
            busy=busy[:60],
        )

    def _print_line(self, layer: LayerCount) -> None:
        finished = layer.done + layer.failed >= layer.total
        if finished and layer.name not in self._shown_done:
            self._shown_done.add(layer.name)
            failed = f", {layer.failed} failed" if layer.failed else ""
            self._console.print(
                f"  {layer.name}: {layer.done} of {layer.total}{failed} "
                f"({self._counts.done} of {self._counts.total} in all)",
                highlight=False,
            )
