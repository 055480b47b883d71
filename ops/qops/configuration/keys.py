"""What a file of settings may hold: the general settings, and the options of the commands."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

from qops.commands.surface import (
    SHARED,
    Command,
    Option,
    key_of,
    options_of,
    variables_of,
    walk,
)
from qops.errors import UsageError
from qops.settings import ENVIRONMENTS, GENERAL

Value = bool | int | float | str | list[str]

CONFIRMING = frozenset(
    {"yes", "own", "destroys", "allow-destroy", "allow-unknown", "abandon", "add", "remove"}
)
"""Options that agree to something or say who may do what: they are given each time, and no file
decides that for a person."""

_KINDS: dict[type, str] = {bool: "boolean", int: "integer", float: "number"}


@dataclass(frozen=True, slots=True)
class Key:
    """A setting.

    Attributes:
        name: As it is typed, e.g. ``health.deep``.
        kind: Its type in JSON Schema's words: boolean, integer, number, string or array (of
            strings).
        help: What it does.
        variables: Environment variables that set it, too; the first one set counts.
        choices: What it may be; empty where anything may.
        default: What it is when nobody sets it; None where that depends.
        option: The option of every command that sets it, too, e.g. ``--env``.
        path: Whether it names a file or a folder; in a file of settings from there on.
    """

    name: str
    kind: str
    help: str
    variables: tuple[str, ...]
    choices: tuple[str, ...] = ()
    default: Value | None = None
    option: str = ""
    path: bool = False

    def fault(self, value: object) -> str:
        """Why a value cannot be used; empty when it can."""
        good = {
            "boolean": isinstance(value, bool),
            "integer": isinstance(value, int) and not isinstance(value, bool),
            "number": isinstance(value, int | float) and not isinstance(value, bool),
            "string": isinstance(value, str),
            "array": isinstance(value, list) and all(isinstance(one, str) for one in value),
        }[self.kind]
        if not good:
            of = " of strings" if self.kind == "array" else ""
            article = "an" if self.kind[0] in "ai" else "a"
            return f"{value!r} is not {article} {self.kind}{of}"
        wrong = [one for one in (value if isinstance(value, list) else [value])
                 if self.choices and one not in self.choices]  # fmt: skip
        return f"{wrong[0]!r} is none of {', '.join(self.choices)}" if wrong else ""

    def parse(self, words: list[str]) -> Value:
        """The value that words of a command line mean.

        Args:
            words: The words; several make sense for an array only.

        Raises:
            UsageError: They mean none that the setting can have.
        """
        value: Value = list(words)
        if self.kind != "array":
            text = " ".join(words)
            value = _parsed(self.kind, text)
        fault = self.fault(value)
        if fault:
            raise UsageError(
                f"{self.name} cannot be set to that.",
                why=f"{fault}.",
                next_step=f"What it is: {self.help or 'qops config --all'}",
            )
        return value


def _parsed(kind: str, text: str) -> Value:
    if kind == "boolean":
        words = {"true": True, "1": True, "yes": True, "on": True,
                 "false": False, "0": False, "no": False, "off": False}  # fmt: skip
        return words.get(text.lower(), text)
    try:
        if kind == "integer":
            return int(text)
        return float(text) if kind == "number" else text
    except ValueError:
        return text


@cache
def all_keys() -> dict[str, Key]:
    """Every setting that a file may hold, by its name."""
    from qops.cli import app
    from qops.commands.surface import command_line

    found = {key.name: key for key in _general()}
    for path, command in walk(command_line(app)):
        for key in _of_command(path, command):
            found.setdefault(key.name, key)
    return found


def _general() -> Iterable[Key]:
    yield Key(
        "env", "string", "Environment of every command.", (SHARED["env"],), ENVIRONMENTS, "local",
        "--env",
    )  # fmt: skip
    texts = {
        "json": "Print one JSON document.",
        "quiet": "Print errors and the result's essentials only.",
        "no-color": "Print without colours.",
    }
    for name, help_ in texts.items():
        yield Key(name, "boolean", help_, (SHARED[name],), (), False, f"--{name}")
    for setting in GENERAL:
        kind = "integer" if setting.key == "port" else "string"
        yield Key(
            setting.key, kind, setting.help, (setting.variable,), (), setting.default,
            path=setting.key != "port",
        )  # fmt: skip


def _of_command(path: str, command: Command) -> Iterable[Key]:
    for option in options_of(command):
        key = key_of(option)
        if key in SHARED or key in CONFIRMING:
            continue
        described: Any = option
        choices = tuple(
            str(getattr(one, "value", one)) for one in described.type_descriptor.choices or ()
        )
        yield Key(
            name=".".join([*path.split(), key]),
            kind=kind_of(option),
            help=described.help or "",
            variables=tuple(variables_of(option)),
            choices=choices,
            default=_default(described.default),
            path=bool(described.type_descriptor.is_path),
        )


def kind_of(option: Option) -> str:
    """The type of an option's value, in JSON Schema's words."""
    described: Any = option
    if described.multiple:
        return "array"
    return _KINDS.get(described.type_descriptor.annotation, "string")


def _default(value: object) -> Value | None:
    value = getattr(value, "value", value)
    return value if isinstance(value, bool | int | float | str) and value != "" else None


def known(name: str) -> Key:
    """A setting by its name.

    Args:
        name: The name.

    Raises:
        UsageError: There is none of that name; near ones are told.
    """
    key = all_keys().get(name)
    if key is None:
        raise UsageError(f"There is no setting {name!r}.", **_instead(name))
    return key


def _instead(name: str) -> dict[str, str]:
    if name.rpartition(".")[2] in CONFIRMING:
        return {
            "why": "It agrees to something, or says who may do what: no file decides that.",
            "next_step": "Give it on the command line, each time.",
        }
    from difflib import get_close_matches

    near = get_close_matches(name, all_keys(), n=3, cutoff=0.5)
    near += [one for one in all_keys() if one.rpartition(".")[2] == name and one not in near][:3]
    if near:
        return {"next_step": f"Near names: {', '.join(near)}. All: qops config --all"}
    return {"next_step": "All names: qops config --all"}


def flattened(document: dict[str, Any], file: str) -> dict[str, Value]:
    """The settings of a file by name, each one known and of its type.

    Args:
        document: What the file holds.
        file: The file, for the message.

    Raises:
        UsageError: A name is not known, or a value cannot be used.
    """
    found: dict[str, Value] = {}
    faults: list[str] = []
    _flatten(document, "", found, faults)
    if faults:
        raise UsageError(
            f"The settings in {file} cannot be used.",
            details=faults,
            next_step="Correct the file, or remove what is wrong: qops config unset KEY",
        )
    return found


def _flatten(
    table: dict[str, Any], prefix: str, found: dict[str, Value], faults: list[str]
) -> None:
    keys = all_keys()
    for word, value in table.items():
        name = f"{prefix}{word}"
        if name in keys:
            fault = keys[name].fault(value)
            if fault:
                faults.append(f"{name}: {fault}")
            else:
                found[name] = value
        elif isinstance(value, dict) and any(one.startswith(f"{name}.") for one in keys):
            _flatten(value, f"{name}.", found, faults)
        else:
            told = _instead(name)
            faults.append(" ".join([f"{name}: no such setting.", *told.values()]))


def schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of the file, for editors."""
    root: dict[str, Any] = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "qops.toml",
        "description": "Settings of qops; variables and options win over them.",
        **_table(),
    }
    for key in all_keys().values():
        place = root
        *tables, last = key.name.split(".")
        for word in tables:
            place = place["properties"].setdefault(word, _table())
        described: dict[str, Any] = {"type": key.kind, "description": key.help}
        items = {"enum": list(key.choices)} if key.choices else {}
        if key.kind == "array":
            described["items"] = {"type": "string", **items}
        else:
            described |= items
        if key.default is not None:
            described["default"] = key.default
        place["properties"][last] = described
    return root


def _table() -> dict[str, Any]:
    return {"type": "object", "additionalProperties": False, "properties": {}}
