"""Starting the virtual desktop, finding a running one, stopping it."""

import secrets
import shutil
import socket
import struct
from collections.abc import Callable, Mapping
from pathlib import Path

from qops.desktop.processes import (
    check_programs,
    desktop_environment,
    desktop_specs,
    free_display,
)
from qops.desktop.runtime import DesktopError, make_runtime_folder, remove_runtime_folder
from qops.processes import (
    AlreadyRunningError,
    GroupSpec,
    StartFailedError,
    group_status,
    start_group,
    stop_group,
)

Progress = Callable[[str], None]
_FAMILY_LOCAL, _FAMILY_WILD = 256, 0xFFFF
_STARTS = 3

_SETTINGS = (
    "[org/xfce/mousepad/preferences/file]\n"
    # A desktop that is switched off is no crash that the editor would have to ask about.
    "session-restore='never'\n"
)

# Nobody watches this desktop: its programs do not draw transitions frame by frame.
_TOOLKIT_SETTINGS = "[Settings]\ngtk-enable-animations=0\n"

# The bus starts the editor, so that it belongs to the desktop and not to whoever asked for it.
_EDITOR_SERVICE = "[D-BUS Service]\nName=org.xfce.mousepad\nExec={program} --gapplication-service\n"


def ensure(root: Path, *, progress: Progress | None = None) -> Mapping[str, str]:
    """Find the virtual desktop of a folder, or start it.

    Args:
        root: The desktop's folder.
        progress: Called with a line of text for each thing that happens.

    Returns:
        Environment variables for programs on it.

    Raises:
        MissingProgramsError: Something is not installed.
        DesktopError: It could not be started.
    """
    running = group_status(root)
    if running is not None and running.phase == "ready":
        return desktop_environment(root, int(running.details["display"]))
    return start(root, progress=progress)


def start(
    root: Path, display: int | None = None, *, progress: Progress | None = None
) -> Mapping[str, str]:
    """Start a virtual desktop; it runs until `stop`, also when the caller ends.

    Args:
        root: The desktop's folder; its home folder is made anew.
        display: Display number; a free one when absent.
        progress: Called with a line of text for each thing that happens.

    Returns:
        Environment variables for programs on it.

    Raises:
        MissingProgramsError: Something is not installed.
        DesktopError: It could not be started.
    """
    check_programs()
    for left in range(_STARTS - 1, -1, -1):
        number = free_display(root) if display is None else display
        environment = desktop_environment(root, number)
        _make_files(root, number)
        group = GroupSpec(
            name="desktop",
            folder=root,
            children=tuple(desktop_specs(root, number)),
            details={"display": number},
        )
        try:
            start_group(group, progress=progress)
        except AlreadyRunningError:
            return ensure(root, progress=progress)
        except StartFailedError as error:
            # Another process may have taken the display number meanwhile.
            if left and display is None and Path(f"/tmp/.X11-unix/X{number}").exists():  # noqa: S108
                continue
            raise DesktopError(
                "The virtual desktop did not start.",
                why=str(error),
                next_step=f"Read the logs in {root / 'logs'}.",
            ) from error
        return environment
    raise AssertionError("the last try returns or raises")


def stop(root: Path) -> bool:
    """Stop the virtual desktop of a folder.

    Returns:
        Whether it was running.
    """
    stopped = stop_group(root)
    remove_runtime_folder(root)
    return stopped


def _make_files(root: Path, display: int) -> None:
    """Make the desktop's folders and files, for the owner only."""
    root.mkdir(mode=0o700, parents=True, exist_ok=True)
    home = root / "home"
    shutil.rmtree(home, ignore_errors=True)
    settings = home / ".config" / "glib-2.0" / "settings"
    settings.mkdir(parents=True)
    (settings / "keyfile").write_text(_SETTINGS, encoding="utf-8")
    toolkit = home / ".config" / "gtk-3.0"
    toolkit.mkdir(parents=True)
    (toolkit / "settings.ini").write_text(_TOOLKIT_SETTINGS, encoding="utf-8")
    editor = shutil.which("mousepad")
    if editor is not None:
        services = home / ".local" / "share" / "dbus-1" / "services"
        services.mkdir(parents=True)
        (services / "org.xfce.mousepad.service").write_text(
            _EDITOR_SERVICE.format(program=editor), encoding="utf-8"
        )
    make_runtime_folder(root)
    logs = root / "logs"
    logs.mkdir(mode=0o700, exist_ok=True)
    logs.chmod(0o700)
    _write_xauthority(root / "xauthority", display)


def _write_xauthority(path: Path, display: int) -> None:
    """Write a fresh cookie, so that only this user's programs reach the display."""
    cookie = secrets.token_bytes(16)
    entries = ((_FAMILY_LOCAL, socket.gethostname().encode()), (_FAMILY_WILD, b""))
    data = b"".join(
        struct.pack(">H", family)
        + b"".join(
            struct.pack(">H", len(part)) + part
            for part in (address, str(display).encode(), b"MIT-MAGIC-COOKIE-1", cookie)
        )
        for family, address in entries
    )
    path.touch(mode=0o600)
    path.write_bytes(data)
