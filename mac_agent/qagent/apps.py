"""Which program a user means: our table of common words first, then the desktop's own entries."""

import configparser
import os
import shlex
import shutil
from dataclasses import dataclass
from pathlib import Path

from qagent.desktop import backend_name
from qagent.observe import fold


@dataclass(frozen=True, slots=True)
class Program:
    """A program that can be opened.

    Attributes:
        name: The program's file name; policies name programs by it.
        argv: Command line that brings it up.
        new_document: Command line that gives a fresh window.
        package: Debian package.
        service: Name on the session bus, for programs that the bus can start.
    """

    name: str
    argv: tuple[str, ...]
    new_document: tuple[str, ...]
    package: str = ""
    service: str = ""


@dataclass(frozen=True, slots=True)
class _Kind:
    words: tuple[str, ...]
    programs: tuple[Program, ...]


_TREE = "--force-renderer-accessibility"
"""Makes Chromium tell what is in its pages, and not only in its own buttons."""

_EDITORS = (
    Program(
        "mousepad",
        ("mousepad",),
        ("mousepad", "--opening-mode=window"),
        "mousepad",
        "org.xfce.mousepad",
    ),
    Program("gedit", ("gedit",), ("gedit", "--new-window"), "gedit", "org.gnome.gedit"),
    Program("xed", ("xed",), ("xed", "--new-window"), "xed"),
    Program("pluma", ("pluma",), ("pluma", "--new-window"), "pluma"),
    Program("featherpad", ("featherpad",), ("featherpad", "--win"), "featherpad"),
)
_KINDS = (
    _Kind(
        (
            "text editor",
            "editor",
            "notepad",
            "notes",
            "메모장",
            "텍스트 편집기",
            "텍스트편집기",
            "편집기",
            "에디터",
        ),
        _EDITORS,
    ),
    _Kind(
        (
            *("spreadsheet", "spreadsheets", "calc", "libreoffice calc", "libreoffice"),
            *("스프레드시트", "스프레드 시트", "엑셀", "시트"),
        ),
        (
            Program(
                "soffice",
                ("soffice", "--calc", "--norestore", "--nologo"),
                ("soffice", "--calc", "--norestore", "--nologo"),
                "libreoffice-calc",
            ),
        ),
    ),
    _Kind(
        ("web browser", "browser", "chrome", "웹 브라우저", "브라우저", "인터넷", "크롬"),
        (
            Program(
                "chromium", ("chromium", _TREE), ("chromium", _TREE, "--new-window"), "chromium"
            ),
            Program(
                "google-chrome",
                ("google-chrome", _TREE),
                ("google-chrome", _TREE, "--new-window"),
                "google-chrome-stable",
            ),
        ),
    ),
    _Kind(
        ("calculator", "계산기"),
        (
            Program("galculator", ("galculator",), ("galculator",), "galculator"),
            Program(
                "gnome-calculator", ("gnome-calculator",), ("gnome-calculator",), "gnome-calculator"
            ),
        ),
    ),
)


def find_program(spoken: str) -> Program | None:
    """The installed program that a user's words mean, or None.

    Args:
        spoken: A name as the user says it.
    """
    if backend_name() == "macos":
        from qagent.desktop.macos.applications import find_bundle

        return find_bundle(spoken)
    wanted = fold(spoken)
    for kind in _KINDS:
        named = [program for program in kind.programs if program.name == wanted]
        if named or wanted in kind.words:
            for program in named or kind.programs:
                if shutil.which(program.name):
                    return program
    return _from_desktop_entries(wanted)


def install_hint(spoken: str) -> tuple[str, ...]:
    """Packages that would give a program for a user's words."""
    wanted = fold(spoken)
    for kind in _KINDS:
        if wanted in kind.words or any(program.name == wanted for program in kind.programs):
            return tuple(program.package for program in kind.programs)
    return ()


def same_app(spoken: str, accessible: str) -> bool:
    """Whether a user's words mean the program with this accessible name.

    Args:
        spoken: A name as the user says it.
        accessible: The name that a program gives itself on the accessibility bus.
    """
    wanted, name = fold(spoken), fold(accessible)
    if wanted == name:
        return True
    if any(
        wanted in kind.words and any(program.name == name for program in kind.programs)
        for kind in _KINDS
    ):
        return True
    program = find_program(spoken)
    return program is not None and fold(program.name) == name


def _from_desktop_entries(wanted: str) -> Program | None:
    home = os.environ.get("XDG_DATA_HOME") or str(Path.home() / ".local" / "share")
    folders = (os.environ.get("XDG_DATA_DIRS") or "/usr/local/share:/usr/share").split(":")
    for folder in (home, *folders):
        for path in sorted((Path(folder) / "applications").glob("*.desktop")):
            program = _read_entry(path, wanted)
            if program is not None:
                return program
    return None


def _read_entry(path: Path, wanted: str) -> Program | None:
    parser = configparser.RawConfigParser(strict=False, delimiters=("=",), comment_prefixes=("#",))
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    try:
        parser.read(path, encoding="utf-8")
        entry = dict(parser["Desktop Entry"])
        argv = tuple(part for part in shlex.split(entry["Exec"]) if not part.startswith("%"))
    except (configparser.Error, KeyError, UnicodeDecodeError, OSError, ValueError):
        return None
    if not argv or entry.get("Hidden") == "true" or entry.get("Type") != "Application":
        return None
    program = Path(argv[0]).name
    names = {fold(value) for key, value in entry.items() if key.split("[")[0] == "Name"}
    if len(argv) == 1:
        # With arguments it is something that the program shows, and not the program itself.
        names.add(fold(program))
    if wanted not in names or not shutil.which(argv[0]):
        return None
    return Program(program, argv, argv)
