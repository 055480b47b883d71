import base64
import json
from datetime import datetime, timedelta
from io import StringIO
from types import ModuleType
from typing import Any

import pytest

from qs_cloud import clients
from qs_cloud.errors import (
    BadPayloadError,
    Cancelled,
    CloudCallError,
    DeviceFailed,
    RunEndedError,
    RunMissingError,
)
from qs_cloud.table import Table
from qscreen.wire import Command

SECRET = "secret words"
PLAN = {
    "goal": f"type '{SECRET}'",
    "language": "en",
    "source": "grammar",
    "created_at": "2026-11-23T09:00:00Z",
    "steps": [
        {"id": "s1", "action": {"kind": "open_app", "app": "editor"}, "because": "type"},
        {"id": "s2", "action": {"kind": "type_text", "text": SECRET}, "because": "type"},
    ],
}


@pytest.fixture
def queue_url(aws: None) -> str:
    return clients.sqs().create_queue(QueueName="qscreen-test-device-dev-1")["QueueUrl"]


@pytest.fixture
def lay(queue_url: str) -> Any:
    """Lays a run and a device into the tables, as the other functions do."""

    def lay(
        *, screenshots: bool = True, device_status: str = "active", **run: dict[str, Any]
    ) -> None:
        device = {
            "device_id": {"S": "dev-1"},
            "owner": {"S": "user-1"},
            "name": {"S": "desk"},
            "platform": {"S": "linux"},
            "agent_version": {"S": "1"},
            "screenshots_allowed": {"BOOL": screenshots},
            "status": {"S": device_status},
            "queue_url": {"S": queue_url},
            "region": {"S": "ap-northeast-2"},
            "enrolled_at": {"S": "2026-11-23T09:00:00+00:00"},
        }
        item = {
            "run_id": {"S": "run-1"},
            "owner": {"S": "user-1"},
            "device_id": {"S": "dev-1"},
            "goal": {"S": PLAN["goal"]},
            "mode": {"S": "auto"},
            "status": {"S": "queued"},
            "attempts": {"N": "1"},
            "cancel_requested": {"BOOL": False},
            "plan": {"S": json.dumps(PLAN)},
            "pending": {"L": [{"S": "s1"}, {"S": "s2"}]},
            "created_at": {"S": "2026-11-23T09:00:00.000000+00:00"},
            "updated_at": {"S": "2026-11-23T09:00:00.000000+00:00"},
            **run,
        }
        clients.dynamodb().put_item(TableName="qscreen-test-devices", Item=device)
        clients.dynamodb().put_item(TableName="qscreen-test-runs", Item=item)

    return lay


@pytest.fixture
def dispatch(aws: None, load_handler: Any) -> Any:
    module: ModuleType = load_handler("dispatch")

    def dispatch(kind: str = "observe", **more: Any) -> dict[str, str]:
        event = {"kind": kind, "run_id": "run-1", "task_token": "the-token", **more}
        answer: dict[str, str] = module.handler(event, None)
        return answer

    return dispatch


def messages(queue_url: str) -> list[str]:
    answer = clients.sqs().receive_message(QueueUrl=queue_url, MaxNumberOfMessages=10)
    return [message["Body"] for message in answer.get("Messages", [])]


def commands() -> list[dict[str, Any]]:
    return clients.dynamodb().scan(TableName="qscreen-test-commands")["Items"]


def test_an_observe_command_is_stored_with_its_token_and_sent_without(
    lay: Any, dispatch: Any, queue_url: str, raw_item: Any, log: StringIO
) -> None:
    lay()
    command_id = dispatch()["command_id"]
    (body,) = messages(queue_url)
    command = Command.model_validate_json(body)
    assert (command.id, command.run_id, command.device_id) == (command_id, "run-1", "dev-1")
    assert (command.kind, command.steps) == ("observe", ())
    assert command.upload is not None, "the picture of the screen goes to the cloud beside the tree"
    assert command.upload.key_prefix == f"runs/run-1/{command_id}/"
    assert command.goal is None
    assert command.expires_at - command.issued_at == timedelta(seconds=60)
    assert command.heartbeat_seconds == 15
    assert "the-token" not in body
    item = raw_item("commands", command_id=command_id)
    assert (item["task_token"], item["state"], item["owner"]) == ("the-token", "open", "user-1")
    assert item["expires_epoch"] > command.expires_at.timestamp()
    run = raw_item("runs", run_id="run-1")
    assert (run["status"], run["open_command_id"]) == ("observing", command_id)
    assert run["marks"][-1].startswith("start|observe|")
    assert "the-token" not in log.getvalue()


def test_a_perform_command_carries_the_pending_steps_and_a_bound_ticket(
    lay: Any, dispatch: Any, queue_url: str, raw_item: Any, log: StringIO
) -> None:
    lay(pending={"L": [{"S": "s2"}]})
    command_id = dispatch("perform")["command_id"]
    command = Command.model_validate_json(messages(queue_url)[0])
    assert [step.id for step in command.steps] == ["s2"]
    assert command.goal == PLAN["goal"]
    ticket = command.upload
    assert ticket is not None
    assert ticket.key_prefix == f"runs/run-1/{command_id}/"
    assert "key" not in ticket.fields
    assert ticket.fields["x-amz-server-side-encryption"] == "aws:kms"
    assert ticket.expires_at > datetime.now(ticket.expires_at.tzinfo)
    conditions = json.loads(base64.b64decode(ticket.fields["policy"]))["conditions"]
    assert ["starts-with", "$key", ticket.key_prefix] in conditions
    assert ["content-length-range", 1, 5 * 1024 * 1024] in conditions
    assert {"Content-Type": "image/png"} in conditions
    key_id = ticket.fields["x-amz-server-side-encryption-aws-kms-key-id"]
    assert key_id.endswith("11111111-2222-3333-4444-555555555555")
    assert {"x-amz-server-side-encryption-aws-kms-key-id": key_id} in conditions
    assert "ap-northeast-2" in ticket.url
    assert raw_item("runs", run_id="run-1")["status"] == "acting"
    assert SECRET not in log.getvalue()
    assert "policy" not in raw_item("commands", command_id=command_id)["command"]


def test_characters_that_sqs_refuses_reach_the_device(
    lay: Any, dispatch: Any, queue_url: str
) -> None:
    text = "a\uffff\ufffe \x01 \\uffff 가"
    step = {"id": "s1", "action": {"kind": "type_text", "text": text}, "because": "type"}
    lay(plan={"S": json.dumps({**PLAN, "steps": [step]})})
    dispatch("perform")
    (body,) = messages(queue_url)
    assert not {"\uffff", "\ufffe", "\x01"} & set(body)
    (sent,) = Command.model_validate_json(body).steps
    assert sent.action.text == text  # type: ignore[union-attr]


def test_a_device_without_screenshots_gets_no_ticket(
    lay: Any, dispatch: Any, queue_url: str
) -> None:
    lay(screenshots=False)
    dispatch("perform")
    assert Command.model_validate_json(messages(queue_url)[0]).upload is None


def test_a_device_without_screenshots_is_observed_without_a_picture(
    lay: Any, dispatch: Any, queue_url: str
) -> None:
    lay(screenshots=False)
    dispatch()
    assert Command.model_validate_json(messages(queue_url)[0]).upload is None


def test_a_cancelled_run_sends_nothing(lay: Any, dispatch: Any, queue_url: str) -> None:
    lay(cancel_requested={"BOOL": True})
    with pytest.raises(Cancelled):
        dispatch()
    assert (messages(queue_url), commands()) == ([], [])


def test_a_cancel_while_the_command_is_made_wins(
    lay: Any, dispatch: Any, queue_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    lay()
    create = Table.create

    def create_then_cancel(self: Any, values: Any) -> bool:
        made = create(self, values)
        clients.dynamodb().update_item(
            TableName="qscreen-test-runs",
            Key={"run_id": {"S": "run-1"}},
            UpdateExpression="SET cancel_requested = :t",
            ExpressionAttributeValues={":t": {"BOOL": True}},
        )
        return made

    monkeypatch.setattr(Table, "create", create_then_cancel)
    with pytest.raises(Cancelled):
        dispatch()
    assert messages(queue_url) == []
    assert [command["state"]["S"] for command in commands()] == ["cancelled"]


def test_a_task_that_is_tried_again_sends_its_first_command_again(
    lay: Any, dispatch: Any, queue_url: str, raw_item: Any
) -> None:
    lay()
    first = dispatch("perform")["command_id"]
    again = dispatch("perform", task_token="the-next-token")["command_id"]
    assert again == first
    sent = [Command.model_validate_json(body) for body in messages(queue_url)]
    assert [command.id for command in sent] == [first, first]
    assert all(command.upload is not None for command in sent)
    assert [step.id for step in sent[1].steps] == ["s1", "s2"]
    (item,) = commands()
    assert item["task_token"]["S"] == "the-next-token"
    assert len(raw_item("runs", run_id="run-1")["marks"]) == 1


def test_a_task_that_is_tried_again_after_the_answer_sends_nothing(
    lay: Any, dispatch: Any, queue_url: str
) -> None:
    begun, ended = "2026-11-23T09:00:00.000000+00:00", "2026-11-23T09:00:01.000000+00:00"
    lay(marks={"L": [{"S": f"start|act|{begun}"}, {"S": f"end|act|{ended}"}]})
    with pytest.raises(DeviceFailed, match="answer was lost"):
        dispatch("perform")
    assert (messages(queue_url), commands()) == ([], [])


def test_two_tries_at_the_same_moment_agree_on_one_command(
    lay: Any, dispatch: Any, queue_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    lay()
    create = Table.create

    def create_while_another_does(self: Any, values: Any) -> bool:
        monkeypatch.setattr(Table, "create", create)
        made = create(self, values)
        dispatch("perform", task_token="the-other-token")
        return made

    monkeypatch.setattr(Table, "create", create_while_another_does)
    winner = dispatch("perform")["command_id"]
    assert {Command.model_validate_json(body).id for body in messages(queue_url)} == {winner}
    states = {item["command_id"]["S"]: item["state"]["S"] for item in commands()}
    assert states.pop(winner) == "open"
    assert list(states.values()) == ["cancelled"]


def test_an_unknown_or_revoked_device_fails(lay: Any, dispatch: Any, queue_url: str) -> None:
    lay(device_status="revoked")
    with pytest.raises(DeviceFailed, match="revoked"):
        dispatch()
    lay(device_id={"S": "dev-9"})
    with pytest.raises(DeviceFailed, match="not enrolled"):
        dispatch()
    assert (messages(queue_url), commands()) == ([], [])


def test_a_queue_that_is_gone_fails_the_device(lay: Any, dispatch: Any, queue_url: str) -> None:
    lay()
    clients.sqs().delete_queue(QueueUrl=queue_url)
    with pytest.raises(DeviceFailed, match="queue"):
        dispatch()


def test_a_run_that_is_missing_or_has_ended(lay: Any, dispatch: Any) -> None:
    with pytest.raises(RunMissingError):
        dispatch()
    lay(status={"S": "succeeded"})
    with pytest.raises(RunEndedError):
        dispatch()
    lay(pending={"L": []})
    with pytest.raises(RunEndedError, match="no step"):
        dispatch("perform")


@pytest.mark.parametrize(
    ("more", "field"),
    [({"kind": "dance"}, "kind"), ({"task_token": ""}, "task_token"), ({"x": 1}, "x")],
)
def test_a_payload_against_the_contract_names_the_field(
    dispatch: Any, more: dict[str, Any], field: str
) -> None:
    with pytest.raises(BadPayloadError, match=field):
        dispatch(**more)


def test_a_table_that_cannot_be_reached_is_a_typed_error(lay: Any, dispatch: Any) -> None:
    lay()
    clients.dynamodb().delete_table(TableName="qscreen-test-runs")
    with pytest.raises(CloudCallError, match="read the run") as found:
        dispatch()
    assert found.value.code == "ResourceNotFoundException"


def test_errors_have_the_names_that_the_state_machine_catches() -> None:
    assert {Cancelled.__name__, DeviceFailed.__name__} == {"Cancelled", "DeviceFailed"}


@pytest.mark.parametrize("value", ["", "0", "-1", "x"])
def test_a_wrong_setting_is_named(
    environment: None, load_handler: Any, monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    monkeypatch.setenv("QS_HEARTBEAT_SECONDS", value)
    with pytest.raises(Exception, match="QS_HEARTBEAT_SECONDS"):
        load_handler("dispatch").handler({}, None)
