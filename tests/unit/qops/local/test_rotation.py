"""Rotation of secrets: order, failure, repetition, and who may be invoked."""

from __future__ import annotations

import asyncio
import json
import time
from typing import Any

import pytest

from qops.local.followers.rotation import (
    MOST_ATTEMPTS,
    Rotation,
    RotationFollower,
    after_rules,
    pause,
    rotations,
)
from qops.local.router.registry import Fault

ARN = "arn:aws:secretsmanager:ap-northeast-2:000000000000:secret:s-1"
FUNCTION = "arn:aws:lambda:ap-northeast-2:000000000000:function:rotate"
STEPS = ["createSecret", "setSecret", "testSecret", "finishSecret"]


def rotation(**settings: Any) -> Rotation:
    """A rotation that is due."""
    return Rotation(
        **{
            "function": FUNCTION,
            "rules": {"AutomaticallyAfterDays": 30},
            "region": "ap-northeast-2",
            "due": 0.0,
            "token": "new",
            "only_test": False,
            "last": None,
            "next": None,
            **settings,
        }
    )


def attempt(desk: Any, one: Rotation) -> list[str]:
    """Makes one attempt; the steps that were invoked."""
    before = len(desk.backends.calls)
    follower = RotationFollower(desk.backends, desk.context.store)
    asyncio.run(follower.rotate(ARN, one))
    return [
        json.loads(params["Payload"])["Step"]
        for service, name, params in desk.backends.calls[before:]
        if (service, name) == ("lambda", "Invoke")
    ]


@pytest.mark.parametrize(
    ("rules", "seconds"),
    [
        ({"AutomaticallyAfterDays": 2}, 2 * 86400),
        ({"ScheduleExpression": "rate(4 hours)"}, 4 * 3600),
        ({"ScheduleExpression": "rate(10 days)"}, 10 * 86400),
        ({"ScheduleExpression": "cron(0 16 1,15 * ? *)"}, None),
        ({}, None),
    ],
)
def test_rules_tell_the_next_date(rules: dict[str, Any], seconds: int | None) -> None:
    assert after_rules(rules, 1000.0) == (None if seconds is None else 1000.0 + seconds)


def test_pauses_grow_and_have_an_end() -> None:
    assert [pause(number) for number in (1, 2, 3, 10)] == [1, 2, 4, 30]
    assert sum(map(pause, range(1, MOST_ATTEMPTS))) < 15 * 60


def test_four_steps_in_order(desk: Any) -> None:
    stages = {"new": ["AWSCURRENT", "AWSPENDING"]}
    desk.backends.answers["secretsmanager", "DescribeSecret"] = {"VersionIdsToStages": stages}
    one = rotation()
    assert attempt(desk, one) == STEPS
    assert one.token is None
    assert one.last is not None
    assert one.next == pytest.approx(one.last + 30 * 86400)
    service, name, params = desk.backends.calls[-1]
    assert (service, name) == ("secretsmanager", "UpdateSecretVersionStage")
    assert params["RemoveFromVersionId"] == "new"


def test_a_failing_step_ends_the_attempt_and_keeps_the_version(
    desk: Any, caplog: pytest.LogCaptureFixture
) -> None:
    def invoke(_name: str, params: dict[str, Any]) -> dict[str, Any]:
        if json.loads(params["Payload"])["Step"] == "setSecret":
            failure = {"errorType": "OperationalError", "errorMessage": "no database"}
            return {"FunctionError": "Unhandled", "Payload": json.dumps(failure).encode()}
        return {}

    desk.backends.answers["lambda", "Invoke"] = invoke
    one = rotation()
    assert attempt(desk, one) == STEPS[:2]
    assert (one.token, one.last, one.attempts) == ("new", None, 1)
    assert one.due > time.time()
    assert "step setSecret: OperationalError: no database" in caplog.text
    one.attempts = MOST_ATTEMPTS
    attempt(desk, one)
    assert one.token is None
    assert one.next is not None


def test_a_function_that_forgets_to_finish_has_failed(desk: Any) -> None:
    desk.backends.answers["secretsmanager", "DescribeSecret"] = {
        "VersionIdsToStages": {"old": ["AWSCURRENT"], "new": ["AWSPENDING"]}
    }
    one = rotation()
    attempt(desk, one)
    assert (one.token, one.last) == ("new", None)


def test_set_up_without_rotating_runs_the_test_alone(desk: Any) -> None:
    one = rotation(only_test=True)
    assert attempt(desk, one) == ["testSecret"]
    assert (one.token, one.last) == (None, None)
    assert desk.backends.calls[-1][1] == "UpdateSecretVersionStage"


def test_what_is_due_begins_once(desk: Any) -> None:
    records = rotations(desk.context.store, "ap-northeast-2")
    now = time.time()
    records["due"] = rotation()
    records["later"] = rotation(due=now + 60)
    records["dated"] = rotation(token=None, next=now - 1)
    records["off"] = rotation(enabled=False)
    begun: list[str] = []

    async def run() -> None:
        follower = RotationFollower(desk.backends, desk.context.store)

        async def rotate(arn: str, _one: Rotation) -> None:
            begun.append(arn)

        follower.rotate = rotate  # type: ignore[method-assign, assignment]
        follower.begin_due()
        follower.begin_due()
        await asyncio.sleep(0)

    asyncio.run(run())
    assert begun == ["due", "dated"]


def allow(desk: Any, principal: str) -> None:
    """Gives the function a policy for a service, and the secret an answer."""
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": principal},
        "Action": "lambda:InvokeFunction",
    }
    policy = json.dumps({"Statement": [statement]})
    desk.backends.answers["lambda", "GetPolicy"] = {"Policy": policy}
    desk.backends.answers["secretsmanager", "DescribeSecret"] = {"ARN": ARN, "Name": "s"}
    desk.backends.answers["secretsmanager", "RotateSecret"] = {"ARN": ARN, "VersionId": "v"}


def test_a_rotation_is_set_up_described_and_cancelled(desk: Any) -> None:
    allow(desk, "secretsmanager.amazonaws.com")
    rules = {"AutomaticallyAfterDays": 7}
    desk.operate(
        "secretsmanager",
        "RotateSecret",
        SecretId="s",
        RotationLambdaARN=FUNCTION + ":live",
        RotationRules=rules,
    )
    assert ("lambda", "GetPolicy", {"FunctionName": FUNCTION, "Qualifier": "live"}) in (
        desk.backends.calls
    )
    with pytest.raises(Fault, match="isn't complete"):
        desk.operate("secretsmanager", "RotateSecret", SecretId="s")
    described = desk.mend("secretsmanager", "DescribeSecret", {}, {"ARN": ARN})
    assert described["RotationEnabled"]
    assert described["RotationRules"] == rules
    assert "LastRotatedDate" not in described
    desk.operate("secretsmanager", "CancelRotateSecret", SecretId="s")
    described = desk.mend("secretsmanager", "DescribeSecret", {}, {"ARN": ARN})
    assert not described["RotationEnabled"]
    assert "NextRotationDate" not in described
    desk.mend("secretsmanager", "DeleteSecret", {}, {"ARN": ARN})
    assert desk.mend("secretsmanager", "DescribeSecret", {}, {"ARN": ARN}) == {"ARN": ARN}


def test_a_function_must_let_secrets_manager_in(desk: Any) -> None:
    allow(desk, "events.amazonaws.com")
    with pytest.raises(Fault, match="cannot invoke") as caught:
        desk.operate("secretsmanager", "RotateSecret", SecretId="s", RotationLambdaARN=FUNCTION)
    assert caught.value.code == "AccessDeniedException"
    with pytest.raises(Fault, match="No Lambda"):
        desk.operate("secretsmanager", "RotateSecret", SecretId="s")


def test_replicas_that_a_new_secret_was_asked_for_are_made(desk: Any) -> None:
    status = [{"Region": "ap-northeast-1", "Status": "InSync"}]
    desk.backends.answers["secretsmanager", "ReplicateSecretToRegions"] = {
        "ReplicationStatus": status
    }
    params = {"AddReplicaRegions": [{"Region": "ap-northeast-1"}]}
    answer = desk.mend("secretsmanager", "CreateSecret", params, {"ARN": ARN})
    assert answer["ReplicationStatus"] == status
