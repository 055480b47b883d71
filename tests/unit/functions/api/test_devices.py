import json
import os
from io import StringIO
from typing import Any

import pytest
from botocore.exceptions import ClientError

from qs_cloud import clients
from qs_cloud.config import ConfigurationError
from qs_cloud.errors import CloudCallError
from qs_cloud.table import Table


def queue_urls() -> list[str]:
    return clients.sqs().list_queues().get("QueueUrls", [])


def test_enrolment_makes_an_item_and_an_encrypted_tagged_queue(api: Any, raw_item: Any) -> None:
    device = api.enrol()
    item = raw_item("devices", device_id=device["device_id"])
    assert (item["owner"], item["status"], item["region"]) == (
        "user-1",
        "active",
        "ap-northeast-2",
    )
    name = f"qscreen-test-device-{device['device_id']}"
    assert device["queue_url"].endswith(f"/{name}")
    url = device["queue_url"]
    found = clients.sqs().get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    assert found["KmsMasterKeyId"].endswith("66666666-2222-3333-4444-555555555555")
    assert (found["MessageRetentionPeriod"], found["VisibilityTimeout"]) == ("3600", "10")
    assert found["ReceiveMessageWaitTimeSeconds"] == "20"
    tags = clients.sqs().list_queue_tags(QueueUrl=url)["Tags"]
    assert tags["device_id"] == device["device_id"]


def test_each_queue_has_the_templates_policy_for_itself(api: Any) -> None:
    template = os.environ["QS_DEVICE_QUEUE_POLICY"]
    for url in (api.enrol()["queue_url"], api.enrol(sub="user-2")["queue_url"]):
        found = clients.sqs().get_queue_attributes(QueueUrl=url, AttributeNames=["All"])
        arn = found["Attributes"]["QueueArn"]
        policy = json.loads(found["Attributes"]["Policy"])
        assert {statement["Resource"] for statement in policy["Statement"]} == {arn}
        assert policy == json.loads(template.replace("QUEUE_ARN", arn))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("QS_DEVICE_QUEUE_POLICY", ""),
        ("QS_DEVICE_QUEUE_POLICY", "Deny QUEUE_ARN"),
        ("QS_DEVICE_QUEUE_POLICY", '["QUEUE_ARN"]'),
        ("QS_DEVICE_QUEUE_POLICY", '{"Statement": [{"Resource": "arn:aws:sqs:r:1:other"}]}'),
        ("QS_STATE_MACHINE_ARN", "qscreen-test-run"),
        ("QS_STATE_MACHINE_ARN", "arn:aws:sqs:ap-northeast-2:123456789012:a-queue"),
    ],
)
def test_a_template_that_makes_no_policy_is_named(
    api: Any, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    from qs_api.services import Services

    monkeypatch.setenv(name, value)
    with pytest.raises(ConfigurationError, match=name):
        Services.from_environment()


def test_the_policys_arn_is_of_the_state_machines_partition(
    api: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from qs_api.services import Services

    machine = "arn:aws-cn:states:cn-north-1:210987654321:stateMachine:x"
    monkeypatch.setenv("QS_STATE_MACHINE_ARN", machine)
    monkeypatch.setenv("QS_DEVICE_QUEUE_POLICY", '{"Resource": "QUEUE_ARN"}')
    policy = json.loads(Services.from_environment().queue_policy.of("q"))
    assert policy == {"Resource": "arn:aws-cn:sqs:cn-north-1:210987654321:q"}


ENROLMENT = {
    "name": "d",
    "platform": "linux",
    "agent_version": "1",
    "screenshots_allowed": True,
}
KEY = {"Idempotency-Key": "k1"}


def refusing_to_store(*_: Any) -> bool:
    answer: Any = {
        "Error": {"Code": "ThrottlingException"},
        "ResponseMetadata": {"HTTPStatusCode": 400},
    }
    raise CloudCallError("store the device", "ThrottlingException", passing=True) from ClientError(
        answer, "PutItem"
    )


def test_an_enrolment_that_cannot_be_stored_leaves_no_queue(
    api: Any, monkeypatch: pytest.MonkeyPatch, dynamodb: Any
) -> None:
    monkeypatch.setattr(Table, "create", refusing_to_store)
    assert api("POST", "/v1/devices", ENROLMENT, headers=KEY).status == 503
    assert queue_urls() == []
    assert dynamodb.scan(TableName="qscreen-test-devices")["Items"] == []


def test_an_enrolment_whose_storing_was_not_answered_keeps_its_queue_for_the_repeat(
    api: Any, monkeypatch: pytest.MonkeyPatch, dynamodb: Any
) -> None:
    real = Table.create

    def stored_and_lost(table: Any, values: Any) -> bool:
        real(table, values)
        raise CloudCallError("store the device", "ReadTimeoutError", passing=True)

    with monkeypatch.context() as lost:
        lost.setattr(Table, "create", stored_and_lost)
        assert api("POST", "/v1/devices", ENROLMENT, headers=KEY).status == 503
    (item,) = dynamodb.scan(TableName="qscreen-test-devices")["Items"]
    again = api("POST", "/v1/devices", ENROLMENT, headers=KEY)
    assert (again.status, again.body["device_id"]) == (201, item["device_id"]["S"])
    assert queue_urls() == [again.body["queue_url"]]


def test_repeating_an_enrolment_answers_the_same_device(api: Any, dynamodb: Any) -> None:
    first = api("POST", "/v1/devices", ENROLMENT, headers=KEY)
    again = api("POST", "/v1/devices", ENROLMENT, headers=KEY)
    assert (first.status, again.status) == (201, 201)
    assert again.body == first.body
    assert len(dynamodb.scan(TableName="qscreen-test-devices")["Items"]) == 1
    assert queue_urls() == [first.body["queue_url"]]
    # Keys are their users' own.
    other = api("POST", "/v1/devices", ENROLMENT, headers=KEY, sub="user-2")
    assert other.body["device_id"] != first.body["device_id"]


@pytest.mark.parametrize("headers", [{}, {"Idempotency-Key": " "}, {"Idempotency-Key": "k" * 256}])
def test_an_enrolment_without_a_usable_key_is_refused(api: Any, headers: dict[str, str]) -> None:
    answer = api("POST", "/v1/devices", ENROLMENT, headers=headers)
    assert answer.status == 400
    assert answer.body["errors"][0]["path"] == "Idempotency-Key"
    assert queue_urls() == []


@pytest.mark.parametrize("other", [{"name": "e"}, {"screenshots_allowed": False}])
def test_a_key_is_of_one_enrolment(api: Any, other: dict[str, Any]) -> None:
    first = api("POST", "/v1/devices", ENROLMENT, headers=KEY)
    answer = api("POST", "/v1/devices", {**ENROLMENT, **other}, headers=KEY)
    assert answer.status == 409
    assert first.body["device_id"] in answer.body["detail"]
    assert len(queue_urls()) == 1


def test_a_key_whose_device_was_revoked_enrols_nothing(api: Any) -> None:
    device_id = api.enrol(key="k1")["device_id"]
    assert api("DELETE", f"/v1/devices/{device_id}").status == 200
    answer = api(
        "POST",
        "/v1/devices",
        {**ENROLMENT, "name": "desk", "agent_version": "0.1.0"},
        headers=KEY,
    )
    assert answer.status == 409
    assert "new Idempotency-Key" in answer.body["next_step"]
    assert queue_urls() == []


class ForgettingSlowly:
    """SQS, which makes no queue for a minute whose name was deleted."""

    def __init__(self, real: Any) -> None:
        self._real = real
        self.deleted: set[str] = set()

    def create_queue(self, **arguments: Any) -> Any:
        if arguments["QueueName"] in self.deleted:
            raise ClientError(
                {"Error": {"Code": "AWS.SimpleQueueService.QueueDeletedRecently"}}, "CreateQueue"
            )
        return self._real.create_queue(**arguments)

    def delete_queue(self, *, QueueUrl: str) -> Any:  # noqa: N803 - as boto3 names it
        self.deleted.add(QueueUrl.rpartition("/")[2])
        return self._real.delete_queue(QueueUrl=QueueUrl)


def test_a_repeat_within_the_minute_in_which_sqs_remembers_the_queue_enrols_all_the_same(
    api: Any, monkeypatch: pytest.MonkeyPatch, dynamodb: Any
) -> None:
    sqs = ForgettingSlowly(clients.sqs())
    monkeypatch.setattr(clients, "sqs", lambda: sqs)
    with monkeypatch.context() as busy:
        busy.setattr(Table, "create", refusing_to_store)
        assert api("POST", "/v1/devices", ENROLMENT, headers=KEY).status == 503
    assert len(sqs.deleted) == 1
    made = api("POST", "/v1/devices", ENROLMENT, headers=KEY)
    assert made.status == 201
    # When SQS has forgotten the first queue, the key still stands for the device it made.
    sqs.deleted.clear()
    assert api("POST", "/v1/devices", ENROLMENT, headers=KEY).body == made.body
    assert len(dynamodb.scan(TableName="qscreen-test-devices")["Items"]) == 1


def test_an_enrolment_that_sqs_does_not_let_be_for_a_minute_says_to_wait(
    api: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    sqs = ForgettingSlowly(clients.sqs())
    monkeypatch.setattr(clients, "sqs", lambda: sqs)
    monkeypatch.setattr(Table, "create", refusing_to_store)
    answers = [api("POST", "/v1/devices", ENROLMENT, headers=KEY) for _ in range(4)]
    assert [one.status for one in answers] == [503] * 4
    assert "retry-after" in answers[-1].headers
    assert len(sqs.deleted) == 3


def test_of_two_enrolments_at_the_same_moment_one_is_made(
    api: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = Table.create
    made: list[Any] = []

    def slower(table: Any, values: Any) -> bool:
        if not made and table.key == "device_id":
            made.append(True)
            made.append(api("POST", "/v1/devices", ENROLMENT, headers=KEY).body)
        return real(table, values)

    monkeypatch.setattr(Table, "create", slower)
    answer = api("POST", "/v1/devices", ENROLMENT, headers=KEY)
    assert (answer.status, answer.body) == (201, made[1])
    assert len(queue_urls()) == 1


def test_a_queue_that_cannot_be_made_leaves_no_device(
    api: Any, monkeypatch: pytest.MonkeyPatch, dynamodb: Any
) -> None:
    class Refusing:
        def create_queue(self, **_: Any) -> None:
            raise ClientError({"Error": {"Code": "AccessDenied", "Message": "no"}}, "CreateQueue")

    monkeypatch.setattr(clients, "sqs", Refusing)
    assert api("POST", "/v1/devices", ENROLMENT, headers=KEY).status == 500
    assert dynamodb.scan(TableName="qscreen-test-devices")["Items"] == []


def test_devices_are_shown_to_their_owner_and_to_operators(api: Any) -> None:
    device_id = api.enrol()["device_id"]
    assert api("GET", f"/v1/devices/{device_id}").body["name"] == "desk"
    assert api("GET", f"/v1/devices/{device_id}", sub="user-2").status == 404
    assert api("GET", f"/v1/devices/{device_id}", sub="user-2", groups="admin").status == 200
    assert [d["device_id"] for d in api("GET", "/v1/devices").body["items"]] == [device_id]
    assert api("GET", "/v1/devices", sub="user-2").body["items"] == []


def test_a_device_that_has_not_changed_is_not_sent_again(api: Any) -> None:
    path = f"/v1/devices/{api.enrol()['device_id']}"
    tag = api("GET", path).headers["etag"]
    known = api("GET", path, headers={"If-None-Match": tag})
    assert (known.status, known.headers["etag"]) == (304, tag)
    assert api("POST", f"{path}/heartbeat").status == 200
    changed = api("GET", path, headers={"If-None-Match": tag})
    assert changed.status == 200
    assert changed.headers["etag"] != tag


def test_revoking_ends_the_queue_and_the_credentials(api: Any) -> None:
    device_id = api.enrol()["device_id"]
    assert api("DELETE", f"/v1/devices/{device_id}", sub="user-2").status == 404
    answer = api("DELETE", f"/v1/devices/{device_id}")
    assert (answer.status, answer.body["status"]) == (200, "revoked")
    assert queue_urls() == []
    for path in ("credentials", "heartbeat"):
        assert api("POST", f"/v1/devices/{device_id}/{path}").status == 409
    assert api("DELETE", f"/v1/devices/{device_id}").status == 200


def test_credentials_are_for_an_hour_tagged_with_the_device_and_never_logged(
    api: Any, monkeypatch: pytest.MonkeyPatch, log: StringIO
) -> None:
    device_id = api.enrol()["device_id"]
    asked: list[dict[str, Any]] = []
    real = clients.sts()

    class Watching:
        def assume_role(self, **arguments: Any) -> Any:
            asked.append(arguments)
            return real.assume_role(**arguments)

    monkeypatch.setattr(clients, "sts", Watching)
    answer = api("POST", f"/v1/devices/{device_id}/credentials")
    assert answer.status == 201
    assert asked[0]["Tags"] == [{"Key": "device_id", "Value": device_id}]
    assert asked[0]["DurationSeconds"] == 3600
    assert asked[0]["RoleArn"].endswith(":role/qscreen-test-device")
    assert answer.body["secret_access_key"] not in log.getvalue()
    assert answer.body["session_token"] not in log.getvalue()


@pytest.mark.parametrize("groups", ["user", "admin"])
def test_nobody_gets_credentials_of_anothers_device(api: Any, groups: str) -> None:
    device_id = api.enrol()["device_id"]
    answer = api("POST", f"/v1/devices/{device_id}/credentials", sub="user-2", groups=groups)
    assert answer.status == 404


def test_heartbeat_notes_the_time(api: Any, raw_item: Any) -> None:
    device_id = api.enrol()["device_id"]
    answer = api("POST", f"/v1/devices/{device_id}/heartbeat")
    assert answer.status == 200
    assert raw_item("devices", device_id=device_id)["last_seen_at"].startswith("20")
    assert api("POST", "/v1/devices/dev-unknown/heartbeat").status == 404


def test_answers_leave_out_what_is_absent(api: Any) -> None:
    assert "null" not in json.dumps(api.enrol())
