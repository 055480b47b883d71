"""What YAML's parser says of a file, in the user's language, with the place it means."""

from collections.abc import Iterator
from dataclasses import dataclass

import yaml
from yaml.constructor import SafeConstructor
from yaml.reader import ReaderError

from qagent.messages import language, text
from qagent.phrases import Phrases
from qagent.yaml_problem_texts import SAID
from qscreen.wire import Language

PHRASES = Phrases(SAID)
"""What the parser says, in Korean."""

UNREADABLE = (ValueError, LookupError, AttributeError, TypeError, ArithmeticError)
"""What PyYAML lets through of values that are none of their type, e.g. `!!bool x`, `2026-13-45`."""

_TYPES = ("bool", "float", "int", "timestamp")


@dataclass(frozen=True, slots=True)
class Problem:
    """What keeps a file from being read as YAML.

    Attributes:
        line: Line, from 1; 0 when the file as a whole is meant.
        column: Column, from 1; 0 when the file as a whole is meant.
        what: What is wrong.
        is_value: Whether a value is meant that is none of its type.
    """

    line: int
    column: int
    what: str
    is_value: bool = False


def problem_of(error: BaseException, content: str, root: yaml.Node | None) -> Problem:
    """Say what a reading failed with.

    Args:
        error: What the parser raised.
        content: The file's text.
        root: The composed file, where it came so far.
    """
    match error:
        case yaml.MarkedYAMLError():
            return _marked(error)
        case ReaderError():
            before = content[: error.position].splitlines(keepends=True) or [""]
            whole = before[-1].endswith(("\n", "\r"))
            line, column = (len(before) + 1, 1) if whole else (len(before), len(before[-1]) + 1)
            return Problem(line, column, text("yaml.character", code=f"U+{error.character:04X}"))
        case RecursionError():
            return Problem(0, 0, text("yaml.too_deep"))
    for node in _scalars(root):
        try:
            SafeConstructor().construct_object(node)
        except UNREADABLE:
            kind = node.tag.rpartition(":")[2]
            key = f"yaml.no_value.{kind if kind in _TYPES else 'other'}"
            mark = node.start_mark
            return Problem(mark.line + 1, mark.column + 1, text(key), is_value=True)
    return Problem(0, 0, text("yaml.no_value.other"), is_value=True)


def said(words: str) -> str:
    """What the parser says, in the user's language.

    Args:
        words: What it says in English.
    """
    return PHRASES.korean(words) if language() is Language.KO else words


def _marked(error: yaml.MarkedYAMLError) -> Problem:
    """The problem at its place, and what was being read from where on."""
    what = said(str(error.problem))
    mark, start = error.problem_mark, error.context_mark
    if error.context and start is not None and (mark is None or start.index != mark.index):
        place = {"line": start.line + 1, "column": start.column + 1}
        what = text("yaml.problem", what=what, context=said(error.context), **place)
    if mark is None:
        return Problem(0, 0, what)
    return Problem(mark.line + 1, mark.column + 1, what)


def _scalars(root: yaml.Node | None) -> Iterator[yaml.ScalarNode]:
    """The values of a file, in its order."""
    waiting: list[yaml.Node] = [] if root is None else [root]
    seen: set[int] = set()
    while waiting:
        node = waiting.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        if isinstance(node, yaml.ScalarNode):
            yield node
        elif isinstance(node, yaml.SequenceNode):
            waiting += reversed(node.value)
        elif isinstance(node, yaml.MappingNode):
            waiting += (one for pair in reversed(node.value) for one in reversed(pair))
