"""Step Functions with task tokens, heartbeats and catches."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

import pytest
from local_cloud_support import eventually


@pytest.fixture(scope="module")
def machine(client: Any, role: Callable[..., str], function: Callable[..., str]) -> Any:
    """Makes a state machine that waits for a token and catches; returns a starter."""
    url = client("sqs").create_queue(QueueName="tokens")["QueueUrl"]
    source = (
        "import boto3, json, time\n"
        "def handler(event, context):\n"
        "    time.sleep(12 if event['run'] == 'waking' else 0)\n"
        f"    boto3.client('sqs').send_message(QueueUrl='{url}', MessageBody=json.dumps(event))\n"
    )
    arn = function("hand-out", source, Timeout=60)
    invoking = [{"Effect": "Allow", "Action": "lambda:InvokeFunction", "Resource": "*"}]
    own = role("machine", {"Service": "states.amazonaws.com"}, invoking)

    def make(name: str, **limits: int) -> Callable[[], tuple[str, str]]:
        def caught(error: str) -> dict[str, Any]:
            return {"ErrorEquals": [error], "ResultPath": "$.error", "Next": error}

        def ending(error: str) -> dict[str, Any]:
            return {"Type": "Pass", "Result": error, "ResultPath": "$.caught", "End": True}

        names = ("Cancelled", "States.HeartbeatTimeout", "States.Timeout", "States.ALL")
        definition = {
            "StartAt": "Wait",
            "States": {
                "Wait": {
                    "Type": "Task",
                    "Resource": "arn:aws:states:::lambda:invoke.waitForTaskToken",
                    "Parameters": {
                        "FunctionName": arn,
                        "Payload": {"token.$": "$$.Task.Token", "run.$": "$.run"},
                    },
                    "ResultPath": "$.answer",
                    "Catch": [caught(error) for error in names],
                    "End": True,
                    **limits,
                },
                **{error: ending(error) for error in names},
            },
        }
        sfn = client("stepfunctions")
        made = sfn.create_state_machine(name=name, definition=json.dumps(definition), roleArn=own)

        def start() -> tuple[str, str]:
            started = sfn.start_execution(
                stateMachineArn=made["stateMachineArn"], input=json.dumps({"run": name})
            )
            messages = eventually(
                lambda: (
                    client("sqs").receive_message(QueueUrl=url, WaitTimeSeconds=2).get("Messages")
                )
            )
            client("sqs").delete_message(QueueUrl=url, ReceiptHandle=messages[0]["ReceiptHandle"])
            body = json.loads(messages[0]["Body"])
            assert body["run"] == name
            return started["executionArn"], body["token"]

        return start

    return make


def output(client: Any, execution: str, seconds: float = 60.0) -> Any:
    sfn = client("stepfunctions")

    def ended() -> Any:
        found = sfn.describe_execution(executionArn=execution)
        return found if found["status"] != "RUNNING" else None

    found = eventually(ended, seconds)
    assert found, "the execution did not end"
    assert found["status"] == "SUCCEEDED"
    return json.loads(found["output"])


def test_an_answer_ends_the_wait(client: Any, machine: Any) -> None:
    execution, token = machine("answered", TimeoutSeconds=30)()
    sfn = client("stepfunctions")
    sfn.send_task_heartbeat(taskToken=token)
    sfn.send_task_success(taskToken=token, output=json.dumps({"verdict": "confirmed"}))
    assert output(client, execution)["answer"] == {"verdict": "confirmed"}
    with pytest.raises(sfn.exceptions.TaskDoesNotExist):
        sfn.send_task_success(taskToken=token, output="{}")


def test_a_failure_is_caught_by_its_name(client: Any, machine: Any) -> None:
    execution, token = machine("cancelled", TimeoutSeconds=30)()
    client("stepfunctions").send_task_failure(taskToken=token, error="Cancelled", cause="asked")
    result = output(client, execution)
    assert result["caught"] == "Cancelled"
    assert result["error"] == {"Error": "Cancelled", "Cause": "asked"}


def test_silence_is_a_heartbeat_timeout(client: Any, machine: Any) -> None:
    execution, _ = machine("silent", TimeoutSeconds=30, HeartbeatSeconds=2)()
    began = time.monotonic()
    assert output(client, execution)["caught"] == "States.HeartbeatTimeout"
    assert time.monotonic() - began < 25, "before the time of the task is up"


def test_silence_counts_from_when_the_token_was_handed_out(client: Any, machine: Any) -> None:
    execution, token = machine("waking", TimeoutSeconds=300, HeartbeatSeconds=8)()
    client("stepfunctions").send_task_success(taskToken=token, output="{}")
    assert output(client, execution)["answer"] == {}


def test_heartbeats_keep_the_task_alive_until_its_time_is_up(client: Any, machine: Any) -> None:
    execution, token = machine("beating", TimeoutSeconds=12, HeartbeatSeconds=5)()
    sfn = client("stepfunctions")
    began = time.monotonic()
    while time.monotonic() - began < 7:
        sfn.send_task_heartbeat(taskToken=token)
        time.sleep(0.5)
    assert sfn.describe_execution(executionArn=execution)["status"] == "RUNNING"
    while sfn.describe_execution(executionArn=execution)["status"] == "RUNNING":
        assert time.monotonic() - began < 60
        try:
            sfn.send_task_heartbeat(taskToken=token)
        except (
            sfn.exceptions.TaskTimedOut,
            sfn.exceptions.InvalidToken,
            sfn.exceptions.TaskDoesNotExist,
        ):
            break
        time.sleep(0.5)
    assert output(client, execution)["caught"] == "States.Timeout"


def test_the_setting_of_tracing_is_answered(client: Any, role: Callable[..., str]) -> None:
    sfn = client("stepfunctions")
    definition = {"StartAt": "A", "States": {"A": {"Type": "Pass", "End": True}}}
    nothing = [{"Effect": "Deny", "Action": "*", "Resource": "*"}]
    own = role("traced", {"Service": "states.amazonaws.com"}, nothing)
    arn = sfn.create_state_machine(
        name="traced",
        definition=json.dumps(definition),
        roleArn=own,
        tracingConfiguration={"enabled": True},
    )["stateMachineArn"]
    assert sfn.describe_state_machine(stateMachineArn=arn)["tracingConfiguration"] == {
        "enabled": True
    }


def test_a_failing_function_fails_the_waiting_task_by_its_class(
    client: Any, role: Callable[..., str], function: Callable[..., str]
) -> None:
    sfn = client("stepfunctions")
    arn = function(
        "throws", "class Busy(Exception): pass\ndef handler(event, context): raise Busy('later')\n"
    )
    invoking = [{"Effect": "Allow", "Action": "lambda:InvokeFunction", "Resource": "*"}]
    own = role("throwing", {"Service": "states.amazonaws.com"}, invoking)

    def state(resource: str, following: str | None) -> dict[str, Any]:
        return {
            "Type": "Task",
            "Resource": resource,
            "Parameters": {"FunctionName": arn, "Payload": {"token": "x"}},
            "TimeoutSeconds": 30,
            "Catch": [{"ErrorEquals": ["Busy"], "ResultPath": "$.error", "Next": following}],
            "End": True,
        }

    definition = {
        "StartAt": "Waits",
        "States": {
            "Waits": state("arn:aws:states:::lambda:invoke.waitForTaskToken", "Plain"),
            "Plain": state("arn:aws:states:::lambda:invoke", "Caught"),
            "Caught": {"Type": "Pass", "End": True},
        },
    }
    machine = sfn.create_state_machine(
        name="throwing", definition=json.dumps(definition), roleArn=own
    )
    started = sfn.start_execution(stateMachineArn=machine["stateMachineArn"], input="{}")
    error = output(client, started["executionArn"])["error"]
    assert error["Error"] == "Busy"
    assert json.loads(error["Cause"])["errorMessage"] == "later"
