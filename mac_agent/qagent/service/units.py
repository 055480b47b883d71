"""The texts of the unit files."""

import plistlib
from collections.abc import Mapping, Sequence
from pathlib import Path

LABEL = "io.qscreen.qagent"
"""The launchd agent's label."""

UNIT = "qagent.service"
"""The systemd unit's name."""

AGAIN_SECONDS = 10
"""Pause before another start; launchd takes no less than 10 by default (launchd.plist(5))."""

SERVICE_VARIABLE = "QAGENT_SERVICE"
"""Names the service manager that started the agent, where the agent has to know."""

LAUNCHD = "launchd"

FINAL_CODES = (3, 64)
"""Exit codes of `qagent serve` after which starting again is of no use: refused, wrong usage."""


def systemd_unit(command: Sequence[str], environment: Mapping[str, str]) -> str:
    """The user unit of systemd.

    It belongs to the graphical session: without a screen there is nothing to do, and it ends with
    the session (systemd.special(7), graphical-session.target).

    Args:
        command: Program and arguments.
        environment: Variables that the agent gets beside the session's own.

    Returns:
        The text of the file.
    """
    variables = "".join(
        f"Environment={_quoted(f'{name}={value}')}\n" for name, value in sorted(environment.items())
    )
    return (
        "[Unit]\n"
        "Description=Device agent of Q Screen Automation\n"
        "PartOf=graphical-session.target\n"
        "After=graphical-session.target\n"
        "StartLimitIntervalSec=300\n"
        "StartLimitBurst=10\n"
        "\n"
        "[Service]\n"
        "Type=exec\n"
        f"ExecStart={' '.join(_quoted(word, command_line=True) for word in command)}\n"
        f"{variables}"
        "Restart=on-failure\n"
        f"RestartSec={AGAIN_SECONDS}\n"
        f"RestartPreventExitStatus={' '.join(map(str, FINAL_CODES))}\n"
        "NoNewPrivileges=yes\n"
        "UMask=0077\n"
        "\n"
        "[Install]\n"
        "WantedBy=graphical-session.target\n"
    )


def launchd_plist(command: Sequence[str], environment: Mapping[str, str], logs: Path) -> bytes:
    """The launchd agent of the user's graphical session (launchd.plist(5)).

    Args:
        command: Program and arguments.
        environment: Variables that the agent gets.
        logs: Folder for what it prints.

    Returns:
        The file, as an XML property list.
    """
    return plistlib.dumps(
        {
            "Label": LABEL,
            "ProgramArguments": list(command),
            "EnvironmentVariables": {**environment, SERVICE_VARIABLE: LAUNCHD},
            "RunAtLoad": True,
            "KeepAlive": {"SuccessfulExit": False},
            "ThrottleInterval": AGAIN_SECONDS,
            "ProcessType": "Interactive",
            "LimitLoadToSessionType": "Aqua",
            "Umask": 0o077,
            "StandardOutPath": str(logs / "service.log"),
            "StandardErrorPath": str(logs / "service.log"),
        }
    )


def _quoted(word: str, *, command_line: bool = False) -> str:
    """A word in double quotes (systemd.syntax(7)); `%`, in commands also `$`, as they are."""
    escaped = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%")
    return f'"{escaped.replace("$", "$$") if command_line else escaped}"'
