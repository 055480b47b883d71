"""Writing our servers into a client's configuration file: merged, whole or not at all.

Nothing that is not ours is changed: other servers and settings stay, in their order. A file that
cannot be read as a whole is left alone, and the file as it was stays beside the new one.
"""

import difflib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qagent.home import HomeError, write_whole
from qagent.mcp.clients import SERVERS, is_ours
from qagent.messages import text
from qagent.words import reason

BACKUP = ".qagent-backup"
"""What the name of the file as it was ends with: no client reads such a file."""

_SERVERS = "mcpServers"
_TOOLS = "tools"
_BOM = "\ufeff"
_NEW_MODE = 0o600


@dataclass(frozen=True, slots=True)
class Change:
    """What is to be done to a file, or was.

    Attributes:
        path: The file.
        added: Names of servers that were not there.
        updated: Names of servers that were there and are different now.
        removed: Names of servers that are gone.
        diff: The change as a unified diff.
        backup: The file as it was; None when nothing was written or there was none.
    """

    path: Path
    added: tuple[str, ...] = ()
    updated: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    diff: str = ""
    backup: Path | None = None

    @property
    def none(self) -> bool:
        """Whether there is nothing to do."""
        return not (self.added or self.updated or self.removed)


def put(
    path: Path, wanted: Mapping[str, dict[str, Any]], *, agent: bool = False, dry_run: bool = False
) -> Change:
    """Make a configuration file have these servers of ours and no others of ours.

    Args:
        path: The file; made when it is not there.
        wanted: Our servers by name; none to take all of ours out.
        agent: Whether it is an agent's file, which names the servers that the agent may use.
        dry_run: Write nothing.

    Raises:
        HomeError: The file cannot be read as a whole or written, or a name is another server's.
    """
    target = Path(os.path.realpath(path))
    stamp, before = _read(target)
    if before is None and (agent or not wanted):
        if agent and wanted:
            raise HomeError(text("install.no_agent", path=path), text("install.no_agent.repair"))
        return Change(path)
    content = _parsed(path, before or "")
    change = _merge(path, content, wanted)
    if agent and _let_use(content, wanted, change) and change.none:
        change = Change(path, updated=tuple(wanted))
    if change.none:
        return change
    after = _written(content, before or "")
    shown = difflib.unified_diff(_lines(before or ""), _lines(after), str(path), str(path))
    diff = "".join(shown)
    change = _with(change, diff=diff)
    if dry_run:
        return change
    try:
        backup = None
        if before is not None:
            backup = target.with_name(target.name + BACKUP)
            write_whole(backup, before.encode(), target.stat().st_mode & 0o777)
        if _stamp(target) != stamp:
            raise HomeError(text("install.changed", path=path), text("install.changed.repair"))
        mode = _NEW_MODE if before is None else target.stat().st_mode & 0o777
        target.parent.mkdir(parents=True, exist_ok=True)
        write_whole(target, after.encode(), mode)
    except OSError as error:
        why = reason(error)
        raise HomeError(
            text("install.unwritable", path=path, why=why), text("install.unwritable.repair")
        ) from error
    return _with(change, backup=backup)


def _merge(path: Path, content: dict[str, Any], wanted: Mapping[str, dict[str, Any]]) -> Change:
    servers = content.get(_SERVERS, {})
    if not isinstance(servers, dict):
        raise _broken(path, f"{_SERVERS}: {type(servers).__name__}")
    added, updated, removed = [], [], []
    for name in SERVERS:
        found = servers.get(name)
        if name in wanted and found is None and name not in servers:
            servers[name] = wanted[name]
            added.append(name)
        elif name in wanted:
            if not isinstance(found, dict) or not is_ours(found):
                raise HomeError(
                    text("install.foreign", path=path, name=name), text("install.foreign.repair")
                )
            # What the user set beside it (disabled, autoApprove, env) is the user's.
            if any(found.get(key) != wanted[name][key] for key in _OWN):
                found.update({key: wanted[name][key] for key in _OWN})
                updated.append(name)
        elif name not in wanted and is_ours(found):
            del servers[name]
            removed.append(name)
    if added:
        content[_SERVERS] = servers
    return Change(path, tuple(added), tuple(updated), tuple(removed))


_OWN = ("command", "args")


def _let_use(content: dict[str, Any], wanted: Mapping[str, dict[str, Any]], change: Change) -> bool:
    """An agent may use the servers that its list of tools names; all where it has none."""
    tools = content.get(_TOOLS)
    if not isinstance(tools, list):
        return False
    before = list(tools)
    for name in change.removed:
        if f"@{name}" in tools:
            tools.remove(f"@{name}")
    if "*" not in tools:
        tools += [f"@{name}" for name in wanted if f"@{name}" not in tools]
    return tools != before


def _read(path: Path) -> tuple[tuple[int, int, int] | None, str | None]:
    try:
        stamp = _stamp(path)
        return stamp, path.read_bytes().decode()
    except FileNotFoundError:
        return None, None
    except (OSError, UnicodeDecodeError) as error:
        raise _broken(path, type(error).__name__) from error


def _stamp(path: Path) -> tuple[int, int, int] | None:
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino


def _parsed(path: Path, content: str) -> dict[str, Any]:
    """The file's object.

    Raises:
        HomeError: It is no JSON object, or names something twice: reading would lose one.
    """

    def pairs(found: list[tuple[str, Any]]) -> dict[str, Any]:
        made = dict(found)
        if len(made) != len(found):
            names = [name for name, _ in found]
            twice = next(name for name in names if names.count(name) > 1)
            raise ValueError(f"{twice!r} x2")
        return made

    plain = content.removeprefix(_BOM)
    if not plain.strip():
        return {}
    try:
        found = json.loads(plain, object_pairs_hook=pairs)
    except ValueError as error:
        raise _broken(path, str(error)) from error
    if not isinstance(found, dict):
        raise _broken(path, type(found).__name__)
    return found


def _lines(content: str) -> list[str]:
    """The lines of a file for a difference; the last one says, as diff does, that it has no end."""
    lines = content.splitlines(keepends=True)
    if lines and not lines[-1].endswith("\n"):
        lines[-1] += "\n\\ No newline at end of file\n"
    return lines


def _written(content: dict[str, Any], before: str) -> str:
    """The object in the form that the file had: its indentation, its last line's end, its mark."""
    indent: str | int = 2
    for line in before.splitlines():
        inner = line[: len(line) - len(line.lstrip(" \t"))]
        if inner and line.strip():
            indent = inner
            break
    made = json.dumps(content, ensure_ascii=False, indent=indent)
    mark = _BOM if before.startswith(_BOM) else ""
    return mark + made + ("\n" if not before or before.endswith("\n") else "")


def _with(change: Change, *, diff: str = "", backup: Path | None = None) -> Change:
    return Change(
        change.path, change.added, change.updated, change.removed, diff or change.diff, backup
    )


def _broken(path: Path, why: str) -> HomeError:
    return HomeError(text("install.broken", path=path, why=why), text("install.broken.repair"))
