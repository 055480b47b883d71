import json
from types import ModuleType
from typing import Any

import pytest

from qs_cloud import clients
from qs_cloud.device_record import device_values
from qscreen.wire import Device

OWNER = "user-1"


@pytest.fixture
def worker(
    machine: Any, load_handler: Any, log: Any, monkeypatch: pytest.MonkeyPatch
) -> ModuleType:
    found: ModuleType = load_handler("work-jobs")
    enrol("dev-1")
    return found


def enrol(device_id: str, **more: Any) -> None:
    values = {
        "device_id": device_id,
        "owner": OWNER,
        "name": "n",
        "platform": "linux",
        "agent_version": "1",
        "screenshots_allowed": False,
        "status": "active",
        "queue_url": "https://q",
        "region": "r",
        "enrolled_at": "2026-11-23T09:00:00Z",
        **more,
    }
    from qs_cloud.items import to_item

    item = to_item(device_values(Device.model_validate(values)))
    clients.dynamodb().put_item(TableName="qscreen-test-devices", Item=item)


def job(job_id: str = "j1", **more: Any) -> dict[str, Any]:
    return {
        "kind": "start_run",
        "job_id": job_id,
        "owner": OWNER,
        "request": {"goal": "open the editor", "device_id": "dev-1"},
        **more,
    }


def event(*bodies: Any) -> dict[str, Any]:
    return {
        "Records": [
            {
                "messageId": f"m{place}",
                "receiptHandle": "r",
                "body": body if isinstance(body, str) else json.dumps(body),
                "attributes": {},
                "messageAttributes": {},
                "md5OfBody": "",
                "eventSource": "aws:sqs",
                "eventSourceARN": "arn:aws:sqs:ap-northeast-2:123456789012:qscreen-test-jobs",
                "awsRegion": "ap-northeast-2",
            }
            for place, body in enumerate(bodies)
        ]
    }


def failed(worker: ModuleType, *bodies: Any) -> list[str]:
    answer = worker.handler(event(*bodies), None)
    return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]


def runs() -> list[dict[str, Any]]:
    return clients.dynamodb().scan(TableName="qscreen-test-runs")["Items"]


def test_a_job_starts_its_run(worker: ModuleType, machine: Any, raw_item: Any) -> None:
    assert failed(worker, job()) == []
    (started,) = machine.started
    run_id = started["name"]
    assert started["input"] == {"run_id": run_id, "device_id": "dev-1", "mode": "auto"}
    run = raw_item("runs", run_id=run_id)
    assert (run["owner"], run["goal"], run["status"]) == (OWNER, "open the editor", "queued")


def test_a_message_that_comes_twice_starts_one_run(worker: ModuleType, machine: Any) -> None:
    assert failed(worker, job(), job()) == []
    machine.refuse("StartExecution", "ExecutionAlreadyExists")
    assert failed(worker, job()) == []
    assert len(runs()) == 1
    assert len({started["name"] for started in machine.started}) == 1


def test_bad_messages_fail_alone(worker: ModuleType, machine: Any, log: Any) -> None:
    enrol("dev-2", status="revoked")
    enrol("dev-3", owner="another")
    bodies = (
        job("good-1"),
        "no JSON",
        job("j2", kind="dance"),
        job("j3", request={"goal": "a secret goal", "device_id": "dev-2"}),
        job("j4", request={"goal": "a secret goal", "device_id": "dev-3"}),
        job("j5", request={"goal": "", "device_id": "dev-1"}),
        job("j6", groups=["viewer"]),
        job("j7", more="field"),
        job("good-1", request={"goal": "tell nobody", "device_id": "dev-1"}),
        job("good-2", groups=["viewer", "user"]),
    )
    assert failed(worker, *bodies) == [f"m{place}" for place in range(1, 9)]
    assert len(machine.started) == 2
    assert len(runs()) == 2
    written = log.getvalue()
    assert "secret goal" not in written
    assert "tell nobody" not in written
    for word in ("revoked", "JobForbiddenError", "BadPayloadError", "RunRefusedError"):
        assert word in written


def test_when_all_fail_all_come_back(worker: ModuleType) -> None:
    assert failed(worker, "x", "y") == ["m0", "m1"]


def test_a_refused_start_leaves_no_run_and_the_message_comes_back(
    worker: ModuleType, machine: Any
) -> None:
    machine.refuse("StartExecution", "AccessDeniedException")
    assert failed(worker, job()) == ["m0"]
    assert runs() == []
    assert failed(worker, job()) == []
    assert len(runs()) == 1


def test_after_a_time_out_the_run_stays_and_the_repeat_completes_it(
    worker: ModuleType, machine: Any
) -> None:
    from botocore.exceptions import ReadTimeoutError

    machine.fail("StartExecution", ReadTimeoutError(endpoint_url="x"))
    assert failed(worker, job()) == ["m0"]
    assert len(runs()) == 1
    assert failed(worker, job()) == []
    assert len(runs()) == 1


def test_a_run_that_ended_is_not_started_again(worker: ModuleType, machine: Any) -> None:
    failed(worker, job())
    clients.dynamodb().update_item(
        TableName="qscreen-test-runs",
        Key={"run_id": {"S": machine.started[0]["name"]}},
        UpdateExpression="SET #s = :s",
        ExpressionAttributeNames={"#s": "status"},
        ExpressionAttributeValues={":s": {"S": "cancelled"}},
    )
    assert failed(worker, job()) == []
    assert len(machine.started) == 1


def batch(refused: tuple[str, ...] = ()) -> None:
    from datetime import UTC, datetime

    from qs_cloud.items import to_item
    from qs_cloud.jobs import new_job_values

    values = new_job_values("job-1", OWNER, "digest", 2, {}, datetime(2026, 11, 23, tzinfo=UTC))
    item = to_item({**values, "refused": list(refused)})
    clients.dynamodb().put_item(TableName="qscreen-test-idempotency", Item=item)


def test_an_item_that_cannot_become_a_run_is_noted_with_its_job(
    worker: ModuleType, machine: Any, raw_item: Any
) -> None:
    batch()
    enrol("dev-2", status="revoked")
    bad = {"goal": "a secret goal", "device_id": "dev-2"}
    assert (
        failed(worker, job("job-1/0", batch="job-1"), job("job-1/1", batch="job-1", request=bad))
        == []
    )
    (why,) = raw_item("idempotency", id="job-1")["refused"]
    assert why.startswith("1|")
    assert "dev-2" in why
    assert "secret" not in why
    assert len(machine.started) == 1


def test_an_item_whose_inputs_do_not_fit_is_noted_without_its_values(
    worker: ModuleType, machine: Any, raw_item: Any
) -> None:
    batch()
    bad = {"template_id": "tpl-gone", "inputs": {"text": "a secret"}, "device_id": "dev-1"}
    assert failed(worker, job("job-1/1", batch="job-1", request=bad)) == []
    (why,) = raw_item("idempotency", id="job-1")["refused"]
    assert "tpl-gone" in why
    assert "secret" not in why
    assert machine.started == []


def test_an_item_of_a_job_that_was_forgotten_is_dropped(worker: ModuleType) -> None:
    bad = {"goal": "x", "device_id": "dev-unknown"}
    assert failed(worker, job("job-9/0", batch="job-9", request=bad)) == []


def test_a_fault_of_the_platform_brings_an_item_back(
    worker: ModuleType, machine: Any, raw_item: Any
) -> None:
    batch()
    machine.refuse("StartExecution", "StateMachineDoesNotExist")
    assert failed(worker, job("job-1/0", batch="job-1")) == ["m0"]
    assert raw_item("idempotency", id="job-1")["refused"] == []
    assert failed(worker, job("job-1/0", batch="job-1")) == []


def test_a_lone_job_that_is_refused_goes_to_the_dead_letters(worker: ModuleType) -> None:
    bad = {"template_id": "tpl-gone", "device_id": "dev-1"}
    assert failed(worker, job("sch-1", occurrence="2026-11-23T00:00:00Z", request=bad)) == ["m0"]
