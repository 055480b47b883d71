"""Where something stands in a YAML file, and what stands there twice."""

from collections.abc import Sequence
from typing import Any

import yaml


def line_of(node: yaml.Node | None, place: Sequence[int | str]) -> int:
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


def doubled(root: yaml.Node) -> list[tuple[int, str]]:
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
