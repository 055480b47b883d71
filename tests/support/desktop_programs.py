"""Real programs to work on, each with an oracle of its own: what it prints, or writes to disk."""

import json
import os
import shutil
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil
from PIL import Image

from qagent.desktop.backend import DesktopBackend
from qagent.desktop.base import Budget, Node
from qscreen.wire import Role

PACKAGES = {
    "chromium": "chromium",
    "/usr/bin/python3": "python3-pyqt6",
    "soffice": "libreoffice-calc libreoffice-gtk3",
    "zenity": "zenity",
    "mousepad": "mousepad",
    "gnome-calculator": "gnome-calculator",
}
START_SECONDS = 120.0
"""Time a program gets to show its window on a busy machine."""

PATIENCE_SECONDS = 60.0
"""Time anything else gets on a busy machine; what is waited for comes at once on a quiet one."""

PATIENT = Budget(seconds=PATIENCE_SECONDS)
"""A look that a busy machine does not cut."""

ROWS = (
    ("품목", "수량", "단가"),
    ("사과주스", "12", "2500"),
    ("사과", "3", "1200"),
    ("배, 큰 것", "7", "3400"),
    ("Kiwi", "40", "150"),
)
"""The order table: Calc would complete its second item to the first one."""

CSV = b"".join(
    ",".join(f'"{text}"' if "," in text else text for text in row).encode() + b"\n" for row in ROWS
)

FORM = """<!doctype html><meta charset=utf-8><title>Order form</title>
<h1>Order</h1><form id=f>
<label>Name <input name=name></label><br>
<label for=q>Quantity</label> <input id=q name=qty type=number value=1><br>
<label>Notes <textarea name=notes rows=3></textarea></label><br>
<label>Country <select name=country><option>Korea<option>Japan<option>France</select></label><br>
<label><input type=checkbox name=agree> I agree</label><br>
<label><input type=radio name=size value=s> Small</label>
<label><input type=radio name=size value=l> Large</label><br>
<label>Level <input type=range name=level min=0 max=10 value=5></label><br>
<button>Send</button> <a href="?again">More</a></form><p id=r>nothing yet</p>
<div role=listbox aria-label=Fruits><div role=option>Apple</div><div role=option>Pear</div></div>
<div id=d draggable=true style="width:80px;border:1px solid">Parcel</div>
<div id=t style="width:90px;height:40px;border:1px solid" aria-label=Depot role=group>Depot</div>
<div oncontextmenu="say('context')" ondblclick="say('double')">Plain box</div>
<div style="height:1500px"></div>
<button type=button onclick="this.textContent='Pressed'">Far below</button>
<script>
const say = text => { document.getElementById('r').textContent = text; };
f.onsubmit = e => { e.preventDefault(); say('Sent ' + JSON.stringify(
  Object.fromEntries(new FormData(f)))); };
document.querySelectorAll('[role=option]').forEach(o => o.onclick = () => {
  document.querySelectorAll('[role=option]').forEach(
    x => x.setAttribute('aria-selected', x === o)); });
d.ondragstart = e => e.dataTransfer.setData('text', 'Parcel');
t.ondragover = e => e.preventDefault();
t.ondrop = e => { e.preventDefault(); say('dropped ' + e.dataTransfer.getData('text')); };
</script>"""

QT_FORM = """
import json, sys
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import *
app = QApplication(["qtform"]); app.setApplicationName("qtform")
window = QMainWindow(); window.setWindowTitle("Qt order")
menu = window.menuBar().addMenu("&File"); clear = menu.addAction("&Clear")
more = menu.addMenu("More"); about = more.addAction("About")
body = QWidget(); form = QFormLayout(body); window.setCentralWidget(body)
name, notes = QLineEdit(), QTextEdit(); quantity = QSpinBox(); country = QComboBox()
country.addItems(["Korea", "Japan", "France"]); agree = QCheckBox("I agree")
level = QSlider(Qt.Orientation.Horizontal); fruits = QListWidget()
fruits.addItems(["Apple", "Pear", "Plum"]); orders = QTableWidget(2, 3)
orders.setHorizontalHeaderLabels(["Item", "Qty", "Price"])
for r, row in enumerate([("사과", "3", "1200"), ("배", "2", "2500")]):
    for c, text in enumerate(row):
        orders.setItem(r, c, QTableWidgetItem(text))
out = QLabel("nothing yet"); send = QPushButton("Send")
for label, widget in (("Name", name), ("Quantity", quantity), ("Notes", notes),
                      ("Country", country), ("Level", level), ("Fruits", fruits),
                      ("Orders", orders)):
    form.addRow(label, widget)
form.addRow(agree); form.addRow(send); form.addRow(out)
def tell():
    fruit = fruits.currentItem()
    print(json.dumps({"name": name.text(), "qty": quantity.value(), "notes": notes.toPlainText(),
        "country": country.currentText(), "agree": agree.isChecked(), "level": level.value(),
        "fruit": fruit.text() if fruit else None}, ensure_ascii=False), flush=True)
    out.setText("Sent")
send.clicked.connect(tell); clear.triggered.connect(name.clear)
about.triggered.connect(lambda: out.setText("About"))
window.resize(500, 700); window.move(300, 20); window.show(); app.exec()
"""

QT_FILES = """
import sys
from PyQt6.QtWidgets import *
app = QApplication(["qtfiles"]); app.setApplicationName("qtfiles")
window = QWidget(); window.setWindowTitle("Qt files"); form = QFormLayout(window)
attach, export, shown = QPushButton("Attach"), QPushButton("Export"), QLabel("nothing yet")
for one in (attach, export, shown):
    form.addRow(one)
held = [b""]
def opened():
    path, _ = QFileDialog.getOpenFileName(window, "Attach a file")
    if path:
        held[0] = open(path, "rb").read(); shown.setText("Attached")
def saved():
    path, _ = QFileDialog.getSaveFileName(window, "Export to")
    if path:
        open(path, "wb").write(held[0]); shown.setText("Exported")
attach.clicked.connect(opened); export.clicked.connect(saved)
window.resize(400, 200); window.show(); app.exec()
"""

CHROMIUM = (
    *("chromium", "--no-sandbox", "--force-renderer-accessibility", "--disable-gpu"),
    *("--disable-dev-shm-usage", "--password-store=basic", "--no-first-run", "--test-type"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)


def table_page() -> str:
    """A page with the order table."""
    head, *rows = ROWS
    cells = "".join(f"<th>{text}" for text in head)
    lines = "".join("<tr>" + "".join(f"<td>{text}" for text in row) for row in rows)
    return (
        "<!doctype html><meta charset=utf-8><title>Order table</title>"
        f"<table border=1 aria-label=Orders><tr>{cells}{lines}</table>"
    )


@dataclass
class Running:
    """A program that was started.

    Attributes:
        process: Its process.
        window: Its window.
    """

    process: "subprocess.Popen[str]"
    window: Node = field(repr=False)

    def line(self) -> str:
        """The next line that it prints.

        Raises:
            TimeoutError: It printed none in time; it is ended.
        """
        assert self.process.stdout is not None
        late = threading.Event()

        def give_up() -> None:
            late.set()
            self.process.kill()

        watch = threading.Timer(START_SECONDS, give_up)
        watch.start()
        said = self.process.stdout.readline().rstrip("\n")
        watch.cancel()
        if late.is_set():
            raise TimeoutError(f"{self.window.name!r} printed nothing in {START_SECONDS:g} s")
        return said

    def told(self) -> object:
        """The next line that it prints, as JSON."""
        return json.loads(self.line())


class Programs:
    """Starts programs on a display and ends them.

    Args:
        backend: Tells when their windows are there.
        folder: Where their files go.
    """

    def __init__(self, backend: DesktopBackend, folder: Path) -> None:
        self._backend = backend
        self._folder = folder
        self._processes: list[subprocess.Popen[str]] = []

    def page(self, html: str, title: str) -> Running:
        """Open a page in Chromium."""
        path = self._folder / f"page-{len(self._processes)}.html"
        path.write_text(html, encoding="utf-8")
        profile = Path(tempfile.mkdtemp(prefix="cr-", dir=self._folder))
        argv = (*CHROMIUM, f"--user-data-dir={profile}", f"--app=file://{path}")
        running = self.start(argv, lambda one: one.app == "Chromium" and title in one.name)
        # The window is there before the page is, and the page before its picture.
        limit = time.monotonic() + START_SECONDS
        while time.monotonic() < limit:
            nodes = self._backend.look(PATIENT, window=running.window).nodes
            documents = {node.ref: node for node in nodes if node.role is Role.DOCUMENT}
            shown = [documents[node.parent] for node in nodes if node.parent in documents]
            if any(is_painted(self._backend, one) for one in shown):
                return running
            time.sleep(0.05)
        raise TimeoutError(f"the page {title!r} showed nothing")

    def qt_form(self) -> Running:
        """Open the form of Qt 6."""
        return self.qt(QT_FORM, "Qt order")

    def qt(self, program: str, title: str) -> Running:
        """Run a program of Qt 6 that shows a window of this title."""
        path = self._folder / "qt.py"
        path.write_text(program, encoding="utf-8")
        return self.start(("/usr/bin/python3", str(path)), lambda one: one.name == title)

    def zenity(self, title: str, *arguments: str) -> Running:
        """Open a dialog of zenity."""
        return self.start(("zenity", f"--title={title}", *arguments), lambda one: one.name == title)

    def calc(self) -> Running:
        """Open an empty sheet in LibreOffice Calc."""
        profile = Path(tempfile.mkdtemp(prefix="lo-", dir=self._folder))
        argv = (
            *("soffice", f"-env:UserInstallation=file://{profile}", "--calc", "--norestore"),
            *("--nologo", "--nofirststartwizard"),
        )
        return self.start(argv, lambda one: "LibreOffice Calc" in one.name)

    def start(self, argv: tuple[str, ...], is_window: Callable[[Node], bool]) -> Running:
        """Start a program and wait until its window gets the keys."""
        if shutil.which(argv[0]) is None:
            raise FileNotFoundError(
                f"{argv[0]} is missing: apt-get install --no-install-recommends "
                f"{PACKAGES.get(argv[0], argv[0])}"
            )
        known = {window.ref for window in self._backend.windows()}
        process = subprocess.Popen(
            argv,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            start_new_session=True,
        )
        self._processes.append(process)
        limit = time.monotonic() + START_SECONDS
        while time.monotonic() < limit:
            for window in self._backend.windows():
                if window.ref not in known and is_window(window) and window.has("active"):
                    return Running(process, window)
            time.sleep(0.05)
        titles = [window.name for window in self._backend.windows()]
        raise TimeoutError(f"{argv[0]} showed no active window; there are {titles}")

    def end(self) -> None:
        """End every program that was started, with what it started itself."""
        for process in self._processes:
            end_tree(process)
        self._processes.clear()
        end_editors(os.environ.get("DISPLAY"))


def is_painted(backend: DesktopBackend, node: Node) -> bool:
    """Whether an element can be seen: Chromium drops the input that comes before its picture."""
    if node.rect is None:
        return False
    shot, rect = backend.capture(), node.rect
    picture = Image.frombytes("RGB", (shot.width, shot.height), shot.bgra, "raw", "BGRX")
    box = (rect.x, rect.y, rect.x + rect.width, rect.y + rect.height)
    return picture.crop(box).getcolors(1) is None


def end_editors(display: str | None) -> None:
    """End the editors of a display: the agent opens them, and they outlive their commands."""
    found = []
    for process in psutil.process_iter(["name", "environ"]):
        environment = process.info["environ"] or {}
        if process.info["name"] == "mousepad" and environment.get("DISPLAY") == display:
            with suppress(psutil.NoSuchProcess):
                process.kill()
                found.append(process)
    psutil.wait_procs(found, timeout=PATIENCE_SECONDS)


def end_tree(process: "subprocess.Popen[str]") -> None:
    """End a program and its children."""
    family: list[psutil.Process] = []
    with suppress(psutil.NoSuchProcess):
        parent = psutil.Process(process.pid)
        family = [*parent.children(recursive=True), parent]
    for one in family:
        with suppress(psutil.NoSuchProcess):
            one.kill()
    psutil.wait_procs(family, timeout=PATIENCE_SECONDS)
    process.communicate(timeout=PATIENCE_SECONDS)


@contextmanager
def programs(backend: DesktopBackend) -> Iterator[Programs]:
    """Programs that end with the block."""
    folder = Path(tempfile.mkdtemp(prefix="qp-"))
    started = Programs(backend, folder)
    try:
        yield started
    finally:
        started.end()
        shutil.rmtree(folder, ignore_errors=True)
