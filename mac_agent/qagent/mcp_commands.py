"""Commands of the local MCP servers: they read, call and print."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qagent.console import fail, print_json, say
from qagent.home import HomeError
from qagent.messages import text

if TYPE_CHECKING:
    from qagent.mcp.install import Change

USAGE = 64
_SERVERS = ("all", "screen", "accessibility", "vision", "input")

_Client = Annotated[
    list[str] | None,
    typer.Option("--client", help="q or kiro; those that are installed when absent."),
]
_File = Annotated[
    Path | None, typer.Option(help="Another client's file with `mcpServers`, instead of these.")
]
_Project = Annotated[
    Path | None, typer.Option(help="A project's folder, instead of the user's own configuration.")
]
_Agent = Annotated[str, typer.Option(help="One of the client's agents, by its name.")]
_DryRun = Annotated[bool, typer.Option("--dry-run", help="Show the change and write nothing.")]
_Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def mcp(
    server: Annotated[str, typer.Argument(help=", ".join(_SERVERS))] = "all",
) -> None:
    """Serve this screen to an MCP client over standard input and output."""
    if server not in _SERVERS:
        known = text("install.server.repair", names=", ".join(_SERVERS))
        fail(text("install.server", name=server), known, USAGE)
    from qagent.mcp.start import start

    start(server)


def install(
    client: _Client = None,
    file: _File = None,
    project: _Project = None,
    agent: _Agent = "",
    split: Annotated[
        bool, typer.Option("--split", help="Four servers instead of the one that combines them.")
    ] = False,
    command: Annotated[str, typer.Option(help="Path of qagent; found when absent.")] = "",
    dry_run: _DryRun = False,
    as_json: _Json = False,
) -> None:
    """Write the servers into the configuration of Q CLI and Kiro CLI; nothing else is changed."""
    from qagent.mcp.clients import COMBINED, SERVERS, entry, program

    try:
        found = program(command)
    except HomeError as error:
        fail(error.what, error.repair)
    names = [name for name in SERVERS if (name == COMBINED) != split]
    wanted = {name: entry(found, SERVERS[name]) for name in names}
    _put(client, file, project, agent, wanted, dry_run=dry_run, as_json=as_json)


def uninstall(
    client: _Client = None,
    file: _File = None,
    project: _Project = None,
    agent: _Agent = "",
    dry_run: _DryRun = False,
    as_json: _Json = False,
) -> None:
    """Take the servers out of the clients' configuration; nothing else is changed."""
    _put(client, file, project, agent, {}, dry_run=dry_run, as_json=as_json)


def _put(
    client: list[str] | None,
    file: Path | None,
    project: Path | None,
    agent: str,
    wanted: dict[str, dict[str, object]],
    *,
    dry_run: bool,
    as_json: bool,
) -> None:
    from qagent.mcp.clients import chosen
    from qagent.mcp.install import put

    home = Path.home()
    changes = []
    try:
        if file is not None:
            paths = [file]
        else:
            paths = [one.file(home, project, agent) for one in chosen(tuple(client or ()), home)]
        for path in paths:
            changes.append(put(path, wanted, agent=bool(agent), dry_run=dry_run))
            if not as_json:
                _tell(changes[-1], dry_run=dry_run)
    except HomeError as error:
        fail(error.what, error.repair)
    if as_json:
        plain = [asdict(one) | {"written": not (one.none or dry_run)} for one in changes]
        print_json(plain)


def _tell(change: "Change", *, dry_run: bool) -> None:
    if change.none:
        say(text("install.done.same", path=change.path))
        return
    for key in ("added", "updated", "removed"):
        names = getattr(change, key)
        if names:
            say(text(f"install.done.{key}", path=change.path, names=", ".join(names)))
    if dry_run:
        say(change.diff.rstrip("\n"))
        say(text("install.dry"))
    elif change.backup is not None:
        say(text("install.backup", path=change.backup))
