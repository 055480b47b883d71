"""Where a window of another program lies on top of what a step means, the pointer does nothing."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from desktop_programs import PATIENT, Programs, Running, programs
from Xlib import X
from Xlib.display import Display
from Xlib.ext import shape

from qagent.act import Executor
from qagent.consent import Consents, Guard, NativeDialog, Origin, Source, Task
from qagent.desktop.backend import DesktopBackend
from qagent.observe import look
from qagent.policy import load_policy
from qagent.stop import StopSignal
from qscreen.wire import (
    Action,
    Click,
    Drag,
    Effect,
    Rect,
    Role,
    Scroll,
    ScrollDirection,
    Select,
    Step,
    Target,
)

TITLE = "Wage list"
SEND = Target(name="Send", role=Role.BUTTON)
FRUITS = Target(name="Fruits", role=Role.LIST)
LEVEL = Target(name="Level", role=Role.SLIDER)
WAYS: dict[str, tuple[Action, str, int]] = {
    "click": (Click(target=SEND, count=2), "Send", 0),
    "wheel": (Scroll(target=FRUITS, direction=ScrollDirection.DOWN), "Fruits", 0),
    "drag-from": (Drag(target=LEVEL, right=60), "Level", 0),
    "drag-to": (Drag(target=LEVEL, right=60), "Level", 60),
    "drag-onto": (Drag(target=LEVEL, onto=SEND), "Send", 0),
}
"""Each way to use the pointer, with the element and the pixels to its right that are covered."""


class Over:
    """A window of this very process, which is another program than any that is worked with."""

    def __init__(self, rect: Rect, *, through: bool) -> None:
        self._display = Display()
        screen = self._display.screen()
        self._window = screen.root.create_window(
            *(rect.x, rect.y, rect.width, rect.height, 0, screen.root_depth),
            override_redirect=True,
            background_pixel=screen.white_pixel,
            event_mask=X.ButtonPressMask | X.PointerMotionMask | X.EnterWindowMask,
        )
        name, kind = (self._display.intern_atom(one) for one in ("_NET_WM_NAME", "UTF8_STRING"))
        self._window.change_property(name, kind, 8, TITLE.encode())
        if through:
            self._window.shape_rectangles(shape.SO.Set, shape.SK.Input, X.Unsorted, 0, 0, [])
        self._window.map()
        self._display.sync()

    def got(self) -> int:
        """How many events of the pointer it has got."""
        self._display.sync()
        return self._display.pending_events()

    def close(self) -> None:
        """Take it away."""
        self._display.close()


@contextmanager
def over(rect: Rect, *, through: bool = False) -> Iterator[Over]:
    """Something of another program on top of everything, as long as the context is entered."""
    window = Over(rect, through=through)
    try:
        yield window
    finally:
        window.close()


class Form:
    """A form of Qt that is worked on as the agent does."""

    def __init__(self, backend: DesktopBackend, started: Programs, home: Path) -> None:
        self.running: Running = started.qt_form()
        self._backend = backend
        self._path = home / "policy.yaml"

    def place(self, name: str, right: int) -> Rect:
        """A few pixels about the middle of an element, or beside it."""
        nodes = look(self._backend, budget=PATIENT, window=self.running.window).nodes
        found = next(one for one in nodes if one.name == name and one.role is not Role.LABEL)
        assert found.rect is not None
        x, y = found.rect.x + found.rect.width // 2, found.rect.y + found.rect.height // 2
        return Rect(x=x + right - 8, y=y - 8, width=16, height=16)

    def do(self, action: Action, *allowed: str) -> Effect:
        """Do a step under a policy that allows these programs beside the form's."""
        apps = ", ".join(f"'{one}'" for one in ("qtform", *allowed))
        self._path.write_text(
            f"version: 1\nallow: {{risks: [look, navigate, edit], apps: [{apps}]}}\n"
            "consent: {without_asking: [send]}\n",
            encoding="utf-8",
        )
        policy, stop = load_policy(self._path), StopSignal()
        guard = Guard(self._backend, Consents(NativeDialog()))
        step = Step(id="s1", action=action, because="x")
        with guard.task(Task(step, "run-1", Origin(Source.LOCAL, "x"), policy, stop)):
            return Executor(guard, policy, stop).perform(step)


@pytest.fixture
def form(backend: DesktopBackend, home: Path) -> Iterator[Form]:
    with programs(backend) as started:
        yield Form(backend, started, home)


def test_nothing_goes_to_a_program_that_lies_on_top(form: Form) -> None:
    for way, (action, name, right) in WAYS.items():
        with over(form.place(name, right)) as window:
            refused = form.do(action)
            assert (refused.outcome, refused.error) == ("refused", "denied_by_policy"), way
            assert TITLE in refused.evidence, way
            assert "allow.apps" in refused.evidence, way
            # One that may be used is another program all the same.
            other = form.do(action, "py*")
            assert (other.outcome, other.error) == ("refused", "target_not_found"), way
            assert TITLE in other.evidence, way
            assert window.got() == 0, way
    done = form.do(Click(target=SEND, count=2))
    assert done.error is None, done.evidence
    told = form.running.told()
    assert isinstance(told, dict)
    # Nothing of the form was touched before this.
    assert (told["level"], told["country"]) == (0, "Korea")


def test_what_lets_the_pointer_through_and_a_list_of_its_own_are_no_obstacle(form: Form) -> None:
    with over(form.place("Send", 0), through=True) as window:
        done = form.do(Click(target=SEND, count=2))
        assert done.error is None, done.evidence
        assert form.running.told()
        assert window.got() == 0
    # The list of a combo box is a window of its own, over the rest of the form.
    chosen = form.do(Select(option="France", target=Target(name="Country", role=Role.COMBO_BOX)))
    assert chosen.outcome == "confirmed", chosen.evidence


def test_a_drag_by_pixels_may_end_on_the_bare_screen(form: Form, backend: DesktopBackend) -> None:
    rect = backend.refresh(form.running.window).rect
    assert rect is not None
    start = form.place("Level", 0)
    away = rect.x + rect.width + 60 - (start.x + 8)
    dragged = form.do(Drag(target=LEVEL, right=away))
    assert dragged.error is None, dragged.evidence
