"""Who gets the pointer at a place, told from processes and titles."""

from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import pytest

from qagent.desktop.base import Surface
from qagent.desktop.linux.places import Places
from qagent.desktop.linux.windows import XWindow, XWindows
from qscreen.wire import Rect

RECT = Rect(x=0, y=0, width=100, height=100)
WINDOW = (":1.5", "/window")
OWN, PROXY, OTHER, UNKNOWN = 7, 70, 8, 0


@dataclass
class PaperX:
    """An X server: what lies on top, and which windows of which processes there are."""

    top: Surface
    windows: tuple[tuple[int, str], ...]

    def topmost(self, x: int, y: int) -> Surface:
        assert (x, y) == (10, 20)
        return self.top

    def managed(self) -> list[XWindow]:
        return [XWindow(number, *one, RECT) for number, one in enumerate(self.windows)]


EDITOR, MAIL = (OWN, "Letter"), (OTHER, "Inbox")


@pytest.mark.parametrize(
    ("bus", "top", "windows", "free"),
    [
        pytest.param(OWN, OWN, (EDITOR, MAIL), True, id="its own window or menu"),
        pytest.param(OWN, OTHER, (EDITOR, MAIL), False, id="another program"),
        pytest.param(OWN, OTHER, (EDITOR, (OTHER, "Letter")), False, id="of the same title"),
        pytest.param(PROXY, OWN, (EDITOR, MAIL), True, id="a sandbox, known by its title"),
        pytest.param(PROXY, OTHER, (EDITOR, MAIL), False, id="another program over a sandbox"),
        pytest.param(PROXY, OWN, (EDITOR, (OTHER, "Letter")), False, id="a title that two have"),
        pytest.param(OWN, UNKNOWN, (EDITOR, MAIL), False, id="nobody knows whose it is"),
        pytest.param(UNKNOWN, UNKNOWN, ((UNKNOWN, "Letter"),), False, id="nothing is known"),
    ],
)
def test_only_the_program_that_is_meant_may_get_the_pointer(
    bus: int, top: int, windows: tuple[tuple[int, str], ...], free: bool
) -> None:
    surface = Surface(("x",), "on top", RECT, pid=top)
    x = PaperX(surface, windows)
    places = Places(x, lambda ref: bus if ref == WINDOW else 0)  # type: ignore[arg-type]
    assert places.over(WINDOW, lambda: "Letter", 10, 20) == (None if free else surface)


@dataclass
class PaperConnection:
    """A connection to a server that has the extension in some version, or none."""

    version: tuple[int, int] | None
    told: list[int]

    def screen(self) -> Any:
        return SimpleNamespace(root=None, root_depth=24)

    def has_extension(self, name: str) -> bool:
        return name == "X-Resource" and self.version is not None

    def res_query_version(self) -> Any:
        assert self.version is not None
        return SimpleNamespace(server_major=self.version[0], server_minor=self.version[1])

    def res_query_client_ids(self, specs: list[dict[str, int]]) -> Any:
        assert self.version is not None
        assert self.version >= (1, 2), "an older server knows no such request"
        assert [one["client"] for one in specs] == [5]
        return SimpleNamespace(ids=[SimpleNamespace(value=self.told)])

    def intern_atom(self, name: str) -> int:
        return 1 if name == "_NET_WM_PID" else 2


@pytest.mark.parametrize(
    ("version", "told", "pid"),
    [((1, 2), [OWN], OWN), ((1, 2), [], OTHER), ((1, 1), [OWN], OTHER), (None, [OWN], OTHER)],
)
def test_whose_a_window_is_the_server_tells_before_the_window_itself(
    version: tuple[int, int] | None, told: list[int], pid: int
) -> None:
    said = {1: SimpleNamespace(value=[OTHER])}
    window = SimpleNamespace(id=5, get_full_property=lambda atom, _: said.get(atom))
    server = XWindows(PaperConnection(version, told))  # type: ignore[arg-type]
    assert server._process_of(window) == pid  # type: ignore[arg-type]
