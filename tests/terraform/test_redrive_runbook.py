"""The runbook that repeats failed asynchronous invocations, on an emulated queue."""

import json
import runpy
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws
from terraform_copy import REPOSITORY

SCRIPT = REPOSITORY / "modules" / "devops" / "runbooks" / "redrive.py"
FUNCTION = "arn:aws:lambda:ap-northeast-2:123456789012:function:qscreen-test-api"


@pytest.fixture
def queue_url(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "ap-northeast-2")
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    with mock_aws(config={"lambda": {"use_docker": False}}):
        yield str(boto3.client("sqs").create_queue(QueueName="letters")["QueueUrl"])


@pytest.fixture
def invocations(queue_url: str, monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What the Lambda service was asked for, seen on the wire."""
    session = boto3.Session()
    seen: list[dict[str, Any]] = []

    def see(params: dict[str, Any], **_: object) -> None:
        seen.append({"path": params["url_path"], "body": params["body"], **params["headers"]})

    session.events.register("before-call.lambda.Invoke", see)
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", session)
    role = boto3.client("iam").create_role(RoleName="r", AssumeRolePolicyDocument="{}")
    boto3.client("lambda").create_function(
        FunctionName="qscreen-test-api",
        Role=role["Role"]["Arn"],
        Runtime="python3.11",
        Handler="handler.handler",
        Code={"ZipFile": b"-"},
        Publish=True,
    )
    return seen


def letter(arn: str, payload: object) -> str:
    return json.dumps(
        {"version": "1.0", "requestContext": {"functionArn": arn}, "requestPayload": payload}
    )


def redrive(queue_url: str, limit: int) -> dict[str, Any]:
    found = runpy.run_path(str(SCRIPT))["redrive"](
        {"queue_url": queue_url, "functions": [FUNCTION], "limit": limit}, None
    )
    assert isinstance(found, dict)
    return found


def waiting(queue_url: str) -> int:
    attributes = boto3.client("sqs").get_queue_attributes(
        QueueUrl=queue_url, AttributeNames=["All"]
    )["Attributes"]
    return int(attributes["ApproximateNumberOfMessages"]) + int(
        attributes["ApproximateNumberOfMessagesNotVisible"]
    )


def test_letters_are_repeated_and_gone(queue_url: str, invocations: list[dict[str, Any]]) -> None:
    sqs = boto3.client("sqs")
    for number in range(3):
        sqs.send_message(QueueUrl=queue_url, MessageBody=letter(f"{FUNCTION}:1", {"n": number}))
    assert redrive(queue_url, 100) == {"repeated": 3, "left": []}
    assert sorted(json.loads(seen["body"])["n"] for seen in invocations) == [0, 1, 2]
    assert {seen["X-Amz-Invocation-Type"] for seen in invocations} == {"Event"}
    assert waiting(queue_url) == 0


def test_the_limit_holds(queue_url: str, invocations: list[dict[str, Any]]) -> None:
    sqs = boto3.client("sqs")
    for number in range(3):
        sqs.send_message(QueueUrl=queue_url, MessageBody=letter(f"{FUNCTION}:1", number))
    assert redrive(queue_url, 2)["repeated"] == 2
    assert len(invocations) == 2
    assert waiting(queue_url) == 1


def test_letters_of_strangers_stay(queue_url: str, invocations: list[dict[str, Any]]) -> None:
    strangers = boto3.client("sqs").send_message(
        QueueUrl=queue_url, MessageBody=letter(FUNCTION.replace("qscreen", "other"), {})
    )
    assert redrive(queue_url, 100) == {"repeated": 0, "left": [strangers["MessageId"]]}
    assert invocations == []
    assert waiting(queue_url) == 1
