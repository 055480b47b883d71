"""The tools through the protocol: what they declare, do, and refuse."""

import json
from typing import Any

import pytest
from qs_mcp_workflow.server import server

from qs_cloud import clients
from qs_mcp import Risk

TEMPLATE = {
    "title": "Memo",
    "goal": "type '{{text}}' in mousepad",
    "inputs": [{"name": "text", "kind": "text"}],
}
RISKS = {
    "list_templates": Risk.READ,
    "get_template": Risk.READ,
    "list_template_versions": Risk.READ,
    "create_template": Risk.WRITE,
    "update_template": Risk.WRITE,
    "delete_template": Risk.DESTRUCTIVE,
    "list_devices": Risk.READ,
    "start_run": Risk.EXTERNAL,
    "get_run": Risk.READ,
    "list_runs": Risk.READ,
    "cancel_run": Risk.DESTRUCTIVE,
    "list_schedules": Risk.READ,
    "get_schedule": Risk.READ,
    "create_schedule": Risk.EXTERNAL,
    "delete_schedule": Risk.DESTRUCTIVE,
}


def test_every_tool_has_its_risk_and_its_annotations(client: Any) -> None:
    found = {tool["name"]: tool for tool in client.send("tools/list").result["tools"]}
    assert {name: tool["_meta"]["qscreen/risk"] for name, tool in found.items()} == RISKS
    for name, tool in found.items():
        hints = tool["annotations"]
        assert hints["readOnlyHint"] == (RISKS[name] is Risk.READ), name
        assert hints["openWorldHint"] == (RISKS[name] is Risk.EXTERNAL), name
        assert tool["outputSchema"]["type"] == "object", name
        assert all("description" in one for one in tool["inputSchema"]["properties"].values()), name
    assert not [name for name in found if "confirm" in name], "a person confirms, not the model"


def test_the_server_and_the_routes_agree() -> None:
    assert server.entry.path == "/v1/mcp/workflow"
    assert set(server.tools) == set(RISKS)


def test_a_template_from_its_making_to_its_end(tools: Any) -> None:
    made = tools("create_template", **TEMPLATE)
    template_id = made["template_id"]
    assert (made["version"], made["owner"]) == (1, "user-1")
    changed = tools(
        "update_template", template_id=template_id, etag=made["etag"], **{**TEMPLATE, "title": "B"}
    )
    assert (changed["version"], changed["title"]) == (2, "B")
    assert tools("get_template", template_id=template_id) == changed
    assert tools("get_template", template_id=template_id, version=1)["title"] == "Memo"
    versions = tools("list_template_versions", template_id=template_id)["versions"]
    assert [one["version"] for one in versions] == [2, 1]
    listed = tools("list_templates")
    assert [one["title"] for one in listed["templates"]] == ["B"]
    assert listed["next_token"] is None
    late = tools.refused("update_template", template_id=template_id, etag=made["etag"], **TEMPLATE)
    assert "since you looked at it" in late
    tools.refused("delete_template", template_id=template_id, etag=made["etag"])
    tools("delete_template", template_id=template_id, etag=changed["etag"])
    assert "no template" in tools.refused("get_template", template_id=template_id)


def test_a_request_that_is_named_makes_nothing_twice(tools: Any) -> None:
    one = tools("create_template", **TEMPLATE, request_key="key-12345678")
    assert tools("create_template", **TEMPLATE, request_key="key-12345678") == one
    assert tools("create_template", **TEMPLATE)["template_id"] != one["template_id"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"goal": "type {{text}}"}, "quotation marks"),
        ({"goal": "type '{{other}}'"}, "not declared"),
        ({"goal": "type 'x'"}, "does not name"),
    ],
)
def test_a_template_that_could_not_run_is_refused(
    tools: Any, change: dict[str, str], said: str
) -> None:
    assert said in tools.refused("create_template", **{**TEMPLATE, **change})
    assert tools("list_templates")["templates"] == []


def test_a_run_of_a_template_waits_for_a_person_by_default(
    tools: Any, enrol: Any, machine: Any
) -> None:
    template_id = tools("create_template", **TEMPLATE)["template_id"]
    run = tools("start_run", device_id=enrol(), template_id=template_id, inputs={"text": "안녕"})
    assert (run["mode"], run["status"]) == ("confirm", "queued")
    assert (run["goal"], run["template_version"]) == ("type '안녕' in mousepad", 1)
    (started,) = machine.started
    assert started["input"]["mode"] == "confirm"
    assert tools("get_run", run_id=run["run_id"]) == run
    assert tools("list_runs")["runs"][0]["run_id"] == run["run_id"]


def test_a_run_that_waits_says_who_confirms_it_and_hides_the_token(tools: Any, enrol: Any) -> None:
    run_id = tools("start_run", device_id=enrol(), goal="open the text editor")["run_id"]
    clients.dynamodb().update_item(
        TableName="qscreen-test-runs",
        Key={"run_id": {"S": run_id}},
        UpdateExpression="SET #s = :s, confirm_token = :t",
        ExpressionAttributeNames={"#s": "status"},
        ExpressionAttributeValues={
            ":s": {"S": "awaiting_confirmation"},
            ":t": {"S": "secret-token"},
        },
    )
    shown = tools("get_run", run_id=run_id)
    assert "A person" in shown["next_step"]
    assert "secret-token" not in json.dumps(shown)


def test_a_cancelled_run_rejects_its_plan(tools: Any, enrol: Any, machine: Any) -> None:
    run_id = tools("start_run", device_id=enrol(), goal="open the text editor")["run_id"]
    clients.dynamodb().update_item(
        TableName="qscreen-test-runs",
        Key={"run_id": {"S": run_id}},
        UpdateExpression="SET #s = :s, confirm_token = :t",
        ExpressionAttributeNames={"#s": "status"},
        ExpressionAttributeValues={":s": {"S": "awaiting_confirmation"}, ":t": {"S": "token-1"}},
    )
    tools("cancel_run", run_id=run_id)
    ((kind, token, told),) = machine.told
    assert (kind, token, told["error"]) == ("failure", "token-1", "Cancelled")


def test_the_history_is_read_by_page_and_by_its_owner_alone(tools: Any, enrol: Any) -> None:
    device_id = enrol()
    made = [
        tools("start_run", device_id=device_id, goal=f"type 'n{n}'")["run_id"] for n in range(3)
    ]
    first = tools("list_runs", limit=2)
    second = tools("list_runs", limit=2, next_token=first["next_token"])
    found = [run["run_id"] for run in first["runs"] + second["runs"]]
    assert found == made[::-1]
    for token in ("!", "e30=", "W10=", "W1tb" * 400):
        assert "next_token" in tools.refused("list_runs", next_token=token)


def test_what_is_anothers_is_not_there(tools: Any, enrol: Any, raw_item: Any) -> None:
    enrol("dev-2", owner="user-2")
    assert "no device" in tools.refused("start_run", device_id="dev-2", goal="open mousepad")
    assert tools("list_devices")["devices"] == []
    run_id = tools("start_run", device_id=enrol(), goal="open mousepad")["run_id"]
    clients.dynamodb().update_item(
        TableName="qscreen-test-runs",
        Key={"run_id": {"S": run_id}},
        UpdateExpression="SET #o = :o",
        ExpressionAttributeNames={"#o": "owner"},
        ExpressionAttributeValues={":o": {"S": "user-2"}},
    )
    for name in ("get_run", "cancel_run"):
        assert "no run" in tools.refused(name, run_id=run_id)
    assert raw_item("runs", run_id=run_id)["cancel_requested"] is False


@pytest.mark.parametrize("arguments", [{}, {"goal": "x", "template_id": "tpl-1"}, {"goal": ""}])
def test_a_run_needs_a_goal_or_a_template(
    tools: Any, enrol: Any, machine: Any, arguments: dict[str, str]
) -> None:
    tools.refused("start_run", device_id=enrol(), **arguments)
    assert machine.started == []


def test_inputs_that_do_not_fit_are_named(tools: Any, enrol: Any, machine: Any) -> None:
    template_id = tools("create_template", **TEMPLATE)["template_id"]
    said = tools.refused("start_run", device_id=enrol(), template_id=template_id)
    assert "/inputs/text" in said
    assert machine.started == []


def test_a_schedule_from_its_making_to_its_end(tools: Any, enrol: Any, scheduler: Any) -> None:
    template_id = tools("create_template", **TEMPLATE)["template_id"]
    made = tools(
        "create_schedule",
        name="daily",
        expression="rate(1 day)",
        template_id=template_id,
        device_id=enrol(),
        inputs={"text": "x"},
    )
    assert (made["mode"], made["timezone"]) == ("confirm", "UTC")
    message = json.loads(scheduler.made[made["schedule_id"]]["Target"]["Input"])
    assert (message["owner"], message["groups"]) == ("user-1", ["user"])
    assert tools("list_schedules")["schedules"] == [made]
    assert tools("get_schedule", schedule_id=made["schedule_id"]) == made
    template = tools("get_template", template_id=template_id)
    assert "schedule" in tools.refused(
        "delete_template", template_id=template_id, etag=template["etag"]
    )
    tools("delete_schedule", schedule_id=made["schedule_id"])
    assert scheduler.made == {}


@pytest.mark.parametrize(
    "change",
    [
        {"expression": "daily"},
        {"device_id": "dev-unknown"},
        {"template_id": "tpl-unknown"},
        {"inputs": {}},
    ],
)
def test_a_schedule_that_could_not_run_is_refused(
    tools: Any, enrol: Any, scheduler: Any, change: dict[str, Any]
) -> None:
    template_id = tools("create_template", **TEMPLATE)["template_id"]
    arguments = {
        "name": "daily",
        "expression": "rate(1 day)",
        "template_id": template_id,
        "device_id": enrol(),
        "inputs": {"text": "x"},
        **change,
    }
    tools.refused("create_schedule", **arguments)
    assert scheduler.made == {}


def test_a_viewer_reads_and_changes_nothing(viewer: Any, enrol: Any, machine: Any) -> None:
    assert viewer("list_templates")["templates"] == []
    assert "viewer" in viewer.refused("create_template", **TEMPLATE)
    assert "viewer" in viewer.refused("start_run", device_id=enrol(), goal="open mousepad")
    assert machine.started == []
