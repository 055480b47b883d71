"""Schedules: what EventBridge Scheduler is given, and what comes of an occurrence."""

import json
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ClientError

from qs_cloud import clients

TEMPLATE = {
    "title": "Memo",
    "goal": "type '{{text}}' in mousepad",
    "inputs": [{"name": "text"}],
}


class FakeScheduler:
    """The two calls the API makes, with the service's own refusals."""

    def __init__(self) -> None:
        self.schedules: dict[str, dict[str, Any]] = {}
        self.refusals: list[str] = []

    def _maybe_refuse(self, operation: str) -> None:
        if self.refusals:
            code = self.refusals.pop(0)
            raise ClientError({"Error": {"Code": code, "Message": "refused"}}, operation)

    def create_schedule(self, **arguments: Any) -> dict[str, str]:
        self._maybe_refuse("CreateSchedule")
        if arguments["Name"] in self.schedules:
            raise ClientError(
                {"Error": {"Code": "ConflictException", "Message": ""}}, "CreateSchedule"
            )
        self.schedules[arguments["Name"]] = arguments
        return {"ScheduleArn": "arn"}

    def delete_schedule(self, **arguments: Any) -> dict[str, str]:
        self._maybe_refuse("DeleteSchedule")
        if arguments["Name"] not in self.schedules:
            raise ClientError(
                {"Error": {"Code": "ResourceNotFoundException", "Message": ""}}, "DeleteSchedule"
            )
        del self.schedules[arguments["Name"]]
        return {}


@pytest.fixture
def scheduler(monkeypatch: pytest.MonkeyPatch) -> FakeScheduler:
    fake = FakeScheduler()
    monkeypatch.setattr(clients, "scheduler", lambda: fake)
    return fake


@pytest.fixture
def ready(api: Any, scheduler: FakeScheduler) -> SimpleNamespace:
    template = api("POST", "/v1/templates", TEMPLATE, headers={"Idempotency-Key": "t"})
    device_id = api.enrol()["device_id"]
    template_id = template.body["template_id"]
    return SimpleNamespace(
        template_id=template_id,
        device_id=device_id,
        body={
            "name": "every morning",
            "expression": "cron(0 9 ? * MON-FRI *)",
            "timezone": "Asia/Seoul",
            "template_id": template_id,
            "inputs": {"text": "안녕"},
            "device_id": device_id,
        },
    )


def create(api: Any, body: Any, key: str = "key-1", **more: Any) -> Any:
    return api("POST", "/v1/schedules", body, headers={"Idempotency-Key": key}, **more)


def test_a_schedule_sends_a_job_with_the_role_that_may_do_no_more(
    api: Any, scheduler: FakeScheduler, ready: SimpleNamespace
) -> None:
    made = create(api, ready.body, groups="user,stranger")
    assert (made.status, made.body["state"], made.body["mode"]) == (201, "enabled", "auto")
    (given,) = scheduler.schedules.values()
    assert given["Name"] == made.body["schedule_id"]
    assert (given["GroupName"], given["State"]) == ("qscreen-test", "ENABLED")
    assert given["ScheduleExpression"] == "cron(0 9 ? * MON-FRI *)"
    assert given["ScheduleExpressionTimezone"] == "Asia/Seoul"
    target = given["Target"]
    assert target["Arn"].endswith(":qscreen-test-jobs")
    assert target["RoleArn"].endswith(":role/qscreen-test-schedules")
    assert target["DeadLetterConfig"]["Arn"].endswith(":qscreen-test-dead-letters")
    message = json.loads(target["Input"])
    assert message["groups"] == ["user"]
    assert message["occurrence"] == "<aws.scheduler.scheduled-time>"


def test_each_occurrence_is_a_run_of_its_own(
    api: Any,
    scheduler: FakeScheduler,
    ready: SimpleNamespace,
    machine: Any,
    load_handler: Any,
) -> None:
    create(api, ready.body)
    (given,) = scheduler.schedules.values()
    worker = load_handler("work-jobs")

    def fire(at: str | None, message_id: str) -> None:
        body = given["Target"]["Input"]
        body = body.replace("<aws.scheduler.scheduled-time>", at) if at else body
        record = {"messageId": message_id, "body": body, "eventSource": "aws:sqs"}
        assert worker.handler({"Records": [record]}, None) == {"batchItemFailures": []}

    fire("2026-11-23T00:00:00Z", "m1")
    machine.refuse("StartExecution", "ExecutionAlreadyExists")
    fire("2026-11-23T00:00:00Z", "m2")  # delivered twice
    fire("2026-11-24T00:00:00Z", "m3")
    fire(None, "m4")  # a scheduler that fills in no time
    assert len({one["name"] for one in machine.started}) == len(machine.started) == 3
    runs = api("GET", "/v1/runs").body["items"]
    assert {run["goal"] for run in runs} == {"type '안녕' in mousepad"}
    assert len(runs) == 3


def test_the_same_key_is_the_same_schedule(
    api: Any, scheduler: FakeScheduler, ready: SimpleNamespace
) -> None:
    first = create(api, ready.body)
    assert create(api, ready.body).body == first.body
    assert create(api, {**ready.body, "name": "other"}).status == 409
    assert len(scheduler.schedules) == 1


def test_a_lost_schedule_is_made_by_the_repeat(
    api: Any, scheduler: FakeScheduler, ready: SimpleNamespace
) -> None:
    scheduler.refusals = ["InternalServerException"]
    assert create(api, ready.body).status == 500
    assert scheduler.schedules == {}
    made = create(api, ready.body)
    assert (made.status, list(scheduler.schedules)) == (201, [made.body["schedule_id"]])


def test_an_expression_that_the_service_refuses_leaves_nothing(
    api: Any, scheduler: FakeScheduler, ready: SimpleNamespace
) -> None:
    scheduler.refusals = ["ValidationException"]
    answer = create(api, ready.body)
    assert (answer.status, answer.body["errors"][0]["path"]) == (400, "/expression")
    assert api("GET", "/v1/schedules").body["items"] == []


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"expression": "every day"}, 400),
        ({"inputs": {}}, 400),
        ({"template_id": "tpl-unknown"}, 404),
        ({"device_id": "dev-unknown"}, 404),
    ],
)
def test_what_could_not_run_is_not_scheduled(
    api: Any,
    scheduler: FakeScheduler,
    ready: SimpleNamespace,
    change: dict[str, Any],
    status: int,
) -> None:
    assert create(api, {**ready.body, **change}).status == status
    assert scheduler.schedules == {}
    assert api("GET", "/v1/schedules").body["items"] == []


def test_a_schedule_is_shown_listed_and_deleted_by_its_owner_alone(
    api: Any, scheduler: FakeScheduler, ready: SimpleNamespace
) -> None:
    made = create(api, ready.body)
    path = f"/v1/schedules/{made.body['schedule_id']}"
    assert api("GET", path).body == made.body
    assert api("GET", "/v1/schedules").body["items"] == [made.body]
    for groups in ("user", "admin"):
        assert api("GET", path, sub="user-2", groups=groups).status == 404
        assert api("DELETE", path, sub="user-2", groups=groups).status == 404
    assert api("DELETE", path, scopes="qscreen/schedules.read").status == 403
    assert len(scheduler.schedules) == 1
    assert api("DELETE", path).body == made.body
    assert scheduler.schedules == {}
    assert api("DELETE", path).status == 404


def test_a_schedule_that_cannot_be_deleted_stays_visible(
    api: Any, scheduler: FakeScheduler, ready: SimpleNamespace
) -> None:
    path = f"/v1/schedules/{create(api, ready.body).body['schedule_id']}"
    scheduler.refusals = ["ThrottlingException"]
    assert api("DELETE", path).status == 503
    assert api("GET", path).status == 200
    scheduler.schedules.clear()  # e.g. a schedule of one time that has passed
    assert api("DELETE", path).status == 200


def test_a_template_that_is_scheduled_is_not_deleted(
    api: Any, scheduler: FakeScheduler, ready: SimpleNamespace
) -> None:
    schedule_id = create(api, ready.body).body["schedule_id"]
    answer = api("DELETE", f"/v1/templates/{ready.template_id}")
    assert (answer.status, schedule_id in answer.body["detail"]) == (409, True)
    api("DELETE", f"/v1/schedules/{schedule_id}")
    assert api("DELETE", f"/v1/templates/{ready.template_id}").status == 200
