"""What this machine needs to run the agent, each fault with its repair."""

import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from qagent.apps import find_program, install_hint
from qagent.audit import verify
from qagent.cloud.config import load_enrolment
from qagent.desktop import open_backend
from qagent.desktop.backend import DesktopBackend
from qagent.desktop.base import Budget, DesktopError
from qagent.home import AgentHome, HomeError
from qagent.messages import text
from qagent.policy import PolicyState, load_policy, ready_documents
from qagent.status import Doing, StatusFile
from qagent.stop_key import StopKeyError, watch
from qagent.words import reason

if TYPE_CHECKING:
    from qagent.desktop.macos.permissions import Permission

_HANGUL_SAMPLE = ":lang=ko"
_OWNER_ONLY = 0o600


@dataclass(frozen=True, slots=True)
class Finding:
    """One check.

    Attributes:
        name: What was checked; the same in every language.
        ok: Whether it is as it must be.
        detail: What was found.
        repair: What to do about a fault.
        pane: Address of the settings pane where the user repairs it; empty when there is none.
        mode_of: A file that must be its owner's alone: the agent can see to that by itself.
    """

    name: str
    ok: bool
    detail: str
    repair: str = ""
    pane: str = ""
    mode_of: str = ""

    @property
    def title(self) -> str:
        """What was checked, in the user's language."""
        return text(f"doctor.check.{self.name}")


@runtime_checkable
class _Permitted(Protocol):
    """A desktop whose system gives or withholds permissions, as macOS does."""

    def permissions(self) -> "tuple[Permission, ...]":
        """Each permission, tried by doing."""
        ...


def examine(home: AgentHome) -> list[Finding]:
    """Check display, accessibility, editor, fonts, policy, credentials, stop key and latch."""
    return [
        *_desktop(),
        _editor(),
        _fonts(),
        _policy(home),
        _consent(),
        _audit(home),
        _enrolment(home),
        _stop_key(home),
        _stop_latch(home),
    ]


def fix(
    home: AgentHome, findings: Sequence[Finding], open_pane: Callable[[str], None]
) -> list[str]:
    """Repair what the agent can repair, and open the settings pane of the first other fault.

    Args:
        home: The agent's folder.
        findings: What was found.
        open_pane: Opens a settings pane by its address.

    Returns:
        What was done, a line each; empty when there was nothing to do.
    """
    done = []
    for finding in findings:
        if not finding.ok and finding.mode_of:
            Path(finding.mode_of).chmod(_OWNER_ONLY)
            done.append(text("doctor.fixed_mode", path=finding.mode_of))
    if home.root.is_dir() and home.root.stat().st_mode & 0o077:
        home.create()
        done.append(text("doctor.fixed_mode", path=str(home.root)))
    panes = [one for one in findings if not one.ok and one.pane]
    if panes:
        open_pane(panes[0].pane)
        done.append(text("doctor.pane", name=panes[0].title))
    return done


def open_settings(pane: str) -> None:
    """Open a pane of System Settings (macOS)."""
    subprocess.run(("open", pane), timeout=20, check=False)


def _desktop() -> list[Finding]:
    try:
        backend: DesktopBackend = open_backend()
    except DesktopError as error:
        return [_fault("desktop", error)]
    try:
        if isinstance(backend, _Permitted):
            withheld = [one for one in backend.permissions() if one.fault is not None]
            if withheld:
                return [_fault(one.name, one.fault) for one in withheld if one.fault is not None]
        tree = backend.look(Budget())
        picture = backend.capture()
    except DesktopError as error:
        return [_fault("desktop", error)]
    finally:
        backend.close()
    apps = ", ".join(tree.apps) or text("doctor.apps.none")
    return [
        Finding("display", True, f"{picture.width}x{picture.height}"),
        Finding("accessibility", True, apps),
    ]


def _fault(name: str, error: DesktopError) -> Finding:
    return Finding(name, False, error.what, error.repair, pane=getattr(error, "pane", ""))


def _editor() -> Finding:
    program = find_program("text editor")
    if program is not None:
        return Finding("editor", True, program.name)
    names = ", ".join(install_hint("text editor"))
    return Finding(
        "editor", False, text("doctor.editor.none"), text("doctor.editor.none.repair", names=names)
    )


def _fonts() -> Finding:
    if sys.platform == "darwin":
        return Finding("fonts", True, text("doctor.fonts.mac"))
    if shutil.which("fc-list") is None:
        return Finding(
            "fonts",
            False,
            text("doctor.fonts.unknown"),
            text("doctor.install", package="fontconfig"),
        )
    found = subprocess.run(
        ("fc-list", _HANGUL_SAMPLE, "family"),
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    ).stdout.strip()
    if found:
        return Finding("fonts", True, found.splitlines()[0])
    return Finding("fonts", False, text("doctor.fonts.none"), text("doctor.fonts.none.repair"))


def _policy(home: AgentHome) -> Finding:
    policy = load_policy(home.policy)
    if policy.state is PolicyState.ABSENT:
        return Finding(
            "policy",
            False,
            text("doctor.policy.absent", path=home.policy),
            text("doctor.policy.absent.repair"),
        )
    if policy.state is PolicyState.BROKEN:
        return Finding(
            "policy",
            False,
            text("doctor.policy.broken", path=home.policy, fault=policy.fault),
            text("doctor.policy.broken.repair"),
        )
    try:
        folder = ready_documents(policy)
    except DesktopError as error:
        return Finding("policy", False, error.what, error.repair)
    return Finding("policy", True, text("doctor.policy.documents", folder=folder))


def _consent() -> Finding:
    if sys.platform == "darwin" or shutil.which("zenity") is not None:
        return Finding("consent", True, text("doctor.consent.good"))
    return Finding(
        "consent",
        False,
        text("doctor.consent.none"),
        text("doctor.install", package="zenity"),
    )


def _audit(home: AgentHome) -> Finding:
    try:
        found = verify(home.audit)
    except OSError as error:
        return Finding(
            "audit",
            False,
            text("doctor.audit.unreadable", why=reason(error)),
            text("doctor.audit.unreadable.repair", path=home.audit),
        )
    if found.intact:
        return Finding("audit", True, text("doctor.audit.entries", count=found.checked))
    return Finding(
        "audit",
        False,
        text("doctor.audit.broken", message=found.message),
        text("doctor.audit.broken.repair"),
    )


def _enrolment(home: AgentHome) -> Finding:
    try:
        enrolment = load_enrolment(home.device)
    except HomeError as error:
        return Finding("credentials", False, error.what, error.repair)
    mode = home.device.stat().st_mode & 0o777
    if mode & 0o077:
        return Finding(
            "credentials",
            False,
            text("doctor.credentials.open", path=home.device, mode=f"{mode:o}"),
            text("doctor.credentials.open.repair", path=home.device),
            mode_of=str(home.device),
        )
    known = text(
        "doctor.credentials.good", device=enrolment.device.device_id, user=enrolment.username
    )
    return Finding("credentials", True, known)


def _stop_key(home: AgentHome) -> Finding:
    keys = load_policy(home.policy).stop_key
    name = "+".join(keys)
    if StatusFile(home.status).read().doing is not Doing.GONE:
        # Nobody can have it beside an agent that runs.
        return Finding("stop_key", True, text("doctor.stop_key.held", keys=name))
    try:
        watch(keys, lambda: None)()
    except StopKeyError as error:
        return Finding("stop_key", False, error.what, error.repair)
    return Finding("stop_key", True, name)


def _stop_latch(home: AgentHome) -> Finding:
    if home.stop_file.is_set():
        return Finding("stop", False, text("doctor.stop.set"), text("doctor.stop.set.repair"))
    return Finding("stop", True, text("doctor.stop.clear"))
