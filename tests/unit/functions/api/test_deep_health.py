"""The deep health check: each dependency by itself, and never longer than it says."""

import threading
import time
from typing import Any

import pytest
from qs_api.dependencies import Dependency, check

from qs_cloud import clients
from qscreen.wire import CheckState


@pytest.fixture
def everything(api: Any) -> None:
    clients.sqs().create_queue(QueueName="qscreen-test-jobs")
    for name in ("postgres", "redis"):
        clients.secretsmanager().create_secret(Name=f"qscreen-test/{name}", SecretString="{}")


def states(answer: Any) -> dict[str, str]:
    return {one["name"]: one["state"] for one in answer.body["checks"]}


def test_all_that_the_api_depends_on_is_asked(api: Any, everything: None) -> None:
    answer = api("GET", "/v1/health/deep", groups="operator")
    assert (answer.status, answer.body["status"]) == (200, "ok"), answer.body
    assert set(states(answer)) == {
        *(
            f"table {name}"
            for name in (
                "runs",
                "devices",
                "commands",
                "sessions",
                "configuration",
                "idempotency",
            )
        ),
        "bucket screenshots",
        "bucket templates",
        "queue jobs",
        "state machine run",
        "secret postgres",
        "secret redis",
    }
    assert max(one["milliseconds"] for one in answer.body["checks"]) > 0


def test_what_is_missing_is_named_with_its_code(api: Any, everything: None, machine: Any) -> None:
    clients.dynamodb().delete_table(TableName="qscreen-test-runs")
    clients.s3().delete_bucket(Bucket="qscreen-test-templates")
    machine.refuse("ListExecutions", "StateMachineDoesNotExist")
    answer = api("GET", "/v1/health/deep", groups="admin")
    assert (answer.status, answer.body["status"]) == (200, "degraded")
    bad = {
        one["name"]: one["detail"] for one in answer.body["checks"] if one["state"] == "unhealthy"
    }
    assert bad == {
        "table runs": "ResourceNotFoundException",
        "bucket templates": "NoSuchBucket",
        "state machine run": "StateMachineDoesNotExist",
    }


def test_a_user_does_not_look_inside(api: Any) -> None:
    answer = api("GET", "/v1/health/deep", scopes="qscreen/runs.read")
    assert answer.status == 403


def test_the_scope_is_of_operators_and_administrators() -> None:
    from qscreen.api.routes import SCOPES_OF_GROUP, Group, Scope

    holders = {group for group, scopes in SCOPES_OF_GROUP.items() if Scope.HEALTH_READ in scopes}
    assert holders == {Group.OPERATOR, Group.ADMIN}


def test_what_does_not_answer_is_unknown_and_nobody_waits_for_it() -> None:
    release, answered = threading.Event(), threading.Event()
    parts = Dependency("slow", lambda: release.wait(120)), Dependency("fast", answered.set)
    began = time.perf_counter()
    # As long as a busy machine may need to ask the one that answers.
    slow, fast = check(iter(parts), 3)
    took = time.perf_counter() - began
    release.set()
    assert (slow.state, slow.detail) == (CheckState.UNKNOWN, "TimedOut")
    assert fast.state is CheckState.HEALTHY
    assert took < 60
