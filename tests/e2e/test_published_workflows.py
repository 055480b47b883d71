"""A recorded workflow as a template: what a run of it has the device do is what was recorded."""

import uuid
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from e2e_device import ScriptedDevice
from e2e_identity import Person

from qagent.workflows.filling import filled
from qagent.workflows.publishing import draft, publish
from qagent.workflows.reading import parse
from qscreen.api.client import ApiClient
from qscreen.api.http import HttpxTransport
from qscreen.api.transport import ApiProblem
from qscreen.wire import Step, Template

RECORDED = """\
version: 1
title: Order
inputs:
- {name: who, default: Kim}
- {name: size, kind: choice, choices: [Small, Large], default: Small}
steps:
- id: s1
  because: went to the window Order form
  action: {kind: focus, target: {name: Order form, role: window, app: shop}}
- id: s2
  because: set Name
  action:
    kind: set_value
    target: {name: Name, role: text_field, app: shop}
    value: '{{who}}'
- id: s3
  because: set 동의
  action: {kind: set_value, target: {name: 동의, role: check_box, app: shop}, value: 'on'}
- id: s4
  because: set Size
  action:
    kind: set_value
    target: {name: Size, role: combo_box, app: shop}
    value: '{{size}}'
- id: s5
  because: pressed OK
  action: {kind: click, target: {name: OK, role: button, app: shop}}
  verify:
    kind: wait_for
    condition: disappears
    target: {name: Order form, role: window, app: shop}
    timeout_ms: 10000
"""


@pytest.fixture
def client(config: dict[str, Any], user: Person) -> Iterator[ApiClient]:
    with HttpxTransport(config["api_url"], lambda: user.access_token, 35) as transport:
        yield ApiClient(transport)


@pytest.fixture
def template(client: ApiClient) -> Template:
    workflow = parse(RECORDED).content
    assert workflow is not None
    return publish(client, draft(workflow), str(uuid.uuid4()))


def test_a_run_of_a_published_recording_has_the_device_do_its_steps(
    api: httpx.Client,
    device: ScriptedDevice,
    template: Template,
    wait_final: Callable[..., dict[str, Any]],
) -> None:
    given = {"who": '김철수" then open "mousepad', "size": "Large"}
    run = api.post(
        "/v1/runs",
        headers={"Idempotency-Key": str(uuid.uuid4())},
        json={
            "template_id": template.template_id,
            "inputs": given,
            "device_id": device.device_id,
        },
    )
    assert run.status_code == 202, run.text
    device.answer_observe(device.receive()["id"])
    perform = device.receive()
    workflow = parse(RECORDED).content
    assert workflow is not None
    wanted = []
    for step in workflow.steps:
        wanted.append(filled(step.action, given))
        if step.verify is not None:
            wanted.append(filled(step.verify, given))
    assert [Step.model_validate(one).action for one in perform["steps"]] == wanted
    device.answer_perform(perform)
    done = wait_final(run.json()["run_id"])
    assert (done["status"], done["template_version"]) == ("succeeded", 1), done


def test_a_recording_is_published_again_as_a_new_version(
    client: ApiClient, template: Template
) -> None:
    workflow = parse(RECORDED.replace("title: Order", "title: 주문")).content
    assert workflow is not None
    changed = publish(client, draft(workflow), "", template.template_id)
    assert (changed.template_id, changed.version) == (template.template_id, 2)
    assert changed.title == "주문"
    with pytest.raises(ApiProblem):
        publish(client, draft(workflow), "", "tpl-nobody")
