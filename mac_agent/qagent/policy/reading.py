"""Reading a policy file: every fault with its line, its field and what to do about it."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from qagent.messages import text
from qagent.policy.model import PolicyFile

_LARGEST = 1_000_000
"""Most bytes of a policy file."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong with a policy file.

    Attributes:
        line: Line, from 1; 0 when the file as a whole is meant.
        field: Field, e.g. `allow.apps.0`; empty when the file as a whole is meant.
        what: What is wrong.
        repair: What to do about it.
    """

    line: int
    field: str
    what: str
    repair: str

    def __str__(self) -> str:
        place = ": ".join(part for part in (self._line(), self.field) if part)
        return f"{place}: {self.what}" if place else self.what

    def _line(self) -> str:
        return text("policy.line", line=self.line) if self.line else ""


@dataclass(frozen=True, slots=True)
class Reading:
    """A policy file as it was read: its fields, or its faults."""

    file: PolicyFile | None
    faults: tuple[Fault, ...] = ()


def read(path: Path) -> Reading:
    """Read a policy file.

    Args:
        path: The file (YAML).

    Raises:
        FileNotFoundError: There is none.
    """
    try:
        if path.stat().st_size > _LARGEST:
            return _broken(text("policy.too_large"), text("policy.repair.file"))
        content = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise
    except UnicodeDecodeError:
        return _broken(text("policy.not_utf8"), text("policy.repair.utf8"))
    except OSError as error:
        return _broken(str(error.strerror), text("policy.repair.file"))
    try:
        root = yaml.compose(content, Loader=yaml.SafeLoader)
        # The safe loader makes plain values only.
        raw = yaml.load(content, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        line = mark.line + 1 if mark is not None else 0
        return Reading(None, (Fault(line, "", str(error.problem), text("policy.repair.yaml")),))
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        return _broken(" ".join(str(error).split())[:200], text("policy.repair.yaml"))
    doubled = tuple(_doubled(root)) if root is not None else ()
    try:
        parsed = PolicyFile.model_validate(raw)
    except ValidationError as error:
        details = error.errors(include_url=False, include_input=False)
        return Reading(None, (*doubled, *(_fault(one, root) for one in details)))
    return Reading(None, doubled) if doubled else Reading(parsed)


def _broken(what: str, repair: str) -> Reading:
    return Reading(None, (Fault(0, "", what, repair),))


def _fault(detail: ErrorDetails, root: yaml.Node | None) -> Fault:
    place = ".".join(str(part) for part in detail["loc"])
    kind = detail["type"]
    what = text("policy.bad_value", detail=detail["msg"].removeprefix("Value error, "))
    repair = text("policy.repair.value")
    if kind == "extra_forbidden":
        what, repair = text("policy.unknown_field"), text("policy.repair.unknown_field")
    elif kind == "missing":
        repair = text("policy.repair.missing")
    elif not place:
        what, repair = text("policy.no_mapping"), text("policy.repair.missing")
    return Fault(_line_of(root, detail["loc"]), place, what, repair)


def _line_of(node: yaml.Node | None, place: Sequence[int | str]) -> int:
    """Line of a field, or of the nearest one around it that is in the file."""
    line = 1 if node is not None else 0
    for part in place:
        if isinstance(node, yaml.MappingNode):
            found = next(((k, v) for k, v in node.value if k.value == str(part)), None)
            if found is None:
                break
            line, node = found[0].start_mark.line + 1, found[1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int):
            if part >= len(node.value):
                break
            node = node.value[part]
            line = node.start_mark.line + 1
        else:
            break
    return line


def _doubled(root: yaml.Node) -> list[Fault]:
    """Fields that stand twice: YAML keeps the last one, and a `deny` could vanish unseen."""
    found: list[Fault] = []
    stack: list[tuple[yaml.Node, str]] = [(root, "")]
    seen: set[int] = set()
    while stack:
        node, place = stack.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        children: list[tuple[Any, yaml.Node]] = []
        if isinstance(node, yaml.MappingNode):
            names: set[str] = set()
            for key, value in node.value:
                name = str(key.value)
                where = f"{place}.{name}".lstrip(".")
                if name in names:
                    found.append(
                        Fault(
                            key.start_mark.line + 1,
                            where,
                            text("policy.doubled"),
                            text("policy.repair.doubled"),
                        )
                    )
                names.add(name)
                children.append((name, value))
        elif isinstance(node, yaml.SequenceNode):
            children = list(enumerate(node.value))
        stack += [(child, f"{place}.{name}".lstrip(".")) for name, child in children]
    return found
