"""Password fields of real programs: not a byte of them leaves, on no way.

The secret is typed by somebody at the keyboard. That it is really in the field is told by the
program itself; what the agent makes of the screen must not hold it, nor show its dots.
"""

import hashlib
import io
import logging
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from desktop_programs import PATIENCE_SECONDS, PATIENT, START_SECONDS, end_tree, is_painted
from PIL import Image

from qagent.cloud.pictures import PictureUploader
from qagent.consent import Source
from qagent.desktop import open_backend
from qagent.desktop.backend import DesktopBackend
from qagent.desktop.base import Node
from qagent.home import AgentHome
from qagent.journal import Journal
from qagent.oversight import oversee
from qagent.policy import load_policy
from qagent.stop import StopSignal
from qagent.work import Worker
from qscreen.wire import (
    Command,
    CommandKind,
    CommandResult,
    EffectError,
    Outcome,
    Read,
    Rect,
    Role,
    State,
    Step,
    Target,
    UploadTicket,
)

SECRET = "hunter2-Geheim9"
CARD = "4111 1111 1111 1111"
ROOT = Path(__file__).parents[2]

_QT = """
import sys
from PyQt6.QtWidgets import QApplication, QLineEdit
app = QApplication(["passwords"])
field = QLineEdit()
field.setWindowTitle("Passwords")
field.setEchoMode(QLineEdit.EchoMode.Password)
field.resize(400, 60)
def tell():
    print(field.text(), flush=True)
    app.quit()
field.returnPressed.connect(tell)
field.show()
app.exec()
"""
_GTK4 = """
import gi
gi.require_version("Gtk", "4.0")
from gi.repository import Gtk
def show(app):
    window = Gtk.ApplicationWindow(application=app, title="Passwords", default_width=400)
    field = Gtk.PasswordEntry()
    def tell(_):
        print(field.get_text(), flush=True)
        app.quit()
    field.connect("activate", tell)
    box = Gtk.Box(orientation=Gtk.Orientation.VERTICAL)
    box.append(field)
    window.set_child(box)
    window.present()
    field.grab_focus()
app = Gtk.Application(application_id="test.Passwords")
app.connect("activate", show)
app.run()
"""
_PAGE = """<!doctype html><title>Passwords</title><form>
<input type=password aria-label=Secret autofocus style="width:300px;height:40px">
<p>Card 4111 1111 1111 1111</p></form>
<script>document.forms[0].onsubmit = async event => { event.preventDefault();
const bytes = new TextEncoder().encode(document.querySelector('input').value);
const sum = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
document.title = 'sum ' + [...sum].map(b => b.toString(16).padStart(2, '0')).join(''); };
</script>"""


@dataclass(frozen=True)
class Toolkit:
    """A program with a password field.

    Attributes:
        name: The toolkit.
        package: Debian package that brings it.
        argv: Command line; `{page}` and `{profile}` are filled in.
        prints: Whether the program prints what was entered, as its oracle.
    """

    name: str
    package: str
    argv: tuple[str, ...]
    prints: bool = True


TOOLKITS = (
    Toolkit("gtk3-zenity", "zenity", ("zenity", "--password", "--title=Passwords")),
    Toolkit(
        "gtk3-form",
        "zenity",
        ("zenity", "--forms", f"--text=Card {CARD}", "--add-password=Secret", "--title=Passwords"),
    ),
    Toolkit("gtk3-yad", "yad", ("yad", "--form", "--field=Secret:H", "--title=Passwords")),
    Toolkit("qt6", "python3-pyqt6", ("/usr/bin/python3", "-c", _QT)),
    Toolkit("gtk4", "gir1.2-gtk-4.0", ("/usr/bin/python3", "-c", _GTK4)),
    Toolkit(
        "chromium",
        "chromium",
        (
            "chromium",
            "--no-sandbox",
            "--force-renderer-accessibility",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--password-store=basic",
            "--no-first-run",
            "--test-type",
            "--user-data-dir={profile}",
            "{page}",
        ),
        prints=False,
    ),
)


def installed_by_ci() -> list[Toolkit]:
    """The toolkits whose packages the project's own CI installs."""
    words = (ROOT / ".ci" / "run").read_text(encoding="utf-8").split()
    assert "zenity" in words
    return [one for one in TOOLKITS if one.package in words]


@dataclass
class Wire:
    """What went over the network, as the platform would get it."""

    bodies: list[bytes] = field(default_factory=list)

    def pictures(self) -> list[Image.Image]:
        return [_png(body) for body in self.bodies]

    def client(self) -> httpx.Client:
        def take(request: httpx.Request) -> httpx.Response:
            self.bodies.append(request.read())
            return httpx.Response(204)

        return httpx.Client(transport=httpx.MockTransport(take))


def _png(body: bytes) -> Image.Image:
    start = body.index(b"\x89PNG")
    return Image.open(io.BytesIO(body[start:])).convert("RGB")


@pytest.fixture(params=installed_by_ci(), ids=lambda one: one.name)
def toolkit(request: pytest.FixtureRequest) -> Toolkit:
    found: Toolkit = request.param
    if shutil.which(found.argv[0]) is None:
        pytest.fail(f"{found.argv[0]} is missing: apt-get install {found.package}")
    return found


@pytest.fixture
def program(
    toolkit: Toolkit, desktop: dict[str, str], tmp_path: Path
) -> Iterator["subprocess.Popen[str]"]:
    """The program with the password field."""
    page = tmp_path / "page.html"
    page.write_text(_PAGE, encoding="utf-8")
    argv = [
        part.replace("{page}", page.as_uri()).replace("{profile}", str(tmp_path / "profile"))
        if toolkit.name == "chromium"
        else part
        for part in toolkit.argv
    ]
    process = subprocess.Popen(argv, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    yield process
    end_tree(process)


def secret_field(backend: DesktopBackend) -> Node | None:
    windows = [one for one in backend.windows() if one.has(State.ACTIVE)]
    if not windows:
        return None
    inside = backend.look(PATIENT, window=windows[0]).nodes
    found = [one for one in inside if one.secure and one.rect is not None]
    return found[0] if found else None


def focus(backend: DesktopBackend, node: Node) -> None:
    # GTK 4.8 gives the focus to nothing that asks over the bus; the programs here have it already.
    if not backend.has_keys(node):
        backend.focus(node)


@pytest.fixture
def entered(program: "subprocess.Popen[str]", backend: DesktopBackend) -> Node:
    """The password field with the secret in it, typed by somebody at the keyboard."""
    node = StopSignal().wait_until(lambda: secret_field(backend), START_SECONDS, 0.1)
    assert node is not None, "the program showed no password field"
    focus(backend, node)
    assert StopSignal().wait_until(
        lambda: backend.has_keys(node) and is_painted(backend, node), PATIENCE_SECONDS, 0.05
    )
    backend.type_text(SECRET, lambda _: None)
    StopSignal().wait_until(lambda: False, 0.5)
    return backend.refresh(node)


@pytest.fixture
def work(home: Path) -> Iterator[Callable[..., tuple[CommandResult, Wire]]]:
    """Carries out a command of the cloud and gives what went over the network."""
    agent = AgentHome(home)
    agent.create()
    policy = agent.policy.read_text(encoding="utf-8")
    agent.policy.write_text(policy.replace("apps: [", "apps: ['*', "), encoding="utf-8")
    journal = Journal(agent.journal)
    worker = Worker(
        journal, open_backend, lambda: load_policy(agent.policy), oversee(agent, Source.CLOUD, "k")
    )
    numbers = iter(range(1, 100))

    def carry_out(*steps: Step) -> tuple[CommandResult, Wire]:
        now = datetime.now(UTC)
        ticket = UploadTicket(
            url="http://127.0.0.1:9/",
            fields={},
            key_prefix="runs/r/c/",
            max_bytes=50_000_000,
            expires_at=now + timedelta(minutes=5),
        )
        command = Command(
            id=f"cmd-{next(numbers)}",
            run_id="run-1",
            device_id="device-1",
            kind=CommandKind.PERFORM if steps else CommandKind.OBSERVE,
            issued_at=now,
            expires_at=now + timedelta(minutes=5),
            heartbeat_seconds=10,
            steps=steps,
            goal="암호를 읽어 줘",
            upload=ticket,
        )
        wire = Wire()
        pictures = PictureUploader(ticket, wire.client())
        return worker.carry_out(command, StopSignal(), pictures), wire

    yield carry_out
    worker.close()
    journal.close()


def is_solid(picture: Image.Image, rect: Rect) -> bool:
    box = (rect.x, rect.y, rect.x + rect.width, rect.y + rect.height)
    return picture.crop(box).getcolors() == [(rect.width * rect.height, (0, 0, 0))]


def dots(text: str) -> str:
    return "\N{BULLET}" * len(text)


def holds_nothing(content: str | bytes) -> bool:
    text = content.decode(errors="replace") if isinstance(content, bytes) else content
    words = (SECRET, dots(SECRET), "\N{BLACK CIRCLE}" * len(SECRET), "*" * len(SECRET))
    return not any(one in text for one in words)


def test_not_a_byte_of_a_password_field_leaves(
    entered: Node,
    work: Callable[..., tuple[CommandResult, Wire]],
    toolkit: Toolkit,
    program: "subprocess.Popen[str]",
    backend: DesktopBackend,
    home: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    assert entered.rect is not None
    seen, wire = work()
    assert seen.snapshot is not None
    secure = [one for one in seen.snapshot.elements if one.secure]
    assert [one.value for one in secure] == [None]
    target = Target(role=Role.PASSWORD_FIELD)
    read, wire_of_read = work(Step(id="s1", action=Read(target=target), because="암호를 읽어"))
    effect = read.effects[0]
    assert (effect.outcome, effect.error) == (Outcome.REFUSED, EffectError.SECURE_FIELD)
    pictures = [*wire.pictures(), *wire_of_read.pictures()]
    assert pictures, "no picture was sent"
    assert all(is_solid(picture, entered.rect) for picture in pictures)
    assert not is_solid(pictures[0], Rect(x=0, y=0, width=1440, height=900))
    for result in (seen, read):
        assert holds_nothing(result.model_dump_json())
        assert CARD not in result.model_dump_json()
    for file in home.rglob("*"):
        assert not file.is_file() or holds_nothing(file.read_bytes()), file
    assert holds_nothing(caplog.text)
    assert holds_nothing(b"".join(wire.bodies + wire_of_read.bodies))
    card = [one for one in backend.look(PATIENT).nodes if CARD in one.name and one.rect]
    for node in card:
        assert node.rect is not None
        assert is_solid(pictures[0], node.rect)
    assert told(program, toolkit, backend, entered), "the secret was not in the field at all"


def told(
    program: "subprocess.Popen[str]", toolkit: Toolkit, backend: DesktopBackend, node: Node
) -> bool:
    """What the program itself says was entered."""
    buttons = [one for one in backend.look(PATIENT).nodes if one.name == "OK" and one.can]
    if buttons:
        backend.press(buttons[0])
    else:
        focus(backend, node)
        StopSignal().wait_until(lambda: backend.has_keys(node), PATIENCE_SECONDS)
        backend.press_keys(("enter",))
    if toolkit.prints:
        return SECRET in (program.communicate(timeout=PATIENCE_SECONDS)[0] or "")
    wanted = f"sum {hashlib.sha256(SECRET.encode()).hexdigest()}"
    return bool(
        StopSignal().wait_until(
            lambda: any(wanted in w.name for w in backend.windows()), PATIENCE_SECONDS, 0.1
        )
    )
