"""Programs in windows on a virtual desktop: our GTK program, Mousepad and LibreOffice Calc."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import mss
import mss.tools
import openpyxl
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side

from qops import desktop
from rendering.plan import Content, Plan
from rendering.shots import Place, Shot

_HERE = Path(__file__).parent
_PYTHON = "/usr/bin/python3"
_SECONDS = 180
_ROWS = {10: 30, 11: 27, 12: 25, 13: 23, 14: 21}
_COLUMNS = 7


@contextmanager
def running_desktop() -> Iterator[Mapping[str, str]]:
    """A virtual desktop; the environment of programs on it."""
    root = Path(tempfile.mkdtemp(prefix="qd-"))
    try:
        yield {**os.environ, **desktop.start(root)}
    finally:
        desktop.stop(root)
        shutil.rmtree(root)


def shot(plan: Plan, environment: Mapping[str, str]) -> Shot:
    """The screen of a plan, in a window on the desktop."""
    content = Content(plan)
    if plan.kind == "spreadsheet":
        return _sheet(plan, content, environment)
    if plan.layout == "editor":
        return _editor(plan, content, environment)
    return _own(plan, content, environment)


def _capture(environment: Mapping[str, str]) -> bytes:
    """The screen, once it has stopped changing."""
    # python-xlib and mss know no environment but their own
    os.environ["DISPLAY"] = environment["DISPLAY"]
    os.environ["XAUTHORITY"] = environment["XAUTHORITY"]
    with mss.MSS() as grabber:
        before = b""
        for _ in range(60):
            now = grabber.grab(grabber.monitors[0])
            if now.rgb == before:
                return mss.tools.to_png(now.rgb, now.size) or b""
            before = now.rgb
            time.sleep(0.5)
    raise RuntimeError("the screen does not stop changing")


@contextmanager
def _program(command: list[str], environment: Mapping[str, str], **options: Any) -> Any:
    process = subprocess.Popen(
        command, env=dict(environment), start_new_session=True, stderr=subprocess.DEVNULL, **options
    )
    try:
        yield process
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _words(environment: Mapping[str, str], *arguments: str) -> list[Place]:
    done = subprocess.run(
        [_PYTHON, "-W", "ignore", str(_HERE / "desktop_words.py"), *arguments],
        env=dict(environment),
        capture_output=True,
        text=True,
        check=True,
        timeout=_SECONDS,
    )
    return [Place(text, *box) for text, *box in json.loads(done.stdout)]


def _own(plan: Plan, content: Content, environment: Mapping[str, str]) -> Shot:
    said: dict[str, Any] = {
        "layout": plan.layout,
        "font": plan.font,
        "points": plan.points,
        "dark": plan.dark,
        "menu": [content.phrase(8) for _ in range(8)],
        "buttons": [content.phrase(8) for _ in range(3)],
        "tabs": [content.phrase(8) for _ in range(4)],
        "columns": [content.phrase(8) for _ in range(6)],
    }
    if plan.layout == "form":
        said["fields"] = [
            (
                content.phrase(12),
                content.phrase(18) if content.chance(0.5) else content.number(),
                ("entry", "entry", "choice", "on", "off")[content.amount() % 5],
            )
            for _ in range(30)
        ]
    elif plan.layout == "list":
        said["rows"] = [
            [content.number() if column in (0, 3, 5) else content.phrase(14) for column in range(6)]
            for _ in range(22)
        ]
    elif plan.layout == "settings":
        said["rows"] = [
            (content.phrase(20), f"{content.phrase(24)} {content.phrase(24)}", content.chance(0.5))
            for _ in range(10)
        ]
    else:
        said["mails"] = [
            (content.phrase(12), content.phrase(24), content.number()) for _ in range(12)
        ]
        said["text"] = "\n".join(
            f"{content.phrase()}\n{content.sentence()} {content.sentence()}\n" for _ in range(5)
        )
    command = [_PYTHON, "-W", "ignore", str(_HERE / "gtk_program.py")]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with _program(command, environment, **pipes) as process:
        process.stdin.write(json.dumps(said) + "\n")
        process.stdin.flush()
        places = [Place(text, *box) for text, *box in json.loads(process.stdout.readline())]
        return Shot(plan, _capture(environment), places)


def _editor(plan: Plan, content: Content, environment: Mapping[str, str]) -> Shot:
    settings = Path(environment["XDG_CONFIG_HOME"]) / "glib-2.0" / "settings" / "keyfile"
    settings.parent.mkdir(parents=True, exist_ok=True)
    settings.write_text(
        "[org/xfce/mousepad/preferences/view]\n"
        f"font-name='{plan.font} {plan.points}'\n"
        "use-default-monospace-font=false\nword-wrap=true\nshow-line-numbers=true\n"
        f"color-scheme='{'oblivion' if plan.dark else 'kate'}'\n"
        "[org/xfce/mousepad/preferences/window]\nremember-state=true\n"
        "[org/xfce/mousepad/state/window]\nmaximized=true\n"
    )
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "notes.txt"
        file.write_text(
            "\n".join(
                f"{content.phrase()} {content.number()}\n{content.sentence()} {content.sentence()}"
                for _ in range(9)
            )
        )
        theme = "Adwaita:dark" if plan.dark else "Adwaita"
        with _program(["mousepad", str(file)], {**environment, "GTK_THEME": theme}):
            places = _words(environment, "mousepad", "text")
            return Shot(plan, _capture(environment), places)


def _sheet(plan: Plan, content: Content, environment: Mapping[str, str]) -> Shot:
    rows = _ROWS[plan.points]
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "book.xlsx"
        _book(plan, content, rows).save(file)
        theme = "Adwaita:dark" if plan.dark else "Adwaita"
        command = [
            *("soffice", "--calc", "--norestore", "--nologo", "--nofirststartwizard"),
            f"-env:UserInstallation=file://{folder}/profile",
            str(file),
        ]
        with _program(command, {**environment, "GTK_THEME": theme}, stdout=subprocess.DEVNULL):
            places = _words(environment, "soffice", "table", str(rows), str(_COLUMNS))
            return Shot(plan, _capture(environment), places)


def _book(plan: Plan, content: Content, rows: int) -> openpyxl.Workbook:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    letters = Font(name=plan.font, size=plan.points, color="FFE8E8E8" if plan.dark else "FF202020")
    ground = PatternFill("solid", fgColor="FF262626")
    head = PatternFill("solid", fgColor="FF3B4A6B" if plan.dark else "FFDCE6F1")
    thin = Side(style="thin", color="FF707070")
    for row in range(1, rows + 1):
        for column in range(1, _COLUMNS + 1):
            cell = sheet.cell(row, column)
            cell.value = _value(plan, content, row, column)
            cell.font = letters
            if plan.dark:
                cell.fill = ground
            if row == 1:
                cell.fill = head
                cell.alignment = Alignment(horizontal="center")
            if plan.layout == "orders":
                cell.border = Border(left=thin, right=thin, top=thin, bottom=thin)
    for row in range(1, rows + 1):
        # Calc does not fit the rows of a file to its letters
        sheet.row_dimensions[row].height = 1.6 * plan.points
    for column in range(1, _COLUMNS + 1):
        sheet.column_dimensions["ABCDEFG"[column - 1]].width = 2.2 * plan.points
    return book


def _value(plan: Plan, content: Content, row: int, column: int) -> str | int | float:
    if row == 1:
        return content.phrase(9)
    if plan.layout == "figures" and column > 2:
        return content.amount()
    if plan.layout == "orders" and column in (1, 4, 6):
        return content.number() if column != 6 else content.amount()
    return content.phrase(12)
