"""Workflows for the tests, and a screen on which they can be recorded."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from described_scene import SHOWN, TEXT, Clock, Scene

from qagent.desktop.watching import UserInput
from qagent.policy import Policy, load_policy
from qagent.workflows import recorder as recording
from qagent.workflows import sights
from qagent.workflows.diary import Diary
from qagent.workflows.model import Workflow, WorkflowStep
from qagent.workflows.reading import parse
from qagent.workflows.recorder import Recorder
from qagent.workflows.script import Script
from qscreen.redaction import redacting
from qscreen.wire import Rect, Role, State

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


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    for module in (recording, sights):
        monkeypatch.setattr(module.time, "monotonic", made)
    return made


@pytest.fixture
def scene() -> Scene:
    made = Scene()
    made.put("w", Role.WINDOW, "Shop", window="w", rect=Rect(x=0, y=0, width=900, height=900))
    made.put("name", Role.TEXT_FIELD, "Name", states=SHOWN | {State.EDITABLE}, can=TEXT, value="")
    made.put("pin", Role.PASSWORD_FIELD, "PIN", states=SHOWN | {State.EDITABLE}, secure=True)
    made.put("note", Role.TEXT_AREA, "", states=SHOWN | {State.EDITABLE}, can=TEXT, value="")
    made.put("ok", Role.BUTTON, "OK")
    return made


@pytest.fixture
def run(
    scene: Scene, policy: Policy, tmp_path: Path, clock: Clock
) -> Iterator[Callable[..., list[WorkflowStep]]]:
    """Records a play: each part is input, or a change of the scene."""
    diary = Diary(tmp_path / "d.jsonl")
    script = Script(diary, policy)
    with redacting(policy.redactor):
        recorder = Recorder(scene, scene, script, ("ctrl", "alt", "escape"))  # type: ignore[arg-type]

        def play(*parts: UserInput | Callable[[], None]) -> list[WorkflowStep]:
            clock.now += 1
            recorder.turn()
            for part in parts:
                if callable(part):
                    part()
                else:
                    scene.heard = [(replace(part, at=clock()),)]
                    recorder.turn()
                clock.now += 1
                recorder.turn()
            recorder.finish()
            play.script = script  # type: ignore[attr-defined]
            return script.recorded.steps

        play.recorder, play.turn = recorder, recorder.turn  # type: ignore[attr-defined]
        yield play
    diary.close()
