"""Files that people write as YAML: each fault with its line, its field and its repair."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Generic, TypeVar

import yaml
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from qagent.messages import text
from qagent.value_faults import words_of
from qagent.yaml_problems import UNREADABLE, problem_of

M = TypeVar("M", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong with a file.

    Attributes:
        line: Line, from 1; 0 when the file as a whole is meant.
        field: Field, e.g. `allow.apps.0`; empty when the file as a whole is meant.
        what: What is wrong.
        repair: What to do about it.
        column: Column, from 1; 0 when the whole line is meant.
    """

    line: int
    field: str
    what: str
    repair: str
    column: int = 0

    def __str__(self) -> str:
        line = text("yaml.line", line=self.line) if self.line else ""
        if self.column:
            line = text("yaml.place", line=self.line, column=self.column)
        return ": ".join(part for part in (line, self.field, self.what) if part)

    def at(self, path: Path) -> str:
        """The fault with its place, as programs read it: file, line, column, field.

        Args:
            path: The file.
        """
        place = ":".join(str(one) for one in (path, self.line, self.column) if one)
        return ": ".join(part for part in (place, self.field, self.what) if part)


class Lines:
    """Tells on which line of a file something stands.

    Args:
        root: The composed file; None when it is empty or no YAML.
    """

    def __init__(self, root: yaml.Node | None) -> None:
        self._root = root

    def of(self, *place: str | int) -> int:
        """Line of a field, or of the nearest one around it."""
        return _line_of(self._root, place)


@dataclass(frozen=True, slots=True)
class Reading(Generic[M]):
    """A file as it was read: what it holds, or its faults; one of the two.

    Attributes:
        content: What it holds.
        faults: What is wrong with it.
        lines: Where its fields stand.
    """

    content: M | None
    faults: tuple[Fault, ...] = ()
    lines: Lines = field(default_factory=lambda: Lines(None))


@dataclass(frozen=True, slots=True)
class Repairs:
    """Names of the texts that say how to mend a field.

    Attributes:
        value: Of a value that is not allowed.
        unknown: Of a field that there is not.
        missing: Of a field that is missing, and of a file without fields.
        others: Of further kinds of pydantic's errors.
    """

    value: str
    unknown: str
    missing: str
    others: Mapping[str, str]


def read_yaml(content: str, model: type[M], repairs: Repairs) -> Reading[M]:
    """Read a file's text.

    Args:
        content: YAML.
        model: What the file is to hold.
        repairs: How its fields are mended.
    """
    root = None
    try:
        root = yaml.compose(content, Loader=yaml.SafeLoader)
        # The safe loader makes plain values only.
        raw = yaml.load(content, Loader=yaml.SafeLoader)
    except (yaml.YAMLError, RecursionError, *UNREADABLE) as error:
        found = problem_of(error, content, root)
        repair = text("yaml.repair.quote" if found.is_value else "yaml.repair.yaml")
        return Reading(None, (Fault(found.line, "", found.what, repair, found.column),))
    lines = Lines(root)
    twice = tuple(
        Fault(line, place, text("yaml.doubled"), text("yaml.repair.doubled"))
        for line, place in (_doubled(root) if root is not None else ())
    )
    try:
        parsed = model.model_validate(raw)
    except ValidationError as error:
        details = error.errors(include_url=False, include_input=False)
        return Reading(None, (*twice, *(_fault(one, lines, repairs) for one in details)), lines)
    return Reading(None, twice, lines) if twice else Reading(parsed, (), lines)


def broken(what: str, repair: str) -> Reading[Any]:
    """A file that cannot be read as a whole.

    Args:
        what: What is wrong.
        repair: What to do about it.
    """
    return Reading(None, (Fault(0, "", what, repair),))


def _fault(detail: ErrorDetails, lines: Lines, repairs: Repairs) -> Fault:
    place = ".".join(str(part) for part in detail["loc"])
    kind = detail["type"]
    what = text("yaml.bad_value", detail=words_of(detail))
    repair = repairs.others.get(kind, repairs.value)
    if kind == "extra_forbidden":
        what, repair = text("yaml.unknown_field"), repairs.unknown
    elif kind == "missing":
        what, repair = words_of(detail), repairs.missing
    elif not place and kind == "model_type":
        what, repair = text("yaml.no_mapping"), repairs.missing
    return Fault(lines.of(*detail["loc"]), place, what, text(repair))


def _line_of(node: yaml.Node | None, place: Sequence[int | str]) -> int:
    """Line of a field, or of the nearest one around it that is in the file.

    Args:
        node: The composed file; None when it is empty.
        place: Names and numbers that lead to the field.

    Returns:
        The line, from 1; 0 for an empty file.
    """
    line = 1 if node is not None else 0
    for part in place:
        if isinstance(node, yaml.MappingNode):
            found = next(((k, v) for k, v in node.value if k.value == str(part)), None)
            if found is None:
                continue  # A part of a union's name: what comes after it may be in the file.
            line, node = found[0].start_mark.line + 1, found[1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int):
            if part >= len(node.value):
                break
            node = node.value[part]
            line = node.start_mark.line + 1
        else:
            break
    return line


def _doubled(root: yaml.Node) -> list[tuple[int, str]]:
    """Line and place of each field that stands twice: YAML would silently keep the last one.

    Args:
        root: The composed file.
    """
    found: list[tuple[int, str]] = []
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
                    found.append((key.start_mark.line + 1, where))
                names.add(name)
                children.append((name, value))
        elif isinstance(node, yaml.SequenceNode):
            children = list(enumerate(node.value))
        stack += [(child, f"{place}.{name}".lstrip(".")) for name, child in children]
    return found
