"""Reading and writing a workflow file; every fault with its line and its repair."""

import json
from pathlib import Path
from typing import Any

import yaml

from qagent.home import write_whole
from qagent.messages import text
from qagent.workflows.model import Workflow
from qagent.yaml_files import Reading, Repairs, broken, read_yaml

_LARGEST = 2_000_000
"""Most bytes of a workflow file."""
_REPAIRS = Repairs(
    value="workflow.repair.value",
    unknown="workflow.repair.unknown",
    missing="workflow.repair.missing",
    others={"string_type": "workflow.repair.quote"},
)


def read(path: Path) -> Reading[Workflow]:
    """Read a workflow file.

    Args:
        path: The file (YAML).

    Raises:
        OSError: It cannot be read.
    """
    if path.stat().st_size > _LARGEST:
        return broken(text("yaml.too_large"), text("workflow.repair.file"))
    try:
        return parse(path.read_text(encoding="utf-8"))
    except UnicodeDecodeError:
        return broken(text("yaml.not_utf8"), text("yaml.repair.utf8"))


def parse(content: str) -> Reading[Workflow]:
    """Read a workflow from text.

    Args:
        content: YAML.
    """
    return read_yaml(content, Workflow, _REPAIRS)


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
