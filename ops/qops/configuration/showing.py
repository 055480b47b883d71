"""Which settings hold, and where each is from."""

import os
from collections.abc import Mapping
from typing import Any

from qops.configuration.answers import (
    ConfigAnswer,
    ConfigChangeAnswer,
    ConfigPathAnswer,
    FileAnswer,
    SettingAnswer,
)
from qops.configuration.files import SettingsFile, change, merged, settings_files
from qops.configuration.keys import Key, all_keys, known
from qops.errors import UsageError
from qops.settings import checkout


def effective(
    options: Mapping[str, Any], *, every: bool = False, environ: Mapping[str, str] | None = None
) -> ConfigAnswer:
    """The settings that hold.

    Args:
        options: Values that options of the command line gave, by setting.
        every: Also the options of commands that nobody set.
        environ: Environment variables; the process's own when absent.

    Raises:
        UsageError: A file holds what it may not.
    """
    values = os.environ if environ is None else environ
    repository = checkout()
    in_files = merged(repository, values)
    found = [_one(key, options, values, in_files) for key in all_keys().values()]
    shown = [one for one in found if every or "." not in one.name or one.source != "default"]
    files = [_file(one) for one in settings_files(repository, values)]
    return ConfigAnswer(files=files, settings=shown)


def _one(
    key: Key,
    options: Mapping[str, Any],
    environ: Mapping[str, str],
    in_files: Mapping[str, tuple[Any, SettingsFile]],
) -> SettingAnswer:
    told = {"name": key.name, "variables": list(key.variables), "help": key.help}
    variable = next((name for name in key.variables if environ.get(name)), "")
    if key.name in options:
        return SettingAnswer(value=options[key.name], source="option", origin=key.option, **told)
    if variable:
        return SettingAnswer(value=environ[variable], source="variable", origin=variable, **told)
    if key.name in in_files:
        value, file = in_files[key.name]
        return SettingAnswer(value=value, source="file", origin=str(file.path), **told)
    return SettingAnswer(value=key.default, source="default", origin="", **told)


def _file(file: SettingsFile) -> FileAnswer:
    return FileAnswer.model_validate(
        {"path": str(file.path), "kind": file.kind, "exists": file.path.is_file()}
    )


def written_file(*, repository: bool, environ: Mapping[str, str] | None = None) -> SettingsFile:
    """The file that is changed: the one of QOPS_CONFIG, else the user's or the checkout's.

    Args:
        repository: Whether the checkout's is meant.
        environ: Environment variables; the process's own when absent.

    Raises:
        UsageError: The checkout's is meant, and QOPS_CONFIG names another.
    """
    values = os.environ if environ is None else environ
    files = settings_files(checkout(), values)
    if files[0].kind != "variable":
        return files[0] if repository else files[-1]
    if repository:
        raise UsageError(
            "--repository and QOPS_CONFIG name different files.",
            next_step="Unset QOPS_CONFIG, or leave --repository away.",
        )
    return files[0]


def where(*, repository: bool) -> ConfigPathAnswer:
    """Where the files are.

    Args:
        repository: Whether the checkout's would be changed rather than the user's.
    """
    files = [_file(one) for one in settings_files(checkout(), os.environ)]
    return ConfigPathAnswer(files=files, written=str(written_file(repository=repository).path))


def set_setting(name: str, words: list[str], *, repository: bool) -> ConfigChangeAnswer:
    """Set a setting in a file.

    Args:
        name: Its name.
        words: Its value as typed.
        repository: Whether in the checkout's file rather than the user's.

    Raises:
        UsageError: There is no such setting, or it cannot have that value.
    """
    key = known(name)
    value = key.parse(words)
    file = written_file(repository=repository)
    before = change(file, name, value)
    return ConfigChangeAnswer(
        file=str(file.path), name=name, before=before, value=value, hidden_by=_hiding(key, file)
    )


def _hiding(key: Key, file: SettingsFile) -> str:
    variable = next((name for name in key.variables if os.environ.get(name)), "")
    if variable:
        return variable
    try:
        winner = merged(checkout(), os.environ)[key.name][1]
    except UsageError:  # something else in a file is wrong, which the next command will tell
        return ""
    return "" if winner == file else str(winner.path)


def unset_setting(name: str, *, repository: bool) -> ConfigChangeAnswer:
    """Take a setting out of a file, also one that has no meaning.

    Args:
        name: Its name.
        repository: Whether of the checkout's file rather than the user's.

    Raises:
        UsageError: The file does not set it, and there is no such setting.
    """
    file = written_file(repository=repository)
    before = change(file, name, None)
    if before is None:
        known(name)
    return ConfigChangeAnswer(
        file=str(file.path), name=name, before=before, value=None, hidden_by=""
    )
