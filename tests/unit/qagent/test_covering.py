"""Pictures on their way off the device: what is covered, and what is read again for it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from qagent.covering import FRAME, Memory, PrivatePictures
from qagent.desktop.base import Budget, Node, Picture, Ref, Surface, Tree
from qagent.policy import Policy, load_policy
from qscreen.wire import Rect, Role, State

Make = Callable[..., Node]
Trees = Callable[..., Tree]
WIDTH, HEIGHT = 400, 200
WHITE = Picture(WIDTH, HEIGHT, b"\xff" * (4 * WIDTH * HEIGHT))
ACTIVE = frozenset({State.ACTIVE})


@pytest.fixture
def policy(tmp_path: Path) -> Policy:
    path = tmp_path / "policy.yaml"
    path.write_text("version: 1\nscreenshots: true\n", encoding="utf-8")
    return load_policy(path)


def rect(x: int, y: int) -> Rect:
    return Rect(x=x, y=y, width=10, height=5)


def dark(picture: Picture, x: int, y: int) -> bool:
    start = 4 * (y * picture.width + x)
    return picture.bgra[start : start + 3] == b"\0\0\0"


def dotted(picture: Picture, x: int, y: int) -> Picture:
    pixels = bytearray(picture.bgra)
    pixels[4 * (y * picture.width + x)] = 0
    return Picture(picture.width, picture.height, bytes(pixels))


@dataclass
class Wall:
    """A desktop of windows; each is read as a tree of its own."""

    inside: dict[str, tuple[Node, ...]] = field(default_factory=dict)
    windows: list[Node] = field(default_factory=list)
    pictures: list[Picture] = field(default_factory=lambda: [WHITE])
    sent: list[Picture] = field(default_factory=list)
    looked: list[str] = field(default_factory=list)
    make_tree: Trees | None = None
    hidden: dict[Ref, tuple[Rect, ...]] = field(default_factory=dict)
    areas: list[Rect] = field(default_factory=list)
    shown: tuple[Surface, ...] = ()

    def look_at_everything(self, budget: Budget, window: Node | None = None) -> Tree:
        self.looked.append("everything" if window is None else str(window.ref))
        shown = [one for one in self.windows if window is None or one.ref == window.ref]
        nodes = [node for one in shown for node in (one, *self.inside.get(str(one.ref), ()))]
        assert self.make_tree is not None
        return self.make_tree(*nodes)

    def all_windows(self) -> tuple[Node, ...]:
        return tuple(self.windows)

    def in_front(self, windows: Sequence[Node], area: Rect) -> Mapping[Ref, tuple[Rect, ...]]:
        self.areas.append(area)
        asked = {one.ref for one in windows}
        return {ref: rects for ref, rects in self.hidden.items() if ref in asked}

    def surfaces(self) -> tuple[Surface, ...]:
        return self.shown

    def capture(self) -> Picture:
        return self.pictures.pop(0) if len(self.pictures) > 1 else self.pictures[0]

    def add(self, name: str, picture: Picture) -> str | None:
        self.sent.append(picture)
        return name


@pytest.fixture
def wall(make_node: Make, make_tree: Trees) -> Wall:
    """An active window on the left, another on the right that shows a password field."""
    left = make_node(
        "a",
        Role.WINDOW,
        "A",
        window="a",
        states=ACTIVE,
        rect=Rect(x=0, y=50, width=100, height=100),
    )
    right = make_node(
        "b", Role.WINDOW, "B", window="b", rect=Rect(x=250, y=50, width=100, height=100)
    )
    secret = make_node("s", Role.PASSWORD_FIELD, "", window="b", secure=True, rect=rect(260, 60))
    return Wall({"b": (secret,)}, [left, right], make_tree=make_tree)


def secret(make_node: Make, window: str, x: int, y: int) -> Node:
    return make_node(
        f"s-{x}-{y}", Role.PASSWORD_FIELD, "", window=window, secure=True, rect=rect(x, y)
    )


def show(wall: Wall, pictures: PrivatePictures, picture: Picture) -> list[str]:
    """Let a picture go; what was read for it."""
    wall.looked.clear()
    wall.pictures = [picture]
    assert pictures.add("x", picture) == "x"
    return list(wall.looked)


def test_what_has_not_changed_is_not_read_again(wall: Wall, policy: Policy) -> None:
    pictures = PrivatePictures(wall, wall, policy)
    assert show(wall, pictures, WHITE) == ["everything"]
    assert show(wall, pictures, WHITE) == []
    assert dark(wall.sent[1], 262, 62)


def test_a_title_is_covered_as_long_as_the_window_server_shows_it(
    wall: Wall, policy: Policy
) -> None:
    pictures = PrivatePictures(wall, wall, policy)
    bar = Rect(x=0, y=30, width=100, height=20)
    place = Rect(x=0, y=30, width=100, height=120)
    wall.shown = (Surface(("mail",), "a@b.kr", place, bar),)
    show(wall, pictures, WHITE)
    show(wall, pictures, WHITE)
    wall.shown = (Surface(("mail",), "Inbox", place, bar),)
    show(wall, pictures, WHITE)
    assert [dark(one, 50, 40) for one in wall.sent] == [True, True, False]


@pytest.mark.parametrize(
    ("x", "y", "read"),
    [
        (50, 100, ["a"]),
        (120, 100, ["a"]),
        (50, 20, ["a"]),
        (300, 100, ["a", "b"]),
        (300, 20, ["a", "b"]),
        (170, 100, ["everything"]),
        (50, 199, ["everything"]),
    ],
)
def test_a_change_has_the_windows_read_that_it_touches(
    wall: Wall, policy: Policy, make_node: Make, x: int, y: int, read: list[str]
) -> None:
    assert FRAME == 40
    pictures = PrivatePictures(wall, wall, policy)
    show(wall, pictures, WHITE)
    wall.inside["a"] = (secret(make_node, "a", 10, 60),)
    assert sorted(show(wall, pictures, dotted(WHITE, x, y))) == read
    assert dark(wall.sent[1], 12, 62)
    assert dark(wall.sent[1], 262, 62)


def test_a_change_in_front_of_a_window_is_no_change_of_it(
    wall: Wall, policy: Policy, make_node: Make
) -> None:
    front = make_node(
        "f", Role.WINDOW, "F", window="f", rect=Rect(x=240, y=40, width=60, height=70)
    )
    wall.windows.append(front)
    pictures = PrivatePictures(wall, wall, policy)
    show(wall, pictures, WHITE)
    assert front.rect is not None
    wall.hidden = {"b": (front.rect,)}
    over = dotted(WHITE, 270, 80)
    assert sorted(show(wall, pictures, over)) == ["a", "f"]
    assert wall.areas == [Rect(x=270, y=80, width=1, height=1)]
    assert dark(wall.sent[1], 262, 62)
    # Beside what hides it, it may have changed as well.
    assert sorted(show(wall, pictures, dotted(over, 345, 80))) == ["a", "b"]
    # One that is not known to be hidden is read.
    wall.hidden = {}
    assert sorted(show(wall, pictures, over)) == ["a", "b"]
    assert sorted(show(wall, pictures, WHITE)) == ["a", "b", "f"]


def test_a_field_that_goes_is_covered_no_longer(wall: Wall, policy: Policy) -> None:
    pictures = PrivatePictures(wall, wall, policy)
    show(wall, pictures, WHITE)
    wall.inside.clear()
    show(wall, pictures, dotted(WHITE, 300, 100))
    assert not dark(wall.sent[1], 262, 62)


def test_a_window_that_is_new_moved_or_gone(wall: Wall, policy: Policy, make_node: Make) -> None:
    pictures = PrivatePictures(wall, wall, policy)
    show(wall, pictures, WHITE)
    dialog = make_node(
        "d", Role.DIALOG, "D", window="d", rect=Rect(x=150, y=60, width=60, height=60)
    )
    wall.windows.append(dialog)
    wall.inside["d"] = (secret(make_node, "d", 160, 70),)
    # The same pixels, and yet it is not known what they show.
    assert show(wall, pictures, WHITE) == ["d"]
    assert dark(wall.sent[1], 162, 72)
    moved = make_node(
        "d", Role.DIALOG, "D", window="d", rect=Rect(x=150, y=90, width=60, height=60)
    )
    wall.windows[2] = moved
    wall.inside["d"] = (secret(make_node, "d", 160, 100),)
    assert sorted(show(wall, pictures, dotted(WHITE, 160, 100))) == ["a", "d"]
    assert dark(wall.sent[2], 162, 102)
    assert not dark(wall.sent[2], 162, 72)
    wall.windows.pop()
    show(wall, pictures, dotted(WHITE, 120, 100))
    assert not dark(wall.sent[3], 162, 102)
    assert dark(wall.sent[3], 262, 62)


def test_the_memory_outlives_a_command_and_its_sink(wall: Wall, policy: Policy) -> None:
    memory = Memory()
    show(wall, PrivatePictures(wall, wall, policy, memory), WHITE)
    assert show(wall, PrivatePictures(wall, wall, policy, memory), WHITE) == []
    assert dark(wall.sent[1], 262, 62)


def test_another_size_or_a_window_without_a_place_has_everything_read(
    wall: Wall, policy: Policy, make_node: Make
) -> None:
    pictures = PrivatePictures(wall, wall, policy)
    show(wall, pictures, WHITE)
    small = Picture(380, HEIGHT, b"\xff" * (4 * 380 * HEIGHT))
    assert show(wall, pictures, small) == ["everything"]
    wall.windows.append(make_node("n", Role.WINDOW, "N", window="n", rect=None))
    assert show(wall, pictures, small) == ["everything"]


def test_a_screen_that_moves_keeps_what_was_covered_before(wall: Wall, policy: Policy) -> None:
    other = dotted(WHITE, 5, 5)
    wall.pictures = [other]
    pictures = PrivatePictures(wall, wall, policy)
    assert pictures.add("before", WHITE) == "before"
    wall.inside.clear()
    # The field is gone by now, but the picture is older than the look.
    pictures.add("after", WHITE)
    assert dark(wall.sent[1], 262, 62)
    assert wall.looked == ["everything"] * 4


def test_a_screen_that_is_too_large_to_be_read_is_not_sent(
    wall: Wall, policy: Policy, make_node: Make
) -> None:
    wall.inside["a"] = tuple(make_node(f"n{number}", Role.LABEL) for number in range(10_000))
    assert PrivatePictures(wall, wall, policy).add("before", WHITE) is None
    assert wall.sent == []
