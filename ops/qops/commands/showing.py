"""Names what shows an answer, and loads it only when there is something to show."""

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import Console


def shown_by(module: str, function: str) -> Callable[[Any, "Console"], None]:
    """What shows an answer, loaded when it is called: ``--json`` and errors need none of it.

    Args:
        module: Where it is.
        function: Its name; it takes an answer and a console.
    """

    def show(answer: Any, console: "Console") -> None:
        getattr(import_module(module), function)(answer, console)

    return show
