"""Workflows for the tests, and a screen on which they can be recorded."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from qagent.policy import Policy, load_policy
from qagent.workflows.model import Workflow
from qagent.workflows.reading import parse

ORDER = """\
version: 1
title: Order
inputs:
- name: customer
  default: Kim
- name: secret_1
  kind: secret
steps:
- id: s1
  action:
    kind: set_value
    target: {name: Name, role: text_field, app: shop}
    value: '{{customer}}'
  because: set Name
- id: s2
  action: {kind: set_value, target: {name: PIN, role: password_field}, value: '{{secret_1}}'}
  because: set PIN
- id: s3
  action: {kind: click, target: {name: OK, role: button, app: shop}}
  because: pressed OK
  verify: {kind: wait_for, condition: appears, target: {name: Done, role: label}}
"""


@pytest.fixture
def order() -> Workflow:
    """A workflow without a finding."""
    found = parse(ORDER).content
    assert found is not None
    return found


@pytest.fixture
def made() -> Callable[..., Workflow]:
    """Makes a workflow of actions; keywords are its other fields."""

    def make(*actions: dict[str, Any], **fields: Any) -> Workflow:
        steps = [
            {"id": f"s{number}", "because": "did it"}
            | (one if "action" in one else {"action": one})
            for number, one in enumerate(actions, start=1)
        ]
        return Workflow.model_validate({"version": 1, "title": "T", "steps": steps} | fields)

    return make


@pytest.fixture
def policy(tmp_path: Path) -> Policy:
    path = tmp_path / "policy.yaml"
    path.write_text(
        "version: 1\nallow: {risks: [look, navigate, edit, write_file], apps: ['*']}\n"
        "deny: {apps: [keepass*], windows: ['*급여*']}\n"
        "redact: {employee_number: 'EMP-[0-9]{6}'}\n",
        encoding="utf-8",
    )
    return load_policy(path)
