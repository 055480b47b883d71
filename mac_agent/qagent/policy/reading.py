"""Reading a policy file: every fault with its line, its field and what to do about it."""

from dataclasses import dataclass
from pathlib import Path

import yaml
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from qagent.messages import text
from qagent.policy.model import PolicyFile
from qagent.yaml_lines import doubled, line_of

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
    twice = (
        ()
        if root is None
        else tuple(
            Fault(line, place, text("policy.doubled"), text("policy.repair.doubled"))
            for line, place in doubled(root)
        )
    )
    try:
        parsed = PolicyFile.model_validate(raw)
    except ValidationError as error:
        details = error.errors(include_url=False, include_input=False)
        return Reading(None, (*twice, *(_fault(one, root) for one in details)))
    return Reading(None, twice) if twice else Reading(parsed)


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
    return Fault(line_of(root, detail["loc"]), place, what, repair)
