"""Programs that Debian or Ubuntu packages bring: which are missing, why, and their installation."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from qops.errors import NotAvailableError, PrerequisiteError, RefusedError
from qops.prerequisites.display import usable_display

_INSTALL_SECONDS = 900.0


class Purpose(StrEnum):
    """What a package is needed for."""

    DISPLAY = "display"
    EDITOR = "editor"
    READING = "reading"
    PROGRAMS = "programs"


@dataclass(frozen=True, slots=True)
class Package:
    """A Debian package that a step needs.

    Attributes:
        name: Name of the Debian package.
        provides: A program on PATH, or the absolute path of a file, that shows it is there;
            several are alternatives.
        why: What it is needed for.
        purpose: In which situation it is needed.
    """

    name: str
    provides: tuple[str, ...]
    why: str
    purpose: Purpose


PACKAGES: tuple[Package, ...] = (
    Package("xvfb", ("Xvfb",), "the virtual display", Purpose.DISPLAY),
    Package("xauth", ("xauth",), "the virtual display's key", Purpose.DISPLAY),
    Package("x11-utils", ("xdpyinfo",), "waiting until the display answers", Purpose.DISPLAY),
    Package("openbox", ("openbox",), "the window manager: focus and dialogs", Purpose.DISPLAY),
    Package("dbus", ("dbus-daemon",), "the session bus", Purpose.DISPLAY),
    Package("dbus-x11", ("dbus-launch",), "the session bus of X programs", Purpose.DISPLAY),
    Package(
        "at-spi2-core",
        ("/usr/libexec/at-spi-bus-launcher", "/usr/lib/at-spi2-core/at-spi-bus-launcher"),
        "the accessibility bus the agent reads",
        Purpose.DISPLAY,
    ),
    Package(
        "libatk-adaptor",
        ("/etc/X11/Xsession.d/90atk-adaptor", "/usr/share/doc/libatk-adaptor"),
        "the accessibility tree of GTK programs",
        Purpose.DISPLAY,
    ),
    Package("mousepad", ("mousepad",), "the text editor of the demo", Purpose.EDITOR),
    Package(
        "fonts-nanum",
        ("/usr/share/fonts/truetype/nanum",),
        "Korean letters on the pictures",
        Purpose.DISPLAY,
    ),
    Package(
        "tesseract-ocr-kor",
        ("/usr/share/tesseract-ocr/5/tessdata/kor.traineddata",),
        "reading Korean on pictures and in documents (Rekognition, Textract)",
        Purpose.READING,
    ),
    Package(
        "tesseract-ocr-eng",
        ("/usr/share/tesseract-ocr/5/tessdata/eng.traineddata",),
        "reading English on pictures and in documents (Rekognition, Textract)",
        Purpose.READING,
    ),
    Package(
        "tesseract-ocr",
        ("tesseract",),
        "reading the text in pictures on the device itself, as the tests do",
        Purpose.PROGRAMS,
    ),
    Package("zenity", ("zenity",), "dialogs of GTK 3 that the tests work on", Purpose.PROGRAMS),
    Package("yad", ("yad",), "forms of GTK 3 that the tests work on", Purpose.PROGRAMS),
    Package("chromium", ("chromium",), "pages that the tests work on", Purpose.PROGRAMS),
    Package("libreoffice-calc", ("soffice",), "sheets that the tests work on", Purpose.PROGRAMS),
    Package(
        "libreoffice-gtk3",
        ("/usr/lib/libreoffice/program/libvclplug_gtk3lo.so",),
        "the accessibility tree of LibreOffice",
        Purpose.PROGRAMS,
    ),
    Package(
        "python3-pyqt6",
        ("/usr/lib/python3/dist-packages/PyQt6",),
        "forms of Qt 6 that the tests work on",
        Purpose.PROGRAMS,
    ),
    Package(
        "gnome-calculator",
        ("gnome-calculator",),
        "a program of GTK 4 that the tests work on",
        Purpose.PROGRAMS,
    ),
    Package(
        "python3-gi",
        ("/usr/lib/python3/dist-packages/gi",),
        "forms of GTK 4 that the tests work on",
        Purpose.PROGRAMS,
    ),
    Package(
        "gir1.2-gtk-4.0",
        tuple(
            f"/usr/lib/{machine}-linux-gnu/girepository-1.0/Gtk-4.0.typelib"
            for machine in ("x86_64", "aarch64")
        ),
        "forms of GTK 4 that the tests work on",
        Purpose.PROGRAMS,
    ),
)
"""Everything that the Linux desktop part and the reading engine need from the system."""


def missing_packages(
    purposes: Iterable[Purpose],
    *,
    search_path: str | None = None,
    exists: Callable[[str], bool] = os.path.exists,
) -> tuple[Package, ...]:
    """The packages that are needed and not there.

    Args:
        purposes: What is needed.
        search_path: Replaces ``PATH``.
        exists: Tells whether a file exists.
    """
    wanted = set(purposes)

    def present(package: Package) -> bool:
        return any(
            exists(mark) if mark.startswith("/") else shutil.which(mark, path=search_path)
            for mark in package.provides
        )

    return tuple(p for p in PACKAGES if p.purpose in wanted and not present(p))


def desktop_purposes(environ: Mapping[str, str]) -> tuple[Purpose, ...]:
    """What the demo's desktop part needs here.

    Args:
        environ: Environment variables; ``DISPLAY`` tells of a display to use.

    Raises:
        NotAvailableError: This system has no desktop backend yet.
    """
    if sys.platform == "darwin":
        raise NotAvailableError(
            "The demo's desktop part does not run on macOS yet.",
            why="The agent's macOS backend is an issue of its own; only the Linux one exists.",
            next_step="The platform works here: qops up, plan, apply, status, down.",
        )
    if sys.platform != "linux":
        raise NotAvailableError(
            f"The demo's desktop part does not run on {sys.platform}.",
            next_step="Run it on Linux, or use the platform part: qops up, status, down.",
        )
    if usable_display(environ):
        return (Purpose.EDITOR,)
    return (Purpose.DISPLAY, Purpose.EDITOR)


def install_packages(
    packages: Sequence[Package],
    *,
    yes: bool,
    ci: bool,
    interactive: bool,
    ask: Callable[[str], bool],
    notice: Callable[[str], None],
    run: Callable[[Sequence[str]], int] | None = None,
    is_root: bool | None = None,
    search_path: str | None = None,
) -> None:
    """Install Debian packages, after asking where asking is due.

    Args:
        packages: What to install; nothing happens when empty.
        yes: ``--yes``: sudo may be used without asking.
        ci: A CI job: as ``yes``.
        interactive: Whether a person can be asked.
        ask: Asks a yes-or-no question.
        notice: Shows a line.
        run: Runs a command and returns its exit code.
        is_root: Whether sudo is needless; found out when absent.
        search_path: Replaces ``PATH``.

    Raises:
        PrerequisiteError: There is no apt-get, or the installation failed.
        RefusedError: The person said no, or nobody can be asked.
    """
    if not packages:
        return
    names = [package.name for package in packages]
    root = os.geteuid() == 0 if is_root is None else is_root
    command = ["apt-get", "install", "-y", "--no-install-recommends", *names]
    shown = " ".join(command if root else ["sudo", *command])
    reasons = "; ".join(f"{package.name}: {package.why}" for package in packages)
    if shutil.which("apt-get", path=search_path) is None:
        raise PrerequisiteError(
            "System programs are missing and there is no apt-get to install them.",
            why=reasons,
            next_step="Install them with the package manager of your system.",
        )
    notice("System packages are missing:")
    for package in packages:
        notice(f"  {package.name} - {package.why}")
    if not root:
        if shutil.which("sudo", path=search_path) is None:
            raise PrerequisiteError(
                "System packages are missing and there is no sudo.",
                why=reasons,
                next_step=f"As root, run: {' '.join(command)}",
            )
        if not (yes or ci):
            if not interactive:
                raise RefusedError(
                    "System packages are missing, and nobody can be asked about sudo.",
                    why=reasons,
                    next_step=f"Run: {shown}   (or start again: make demo ARGS=--yes)",
                )
            if not ask(f"Run '{shown}'?"):
                raise RefusedError(
                    "System packages are missing and were not installed.",
                    why=reasons,
                    next_step=f"Run it yourself: {shown}",
                )
    start = run or _run
    prefix = [] if root else ["sudo"]
    code = start([*prefix, *command])
    if code != 0:
        # An image whose package lists are old or empty needs them first.
        start([*prefix, "apt-get", "update"])
        code = start([*prefix, *command])
    if code != 0:
        raise PrerequisiteError(
            "The system packages could not be installed.",
            why=f"apt-get ended with exit code {code}.",
            next_step=f"Run it yourself and look at its messages: {shown}",
        )


def _run(command: Sequence[str]) -> int:
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    program = shutil.which(command[0]) or command[0]
    return subprocess.run(
        [str(Path(program)), *command[1:]],
        env=environment,
        stdout=subprocess.DEVNULL,
        stdin=None if sys.stdin.isatty() else subprocess.DEVNULL,
        timeout=_INSTALL_SECONDS,
        check=False,
    ).returncode
