"""Starting programs by NSWorkspace, so that they do not depend on the agent."""

import subprocess
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import AppKit  # type: ignore[import-not-found,unused-ignore]
import Foundation  # type: ignore[import-not-found,unused-ignore]

from qagent.desktop.backend import Launched
from qagent.desktop.base import MissingProgramError
from qagent.desktop.macos.applications import NEW_DOCUMENT
from qagent.messages import text

_NEW_DOCUMENT_SECONDS = 10.0


class Opening:
    """A program that was asked for; tells how that ended."""

    def __init__(self) -> None:
        self._ended = threading.Event()
        self._status: int | None = None

    def poll(self) -> int | None:
        """0 when it runs, 1 when it could not be started, None while macOS works on it."""
        return self._status

    def wait(self, seconds: float) -> int | None:
        """Wait for the end of the request."""
        self._ended.wait(seconds)
        return self._status

    def done(self, app: Any, error: Any) -> None:
        """Called by macOS on a queue of its own."""
        self._status = 0 if app is not None and error is None else 1
        self._ended.set()


def launch(argv: tuple[str, ...], folder: Path, new_document: Callable[[], None]) -> Launched:
    """Start a program or bring it to the front.

    Args:
        argv: A bundle (`/Applications/X.app`), `NEW_DOCUMENT` for a fresh window, and files to
            open; or an ordinary command line.
        folder: Working directory of an ordinary command.
        new_document: Asks the active program for a fresh window.
    """
    bundle = Path(argv[0])
    if bundle.suffix != ".app":
        return subprocess.Popen(
            argv,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    if not bundle.is_dir():
        raise MissingProgramError(
            text("mac.no_program", path=bundle), text("mac.no_program.repair")
        )
    opening = Opening()
    url = Foundation.NSURL.fileURLWithPath_(str(bundle))
    files = [Foundation.NSURL.fileURLWithPath_(one) for one in argv[1:] if one != NEW_DOCUMENT]
    settings = AppKit.NSWorkspaceOpenConfiguration.configuration()
    settings.setActivates_(True)
    workspace = AppKit.NSWorkspace.sharedWorkspace()
    if files:
        workspace.openURLs_withApplicationAtURL_configuration_completionHandler_(
            files, url, settings, opening.done
        )
    else:
        workspace.openApplicationAtURL_configuration_completionHandler_(url, settings, opening.done)
    if NEW_DOCUMENT in argv and opening.wait(_NEW_DOCUMENT_SECONDS) == 0:
        new_document()
    return opening


def activate(pid: int) -> bool:
    """Bring a program to the front; whether macOS accepted it."""
    app = AppKit.NSRunningApplication.runningApplicationWithProcessIdentifier_(pid)
    return app is not None and bool(
        app.activateWithOptions_(AppKit.NSApplicationActivateAllWindows)
    )


def open_pane(address: str) -> bool:
    """Open a pane of System Settings."""
    return bool(
        AppKit.NSWorkspace.sharedWorkspace().openURL_(Foundation.NSURL.URLWithString_(address))
    )
