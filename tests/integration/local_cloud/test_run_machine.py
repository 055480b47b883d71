"""The platform's own state machine of a run, on the emulated Step Functions.

Its tasks are doubles that the tests speak through: what the planner answers is in the snapshot's
key, what is dispatched and what is recorded lies in a queue each. Every branch here is one that
the end-to-end suite reaches only with a model that plans wrongly.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from local_cloud_support import eventually

TEMPLATE = Path(__file__).parents[3] / "modules" / "compute" / "state_machines" / "run.asl.json"
SECONDS = {
    "heartbeat_seconds": 30,
    "observe_seconds": 40,
    "plan_seconds": 30,
    "analysis_seconds": 30,
    "act_seconds": 40,
    "confirm_seconds": 40,
    "finish_seconds": 30,
    "max_attempts": 3,
}
DONE = {"verdict": "confirmed"}


class Run:
    """One execution, its device, its person and its recorder."""

    def __init__(self, client: Callable[..., Any], queues: dict[str, str], execution: str) -> None:
        self._client, self._queues, self._execution = client, queues, execution

    def dispatched(self, kind: str) -> str:
        """Waits for a task of a kind; returns its token."""
        task = self._next("dispatched")
        assert task["kind"] == kind, task
        return str(task["task_token"])

    def answer(self, token: str, **output: Any) -> None:
        self._client("stepfunctions").send_task_success(taskToken=token, output=json.dumps(output))

    def observe(self, **planned: Any) -> None:
        """The device sees something, and the planner will answer so."""
        self.answer(self.dispatched("observe"), snapshot_key=json.dumps(planned))

    def cancel(self, token: str) -> None:
        self._client("stepfunctions").send_task_failure(
            taskToken=token, error="Cancelled", cause="The run was cancelled by a user."
        )

    def recorded(self) -> dict[str, Any]:
        """What the recorder was given at the end of the execution."""
        found: dict[str, Any] = self._next("recorded")
        sfn = self._client("stepfunctions")
        eventually(
            lambda: sfn.describe_execution(executionArn=self._execution)["status"] == "SUCCEEDED"
        )
        return found

    def is_quiet(self) -> bool:
        """Whether nothing is dispatched while a person is waited for."""
        answer = self._client("sqs").receive_message(
            QueueUrl=self._queues["dispatched"], WaitTimeSeconds=2
        )
        return "Messages" not in answer

    def states(self) -> list[str]:
        """Names of the states that were entered, in their order."""
        pages = self._client("stepfunctions").get_paginator("get_execution_history")
        return [
            event["stateEnteredEventDetails"]["name"]
            for page in pages.paginate(executionArn=self._execution)
            for event in page["events"]
            if "stateEnteredEventDetails" in event
        ]

    def _next(self, queue: str) -> Any:
        sqs, url = self._client("sqs"), self._queues[queue]
        messages = eventually(
            lambda: sqs.receive_message(QueueUrl=url, WaitTimeSeconds=2).get("Messages")
        )
        assert messages, self._client("stepfunctions").get_execution_history(
            executionArn=self._execution, reverseOrder=True
        )["events"][:6]
        (message,) = messages
        sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return json.loads(message["Body"])


@pytest.fixture(scope="module")
def queues(client: Callable[..., Any]) -> dict[str, str]:
    sqs = client("sqs")
    return {
        name: sqs.create_queue(QueueName=f"run-{name}")["QueueUrl"]
        for name in ("dispatched", "recorded")
    }


@pytest.fixture(scope="module")
def machine(
    client: Callable[..., Any],
    role: Callable[..., str],
    function: Callable[..., str],
    queues: dict[str, str],
) -> str:
    def telling(queue: str, answer: str) -> str:
        return (
            "import boto3, json\n"
            "def handler(event, context):\n"
            f"    boto3.client('sqs').send_message(QueueUrl='{queues[queue]}', "
            "MessageBody=json.dumps(event))\n"
            f"    return {answer}\n"
        )

    planner = (
        "import json\n"
        "def handler(event, context):\n"
        "    return json.loads(event['observation']['snapshot_key'])\n"
    )
    recorder = "{'run_id': event['run_id'], 'status': event['status']}"
    values = {
        **SECONDS,
        "partition": "aws",
        "dispatch_arn": function("run-dispatch", telling("dispatched", "{}")),
        "planner_arn": function("run-planner", planner),
        "recorder_arn": function("run-recorder", telling("recorded", recorder)),
        "analysis_arn": "arn:aws:states:ap-northeast-2:000000000000:stateMachine:none",
    }
    definition = re.sub(
        r"\$\{(\w+)\}",
        lambda match: str(values[match[1]]),
        TEMPLATE.read_text(encoding="utf-8"),
    )
    invoking = [{"Effect": "Allow", "Action": "lambda:InvokeFunction", "Resource": "*"}]
    own = role("run-machine", {"Service": "states.amazonaws.com"}, invoking)
    made = client("stepfunctions").create_state_machine(
        name="run", definition=definition, roleArn=own
    )
    return str(made["stateMachineArn"])


@pytest.fixture
def start(client: Callable[..., Any], machine: str, queues: dict[str, str]) -> Callable[..., Run]:
    def start(mode: str, **more: Any) -> Run:
        run_id = f"run-{mode.replace('_', '-')}-{time.time_ns()}"
        started = client("stepfunctions").start_execution(
            stateMachineArn=machine,
            name=run_id,
            input=json.dumps({"run_id": run_id, "device_id": "dev-1", "mode": mode, **more}),
        )
        return Run(client, queues, started["executionArn"])

    return start


def test_a_plan_with_nothing_to_consent_to_acts_at_once(start: Callable[..., Run]) -> None:
    run = start("auto")
    run.observe(status="planned", needs_consent=False)
    run.answer(run.dispatched("perform"), **DONE)
    assert run.recorded()["status"] == "succeeded"
    assert "Confirm" not in run.states()


def test_a_step_that_the_goal_does_not_explain_waits_for_a_person_in_the_mode_auto(
    start: Callable[..., Run],
) -> None:
    run = start("auto")
    run.observe(status="planned", needs_consent=True)
    token = run.dispatched("confirm")
    assert run.is_quiet(), "the device was told to act before a person agreed"
    assert "Act" not in run.states()
    run.answer(token, confirmed=True)
    run.answer(run.dispatched("perform"), **DONE)
    assert run.recorded()["status"] == "succeeded"
    states = run.states()
    assert states.index("Confirm") < states.index("Act")


def test_a_person_who_does_not_consent_ends_the_run_before_it_acts(
    start: Callable[..., Run],
) -> None:
    run = start("auto")
    run.observe(status="planned", needs_consent=True)
    run.cancel(run.dispatched("confirm"))
    assert run.recorded()["status"] == "cancelled"
    assert "Act" not in run.states()


def test_a_dry_run_ends_with_the_plan_whatever_it_needs(start: Callable[..., Run]) -> None:
    run = start("dry_run")
    run.observe(status="planned", needs_consent=True)
    assert run.recorded()["status"] == "planned"
    assert not {"Confirm", "Act"} & set(run.states())


def test_a_repair_that_needs_consent_asks_again(start: Callable[..., Run]) -> None:
    run = start("auto")
    run.observe(status="planned", needs_consent=False)
    run.answer(run.dispatched("perform"), verdict="repair", reason="not_confirmed", message="m")
    run.observe(status="planned", needs_consent=True)
    run.answer(run.dispatched("confirm"), confirmed=True)
    run.answer(run.dispatched("perform"), **DONE)
    assert run.recorded()["status"] == "succeeded"
    assert run.states().count("Act") == 2


def test_a_repair_that_goes_in_circles_ends_the_run_with_its_reason(
    start: Callable[..., Run],
) -> None:
    run = start("auto")
    run.observe(status="planned", needs_consent=False)
    run.answer(run.dispatched("perform"), verdict="repair", reason="not_confirmed", message="m")
    run.observe(
        status="going_in_circles",
        reason="going_in_circles",
        message="The same steps are left on the same screen. Look at it, and say it otherwise.",
    )
    recorded = run.recorded()
    assert (recorded["status"], recorded["reason"]) == ("failed", "going_in_circles")
    assert recorded["message"].startswith("The same steps are left")
    states = run.states()
    assert states.count("Act") == 1
    assert states[-2:] == ["GoingInCircles", "Finish"]


@pytest.mark.parametrize(
    ("status", "told"),
    [
        ("succeeded", {"status": "succeeded"}),
        ("cancelled", {"status": "cancelled", "reason": "cancelled"}),
        ("failed", {"status": "failed", "reason": "step_refused", "message": "m"}),
    ],
)
def test_a_run_that_ended_on_its_device_is_only_recorded(
    start: Callable[..., Run], status: str, told: dict[str, str]
) -> None:
    reported = {"status": status, "reason": "step_refused", "message": "m"}
    run = start("auto", reported=reported)
    recorded = run.recorded()
    assert {name: recorded[name] for name in told} == told
    assert "Observe" not in run.states()
