"""Steps whose target only the picture shows: read again at its place, or refused with a reason."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from qagent.act import Executor, placing
from qagent.desktop.base import (
    Budget,
    MissingProgramError,
    Node,
    Picture,
    Ref,
    Tree,
)
from qagent.desktop.ocr import RecognizedText
from qagent.policy import load_policy
from qagent.stop import StopSignal
from qscreen.wire import (
    Action,
    Click,
    Effect,
    Read,
    Rect,
    Role,
    Screen,
    Scroll,
    ScrollDirection,
    State,
    Step,
    Target,
    TypeText,
)

WIDTH, HEIGHT = 400, 300
REGION = Rect(x=100, y=100, width=80, height=20)
APPROVE = Click(target=Target(name="Approve"))


@dataclass
class Canvas:
    """A window that shows words in pixels only; a click inks the picture."""

    window: Rect = field(default_factory=lambda: Rect(x=50, y=50, width=300, height=200))
    app: str = "viewer"
    active: bool = True
    inside: tuple[Node, ...] = ()
    hiding: tuple[Rect, ...] = ()
    clicks: list[tuple[int, int, str, int]] = field(default_factory=list)
    scrolls: list[tuple[int, int]] = field(default_factory=list)
    name: str = "canvas"

    def windows(self) -> tuple[Node, ...]:
        states = {State.SHOWING, State.ENABLED} | ({State.ACTIVE} if self.active else set())
        frozen = frozenset(states)
        return (
            Node(
                "w", None, "w", self.app, Role.WINDOW, "frame", "Viewer", frozen, rect=self.window
            ),
        )

    def look(self, budget: Budget, *, window: Node | None = None) -> Tree:
        nodes = (*self.windows(), *self.inside)
        return Tree(Screen(width=WIDTH, height=HEIGHT), nodes, (self.app,), False)

    def in_front(self, windows: Sequence[Node], area: Rect) -> Mapping[Ref, tuple[Rect, ...]]:
        return {one.ref: self.hiding for one in windows}

    def refresh(self, node: Node) -> Node:
        return node

    def capture(self) -> Picture:
        ink = len(self.clicks) + len(self.scrolls)
        return Picture(WIDTH, HEIGHT, bytes([ink]) * (4 * WIDTH * HEIGHT))

    def click(self, x: int, y: int, *, meant: Node, button: str, count: int) -> None:
        assert meant == self.windows()[0]
        self.clicks.append((x, y, button, count))

    def scroll(
        self, x: int, y: int, direction: ScrollDirection, amount: int, *, meant: Node
    ) -> None:
        self.scrolls.append((x, y))


def at(text: str, x: int, y: int, width: int = 80) -> RecognizedText:
    """A line of the part that is read: its pixels begin where the part does."""
    left, top = REGION.x - placing.MARGIN, REGION.y - placing.MARGIN
    return RecognizedText(text, Rect(x=x - left, y=y - top, width=width, height=20), 0.9)


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What the device reads at the place; an exception is raised."""
    lines: list[Any] = [at("Approve", 100, 100)]

    def recognize(picture: Picture, stop: StopSignal) -> tuple[RecognizedText, ...]:
        assert (picture.width, picture.height) == (
            REGION.width + 2 * placing.MARGIN,
            REGION.height + 2 * placing.MARGIN,
        )
        if lines and isinstance(lines[0], Exception):
            raise lines[0]
        return tuple(lines)

    monkeypatch.setattr(placing, "recognize", recognize)
    return lines


@pytest.fixture
def perform(tmp_path: Path, shown: list[Any]) -> Any:
    def perform(
        desktop: Canvas,
        action: Action = APPROVE,
        region: Rect | None = REGION,
        more: str = "",
        apps: str = "[viewer]",
    ) -> Effect:
        path = tmp_path / "policy.yaml"
        path.write_text(
            f"version: 1\ndocuments: {tmp_path}\nscreenshots: true\n"
            f"allow: {{risks: [look, navigate, edit], apps: {apps}}}\n{more}",
            encoding="utf-8",
        )
        executor = Executor(desktop, load_policy(path), StopSignal())  # type: ignore[arg-type]
        return executor.perform(Step(id="s1", action=action, because="test", region=region))

    return perform


def test_words_that_are_read_again_at_their_place_are_pressed_there(perform: Any) -> None:
    desktop = Canvas()
    effect = perform(desktop)
    assert desktop.clicks == [(140, 110, "primary", 1)]
    assert (effect.outcome, effect.route) == ("unverifiable", "pointer"), "only pixels changed"
    assert effect.target_rect == Rect(x=100, y=100, width=80, height=20)


def test_the_words_in_a_longer_line_are_pressed_and_not_its_middle(
    perform: Any, shown: list[Any]
) -> None:
    shown[:] = [at("Approve or reject it", 100, 100, width=200)]
    desktop = Canvas()
    perform(desktop)
    assert desktop.clicks == [(135, 110, "primary", 1)]


def test_a_place_that_moved_a_little_is_followed(perform: Any, shown: list[Any]) -> None:
    shown[:] = [at("Appr0ve", 104, 106)]
    desktop = Canvas()
    perform(desktop)
    assert desktop.clicks == [(144, 116, "primary", 1)]


def test_an_element_of_the_tree_wins_over_the_place(perform: Any) -> None:
    button = Node(
        *("b", "w", "w", "viewer", Role.BUTTON, "push button", "Approve"),
        frozenset({State.SHOWING, State.ENABLED}),
        rect=Rect(x=200, y=200, width=20, height=20),
    )

    class Pressed(Canvas):
        def press(self, node: Node) -> None:
            self.clicks.append((0, 0, node.name, 1))

        def has_keys(self, node: Node) -> bool:
            return False

    desktop = Pressed(inside=(button,))
    effect = perform(desktop)
    assert desktop.clicks == [(0, 0, "Approve", 1)]
    assert effect.route == "accessibility"


def test_what_is_not_read_there_any_more_is_not_pressed(perform: Any, shown: list[Any]) -> None:
    shown[:] = [at("Delete all", 100, 100)]
    desktop = Canvas()
    effect = perform(desktop)
    assert (effect.outcome, effect.error, desktop.clicks) == ("refused", "target_not_found", [])
    assert "not shown any more" in effect.evidence


def test_two_such_words_are_no_guess(perform: Any, shown: list[Any]) -> None:
    shown[:] = [at("Approve", 100, 96), at("Approve", 100, 112)]
    desktop = Canvas()
    effect = perform(desktop)
    assert (effect.outcome, effect.error, desktop.clicks) == ("refused", "ambiguous_target", [])
    assert effect.candidates == ("Approve", "Approve")


@pytest.mark.parametrize(
    ("desktop", "said"),
    [
        (Canvas(active=False), "no active window"),
        (Canvas(window=Rect(x=300, y=200, width=50, height=50)), "no active window"),
        (Canvas(hiding=(Rect(x=90, y=90, width=200, height=60),)), "Another window lies over"),
    ],
    ids=["no active window", "beside the active window", "covered"],
)
def test_a_program_that_cannot_be_judged_is_not_used(
    perform: Any, desktop: Canvas, said: str
) -> None:
    effect = perform(desktop)
    assert (effect.outcome, effect.error, desktop.clicks) == ("refused", "target_not_found", [])
    assert said in effect.evidence


def test_what_hides_another_part_of_the_window_does_not_matter(perform: Any) -> None:
    desktop = Canvas(hiding=(Rect(x=300, y=200, width=40, height=40),))
    perform(desktop)
    assert len(desktop.clicks) == 1


def test_the_policy_judges_the_program_at_the_place(perform: Any) -> None:
    desktop = Canvas()
    effect = perform(desktop, apps="[mousepad]")
    assert (effect.error, desktop.clicks) == ("denied_by_policy", [])


def test_pixels_that_may_not_be_read_are_not(perform: Any) -> None:
    desktop = Canvas()
    effect = perform(desktop, more="deny: {data: [pictures]}\n")
    assert (effect.error, desktop.clicks) == ("denied_by_policy", [])


def test_a_password_field_is_not_read_off_the_pixels(perform: Any) -> None:
    secret = Node(
        *("p", "w", "w", "viewer", Role.PASSWORD_FIELD, "password text", "Secret"),
        frozenset({State.SHOWING}),
        secure=True,
        rect=Rect(x=90, y=95, width=100, height=30),
    )
    effect = perform(Canvas(inside=(secret,)), Read(target=Target(name="Approve")))
    assert (effect.outcome, effect.error) == ("refused", "secure_field")


def test_a_device_that_cannot_read_says_what_it_lacks(perform: Any, shown: list[Any]) -> None:
    shown[:] = [MissingProgramError("The program tesseract is missing.", "Install it.")]
    desktop = Canvas()
    effect = perform(desktop)
    assert (effect.outcome, effect.error, desktop.clicks) == ("refused", "target_not_found", [])
    assert "tesseract is missing. Install it." in effect.evidence


def test_reading_tells_the_line_redacted(perform: Any, shown: list[Any]) -> None:
    shown[:] = [at("Approve: call 010-1234-5678", 100, 100, width=200)]
    effect = perform(Canvas(), Read(target=Target(name="Approve")))
    assert (effect.outcome, effect.evidence) == ("confirmed", "Approve: call [redacted:phone]")


def test_the_wheel_is_turned_at_the_place(perform: Any) -> None:
    desktop = Canvas()
    action = Scroll(direction=ScrollDirection.DOWN, target=Target(name="Approve"))
    effect = perform(desktop, action)
    assert (effect.outcome, desktop.scrolls) == ("confirmed", [(140, 110)])


@pytest.mark.parametrize(
    ("action", "region"),
    [(APPROVE, None), (TypeText(text="x", target=Target(name="Approve")), REGION)],
    ids=["no place", "typing: what stands beside a field is not the field"],
)
def test_without_a_place_that_counts_there_is_no_such_element(
    perform: Any, action: Action, region: Rect | None
) -> None:
    desktop = Canvas()
    effect = perform(desktop, action, region)
    assert (effect.outcome, effect.error, desktop.clicks) == ("refused", "target_not_found", [])
    assert "no 'Approve' on the screen" in effect.evidence


def test_a_step_that_was_interrupted_at_a_place_is_not_judged(tmp_path: Path) -> None:
    executor = Executor(Canvas(), load_policy(tmp_path / "none"), StopSignal())  # type: ignore[arg-type]
    step = Step(id="s1", action=APPROVE, because="test", region=REGION)
    assert executor.recover(step, {}).error == "interrupted"
    assert replace(Canvas()).clicks == []
