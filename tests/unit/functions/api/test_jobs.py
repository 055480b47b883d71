"""Jobs: many runs at once, each judged by itself."""

import json
from typing import Any

import pytest

from qs_cloud import clients


@pytest.fixture
def queue_url(api: Any) -> str:
    return clients.sqs().create_queue(
        QueueName="qscreen-test-jobs", Attributes={"VisibilityTimeout": "3600"}
    )["QueueUrl"]


def messages(queue_url: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    while True:
        answer = clients.sqs().receive_message(QueueUrl=queue_url, MaxNumberOfMessages=10)
        if not answer.get("Messages"):
            return found
        found += [json.loads(one["Body"]) for one in answer["Messages"]]


def item(device_id: str, goal: str = "open the text editor") -> dict[str, str]:
    return {"goal": goal, "device_id": device_id}


def create(api: Any, items: list[Any], key: str = "key-1", **more: Any) -> Any:
    return api("POST", "/v1/jobs", {"items": items}, headers={"Idempotency-Key": key}, **more)


def work_off(load_handler: Any, bodies: list[dict[str, Any]]) -> list[str]:
    records = [
        {"messageId": f"m{place}", "body": json.dumps(body), "eventSource": "aws:sqs"}
        for place, body in enumerate(bodies)
    ]
    failed = load_handler("work-jobs").handler({"Records": records}, None)["batchItemFailures"]
    return [one["itemIdentifier"] for one in failed]


def test_a_thousand_items_are_queued_once_each(
    api: Any, queue_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    device_id = api.enrol()["device_id"]
    sent: list[list[dict[str, Any]]] = []

    def taken(**arguments: Any) -> Any:
        # The emulator takes seconds for so many; what is sent is what counts here.
        sent.append([json.loads(one["MessageBody"]) for one in arguments["Entries"]])
        return {"Successful": [{"Id": one["Id"]} for one in arguments["Entries"]]}

    monkeypatch.setattr(clients.sqs(), "send_message_batch", taken)
    answer = create(api, [item(device_id, f"type 'n{n}'") for n in range(1000)])
    assert (answer.status, answer.body["total"]) == (202, 1000)
    assert {one["status"] for one in answer.body["items"]} == {"queued"}
    assert len({one["run_id"] for one in answer.body["items"]}) == 1000
    assert [len(batch) for batch in sent] == [10] * 100
    goals = [one["request"]["goal"] for batch in sent for one in batch]
    assert sorted(goals) == sorted(f"type 'n{n}'" for n in range(1000))
    assert len(json.dumps(answer.body)) < 6_000_000


def test_characters_that_sqs_refuses_are_queued_escaped(
    api: Any, queue_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[str] = []

    def taken(**arguments: Any) -> Any:
        sent.extend(one["MessageBody"] for one in arguments["Entries"])
        return {"Successful": [{"Id": one["Id"]} for one in arguments["Entries"]]}

    monkeypatch.setattr(clients.sqs(), "send_message_batch", taken)
    goal = "type 'a\uffff\ufffe \\uffff 가'"
    assert create(api, [item(api.enrol()["device_id"], goal)]).status == 202
    assert not {"\uffff", "\ufffe"} & set(sent[0])
    assert json.loads(sent[0])["request"]["goal"] == goal


def test_what_became_of_each_item_is_told(
    api: Any, queue_url: str, machine: Any, load_handler: Any
) -> None:
    mine, revoked = api.enrol()["device_id"], api.enrol()["device_id"]
    late = api.enrol()["device_id"]
    api("DELETE", f"/v1/devices/{revoked}")
    foreign = api.enrol(sub="user-2")["device_id"]
    answer = create(api, [item(mine), item(foreign), item(revoked), item("dev-x"), item(late)])
    statuses = [one["status"] for one in answer.body["items"]]
    assert statuses == ["queued", "refused", "refused", "refused", "queued"]
    assert "run_id" not in answer.body["items"][1]
    path = f"/v1/jobs/{answer.body['job_id']}"
    assert [one["status"] for one in api("GET", path).body["items"]] == statuses
    api("DELETE", f"/v1/devices/{late}")
    assert work_off(load_handler, messages(queue_url)) == []
    found = api("GET", path).body["items"]
    assert [one["status"] for one in found] == [
        "started",
        "refused",
        "refused",
        "refused",
        "refused",
    ]
    assert found[0]["run_id"] == answer.body["items"][0]["run_id"] == machine.started[0]["name"]
    assert found[0]["run_status"] == "queued"
    assert late in found[4]["detail"]


def test_a_message_that_comes_twice_changes_nothing(
    api: Any, queue_url: str, machine: Any, load_handler: Any, raw_item: Any
) -> None:
    mine, late = api.enrol()["device_id"], api.enrol()["device_id"]
    job_id = create(api, [item(mine), item(late)]).body["job_id"]
    api("DELETE", f"/v1/devices/{late}")
    bodies = messages(queue_url)
    work_off(load_handler, bodies)
    machine.refuse("StartExecution", "ExecutionAlreadyExists")
    assert work_off(load_handler, bodies) == []
    assert len(machine.started) == 1
    assert len(raw_item("idempotency", id=job_id)["refused"]) == 1


def test_the_same_key_is_the_same_job(api: Any, queue_url: str) -> None:
    device_id = api.enrol()["device_id"]
    first = create(api, [item(device_id)])
    again = create(api, [item(device_id)])
    assert (again.status, again.body) == (202, first.body)
    assert len(messages(queue_url)) == 1
    assert create(api, [item(device_id, "something else")]).status == 409
    other = create(api, [item(api.enrol(sub="user-2")["device_id"])], sub="user-2")
    assert other.body["job_id"] != first.body["job_id"]


def test_a_batch_that_was_taken_in_part_is_sent_again(
    api: Any, queue_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = clients.sqs()
    send = client.send_message_batch

    def partly(**arguments: Any) -> Any:
        taken = [one for one in arguments["Entries"] if one["Id"] != "1" or len(calls) > 1]
        calls.append(len(arguments["Entries"]))
        return send(QueueUrl=arguments["QueueUrl"], Entries=taken) if taken else {}

    calls: list[int] = []
    monkeypatch.setattr(client, "send_message_batch", partly)
    device_id = api.enrol()["device_id"]
    answer = create(api, [item(device_id) for _ in range(3)])
    assert [one["status"] for one in answer.body["items"]] == ["queued"] * 3
    assert calls == [3, 1, 1]
    assert len(messages(queue_url)) == 3


def test_items_that_the_queue_does_not_take_are_named_and_the_repeat_sends_them(
    api: Any, queue_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    device_id = api.enrol()["device_id"]
    items = [item(device_id) for _ in range(2)]
    with monkeypatch.context() as away:
        away.setattr(clients.sqs(), "send_message_batch", lambda **_: {"Failed": []})
        answer = create(api, items)
    assert [one["status"] for one in answer.body["items"]] == ["not_queued"] * 2
    assert [one["status"] for one in create(api, items).body["items"]] == ["queued"] * 2
    assert len(messages(queue_url)) == 2


def test_large_items_stay_below_the_limit_of_a_batch(
    api: Any, queue_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, sizes = clients.sqs(), []
    send = client.send_message_batch

    def measured(**arguments: Any) -> Any:
        sizes.append(sum(len(one["MessageBody"].encode()) for one in arguments["Entries"]))
        return send(**arguments)

    monkeypatch.setattr(client, "send_message_batch", measured)
    device_id = api.enrol()["device_id"]
    inputs = {f"i{n}": "가" * 1000 for n in range(20)}
    big = {"template_id": "tpl-1", "inputs": inputs, "device_id": device_id}
    create(api, [big] * 10)
    assert len(sizes) > 1
    assert max(sizes) <= 200_000


def test_items_are_shown_by_page_to_who_may_see_them(api: Any, queue_url: str) -> None:
    device_id = api.enrol()["device_id"]
    job_id = create(api, [item(device_id) for _ in range(5)]).body["job_id"]
    first = api("GET", f"/v1/jobs/{job_id}", query={"limit": "3"})
    token = first.body["next_token"]
    second = api("GET", f"/v1/jobs/{job_id}", query={"limit": "3", "next_token": token})
    assert [one["index"] for one in first.body["items"]] == [0, 1, 2]
    assert [one["index"] for one in second.body["items"]] == [3, 4]
    assert "next_token" not in second.body
    for sub, groups, status in (("user-2", "user", 404), ("user-2", "operator", 200)):
        assert api("GET", f"/v1/jobs/{job_id}", sub=sub, groups=groups).status == status


@pytest.mark.parametrize("job_id", ["job-unknown", "createRun#x", "x"])
def test_a_job_that_is_not_there(api: Any, job_id: str) -> None:
    assert api("GET", f"/v1/jobs/{job_id}").status == 404


@pytest.mark.parametrize("count", [0, 1001])
def test_a_job_has_one_to_a_thousand_items(api: Any, count: int) -> None:
    answer = create(api, [item("dev-1")] * count)
    assert (answer.status, answer.body["errors"][0]["path"]) == (400, "/items")


def test_a_fault_of_one_item_is_named_by_its_place(api: Any) -> None:
    answer = create(api, [item("dev-1"), {"device_id": "dev-1"}, item("dev-1", "")])
    paths = {error["path"] for error in answer.body["errors"]}
    assert paths == {"/items/1", "/items/2/goal"}


def test_a_viewer_asks_for_nothing(api: Any) -> None:
    assert create(api, [item("dev-1")], scopes="qscreen/runs.read").status == 403
