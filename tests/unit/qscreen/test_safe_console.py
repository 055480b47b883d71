"""What others wrote cannot command the terminal of whoever looks at it."""

import io

import pytest
from rich.table import Table
from rich.text import Text

from qscreen.safe_console import SafeConsole

EVIL = "kim\x1b]0;root\x07\x1b[2Aok\u202egnp.exe\x9b1m"


@pytest.mark.parametrize(
    "renderable",
    [EVIL, Text(EVIL, style="bold"), Table("name", title=EVIL, caption=EVIL)],
)
def test_no_text_commands_the_terminal(renderable: object) -> None:
    stream = io.StringIO()
    console = SafeConsole(file=stream, force_terminal=True, width=60)
    if isinstance(renderable, Table):
        renderable.add_row(EVIL)
    console.print(renderable, markup=False, highlight=False)
    printed = stream.getvalue()
    assert "kim" in printed
    assert not any(bad in printed for bad in ("\x1b]0", "\x07", "\x1b[2A", "\u202e", "\x9b"))


def test_styles_tabs_and_lines_stay() -> None:
    stream = io.StringIO()
    console = SafeConsole(file=stream, force_terminal=True, color_system="truecolor", width=60)
    console.print("[bold]가\n나[/bold]")
    assert stream.getvalue() == "\x1b[1m가\x1b[0m\n\x1b[1m나\x1b[0m\n"
