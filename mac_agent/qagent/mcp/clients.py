"""Where MCP clients keep their configuration, and what of it is ours.

The paths and the format of Q CLI are read off its source; Kiro CLI, its successor, keeps the same
format under its own folders. Both start a server by `mcpServers.NAME` with `command`, `args`, `env`
and `timeout`; an agent's file names in `tools` which servers the agent may use.
"""

import os
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qagent.home import HomeError
from qagent.messages import text

COMBINED = "qscreen"
"""Name of the combined server in a client's configuration."""
SERVERS = {
    COMBINED: "all",
    "qscreen_screen": "screen",
    "qscreen_accessibility": "accessibility",
    "qscreen_vision": "vision",
    "qscreen_input": "input",
}
"""Our names in a client's configuration, and the server that each starts."""
TIMEOUT_MS = 120_000
"""Longest call, as Q CLI has it anyway; a person may be asked meanwhile."""


@dataclass(frozen=True, slots=True)
class Client:
    """A client.

    Attributes:
        name: Its name on our command line.
        programs: Names of its program.
        folder: Its folder in a home.
        servers: File of its servers in a home.
        here: The same in a project's folder.
        agents: Folder of its agents in a home.
        agents_here: The same in a project's folder.
    """

    name: str
    programs: tuple[str, ...]
    folder: str
    servers: str
    here: str
    agents: str
    agents_here: str

    def is_there(self, home: Path) -> bool:
        """Whether this user has it."""
        has_folder = (home / self.folder).is_dir()
        return has_folder or any(shutil.which(one) for one in self.programs)

    def file(self, home: Path, project: Path | None, agent: str) -> Path:
        """Its configuration file.

        Args:
            home: The user's home.
            project: A project's folder; None for the user's own configuration.
            agent: Name of one of its agents; empty for all that take the common servers.
        """
        if project is not None:
            return project / (f"{self.agents_here}/{agent}.json" if agent else self.here)
        return home / (f"{self.agents}/{agent}.json" if agent else self.servers)


CLIENTS = (
    Client(
        "q",
        ("q", "qchat"),
        ".aws/amazonq",
        ".aws/amazonq/mcp.json",
        ".amazonq/mcp.json",
        ".aws/amazonq/cli-agents",
        ".amazonq/cli-agents",
    ),
    Client(
        "kiro",
        ("kiro-cli", "kiro"),
        ".kiro",
        ".kiro/settings/mcp.json",
        ".kiro/settings/mcp.json",
        ".kiro/agents",
        ".kiro/agents",
    ),
)


def chosen(names: tuple[str, ...], home: Path) -> tuple[Client, ...]:
    """The clients of these names; those that this user has where none is named.

    Raises:
        HomeError: A name is unknown, or the user has none of them.
    """
    known = {one.name: one for one in CLIENTS}
    for name in names:
        if name not in known:
            raise HomeError(text("install.client", client=name), text("install.client.repair"))
    if names:
        return tuple(known[name] for name in dict.fromkeys(names))
    found = tuple(one for one in CLIENTS if one.is_there(home))
    if not found:
        raise HomeError(text("install.none_found"), text("install.client.repair"))
    return found


def program(command: str = "") -> str:
    """The absolute path of `qagent`; clients start servers from any folder.

    Args:
        command: What the user says it is.

    Raises:
        HomeError: It is not found.
    """
    beside = Path(sys.executable).with_name("qagent")
    found = shutil.which(command or "qagent") or (str(beside) if beside.is_file() else None)
    if found is None or (command and shutil.which(command) is None):
        raise HomeError(text("install.no_program"), text("install.no_program.repair"))
    return os.path.abspath(found)  # noqa: PTH100 - a link of the user's is kept as it is


def entry(command: str, server: str) -> dict[str, Any]:
    """What a client needs to start a server.

    Args:
        command: Absolute path of `qagent`.
        server: The server.
    """
    made: dict[str, Any] = {"command": command, "args": ["mcp", server], "timeout": TIMEOUT_MS}
    folder = os.environ.get("QAGENT_HOME", "").strip()
    if folder:
        made["env"] = {"QAGENT_HOME": os.path.abspath(Path(folder).expanduser())}  # noqa: PTH100
    return made


def is_ours(found: Any) -> bool:
    """Whether an entry of a client's configuration starts one of our servers."""
    if not isinstance(found, dict):
        return False
    command, arguments = found.get("command"), found.get("args")
    return (
        isinstance(command, str)
        and Path(command).name.removesuffix(".exe") == "qagent"
        and isinstance(arguments, list)
        and arguments[:1] == ["mcp"]
    )
