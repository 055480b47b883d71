"""The table of an apply's layers."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console

    from qops.platform.answers import LayerSeconds


def show_layers(layers: Iterable["LayerSeconds"], console: "Console") -> None:
    """Print when each layer was worked on, and its slowest change; nothing when none was.

    Args:
        layers: In the order in which they were begun.
        console: Where to print.
    """
    from rich.markup import escape
    from rich.table import Table

    table = Table(box=None, header_style="bold")
    for name in ("layer", "changes", "from", "seconds", "slowest change", "seconds"):
        left = name in {"layer", "slowest change"}
        table.add_column(name, justify="left" if left else "right", overflow="fold")
    for layer in layers:
        table.add_row(
            layer.name,
            str(layer.changes),
            f"{layer.begins:.1f}",
            f"{layer.seconds:.1f}",
            escape(layer.slowest),
            f"{layer.slowest_seconds:.1f}",
        )
    if table.row_count:
        console.print(table)
