import json
from io import StringIO
from typing import Any

import pytest
from botocore.exceptions import ClientError, ConnectTimeoutError

from qs_cloud import clients

GOAL = "메모장에 '비밀 회의'라고 써 줘"


def request(device_id: str, goal: str = GOAL) -> dict[str, str]:
    return {"goal": goal, "device_id": device_id, "mode": "auto"}


def post(api: Any, body: Any, key: str | None = "key-1", **more: Any) -> Any:
    headers = {"idempotency-KEY": key} if key is not None else {}
    return api("POST", "/v1/runs", body, headers=headers, **more)


def test_a_request_becomes_a_run_and_an_execution_of_its_name(
    api: Any, machine: Any, raw_item: Any
) -> None:
    device = api.enrol()
    answer = post(api, request(device["device_id"]))
    assert answer.status == 202
    assert answer.body["status"] == "queued"
    run_id = answer.body["run_id"]
    item = raw_item("runs", run_id=run_id)
    assert (item["goal"], item["owner"]) == (GOAL, "user-1")
    assert item["marks"][0].startswith("start|intake|")
    assert machine.started == [
        {
            "stateMachineArn": "arn:aws:states:ap-northeast-2:123456789012:stateMachine:"
            "qscreen-test-run",
            "name": run_id,
            "input": {"run_id": run_id, "device_id": device["device_id"], "mode": "auto"},
        }
    ]


def test_same_key_and_body_is_the_same_run_started_once(api: Any, machine: Any) -> None:
    device_id = api.enrol()["device_id"]
    first = post(api, request(device_id))
    second = post(api, request(device_id))
    assert second.status == 202
    assert second.body["run_id"] == first.body["run_id"]
    assert len(machine.started) == 1


@pytest.mark.parametrize("forgotten", [False, True])
def test_same_key_and_other_body_is_a_conflict(api: Any, machine: Any, forgotten: bool) -> None:
    device_id = api.enrol()["device_id"]
    post(api, request(device_id))
    if forgotten:  # Powertools' memory has expired; the run itself still knows.
        client = clients.dynamodb()
        table = "qscreen-test-idempotency"
        for item in client.scan(TableName=table)["Items"]:
            client.delete_item(TableName=table, Key={"id": item["id"]})
    answer = post(api, request(device_id, "something else"))
    assert answer.status == 409
    assert answer.type == "application/problem+json"
    assert "Idempotency-Key" in answer.body["detail"]
    assert len(machine.started) == 1


def test_a_job_under_the_same_key_is_the_same_run(
    api: Any, machine: Any, load_handler: Any, raw_item: Any
) -> None:
    body = request(api.enrol()["device_id"])
    run_id = post(api, body, "a-key").body["run_id"]
    before = raw_item("runs", run_id=run_id)
    job = {"kind": "start_run", "job_id": "a-key", "owner": "user-1", "request": body}
    message = {"messageId": "m", "body": json.dumps(job), "eventSource": "aws:sqs"}
    machine.refuse("StartExecution", "ExecutionAlreadyExists")
    answer = load_handler("work-jobs").handler({"Records": [message]}, None)
    assert answer == {"batchItemFailures": []}
    assert machine.errors["StartExecution"] == []
    assert raw_item("runs", run_id=run_id) == before
    assert len(clients.dynamodb().scan(TableName="qscreen-test-runs")["Items"]) == 1


def test_same_key_of_another_user_is_another_run(api: Any) -> None:
    one = api.start(api.enrol()["device_id"])
    two = api.start(api.enrol(sub="user-2")["device_id"], sub="user-2")
    assert one["run_id"] != two["run_id"]


@pytest.mark.parametrize("key", [None, "", "  ", "k" * 256])
def test_without_a_usable_key_nothing_starts(api: Any, machine: Any, key: str | None) -> None:
    answer = post(api, request(api.enrol()["device_id"]), key)
    assert answer.status == 400
    assert answer.body["errors"][0]["path"] == "Idempotency-Key"
    assert machine.started == []


@pytest.mark.parametrize("owner", ["nobody", "user-2"])
def test_unknown_device_and_another_ones_device_look_the_same(
    api: Any, machine: Any, owner: str
) -> None:
    device_id = "dev-unknown" if owner == "nobody" else api.enrol(sub="user-2")["device_id"]
    answer = post(api, request(device_id), groups="admin")
    assert answer.status == 404
    assert device_id in answer.body["detail"]
    assert answer.body["next_step"]
    assert answer.body["request_id"] == "request-1"
    assert machine.started == []
    # The failed request must not have used the key up.
    assert post(api, request(api.enrol()["device_id"])).status == 202


def test_a_revoked_device_is_a_conflict(api: Any, machine: Any) -> None:
    device_id = api.enrol()["device_id"]
    api("DELETE", f"/v1/devices/{device_id}")
    assert post(api, request(device_id)).status == 409
    assert machine.started == []


def test_a_refused_start_leaves_nothing_and_can_be_repeated(
    api: Any, machine: Any, raw_item: Any, log: StringIO
) -> None:
    device_id = api.enrol()["device_id"]
    machine.refuse("StartExecution", "StateMachineDoesNotExist")
    answer = post(api, request(device_id))
    assert answer.status == 500
    assert "StateMachine" not in json.dumps(answer.body)
    assert clients.dynamodb().scan(TableName="qscreen-test-runs")["Items"] == []
    text = log.getvalue()
    assert "StateMachineDoesNotExist" in text
    assert "비밀" not in text
    assert post(api, request(device_id)).status == 202


def test_a_lost_answer_of_the_start_is_healed_by_the_repeat(api: Any, machine: Any) -> None:
    device_id = api.enrol()["device_id"]
    machine.fail("StartExecution", ConnectTimeoutError(endpoint_url="https://states"))
    assert post(api, request(device_id)).status == 503
    machine.refuse("StartExecution", "ExecutionAlreadyExists")
    again = post(api, request(device_id))
    assert again.status == 202
    assert again.body["status"] == "queued"


def test_a_user_sees_own_runs_and_an_operator_sees_all(api: Any) -> None:
    run_id = api.start(api.enrol()["device_id"])["run_id"]
    for sub, groups, status in (
        ("user-1", "user", 200),
        ("user-2", "user", 404),
        ("user-2", "viewer", 404),
        ("user-2", "operator", 200),
        ("user-2", "user,admin", 200),
    ):
        assert api("GET", f"/v1/runs/{run_id}", sub=sub, groups=groups).status == status


def test_runs_are_listed_by_page_newest_first_and_only_own(api: Any) -> None:
    device_id = api.enrol()["device_id"]
    made = [api.start(device_id, key=f"k{n}")["run_id"] for n in range(3)]
    api.start(api.enrol(sub="user-2")["device_id"], sub="user-2")
    first = api("GET", "/v1/runs", query={"limit": "2"})
    assert [run["run_id"] for run in first.body["items"]] == [made[2], made[1]]
    token = first.body["next_token"]
    second = api("GET", "/v1/runs", query={"limit": "2", "next_token": token})
    assert [run["run_id"] for run in second.body["items"]] == [made[0]]
    assert "next_token" not in second.body
    stolen = api("GET", "/v1/runs", query={"next_token": token}, sub="user-2")
    assert stolen.status == 400


@pytest.mark.parametrize(
    "limit", ["0", "101", "-1", "x", "1.5", "", "²", "9" * 5000], ids=lambda limit: limit[:8]
)
def test_a_wrong_limit_is_named(api: Any, limit: str) -> None:
    answer = api("GET", "/v1/runs", query={"limit": limit})
    assert answer.status == 400
    assert answer.body["errors"][0]["path"] == "limit"


@pytest.mark.parametrize("token", ["!", "e30=", "WzFd", "bm90IGpzb24=", "W1tb" * 400])
def test_a_wrong_token_is_named(api: Any, token: str) -> None:
    answer = api("GET", "/v1/runs", query={"next_token": token})
    assert answer.status == 400
    assert answer.body["errors"][0]["path"] == "next_token"


def test_a_start_that_failed_on_the_services_side_may_have_started(
    api: Any, machine: Any, raw_item: Any
) -> None:
    device_id = api.enrol()["device_id"]
    error = ClientError(
        {
            "Error": {"Code": "InternalFailure", "Message": ""},
            "ResponseMetadata": {"HTTPStatusCode": 500},
        },
        "StartExecution",
    )
    machine.fail("StartExecution", error)
    assert post(api, request(device_id)).status == 503
    (item,) = clients.dynamodb().scan(TableName="qscreen-test-runs")["Items"]
    assert item["status"]["S"] == "queued"
    again = post(api, request(device_id))
    assert (again.status, again.body["run_id"]) == (202, item["run_id"]["S"])


def test_cancel_ends_a_run_whose_execution_never_started(api: Any, machine: Any) -> None:
    device_id = api.enrol()["device_id"]
    machine.fail("StartExecution", ConnectTimeoutError(endpoint_url="https://states"))
    post(api, request(device_id))
    (item,) = clients.dynamodb().scan(TableName="qscreen-test-runs")["Items"]
    run_id = item["run_id"]["S"]
    assert machine.started == []
    assert api("POST", f"/v1/runs/{run_id}/cancel").status == 202
    assert [one["name"] for one in machine.started] == [run_id]


def test_a_goal_that_postgresql_could_not_keep_is_refused(api: Any, machine: Any) -> None:
    device_id = api.enrol()["device_id"]
    answer = post(api, request(device_id, goal="type 'a\x00b'"))
    assert (answer.status, answer.body["errors"][0]["path"]) == (400, "/goal")
    assert machine.started == []


def test_cancel_of_a_queued_run_is_kept_for_dispatch(api: Any, machine: Any, raw_item: Any) -> None:
    run_id = api.start(api.enrol()["device_id"])["run_id"]
    assert api("POST", f"/v1/runs/{run_id}/cancel").status == 202
    assert raw_item("runs", run_id=run_id)["cancel_requested"] is True
    assert machine.told == []


def test_cancel_leaves_a_finished_run_as_it_is(api: Any, raw_item: Any) -> None:
    run_id = api.start(api.enrol()["device_id"])["run_id"]
    clients.dynamodb().update_item(
        TableName="qscreen-test-runs",
        Key={"run_id": {"S": run_id}},
        UpdateExpression="SET #s = :s",
        ExpressionAttributeNames={"#s": "status"},
        ExpressionAttributeValues={":s": {"S": "succeeded"}},
    )
    answer = api("POST", f"/v1/runs/{run_id}/cancel")
    assert (answer.status, answer.body["status"]) == (202, "succeeded")
    assert raw_item("runs", run_id=run_id)["cancel_requested"] is False


def test_cancel_of_anothers_run_is_not_found(api: Any) -> None:
    run_id = api.start(api.enrol()["device_id"])["run_id"]
    assert api("POST", f"/v1/runs/{run_id}/cancel", sub="user-2").status == 404
