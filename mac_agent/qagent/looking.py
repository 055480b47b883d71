"""Looking at this screen from the command line, as the cloud would see it."""

from pathlib import Path

from qagent.consent import Consents, Guard, NativeDialog
from qagent.covering import covered_picture
from qagent.desktop import open_backend
from qagent.desktop.base import DesktopError, Picture
from qagent.local import LOCAL_DEVICE
from qagent.messages import text
from qagent.observation import marked
from qagent.observe import take_snapshot
from qagent.policy import Policy
from qagent.privacy import private_snapshot
from qagent.words import reason
from qscreen.redaction import redacting
from qscreen.wire import Snapshot


def look(policy: Policy, picture: Path | None = None) -> Snapshot:
    """Look at the screen.

    Args:
        policy: The policy in force: what it keeps from the cloud is not shown.
        picture: Where a picture with the elements' ids on it goes.

    Raises:
        DesktopError: The policy lets nobody look, there is no usable desktop, or the picture cannot
            be made or written.
    """
    denial = policy.denies_observing()
    if denial is not None:
        raise DesktopError(denial.message, text("observe.denied.repair"))
    backend = open_backend()
    try:
        guard = Guard(backend, Consents(NativeDialog()))
        with guard.looking(policy), redacting(policy.redactor):
            seen = None if picture is None else covered_picture(guard, policy)
            found = take_snapshot(guard, LOCAL_DEVICE, hides=policy.hides)
    finally:
        backend.close()
    snapshot = private_snapshot(found, policy)
    if picture is not None:
        _write(picture, seen, snapshot)
    return snapshot


def _write(path: Path, picture: Picture | None, snapshot: Snapshot) -> None:
    if picture is None:
        raise DesktopError(text("mcp.picture_not_covered"), text("observe.picture.repair"))
    try:
        path.write_bytes(marked(picture, snapshot.elements)[0])
    except OSError as error:
        raise DesktopError(
            text("observe.unwritten", path=path, why=reason(error)),
            text("observe.unwritten.repair"),
        ) from error
