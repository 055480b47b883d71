"""The desktop and the device agent of this machine, as supervised processes.

Two groups: the desktop (only when there is no display to use) and the agent. The agent is a
program of its own and is only ever started, never imported.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from qops.errors import QopsError
from qops.identity.store import DemoUser
from qops.identity.tokens import Identity
from qops.platform.aws import cloud_environment
from qops.platform.deployment import Notice
from qops.prerequisites.display import usable_display
from qops.processes import (
    ChildSpec,
    GroupSpec,
    GroupState,
    LogReady,
    group_status,
    start_group,
    stop_group,
)
from qops.settings import Settings

_START_SECONDS = 90.0
_READY_TEXT = "ready"
_STATIC_SECRETS = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")


class AgentError(QopsError):
    """The agent could not be enrolled or started."""

    code = "agent"


@dataclass(frozen=True, slots=True)
class AgentState:
    """The agent as ``qops status`` shows it."""

    running: bool
    phase: str
    detail: str


def documents_folder(settings: Settings) -> Path:
    """The device's document folder."""
    return settings.demo_home / "documents"


def ensure_desktop(settings: Settings, notice: Notice) -> Mapping[str, str]:
    """Find a display, or start a virtual desktop.

    Args:
        settings: Where its files go.
        notice: Called with a line for the person.

    Returns:
        Environment variables for programs on that desktop.

    Raises:
        QopsError: It could not be started.
    """
    if usable_display(os.environ):
        return {}
    from qops import desktop

    return desktop.ensure(_desktop_folder(settings), progress=lambda line: notice(f"  {line}"))


def desktop_runs(settings: Settings) -> bool:
    """Whether the virtual desktop runs."""
    state = group_status(_desktop_folder(settings))
    return state is not None and state.phase == "ready"


def stop_desktop(settings: Settings) -> bool:
    """Stop the virtual desktop.

    Returns:
        Whether it was running.
    """
    from qops import desktop

    return desktop.stop(_desktop_folder(settings))


def ensure_agent(
    settings: Settings,
    identity: Identity,
    user: DemoUser,
    generation: str,
    desktop: Mapping[str, str],
    notice: Notice,
) -> str:
    """Enrol this machine if need be, and start its agent if it does not run.

    Args:
        settings: Where the agent's files go.
        identity: Gives the platform's client settings.
        user: Who enrols the device.
        generation: Generation of the local cloud; a device of another one is unknown there.
        desktop: Environment variables of the desktop.
        notice: Called with a line for the person.

    Returns:
        The device's id.

    Raises:
        AgentError: It could not be enrolled or started.
    """
    running = group_status(_process_folder(settings))
    facts = {"generation": generation, "desktop": dict(desktop)}
    if running is not None and running.phase == "ready":
        if {key: running.details.get(key) for key in facts} == facts:
            return str(running.details["device_id"])
        stop_group(_process_folder(settings))
    _write_policy(settings)
    environment = _environment(settings, desktop)
    device_id = _enrolled_device(settings, generation)
    if device_id is None:
        notice("  agent: enrolling this machine as a device")
        device_id = _enrol(settings, identity, user, environment)
        _remember(settings, generation, device_id)
    start_group(
        GroupSpec(
            name="agent",
            folder=_process_folder(settings),
            details={**facts, "device_id": device_id},
            children=(
                ChildSpec(
                    name="agent",
                    argv=(_program(), "serve"),
                    env=environment,
                    log=settings.agent_home / "logs" / "agent.log",
                    ready=LogReady(_READY_TEXT),
                    ready_timeout=_START_SECONDS,
                    on_exit="restart",
                ),
            ),
        ),
        progress=lambda line: notice(f"  {line}"),
    )
    return device_id


def stop_agent(settings: Settings) -> bool:
    """Stop the agent and its desktop.

    Returns:
        Whether anything was running.
    """
    agent = stop_agent_alone(settings)
    desktop = stop_desktop(settings)
    return agent or desktop


def stop_agent_alone(settings: Settings) -> bool:
    """Stop the agent; its desktop goes on.

    Returns:
        Whether it was running.
    """
    return stop_group(_process_folder(settings))


def forget_enrolment(settings: Settings) -> None:
    """Forget the device: the platform that knew it is gone."""
    _enrolment_file(settings).unlink(missing_ok=True)
    (settings.agent_home / "device.json").unlink(missing_ok=True)


def agent_state(settings: Settings) -> AgentState:
    """What the agent does now."""
    state: GroupState | None = group_status(_process_folder(settings))
    if state is None:
        return AgentState(False, "never started", "")
    device = str(state.details.get("device_id", ""))
    restarts = sum(child.restarts for child in state.children)
    detail = f"device {device}" + (f", restarted {restarts} times" if restarts else "")
    return AgentState(state.phase == "ready", state.phase, state.reason or detail)


def _desktop_folder(settings: Settings) -> Path:
    return settings.home / "desktop"


def _process_folder(settings: Settings) -> Path:
    return settings.agent_home / "process"


def _environment(settings: Settings, desktop: Mapping[str, str]) -> dict[str, str]:
    values = cloud_environment(settings)
    for name in _STATIC_SECRETS:
        # The device works with credentials of its own, which the platform gives it.
        values.pop(name, None)
    for name in ("PYTHONPATH", "PYTHONHOME"):
        values.pop(name, None)
    return {
        **values,
        **desktop,
        "QAGENT_HOME": str(settings.agent_home),
        # What the demo leaves behind is in its own folder, not in a person's keychain.
        "QAGENT_SECRETS": "file",
    }


def _write_policy(settings: Settings) -> None:
    documents = documents_folder(settings)
    documents.mkdir(parents=True, exist_ok=True)
    settings.agent_home.mkdir(parents=True, exist_ok=True, mode=0o700)
    policy = settings.agent_home / "policy.yaml"
    policy.write_text(
        "# Written by qops demo: what the demo's agent may do on this machine.\n"
        "version: 1\n"
        f"documents: {json.dumps(str(documents), ensure_ascii=False)}\n"
        "screenshots: true\n"
        "allow:\n"
        "  risks: [look, navigate, edit, write_file]\n"
        "  apps: [mousepad]\n",
        encoding="utf-8",
    )
    policy.chmod(0o600)


def _enrol(
    settings: Settings, identity: Identity, user: DemoUser, environment: Mapping[str, str]
) -> str:
    client = settings.agent_home / "client.json"
    client.write_text(identity.client_settings().as_json(), encoding="utf-8")
    command = [_program(), "enrol", "--username", user.username, "--config-file", str(client)]
    answer = subprocess.run(
        command,
        env={
            **environment,
            "QAGENT_PASSWORD": user.password,
            "QAGENT_TOTP_SECRET": user.totp_secret,
        },
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=_START_SECONDS,
        check=False,
    )
    if answer.returncode != 0:
        lines = [line.strip(" ✗→") for line in answer.stderr.splitlines() if line.strip()]
        raise AgentError(
            "This machine could not be enrolled as a device.",
            why=lines[0] if lines else f"qagent ended with exit code {answer.returncode}.",
            next_step="Run qops status to see what is down; then qops demo again.",
            details=lines[1:20],
        )
    try:
        kept = json.loads((settings.agent_home / "device.json").read_text(encoding="utf-8"))
        return str(kept["device"]["device_id"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise AgentError(
            "The agent did not store its enrolment.",
            why=f"{type(error).__name__}: {error}",
            next_step="Run qops down, then qops demo again.",
        ) from error


def _enrolled_device(settings: Settings, generation: str) -> str | None:
    try:
        kept = json.loads(_enrolment_file(settings).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return str(kept["device_id"]) if kept.get("generation") == generation else None


def _remember(settings: Settings, generation: str, device_id: str) -> None:
    _enrolment_file(settings).write_text(
        json.dumps({"generation": generation, "device_id": device_id}), encoding="utf-8"
    )


def _enrolment_file(settings: Settings) -> Path:
    return settings.demo_home / "enrolment.json"


def _program() -> str:
    beside = Path(sys.executable).with_name("qagent")
    found = str(beside) if beside.exists() else shutil.which("qagent")
    if found is None:
        raise AgentError(
            "The agent's program qagent was not found.",
            why=f"It is neither beside {sys.executable} nor on PATH.",
            next_step="Run make demo: it installs the packages of this checkout.",
        )
    return found
