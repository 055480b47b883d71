"""What works off messages and tasks: single messages fail, and nothing is done twice."""

import json
from collections.abc import Callable
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from aws_seam import AwsSeam, HungUp, Lost, Passed, Refused, Silent
from mcp_events import McpClient

from qs_cloud.clock import utc_now
from qs_cloud.errors import CloudCallError, DeviceFailed
from qs_cloud.items import to_item
from qs_cloud.run_record import new_run_values
from qscreen.wire import RunRequest

Aws = Callable[[str], Any]
Load = Callable[[str], ModuleType]


def records(*goals: str) -> dict[str, Any]:
    """A batch of the jobs queue."""
    return {
        "Records": [
            {
                "messageId": f"m{place}",
                "receiptHandle": "r",
                "body": json.dumps(
                    {
                        "kind": "start_run",
                        "job_id": goal.replace(" ", "-"),
                        "owner": "user-1",
                        "request": {"goal": goal, "device_id": "dev-1"},
                    }
                ),
                "attributes": {},
                "messageAttributes": {},
                "md5OfBody": "",
                "eventSource": "aws:sqs",
                "eventSourceARN": "arn:aws:sqs:ap-northeast-2:123456789012:qscreen-test-jobs",
                "awsRegion": "ap-northeast-2",
            }
            for place, goal in enumerate(goals)
        ]
    }


def failed(answer: dict[str, Any]) -> list[str]:
    return [one["itemIdentifier"] for one in answer["batchItemFailures"]]


def executions(aws: Aws) -> list[str]:
    (machine,) = aws("stepfunctions").list_state_machines()["stateMachines"]
    found = aws("stepfunctions").list_executions(stateMachineArn=machine["stateMachineArn"])
    return [one["name"] for one in found["executions"]]


GOALS = ("open one", "open two", "open three")


@pytest.mark.parametrize(
    "trouble",
    [Refused("ThrottlingException"), HungUp(), Lost()],
    ids=["throttled", "hung-up", "lost"],
)
def test_only_the_message_that_failed_comes_back_and_nothing_starts_twice(
    seam: AwsSeam, load_handler: Load, aws: Aws, context: SimpleNamespace, trouble: Any
) -> None:
    handler = load_handler("work-jobs").handler
    seam.next("stepfunctions", "StartExecution", Passed(), trouble, trouble, trouble)
    assert failed(handler(records(*GOALS), context)) == ["m1"]
    seam.mend()
    # SQS hands the message out again, alone; and once more, since it promises no less.
    for _ in range(2):
        assert failed(handler(records(GOALS[1]), context)) == []
    started = executions(aws)
    assert len(started) == len(set(started)) == len(GOALS)


@pytest.mark.parametrize("operation", ["GetItem", "PutItem"])
def test_a_table_that_is_throttled_fails_single_messages(
    seam: AwsSeam, load_handler: Load, aws: Aws, context: SimpleNamespace, operation: str
) -> None:
    handler = load_handler("work-jobs").handler
    throttled = Refused("ProvisionedThroughputExceededException")
    seam.next("dynamodb", operation, throttled, throttled, throttled)
    assert failed(handler(records(*GOALS), context)) == ["m0"]
    assert len(executions(aws)) == 2


def test_passing_throttling_fails_no_message(
    seam: AwsSeam, load_handler: Load, aws: Aws, context: SimpleNamespace
) -> None:
    handler = load_handler("work-jobs").handler
    seam.next("stepfunctions", "StartExecution", *[Refused("ThrottlingException")] * 2)
    assert failed(handler(records(*GOALS), context)) == []
    assert len(executions(aws)) == 3


def test_a_template_that_cannot_be_read_fails_its_message_alone(
    seam: AwsSeam, load_handler: Load, api: Any, aws: Aws, context: SimpleNamespace
) -> None:
    body = {"title": "t", "goal": "open '{{app}}'", "inputs": [{"name": "app"}]}
    made = api("POST", "/v1/templates", body, Idempotency_Key="t1").body
    batch = records(*GOALS)
    message = json.loads(batch["Records"][1]["body"])
    message["request"] = {
        "template_id": made["template_id"],
        "inputs": {"app": "x"},
        "device_id": "dev-1",
    }
    batch["Records"][1]["body"] = json.dumps(message)
    handler = load_handler("work-jobs").handler
    seam.always("s3", "GetObject", Refused("SlowDown", status=503))
    assert failed(handler(batch, context)) == ["m1"]
    seam.mend()
    assert failed(handler(batch, context)) == []
    assert len(executions(aws)) == 3


def test_a_bus_that_is_silent_costs_a_batch_less_than_the_function_has(
    seam: AwsSeam, load_handler: Load, aws: Aws, context: SimpleNamespace, stopwatch: Any
) -> None:
    seam.always("events", "PutEvents", Silent())
    with stopwatch() as took:
        answer = load_handler("work-jobs").handler(records("open one", "open two"), context)
    assert failed(answer) == []
    # A batch has ten messages, and the function sixty seconds (modules/compute).
    assert took.seconds / 2 * 10 < 60
    found = aws("dynamodb").scan(TableName="qscreen-test-configuration")["Items"]
    assert len([one for one in found if one["server"]["S"].startswith("audit#")]) == 2


def test_a_device_that_cannot_be_looked_up_is_not_let_through(seam: AwsSeam) -> None:
    from qs_authorizer.devices import Devices

    devices = Devices("qscreen-test-devices")
    seam.next("dynamodb", "GetItem", *[Refused("ThrottlingException")] * 3)
    with pytest.raises(CloudCallError, match="read the device"):
        devices.refusal("dev-1", "user-1")
    assert devices.refusal("dev-1", "user-1") is None, "what was not found out is not kept"


def test_a_tool_whose_table_is_away_says_to_call_again(seam: AwsSeam, load_handler: Load) -> None:
    client = McpClient(
        load_handler("mcp-workflow").handler, "/v1/mcp/workflow", "qscreen/mcp.workflow"
    )
    seam.always("dynamodb", "Query", Refused("ProvisionedThroughputExceededException"))
    answer = client.call("list_devices")
    assert answer.result["isError"] is True
    assert "try again" in answer.said
    assert seam.asked("dynamodb", "Query") == 3


@pytest.fixture
def dispatch(
    seam: AwsSeam, load_handler: Load, aws: Aws, context: SimpleNamespace
) -> Callable[[], Any]:
    """Send a device the first command of a run."""
    request = RunRequest.model_validate({"device_id": "dev-1", "goal": "open the editor"})
    values = new_run_values("run-1", "user-1", request, "open the editor", None, utc_now())
    aws("dynamodb").put_item(TableName="qscreen-test-runs", Item=to_item(values))
    handler = load_handler("dispatch").handler
    task = {"kind": "observe", "run_id": "run-1", "task_token": "token-1"}
    return lambda: handler(task, context)


def messages(aws: Aws) -> list[dict[str, Any]]:
    url = aws("sqs").get_queue_url(QueueName="qscreen-test-device-dev-1")["QueueUrl"]
    found = aws("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
    return [json.loads(one["Body"]) for one in found]


def test_a_command_reaches_the_queue_through_throttling(
    seam: AwsSeam, dispatch: Callable[[], Any], aws: Aws
) -> None:
    seam.next("sqs", "SendMessage", Refused("ThrottlingException"))
    seam.next("dynamodb", "UpdateItem", Refused("ThrottlingException"))
    dispatch()
    assert [one["kind"] for one in messages(aws)] == ["observe"]


@pytest.mark.parametrize(
    "trouble", [Refused("ThrottlingException"), Silent()], ids=["throttled", "silent"]
)
def test_a_queue_that_stays_away_is_a_typed_error_and_the_repeat_sends_one_command(
    seam: AwsSeam, dispatch: Callable[[], Any], aws: Aws, stopwatch: Any, trouble: Any
) -> None:
    seam.always("sqs", "SendMessage", trouble)
    with stopwatch() as took, pytest.raises(CloudCallError, match="the device's queue"):
        dispatch()
    assert took.seconds < 15
    seam.mend()
    dispatch()
    (command,) = messages(aws)
    assert command["kind"] == "observe"


def test_a_queue_that_is_gone_fails_the_run_with_a_reason(
    seam: AwsSeam, dispatch: Callable[[], Any], aws: Aws
) -> None:
    url = aws("sqs").get_queue_url(QueueName="qscreen-test-device-dev-1")["QueueUrl"]
    aws("sqs").delete_queue(QueueUrl=url)
    with pytest.raises(DeviceFailed, match="Enrol the device again"):
        dispatch()
