"""Windows that the policy hides, of programs that tell nobody what is in them."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from desktop_programs import PATIENCE_SECONDS
from PIL import Image

from qagent.act.context import RefusedError
from qagent.consent import Consents, Guard, NativeDialog, Origin, Source, Task
from qagent.covering import PrivatePictures
from qagent.desktop.backend import DesktopBackend
from qagent.desktop.base import Node, Picture, Surface
from qagent.policy import Policy, load_policy
from qagent.stop import StopSignal
from qscreen.wire import Click, EffectError, Rect, Role, Step, Target

BLACK = (0, 0, 0)
WINDOW = Node("w", None, "w", "zenity", Role.WINDOW, "frame", "", frozenset())


@contextmanager
def silent_window(title: str, backend: DesktopBackend) -> Iterator[Surface]:
    """A real program's window without accessibility; ends well when its button is pressed."""
    mute = os.environ | {"NO_AT_BRIDGE": "1", "GTK_MODULES": ""}
    words = ("zenity", "--info", "--width=400", f"--title={title}", "--text=confidential")
    with subprocess.Popen(words, env=mute, stderr=subprocess.DEVNULL) as program:

        def shown() -> Surface | None:
            return next((one for one in backend.surfaces() if one.title == title), None)

        def painted() -> Surface | None:
            found = shown()
            seen = None if found is None else colours(backend.capture(), found.rect)
            return found if seen is not None and len(seen) > 20 else None

        try:
            found = StopSignal().wait_until(painted, PATIENCE_SECONDS, 0.1)
            assert found is not None
            yield found
            assert program.poll() is None
        finally:
            program.kill()


def colours(picture: Picture, rect: Rect) -> set[object]:
    image = Image.frombytes("RGB", (picture.width, picture.height), picture.bgra, "raw", "BGRX")
    part = image.crop((rect.x, rect.y, rect.x + rect.width, rect.y + rect.height))
    return {colour for _, colour in part.getcolors(part.width * part.height) or ()}


@pytest.fixture
def send(backend: DesktopBackend) -> Callable[[Policy], Picture]:
    """What would leave the device of the screen as it is."""

    class Sink:
        def __init__(self) -> None:
            self.sent: list[Picture] = []

        def add(self, name: str, picture: Picture) -> str:
            self.sent.append(picture)
            return name

    def take(policy: Policy) -> Picture:
        sink, guard = Sink(), Guard(backend, Consents(NativeDialog()))
        assert PrivatePictures(sink, guard, policy).add("screen", backend.capture()) == "screen"
        return sink.sent[0]

    return take


@pytest.mark.parametrize("deny", ["{windows: ['*급여*']}", "{apps: [zen*]}"])
def test_a_hidden_window_without_elements_is_black_and_not_clicked(
    deny: str, home: Path, backend: DesktopBackend, send: Callable[[Policy], Picture]
) -> None:
    with silent_window("11월 급여", backend) as shown:
        with (home / "policy.yaml").open("a", encoding="utf-8") as file:
            file.write(f"deny: {deny}\n")
        policy = load_policy(home / "policy.yaml")
        assert colours(send(policy), shown.rect) == {BLACK}
        guard = Guard(backend, Consents(NativeDialog()))
        step = Step(id="s1", action=Click(target=Target(name="OK")), because="x")
        place = shown.rect
        middle = (place.x + place.width // 2, place.y + place.height // 2)
        with (
            guard.task(Task(step, "run-1", Origin(Source.LOCAL, "x"), policy, StopSignal())),
            pytest.raises(RefusedError) as refused,
        ):
            guard.click(*middle, meant=WINDOW, button="primary", count=1)
        assert refused.value.error is EffectError.DENIED_BY_POLICY


def test_personal_data_in_a_title_is_covered_on_the_frame(
    policy: Policy, backend: DesktopBackend, send: Callable[[Policy], Picture]
) -> None:
    with silent_window("Inbox of kim@example.com", backend) as shown:
        assert shown.bar is not None
        sent = send(policy)
        assert colours(sent, shown.bar) == {BLACK}
        assert len(colours(sent, shown.rect)) > 20


def test_a_look_from_the_command_line_tells_what_the_policy_lets_leave(
    home: Path, backend: DesktopBackend, tmp_path: Path
) -> None:
    def observe(*more: str) -> subprocess.CompletedProcess[str]:
        words = (sys.executable, "-m", "qagent", "observe", *more)
        return subprocess.run(
            words, capture_output=True, text=True, timeout=2 * PATIENCE_SECONDS, check=False
        )

    def both_show() -> bool:
        return {"Pay", "Staff"} <= {one.name for one in backend.windows()}

    words = ("zenity", "--info", "--text=salary of EMP-123456")
    with (
        subprocess.Popen((*words, "--title=Pay"), stderr=subprocess.DEVNULL) as pay,
        subprocess.Popen((*words, "--title=Staff"), stderr=subprocess.DEVNULL) as staff,
    ):
        try:
            assert StopSignal().wait_until(both_show, PATIENCE_SECONDS, 0.1)
            assert observe().stdout.count("EMP-123456") == 2
            with (home / "policy.yaml").open("a", encoding="utf-8") as file:
                file.write("deny: {windows: [Pay]}\nredact: {employee: 'EMP-[0-9]{6}'}\n")
            picture = tmp_path / "seen.png"
            told = observe("--picture", str(picture))
            assert "Staff" in told.stdout
            assert "[redacted:employee]" in told.stdout
            assert "Pay" not in told.stdout
            assert "EMP-123456" not in told.stdout
            assert picture.read_bytes().startswith(b"\x89PNG")
            refused = observe("--picture", str(tmp_path / "nowhere" / "seen.png"))
            assert refused.returncode == 1
            assert "Traceback" not in refused.stderr
            assert "nowhere" in refused.stderr
        finally:
            pay.kill()
            staff.kill()
