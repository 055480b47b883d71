"""A Mac on paper, at the narrow seam; everything that is asked or done is written down."""

from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from qagent.desktop.base import GoneError, Picture, UnsupportedError
from qagent.desktop.macos.backend import MacBackend, Parts
from qagent.desktop.macos.permissions import accessibility_missing
from qagent.desktop.macos.seam import (
    Display,
    NotAnsweringError,
    Point,
    RunningApp,
    ShownWindow,
)


class Thing:
    """An element; its attributes are those of macOS."""

    def __init__(self, role: str, *children: "Thing", **attributes: Any) -> None:
        self.children = list(children)
        self.settable: set[str] = set(attributes.pop("settable", ()))
        self.actions: tuple[str, ...] = tuple(attributes.pop("actions", ()))
        self.gone = False
        self.silent = False
        box = attributes.pop("box", (0, 0, 100, 20))
        self.attributes: dict[str, Any] = {
            "AXRole": role,
            "AXPosition": Point(*box[:2]),
            "AXSize": Point(*box[2:]),
            **{f"AX{key}": value for key, value in attributes.items()},
        }


@dataclass
class PaperMac:
    apps: dict[int, Thing] = field(default_factory=dict)
    names: dict[int, str] = field(default_factory=dict)
    displays: tuple[Display, ...] = (Display(1, 0, 0, 1440, 900, 2.0),)
    asked: list[tuple[Thing, str]] = field(default_factory=list)
    did: list[tuple[Any, ...]] = field(default_factory=list)
    refused: list[tuple[Thing, str]] = field(default_factory=list)
    pointed: list[Point] = field(default_factory=list)
    shown: tuple[ShownWindow, ...] = ()
    granted: bool = True
    posts: bool = True
    listens: bool = True
    holder: str | None = None
    hit: tuple[Thing, int] | None = None
    pools: int = 0
    board: tuple[dict[str, bytes], ...] = ()
    on_perform: Callable[[Thing, str], None] = lambda thing, action: None

    def add(self, pid: int, name: str, *windows: Thing, **attributes: Any) -> Thing:
        app = Thing("AXApplication", *windows, **attributes)
        app.attributes.setdefault("AXWindows", tuple(windows))
        app.attributes.setdefault("AXFrontmost", not self.apps)
        app.attributes.setdefault("AXFocusedWindow", windows[0] if windows else None)
        self.apps[pid], self.names[pid] = app, name
        return app

    # the accessibility interface
    def trusted(self) -> bool:
        return self.granted

    def application(self, pid: int) -> Thing:
        return self.apps[pid]

    def _reach(self, thing: Thing) -> None:
        if not self.granted:
            raise accessibility_missing()
        if thing.gone:
            raise GoneError("gone")
        if thing.silent:
            raise NotAnsweringError("silent")

    def read(self, element: Any, names: Sequence[str]) -> tuple[object | None, ...]:
        self._reach(element)
        self.asked += [(element, name) for name in names]
        return tuple(element.attributes.get(name) for name in names)

    def at(self, place: Point) -> tuple[Thing, int] | None:
        self.pointed.append(place)
        return self.hit

    def children(self, element: Any, most: int) -> tuple[tuple[Any, ...], int]:
        self._reach(element)
        return tuple(element.children[:most]), len(element.children)

    def part(self, element: Any, name: str, start: int, most: int) -> tuple[tuple[Any, ...], int]:
        self._reach(element)
        every = tuple(element.attributes.get(name) or ())
        return every[start : start + most], len(every)

    def settable(self, element: Any, name: str) -> bool:
        self._reach(element)
        return name in element.settable

    def write(self, element: Any, name: str, value: object) -> None:
        self._reach(element)
        if name not in element.settable:
            self.refused.append((element, name))
            raise UnsupportedError(name)
        element.attributes[name] = value
        self.did.append(("write", element, name, value))

    def actions(self, element: Any) -> tuple[str, ...]:
        self._reach(element)
        return element.actions

    def perform(self, element: Any, action: str) -> None:
        self._reach(element)
        if action not in element.actions:
            raise UnsupportedError(action)
        self.did.append(("perform", element, action))
        self.on_perform(element, action)

    # keys and pointer
    def may_post(self) -> bool:
        return self.posts

    def may_listen(self) -> bool:
        return self.listens

    def characters(self, chunk: str) -> None:
        self.did.append(("characters", chunk))

    def key(self, code: int, *, down: bool, flags: int) -> None:
        self.did.append(("key", code, down, flags))

    def click(self, x: float, y: float, *, secondary: bool, count: int) -> None:
        self.did.append(("click", x, y, secondary, count))

    def drag(self, start: Point, end: Point) -> None:
        self.did.append(("drag", start, end))

    # the clipboard
    def read_text(self) -> str | None:
        found = self.board[0].get("public.utf8-plain-text") if self.board else None
        return None if found is None else found.decode()

    def write_text(self, text: str) -> bool:
        self.board = ({"public.utf8-plain-text": text.encode()},)
        return True

    def save(self) -> tuple[dict[str, bytes], ...]:
        return self.board

    def restore(self, items: tuple[dict[str, bytes], ...]) -> None:
        self.board = items

    def wheel(self, x: float, y: float, *, vertical: int, horizontal: int) -> None:
        self.did.append(("wheel", x, y, vertical, horizontal))

    def idle_seconds(self) -> float:
        return 3.0

    def open(self) -> MacBackend:
        def pool() -> nullcontext[None]:
            self.pools += 1
            return nullcontext()

        def launch(argv: tuple[str, ...], folder: Path, new_document: Any) -> Any:
            self.did.append(("launch", argv))
            new_document()

        def activate(pid: int) -> bool:
            self.did.append(("activate", pid))
            return True

        return MacBackend(
            Parts(
                ax=self,
                events=self,
                displays=lambda: self.displays,
                apps=lambda: tuple(RunningApp(p, n) for p, n in self.names.items()),
                shown=lambda: self.shown,
                secure_input=lambda: self.holder,
                capture=lambda space: Picture(space.screen.width, space.screen.height, b""),
                launch=launch,
                activate=activate,
                pool=pool,
                pasteboard=self,
            )
        )


@pytest.fixture
def mac() -> PaperMac:
    return PaperMac()


@pytest.fixture
def thing() -> type[Thing]:
    return Thing
