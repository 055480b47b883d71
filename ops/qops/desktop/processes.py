"""The processes of the virtual desktop, as data."""

import os
import shutil
import zlib
from collections.abc import Mapping
from pathlib import Path

from qops.desktop.runtime import DesktopError, runtime_folder
from qops.processes import ChildSpec, CommandReady

SCREEN = "1440x900x24"
_FIRST_DISPLAY, _LAST_DISPLAY = 90, 160
_READY_SECONDS = 60.0
"""Time each process gets: 0.2 s on a quiet machine, several on one that is busy with others."""

_LAUNCHERS = ("/usr/libexec/at-spi-bus-launcher", "/usr/lib/at-spi2-core/at-spi-bus-launcher")
_PROGRAMS = {
    "Xvfb": "xvfb",
    "xdpyinfo": "x11-utils",
    "xprop": "x11-utils",
    "openbox": "openbox",
    "dbus-daemon": "dbus",
    "dbus-send": "dbus",
}


class MissingProgramsError(DesktopError):
    """Programs of the virtual desktop are not installed."""

    code = "prerequisite"


def check_programs() -> None:
    """Make sure that everything the desktop needs is installed.

    Raises:
        MissingProgramsError: Names the Debian packages.
    """
    missing = {package for program, package in _PROGRAMS.items() if shutil.which(program) is None}
    if _launcher() is None:
        missing.add("at-spi2-core")
    if not missing:
        return
    names = " ".join(sorted(missing))
    raise MissingProgramsError(
        "The virtual desktop cannot start.",
        why=f"These packages are missing: {names}.",
        next_step=f"Install them: sudo apt-get install --no-install-recommends {names}",
    )


def free_display(root: Path) -> int:
    """A display number that nobody uses.

    Args:
        root: The desktop's folder; two folders begin their search at different numbers, so that
            desktops that start at the same time do not race for one.

    Raises:
        DesktopError: All are taken.
    """
    count = _LAST_DISPLAY - _FIRST_DISPLAY
    offset = zlib.crc32(os.fsencode(root)) % count
    for place in range(count):
        number = _FIRST_DISPLAY + (offset + place) % count
        taken = (Path(f"/tmp/.X{number}-lock"), Path(f"/tmp/.X11-unix/X{number}"))  # noqa: S108
        if not any(path.exists() for path in taken):
            return number
    raise DesktopError(
        "There is no free X display.",
        why=f"The numbers {_FIRST_DISPLAY} to {_LAST_DISPLAY - 1} are all taken.",
        next_step="Remove the lock files /tmp/.X*-lock of servers that no longer run.",
    )


def desktop_environment(root: Path, display: int) -> Mapping[str, str]:
    """Environment variables for programs on the desktop.

    Args:
        root: The desktop's folder.
        display: Its display number.
    """
    runtime = runtime_folder(root)
    return {
        "DISPLAY": f":{display}",
        "XAUTHORITY": str(root / "xauthority"),
        "XDG_RUNTIME_DIR": str(runtime),
        "DBUS_SESSION_BUS_ADDRESS": f"unix:path={runtime / 'bus'}",
        "HOME": str(root / "home"),
        "XDG_CONFIG_HOME": str(root / "home" / ".config"),
        "XDG_DATA_HOME": str(root / "home" / ".local" / "share"),
        "XDG_CACHE_HOME": str(root / "home" / ".cache"),
        "LANG": "C.UTF-8",
        "LC_ALL": "C.UTF-8",
        "GTK_MODULES": "gail:atk-bridge",
        "GTK_USE_PORTAL": "0",
        "GSETTINGS_BACKEND": "keyfile",
        "QT_LINUX_ACCESSIBILITY_ALWAYS_ON": "1",
        "SAL_USE_VCLPLUGIN": "gtk3",
    }


def desktop_specs(root: Path, display: int | None = None) -> list[ChildSpec]:
    """The desktop's processes in their order, each with its readiness.

    Args:
        root: The desktop's folder; its files are made by `lifecycle.start`.
        display: Display number; a free one when absent.

    Raises:
        MissingProgramsError: Something is not installed.
        DesktopError: There is no free display.
    """
    check_programs()
    number = free_display(root) if display is None else display
    kept = {name: os.environ[name] for name in ("PATH", "TZ", "USER") if name in os.environ}
    environment = {**kept, **desktop_environment(root, number)}
    logs = root / "logs"
    bus = environment["DBUS_SESSION_BUS_ADDRESS"]

    def child(
        name: str, argv: tuple[str, ...], ready: CommandReady | None, *after: str
    ) -> ChildSpec:
        return ChildSpec(
            name=name,
            argv=argv,
            env=environment,
            log=logs / f"{name}.log",
            cwd=root / "home",
            ready=ready,
            ready_timeout=_READY_SECONDS,
            after=after,
        )

    return [
        child(
            "xvfb",
            (
                *("Xvfb", f":{number}", "-screen", "0", SCREEN, "-dpi", "96"),
                *("-nolisten", "tcp", "-auth", environment["XAUTHORITY"]),
                # Without it the server starts over when its last client leaves, and the readiness
                # probe is such a client: the window manager then finds no display.
                "-noreset",
            ),
            # The socket appears before the server answers; a window manager would fail.
            CommandReady(("xdpyinfo",)),
        ),
        child(
            "dbus",
            ("dbus-daemon", "--session", "--nofork", "--nopidfile", f"--address={bus}"),
            CommandReady(
                (
                    *("dbus-send", "--session", "--print-reply=literal"),
                    *("--dest=org.freedesktop.DBus", "/", "org.freedesktop.DBus.GetId"),
                )
            ),
        ),
        child("openbox", ("openbox",), CommandReady(_has_property("_NET_SUPPORTED")), "xvfb"),
        child(
            "accessibility",
            (str(_launcher()), "--launch-immediately", "--a11y=1", "--screen-reader=1"),
            # Qt programs find the bus by this property only (1 of 8 starts did without it).
            CommandReady(("sh", "-c", _PUBLISH_BUS)),
            "xvfb",
            "dbus",
        ),
    ]


# The name is asked for first: a call to an absent service would start a second launcher.
_PUBLISH_BUS = (
    "set -e; "
    "dbus-send --session --print-reply=literal --dest=org.freedesktop.DBus / "
    "org.freedesktop.DBus.NameHasOwner string:org.a11y.Bus | grep -q true; "
    "address=$(dbus-send --session --print-reply=literal --dest=org.a11y.Bus /org/a11y/bus "
    "org.a11y.Bus.GetAddress | tr -d ' '); "
    'test -n "$address"; '
    'xprop -root -f AT_SPI_BUS 8s -set AT_SPI_BUS "$address"'
)


def _has_property(name: str) -> tuple[str, ...]:
    return ("sh", "-c", f"xprop -root {name} | grep -q =")


def _launcher() -> str | None:
    return next((path for path in _LAUNCHERS if Path(path).exists()), None)
