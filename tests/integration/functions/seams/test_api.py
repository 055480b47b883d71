"""The API whose stores, queue and state machine fail on the wire."""

import json
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from aws_seam import (
    Answered,
    AwsSeam,
    Changed,
    CutShort,
    HungUp,
    Lost,
    Passed,
    Raw,
    Refused,
    Silent,
)

from qs_cloud.command_record import new_command_values
from qs_cloud.items import to_item
from qscreen.wire import Command

Aws = Callable[[str], Any]
RUN = {"goal": "open the text editor", "device_id": "dev-1"}
THROTTLED = Refused("ProvisionedThroughputExceededException")
DEVICE = {
    "name": "desk",
    "platform": "linux",
    "agent_version": "1",
    "screenshots_allowed": True,
}
FUNCTION_SECONDS = 15
"""What the function ``api`` may take (modules/compute/functions.tf)."""


def runs(aws: Aws) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = aws("dynamodb").scan(TableName="qscreen-test-runs")["Items"]
    return found


def devices(aws: Aws) -> list[str]:
    found = aws("dynamodb").scan(TableName="qscreen-test-devices")["Items"]
    return [one["device_id"]["S"] for one in found]


def executions(aws: Aws) -> list[str]:
    (machine,) = aws("stepfunctions").list_state_machines()["stateMachines"]
    found = aws("stepfunctions").list_executions(stateMachineArn=machine["stateMachineArn"])
    return [one["name"] for one in found["executions"]]


@pytest.mark.parametrize(
    "trouble",
    [THROTTLED, Refused("InternalServerError", status=500), HungUp(), Raw(b"<html>", status=503)],
    ids=["throttled", "internal", "hung-up", "gateway"],
)
def test_a_passing_fault_of_the_table_is_not_noticed(seam: AwsSeam, api: Any, trouble: Any) -> None:
    seam.next("dynamodb", "GetItem", trouble)
    answer = api("GET", "/v1/devices/dev-1")
    assert (answer.status, answer.body["name"]) == (200, "desk")
    assert seam.asked("dynamodb", "GetItem") == 2


@pytest.mark.parametrize(
    "trouble",
    [THROTTLED, Refused("InternalServerError", status=500), HungUp()],
    ids=["throttled", "internal", "hung-up"],
)
def test_a_fault_that_stays_is_a_problem_after_bounded_tries(
    seam: AwsSeam, api: Any, trouble: Any
) -> None:
    seam.always("dynamodb", "GetItem", trouble)
    answer = api("GET", "/v1/devices/dev-1")
    answer.demand_problem(503)
    assert "again" in answer.body["next_step"]
    assert seam.asked("dynamodb", "GetItem") == 3


@pytest.mark.parametrize("code", ["AccessDeniedException", "ResourceNotFoundException"])
def test_what_waiting_does_not_mend_is_no_busy_platform(seam: AwsSeam, api: Any, code: str) -> None:
    seam.always("dynamodb", "GetItem", Refused(code))
    answer = api("GET", "/v1/devices/dev-1")
    answer.demand_problem(500)
    assert "retry-after" not in answer.headers


def test_a_result_that_meets_another_write_is_taken_when_it_comes_again(
    seam: AwsSeam, api: Any, aws: Aws
) -> None:
    run_id = api("POST", "/v1/runs", RUN, Idempotency_Key="one").body["run_id"]
    now = datetime.now(UTC)
    command = Command.model_validate(
        {
            "id": "cmd-1",
            "run_id": run_id,
            "device_id": "dev-1",
            "kind": "observe",
            "issued_at": now,
            "expires_at": now + timedelta(minutes=5),
            "heartbeat_seconds": 15,
        }
    )
    item = to_item(new_command_values(command, "user-1", "the-token"))
    aws("dynamodb").put_item(TableName="qscreen-test-commands", Item=item)
    cancelled = {
        "__type": "com.amazonaws.dynamodb.v20120810#TransactionCanceledException",
        "Message": "Transaction cancelled [None, TransactionConflict]",
        "CancellationReasons": [{"Code": "None"}, {"Code": "TransactionConflict"}],
    }
    body = json.dumps(cancelled).encode()
    seam.next("dynamodb", "TransactWriteItems", Raw(body, 400, "application/x-amz-json-1.0"))
    seam.always("stepfunctions", "SendTaskFailure", Answered({}))
    path, result = "/v1/commands/cmd-1/result", {"status": "failed", "error": "no screen"}
    api("POST", path, result).demand_problem(503)
    assert api("POST", path, result).status == 200
    assert seam.asked("stepfunctions", "SendTaskFailure") == 1


def test_a_key_that_cannot_be_kept_is_a_busy_platform(seam: AwsSeam, api: Any, aws: Aws) -> None:
    # The first is the audit's, which knows that the request is being carried out.
    seam.next("dynamodb", "PutItem", Passed())
    seam.always("dynamodb", "PutItem", THROTTLED)
    api("POST", "/v1/runs", RUN, Idempotency_Key="k1").demand_problem(503)
    assert runs(aws) == []
    seam.mend()
    assert api("POST", "/v1/runs", RUN, Idempotency_Key="k1").status == 202


@pytest.mark.parametrize("trouble", [CutShort(), Raw(b"<html>a page</html>")], ids=["cut", "page"])
def test_an_item_that_broke_off_is_not_one_that_does_not_exist(
    seam: AwsSeam, api: Any, trouble: Any
) -> None:
    seam.always("dynamodb", "GetItem", trouble)
    api("GET", "/v1/devices/dev-1").demand_problem(503)


def test_a_table_that_never_answers_costs_less_than_the_function_has(
    seam: AwsSeam, api: Any, stopwatch: Any
) -> None:
    seam.always("dynamodb", "GetItem", Silent())
    with stopwatch() as took:
        api("GET", "/v1/devices/dev-1").demand_problem(503)
    assert seam.asked("dynamodb", "GetItem") == 3
    assert took.seconds < FUNCTION_SECONDS


def test_items_that_a_batch_leaves_out_are_asked_for_again(
    seam: AwsSeam, api: Any, aws: Aws
) -> None:
    keys = [{"device_id": {"S": "dev-1"}}]
    left = {"qscreen-test-devices": {"Keys": keys, "ConsistentRead": True}}
    nothing = Changed({"Responses": {"qscreen-test-devices": []}, "UnprocessedKeys": left})
    seam.next("dynamodb", "BatchGetItem", nothing, nothing)
    answer = api("POST", "/v1/jobs", {"items": [RUN]}, Idempotency_Key="k1")
    assert answer.status == 202, answer
    assert [one["status"] for one in answer.body["items"]] == ["queued"]
    assert seam.asked("dynamodb", "BatchGetItem") == 3


def test_items_that_a_batch_goes_on_leaving_out_are_a_problem(
    seam: AwsSeam, api: Any, aws: Aws
) -> None:
    left = {"qscreen-test-devices": {"Keys": [{"device_id": {"S": "dev-1"}}]}}
    nothing = Changed({"Responses": {"qscreen-test-devices": []}, "UnprocessedKeys": left})
    seam.always("dynamodb", "BatchGetItem", nothing)
    api("POST", "/v1/jobs", {"items": [RUN]}, Idempotency_Key="k1").demand_problem(503)


def test_a_batch_that_the_queue_took_in_part_is_sent_again_in_part(
    seam: AwsSeam, api: Any, aws: Aws
) -> None:
    taken = {"Id": "0", "MessageId": "m0", "MD5OfMessageBody": "x"}
    refused = {"Id": "1", "SenderFault": False, "Code": "InternalError", "Message": "later"}
    in_part = Answered({"Successful": [taken], "Failed": [refused, {**refused, "Id": "2"}]})
    seam.next("sqs", "SendMessageBatch", in_part)
    items = [{**RUN, "goal": f"open program {place}"} for place in range(3)]
    answer = api("POST", "/v1/jobs", {"items": items}, Idempotency_Key="k1")
    assert [one["status"] for one in answer.body["items"]] == ["queued"] * 3
    assert seam.asked("sqs", "SendMessageBatch") == 2
    assert sorted(queued(aws)) == ["open program 1", "open program 2"]


def queued(aws: Aws) -> list[str]:
    url = aws("sqs").get_queue_url(QueueName="qscreen-test-jobs")["QueueUrl"]
    found = aws("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
    return [json.loads(message["Body"])["request"]["goal"] for message in found]


@pytest.mark.parametrize(
    "trouble", [Refused("ThrottlingException"), Silent()], ids=["throttled", "silent"]
)
def test_a_queue_that_takes_nothing_is_told_for_each_item_and_the_repeat_sends_them(
    seam: AwsSeam, api: Any, aws: Aws, stopwatch: Any, trouble: Any
) -> None:
    seam.always("sqs", "SendMessageBatch", trouble)
    with stopwatch() as took:
        answer = api("POST", "/v1/jobs", {"items": [RUN]}, Idempotency_Key="k1")
    assert answer.status == 202
    (item,) = answer.body["items"]
    assert item["status"] == "not_queued"
    assert "again with the same key" in item["detail"]
    assert took.seconds < FUNCTION_SECONDS
    seam.mend()
    again = api("POST", "/v1/jobs", {"items": [RUN]}, Idempotency_Key="k1")
    assert [one["status"] for one in again.body["items"]] == ["queued"]
    assert queued(aws) == [RUN["goal"]]


def test_a_start_that_is_refused_leaves_no_run_behind(seam: AwsSeam, api: Any, aws: Aws) -> None:
    seam.always("stepfunctions", "StartExecution", Refused("ExecutionLimitExceeded"))
    answer = api("POST", "/v1/runs", RUN, Idempotency_Key="k1")
    # So many runs at once end by themselves: the caller is told how long to wait.
    answer.demand_problem(503)
    assert int(answer.headers["retry-after"]) > 0
    assert runs(aws) == []
    seam.mend()
    assert api("POST", "/v1/runs", RUN, Idempotency_Key="k1").status == 202
    assert len(executions(aws)) == len(runs(aws)) == 1


@pytest.mark.parametrize("trouble", [Lost(), HungUp(), Silent()], ids=["lost", "hung-up", "silent"])
def test_a_start_without_an_answer_is_completed_by_the_repeat_once(
    seam: AwsSeam, api: Any, aws: Aws, stopwatch: Any, trouble: Any
) -> None:
    seam.always("stepfunctions", "StartExecution", trouble)
    with stopwatch() as took:
        api("POST", "/v1/runs", RUN, Idempotency_Key="k1").demand_problem(503)
    assert took.seconds < FUNCTION_SECONDS
    assert len(runs(aws)) == 1, "it may have started, so it must be found"
    seam.mend()
    answer = api("POST", "/v1/runs", RUN, Idempotency_Key="k1")
    assert answer.status == 202
    assert executions(aws) == [answer.body["run_id"]]
    assert len(runs(aws)) == 1


def test_a_key_that_was_kept_before_the_answer_was_lost_is_free_again_after_its_time(
    seam: AwsSeam, api: Any, aws: Aws, context: SimpleNamespace
) -> None:
    context.get_remaining_time_in_millis = lambda: 5000
    # The first is the audit's, which knows that the request is being carried out.
    seam.next("dynamodb", "PutItem", Passed(), Lost())
    # The client's own repeat finds the key taken, as by a request that is being worked on.
    first = api("POST", "/v1/runs", RUN, Idempotency_Key="k1")
    first.demand_problem(409)
    assert "same Idempotency-Key" in first.body["next_step"]
    assert runs(aws) == []
    end = time.monotonic() + 60
    while api("POST", "/v1/runs", RUN, Idempotency_Key="k1").status != 202:
        assert time.monotonic() < end
        time.sleep(0.2)
    assert len(executions(aws)) == len(runs(aws)) == 1


def test_a_device_whose_queue_cannot_be_made_is_not_enrolled(
    seam: AwsSeam, api: Any, aws: Aws
) -> None:
    seam.always("sqs", "CreateQueue", Refused("ThrottlingException"))
    api("POST", "/v1/devices", DEVICE, Idempotency_Key="d1").demand_problem(503)
    assert seam.asked("sqs", "CreateQueue") == 3
    assert len(aws("dynamodb").scan(TableName="qscreen-test-devices")["Items"]) == 1


@pytest.mark.parametrize("trouble", [Lost(), HungUp()], ids=["lost", "hung-up"])
def test_an_enrolment_whose_item_may_be_kept_is_completed_by_the_repeat(
    seam: AwsSeam, api: Any, aws: Aws, trouble: Any
) -> None:
    # The first is the audit's, which knows that the request is being carried out.
    seam.next("dynamodb", "PutItem", Passed())
    seam.always("dynamodb", "PutItem", trouble)
    api("POST", "/v1/devices", DEVICE, Idempotency_Key="d1").demand_problem(503)
    assert seam.asked("sqs", "DeleteQueue") == 0
    seam.mend()
    answer = api("POST", "/v1/devices", DEVICE, Idempotency_Key="d1")
    assert answer.status == 201
    assert [one for one in devices(aws) if one != "dev-1"] == [answer.body["device_id"]]
    assert answer.body["queue_url"] in aws("sqs").list_queues()["QueueUrls"]


def test_an_enrolment_whose_item_was_refused_leaves_no_queue_and_can_be_repeated(
    seam: AwsSeam, api: Any, aws: Aws
) -> None:
    seam.next("dynamodb", "PutItem", Passed())
    seam.always("dynamodb", "PutItem", THROTTLED)
    api("POST", "/v1/devices", DEVICE, Idempotency_Key="d1").demand_problem(503)
    assert seam.asked("sqs", "DeleteQueue") == 1
    seam.mend()
    assert api("POST", "/v1/devices", DEVICE, Idempotency_Key="d1").status == 201
    assert len(devices(aws)) == 2


def test_credentials_that_cannot_be_had_are_a_problem(seam: AwsSeam, api: Any) -> None:
    seam.next("sts", "AssumeRole", Refused("Throttling"))
    assert api("POST", "/v1/devices/dev-1/credentials").status == 201
    seam.calls.clear()
    seam.always("sts", "AssumeRole", Refused("Throttling"))
    api("POST", "/v1/devices/dev-1/credentials").demand_problem(503)
    assert seam.asked("sts", "AssumeRole") == 3


TEMPLATE = {"title": "t", "goal": "open '{{app}}'", "inputs": [{"name": "app"}]}


def test_a_template_whose_text_cannot_be_kept_is_not_listed(seam: AwsSeam, api: Any) -> None:
    seam.always("s3", "PutObject", Refused("SlowDown", status=503))
    api("POST", "/v1/templates", TEMPLATE, Idempotency_Key="t1").demand_problem(503)
    seam.mend()
    assert api("GET", "/v1/templates").body["items"] == []
    assert api("POST", "/v1/templates", TEMPLATE, Idempotency_Key="t1").status == 201


def test_a_template_whose_old_versions_cannot_be_deleted_is_changed_and_deleted(
    seam: AwsSeam, api: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("qs_cloud.templates.MAX_VERSIONS", 1)
    made = api("POST", "/v1/templates", TEMPLATE, Idempotency_Key="t1").body
    path = f"/v1/templates/{made['template_id']}"
    seam.always("s3", "DeleteObject", Refused("SlowDown", status=503))
    changed = api("PUT", path, {**TEMPLATE, "title": "another"}, If_Match=made["etag"])
    assert (changed.status, changed.body["version"]) == (200, 2)
    assert api("DELETE", path, If_Match=changed.body["etag"]).status == 200
    assert api("GET", "/v1/templates").body["items"] == []
    assert seam.asked("s3", "DeleteObject") == 3 + 3


def test_a_schedule_that_cannot_be_made_is_not_listed(seam: AwsSeam, api: Any) -> None:
    made = api("POST", "/v1/templates", TEMPLATE, Idempotency_Key="t1").body
    schedule = {
        "name": "daily",
        "expression": "rate(1 day)",
        "template_id": made["template_id"],
        "inputs": {"app": "x"},
        "device_id": "dev-1",
    }
    seam.always("scheduler", "CreateSchedule", Refused("ThrottlingException", status=429))
    api("POST", "/v1/schedules", schedule, Idempotency_Key="s1").demand_problem(503)
    assert seam.asked("scheduler", "CreateSchedule") == 3
    assert api("GET", "/v1/schedules").body["items"] == []


def test_deep_health_names_what_does_not_answer(
    seam: AwsSeam, api: Any, stopwatch: Any, context: SimpleNamespace
) -> None:
    seam.always("secretsmanager", "DescribeSecret", Silent())
    seam.always("sqs", "GetQueueAttributes", Refused("ThrottlingException"))
    with stopwatch() as took:
        answer = api("GET", "/v1/health/deep")
    assert answer.status == 200, answer
    states = {one["name"]: one["state"] for one in answer.body["checks"]}
    assert states["secret redis"] == "unknown"
    assert states["queue jobs"] != "healthy"
    assert states["table runs"] == "healthy"
    assert took.seconds < FUNCTION_SECONDS
