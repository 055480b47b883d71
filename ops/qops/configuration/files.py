"""Where the files of settings are, what they say, and how they are changed."""

import contextlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qops.errors import QopsError, UsageError

NAME = "qops.toml"


@dataclass(frozen=True, slots=True)
class SettingsFile:
    """A file of settings.

    Attributes:
        path: Where it is, or would be.
        kind: ``variable`` (named by QOPS_CONFIG), ``repository`` or ``user``.
    """

    path: Path
    kind: str


def settings_files(repository: Path, environ: Mapping[str, str]) -> list[SettingsFile]:
    """The files that count, the one that wins first.

    Args:
        repository: Root of the checkout.
        environ: Environment variables.
    """
    named = environ.get("QOPS_CONFIG")
    if named:
        return [SettingsFile(Path(named).expanduser().absolute(), "variable")]
    return [
        SettingsFile(repository / NAME, "repository"),
        SettingsFile(user_folder(environ) / "qops" / NAME, "user"),
    ]


def user_folder(environ: Mapping[str, str]) -> Path:
    """Where a user's settings of programs are.

    Args:
        environ: Environment variables.
    """
    home = Path(environ.get("HOME") or environ.get("USERPROFILE") or Path.home())
    if os.name == "nt":
        return Path(environ.get("APPDATA") or home / "AppData" / "Roaming")
    return Path(environ.get("XDG_CONFIG_HOME") or home / ".config")


def read(file: SettingsFile) -> dict[str, Any]:
    """What a file holds, as it stands there.

    Args:
        file: The file.

    Returns:
        Its tables; nothing where there is no file.

    Raises:
        UsageError: It is no TOML, cannot be read, or is named by QOPS_CONFIG and missing.
    """
    import tomllib

    if not file.path.exists() and file.kind != "variable":
        return {}
    try:
        return tomllib.loads(file.path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise UsageError(
            f"QOPS_CONFIG names {file.path}, and there is no such file.",
            next_step="Make it with qops config set, name another one, or unset the variable.",
        ) from None
    except (OSError, ValueError) as error:
        raise UsageError(
            f"The settings in {file.path} cannot be read.",
            why=f"{error}.",
            next_step="Correct the file (it is TOML: name = value), or move it away.",
        ) from None


def merged(repository: Path, environ: Mapping[str, str]) -> dict[str, tuple[Any, SettingsFile]]:
    """All settings of the files by name, with the file that each is from, which paths start at.

    Args:
        repository: Root of the checkout.
        environ: Environment variables.

    Raises:
        UsageError: A file cannot be read, or holds what it may not.
    """
    found: dict[str, tuple[Any, SettingsFile]] = {}
    for file in reversed(settings_files(repository, environ)):
        document = read(file)
        if document:
            from qops.configuration.keys import all_keys, flattened

            for name, value in flattened(document, str(file.path)).items():
                path = Path(str(value)).expanduser() if all_keys()[name].path else None
                found[name] = (str(file.path.parent / path) if path else value, file)
    return found


def defaults_of_commands(root: Any, environ: Mapping[str, str], repository: Path) -> dict[str, Any]:
    """What the files say of the commands' options, as Click wants it.

    Args:
        root: The command line.
        environ: Environment variables.
        repository: Root of the checkout.

    Returns:
        For each command its options' values by parameter; groups hold their commands.

    Raises:
        UsageError: A file holds what it may not.
    """
    from qops.commands.surface import SHARED, key_of, options_of, walk

    values = {name: value for name, (value, _) in merged(repository, environ).items()}
    found: dict[str, Any] = {}
    if not values:
        return found
    for path, command in walk(root):
        words = path.split()
        place = found
        for word in words:
            place = place.setdefault(word, {})
        for option in options_of(command):
            key = key_of(option)
            name = key if key in SHARED else ".".join([*words, key])
            if name in values:
                place[option.name] = values[name]
    return found


def change(file: SettingsFile, name: str, value: Any) -> Any:
    """Set a setting in a file, or take it out; all else in it stays as it is, comments too.

    Args:
        file: The file; it is made where it is missing.
        name: Name of the setting.
        value: Its value; None takes it out.

    Returns:
        What it was before; None where it was not set.

    Raises:
        QopsError: The file is no TOML, or cannot be written.
    """
    import tomlkit
    from tomlkit.exceptions import TOMLKitError

    try:
        text = file.path.read_text(encoding="utf-8") if file.path.exists() else ""
        document: Any = tomlkit.parse(text)
    except (OSError, ValueError, TOMLKitError) as error:
        raise UsageError(
            f"The settings in {file.path} cannot be read.",
            why=f"{error}.",
            next_step="Correct the file (it is TOML: name = value), or move it away.",
        ) from None
    *tables, last = name.split(".")
    places = [document]
    for word in tables:
        if word not in places[-1] and value is not None:
            places[-1][word] = tomlkit.table()
        inner = places[-1].get(word)
        if not isinstance(inner, dict):
            return None
        places.append(inner)
    before = places[-1].get(last)
    if value is None:
        if before is None:
            return None
        del places[-1][last]
        for outer, word in zip(reversed(places[:-1]), reversed(tables), strict=True):
            if not outer[word]:
                del outer[word]
    else:
        places[-1][last] = value
    write_file(file.path, tomlkit.dumps(document))
    return before.unwrap() if hasattr(before, "unwrap") else before


def write_file(path: Path, text: str) -> None:
    """Write the whole file or nothing of it; its folder is made.

    Args:
        path: The file.
        text: What it is to hold.

    Raises:
        QopsError: It cannot be written.
    """
    temporary = path.with_name(f"{path.name}.new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary.write_text(text, encoding="utf-8")
        temporary.replace(path)
    except OSError as error:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise QopsError(
            f"{path} could not be written.",
            why=f"{error.strerror}.",
            next_step="Check the folder's permissions and the free space, then try again.",
        ) from None
