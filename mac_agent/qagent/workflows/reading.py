"""Reading and writing a workflow file; every fault with its line and its repair."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from qagent.home import write_whole
from qagent.messages import text
from qagent.workflows.model import Workflow
from qagent.yaml_lines import doubled, line_of

_LARGEST = 2_000_000
"""Most bytes of a workflow file."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong with a file.

    Attributes:
        line: Line, from 1; 0 when the file as a whole is meant.
        field: Field, e.g. `steps.2.action`; empty when the file as a whole is meant.
        what: What is wrong.
        repair: What to do about it.
    """

    line: int
    field: str
    what: str
    repair: str


class Lines:
    """Tells on which line of a file something stands.

    Args:
        root: The composed file.
    """

    def __init__(self, root: yaml.Node | None) -> None:
        self._root = root

    def of(self, *place: str | int) -> int:
        """Line of a field, or of the nearest one around it."""
        return line_of(self._root, place)


@dataclass(frozen=True, slots=True)
class Reading:
    """A workflow file as it was read: the workflow, or the faults."""

    workflow: Workflow | None
    faults: tuple[Fault, ...]
    lines: Lines


def read(path: Path) -> Reading:
    """Read a workflow file.

    Args:
        path: The file (YAML).

    Raises:
        OSError: It cannot be read.
    """
    if path.stat().st_size > _LARGEST:
        return _broken(text("policy.too_large"), text("workflow.repair.file"))
    try:
        return parse(path.read_text(encoding="utf-8"))
    except UnicodeDecodeError:
        return _broken(text("policy.not_utf8"), text("policy.repair.utf8"))


def parse(content: str) -> Reading:
    """Read a workflow from text.

    Args:
        content: YAML.
    """
    try:
        root = yaml.compose(content, Loader=yaml.SafeLoader)
        raw = yaml.load(content, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        line = mark.line + 1 if mark is not None else 0
        fault = Fault(line, "", str(error.problem), text("policy.repair.yaml"))
        return Reading(None, (fault,), Lines(None))
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        return _broken(" ".join(str(error).split())[:200], text("policy.repair.yaml"))
    lines = Lines(root)
    twice = (
        ()
        if root is None
        else tuple(
            Fault(line, place, text("policy.doubled"), text("policy.repair.doubled"))
            for line, place in doubled(root)
        )
    )
    try:
        workflow = Workflow.model_validate(raw)
    except ValidationError as error:
        details = error.errors(include_url=False, include_input=False)
        return Reading(None, (*twice, *(_fault(one, lines) for one in details)), lines)
    return Reading(None, twice, lines) if twice else Reading(workflow, (), lines)


def dump(workflow: Workflow) -> str:
    """A workflow as YAML, without what is at its default.

    Args:
        workflow: The workflow.
    """
    values: dict[str, Any] = {"version": workflow.version}
    values |= json.loads(workflow.model_dump_json(exclude_defaults=True, exclude_none=True))
    # What tells one action from another is at its default in each.
    for step, written in zip(workflow.steps, values["steps"], strict=True):
        written["action"] = {"kind": str(step.action.kind)} | written.get("action", {})
        if step.verify is not None:
            written["verify"] = {"kind": str(step.verify.kind)} | written.get("verify", {})
    return str(yaml.safe_dump(values, allow_unicode=True, sort_keys=False, width=100))


def write(path: Path, workflow: Workflow) -> None:
    """Write a workflow for the owner only; after a crash it is the old or the new file, whole.

    Args:
        path: The file.
        workflow: The workflow.
    """
    write_whole(path, dump(workflow).encode())


def _broken(what: str, repair: str) -> Reading:
    return Reading(None, (Fault(0, "", what, repair),), Lines(None))


def _fault(detail: ErrorDetails, lines: Lines) -> Fault:
    place = ".".join(str(part) for part in detail["loc"])
    kind = detail["type"]
    what = text("policy.bad_value", detail=detail["msg"].removeprefix("Value error, "))
    repair = text("workflow.repair.value")
    if kind == "extra_forbidden":
        what, repair = text("policy.unknown_field"), text("workflow.repair.unknown")
    elif kind == "missing":
        repair = text("workflow.repair.missing")
    elif kind == "string_type":
        repair = text("workflow.repair.quote")
    elif not place and kind == "model_type":
        what, repair = text("policy.no_mapping"), text("workflow.repair.missing")
    return Fault(lines.of(*detail["loc"]), place, what, repair)
