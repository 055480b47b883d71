"""What the audit hears of the API: every change, every denial, nothing of what was written."""

import inspect
import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from access_tokens import bearer
from qs_api import operations

from qs_cloud import clients
from qs_cloud.audit_facts import FACTS, setting_id_of, subject_of
from qscreen.api.routes import ROUTES

Events = Callable[[], list[dict[str, Any]]]

UNAUDITED = {
    # operation: why the audit hears nothing of it
    "heartbeatDevice": "a sign of life changes nothing that anybody is held to",
    "heartbeatCommand": "a sign of life changes nothing that anybody is held to",
    "postCommandResult": "the entry of the finished run has every effect, by its digest",
}


def test_every_operation_that_changes_something_has_a_name_for_the_audit() -> None:
    changing = {route.operation_id: route for route in ROUTES if route.method != "GET"}
    unnamed = {name for name, route in changing.items() if route.audit is None}
    assert unnamed == set(UNAUDITED), "give it Route.audit, or say here why it has none"
    assert all(route.audit is None for route in ROUTES if route.method == "GET")


@pytest.mark.parametrize("route", [r for r in ROUTES if r.audit], ids=lambda r: r.operation_id)
def test_the_name_says_the_kind_of_its_subject(route: Any) -> None:
    kind = route.audit.split()[0].lower()
    assert re.fullmatch(r"[A-Z][a-z]+( [A-Z][a-z]+)+", route.audit)
    fields = {*re.findall(r"{(\w+)}", route.path), *route.response.model_fields}
    assert f"{kind}_id" in fields or kind == "setting"


@pytest.fixture
def scheduler(monkeypatch: pytest.MonkeyPatch) -> None:
    class Scheduler:
        def create_schedule(self, **_: Any) -> dict[str, str]:
            return {"ScheduleArn": "arn"}

        def delete_schedule(self, **_: Any) -> dict[str, str]:
            return {}

    monkeypatch.setattr(clients, "scheduler", Scheduler)


GOAL = "type '비밀 회의록' in the text editor"
TEMPLATE = {"title": "비밀 보고", "goal": GOAL, "inputs": []}


def key(name: str) -> dict[str, str]:
    return {"Idempotency-Key": f"key-of-{name}"}


def everything(api: Any) -> dict[str, Any]:
    """Each audited operation once, as a user does it; answers by operation."""
    clients.sqs().create_queue(QueueName="qscreen-test-jobs")
    token = {"Authorization": bearer("user-1", "laptop")}
    done: dict[str, Any] = {}

    def do(operation: str, method: str, path: str, body: Any = None, **headers: str) -> Any:
        answer = api(method, path, body, headers={**token, **headers})
        assert answer.status < 300, (operation, answer)
        done[operation] = answer.body
        return answer.body

    enrolment = {
        "name": "김철수의 노트북",
        "platform": "linux",
        "agent_version": "0.1.0",
        "screenshots_allowed": True,
    }
    device = do("enrolDevice", "POST", "/v1/devices", enrolment, **key("device"))["device_id"]
    do("createDeviceCredentials", "POST", f"/v1/devices/{device}/credentials")
    run = {"goal": GOAL, "device_id": device}
    run_id = do("createRun", "POST", "/v1/runs", run, **key("run"))["run_id"]
    do("cancelRun", "POST", f"/v1/runs/{run_id}/cancel")
    now = datetime.now(UTC).isoformat()
    step = {"id": "s1", "action": {"kind": "open_app", "app": "메모장"}, "because": GOAL}
    plan = {"goal": GOAL, "language": "ko", "source": "grammar", "created_at": now}
    report = {"plan": {**plan, "steps": [step]}, "effects": [], "started_at": now}
    report["finished_at"] = now
    do("reportRun", "POST", f"/v1/devices/{device}/runs", report, **key("report"))
    do("createJob", "POST", "/v1/jobs", {"items": [run]}, **key("job"))
    made = do("createTemplate", "POST", "/v1/templates", TEMPLATE, **key("template"))
    template = f"/v1/templates/{made['template_id']}"
    do("updateTemplate", "PUT", template, {**TEMPLATE, "title": "새"}, **{"If-Match": made["etag"]})
    schedule = {
        "name": "비밀 아침",
        "expression": "rate(1 hour)",
        "template_id": made["template_id"],
        "device_id": device,
    }
    made = do("createSchedule", "POST", "/v1/schedules", schedule, **key("schedule"))
    do("deleteSchedule", "DELETE", f"/v1/schedules/{made['schedule_id']}")
    do("deleteTemplate", "DELETE", template)
    upload = {"filename": "비밀.pdf", "content_type": "application/pdf", "size_bytes": 12}
    do("createUpload", "POST", "/v1/uploads", upload)
    do("putSetting", "PUT", "/v1/settings/report.secret", {"value": "비밀"})
    do("deleteSetting", "DELETE", "/v1/settings/report.secret")
    do("revokeDevice", "DELETE", f"/v1/devices/{device}")
    (session,) = api("GET", "/v1/sessions", headers=token).body["items"]
    do("endSession", "DELETE", f"/v1/sessions/{session['session_id']}")
    return done


def test_every_change_becomes_an_event_with_its_actor_and_its_subject(
    api: Any, scheduler: None, audited: Events, outbox: Events
) -> None:
    done = everything(api)
    events = {event["detail"]["operation"]: event for event in audited()}
    audits = {route.operation_id: route.audit for route in ROUTES if route.audit}
    # Confirming needs a plan that waits: test_confirmation has one.
    assert set(done) == set(audits) - {"confirmRun"}
    assert set(events) == {*done, "signIn"}
    assert outbox() == []
    for operation, answer in done.items():
        event, detail = events[operation], events[operation]["detail"]
        assert (event["source"], event["detail-type"]) == ("qscreen.api", audits[operation])
        assert (detail["actor"], detail["outcome"]) == ("user-1", "done")
        assert detail["request_id"] == "request-1"
        kind = str(audits[operation]).split()[0].lower()
        if kind == "setting":
            assert detail["subject"] == setting_id_of("user-1", "report.secret")
        elif operation == "createDeviceCredentials":
            assert detail["subject"] == done["enrolDevice"]["device_id"]
        else:
            assert detail["subject"] == answer[f"{kind}_id"]
    assert len({event["detail"]["event_id"] for event in events.values()}) == len(events)
    started = events["signIn"]
    assert (started["source"], started["detail-type"]) == ("qscreen.sessions", "Session Started")
    assert started["detail"]["subject"] == done["endSession"]["session_id"]


def test_an_event_carries_ids_and_states_and_no_text(
    api: Any, scheduler: None, audited: Events
) -> None:
    secrets = everything(api)["createDeviceCredentials"]
    events = audited()
    text = json.dumps(events, ensure_ascii=False)
    for written in ("비밀", "김철수", "회의록", "새", "report.secret", *secrets.values()):
        assert written not in text
    fields = {name for event in events for name in event["detail"]}
    allowed = {"event_id", "at", "actor", "operation", "outcome", "request_id", "subject"}
    assert fields <= {*allowed, *FACTS}
    created = next(e for e in events if e["detail-type"] == "Run Created")["detail"]
    assert (created["mode"], created["owner"]) == ("auto", "user-1")


def test_what_an_operator_does_to_anothers_run_names_both(api: Any, audited: Events) -> None:
    device = api.enrol()["device_id"]
    run_id = api.start(device)["run_id"]
    audited()
    answer = api("POST", f"/v1/runs/{run_id}/cancel", sub="boss", groups="operator")
    assert answer.status == 202
    (event,) = audited()
    detail = event["detail"]
    assert (detail["actor"], detail["owner"], detail["subject"]) == ("boss", "user-1", run_id)


@pytest.mark.parametrize(
    ("method", "path", "name"),
    [
        ("POST", "/v1/runs/{run_id}/cancel", "Run Cancelled Refused"),
        ("PUT", "/v1/settings/report.secret", "Setting Changed Refused"),
        ("DELETE", "/v1/devices/{device_id}", "Device Revoked Refused"),
    ],
)
def test_a_denial_by_role_is_told(
    api: Any, audited: Events, outbox: Events, method: str, path: str, name: str
) -> None:
    device = api.enrol()["device_id"]
    run_id = api.start(device)["run_id"]
    audited()
    body = {"value": "x"} if method == "PUT" else None
    answer = api(
        method,
        path.format(run_id=run_id, device_id=device),
        body,
        sub="viewer-1",
        groups="viewer",
        scopes="qscreen/runs.read",
    )
    assert answer.status == 403
    (event,) = audited()
    assert event["detail-type"] == name
    assert event["detail"]["actor"] == "viewer-1"
    assert (event["detail"]["outcome"], event["detail"]["http_status"]) == ("refused", 403)
    assert event["detail"]["subject"] in {
        run_id,
        device,
        setting_id_of("viewer-1", "report.secret"),
    }
    assert outbox() == []


def test_a_denial_of_what_is_anothers_is_told(api: Any, audited: Events, outbox: Events) -> None:
    run_id = api.start(api.enrol()["device_id"])["run_id"]
    audited()
    assert api("POST", f"/v1/runs/{run_id}/cancel", sub="user-2").status == 404
    (event,) = audited()
    assert event["detail-type"] == "Run Cancelled Refused"
    assert (event["detail"]["subject"], event["detail"]["http_status"]) == (run_id, 404)
    assert outbox() == []


def test_whoever_goes_on_trying_is_told_of_under_one_id_a_minute(
    api: Any, audited: Events, monkeypatch: pytest.MonkeyPatch
) -> None:
    from datetime import UTC, datetime

    monkeypatch.setattr("qs_api.app.utc_now", lambda: datetime(2026, 11, 23, 9, tzinfo=UTC))
    for _ in range(3):
        api("POST", "/v1/runs/run-1/cancel", sub="user-2")
    monkeypatch.setattr("qs_api.app.utc_now", lambda: datetime(2026, 11, 23, 9, 1, tzinfo=UTC))
    api("POST", "/v1/runs/run-1/cancel", sub="user-2")
    api("POST", "/v1/runs/run-2/cancel", sub="user-2")
    ids = [event["detail"]["event_id"] for event in audited()]
    assert (len(ids), len(set(ids))) == (5, 3)


@pytest.mark.parametrize(
    ("path", "body", "headers", "status"),
    [
        ("/v1/runs", {"goal": "x"}, {"Idempotency-Key": "k"}, 400),
        ("/v1/runs", {"goal": GOAL, "device_id": "dev-1"}, {}, 400),
        ("/v1/uploads", {"filename": "../x"}, {}, 400),
    ],
)
def test_a_mistake_denies_nobody_anything(
    api: Any,
    audited: Events,
    outbox: Events,
    path: str,
    body: Any,
    headers: dict[str, str],
    status: int,
) -> None:
    assert api("POST", path, body, headers=headers).status == status
    assert audited() == []
    assert outbox() == []


def test_a_path_that_is_no_id_is_not_repeated(api: Any, audited: Events) -> None:
    api("POST", "/v1/runs/김철수의-비밀/cancel", sub="user-2")
    api("POST", "/v1/runs/password-hunter/cancel", sub="user-2")
    assert ["subject" in event["detail"] for event in audited()] == [False, False]
    assert subject_of("Run Cancelled", "u", {"run_id": "run-1"}) == "run-1"


def test_an_ended_session_that_goes_on_is_told(api: Any, audited: Events) -> None:
    laptop, phone = bearer("user-1", "a"), bearer("user-1", "b")
    for token in (laptop, phone):
        api("GET", "/v1/sessions", headers={"Authorization": token})
    found = api("GET", "/v1/sessions", headers={"Authorization": laptop}).body["items"]
    other = next(one["session_id"] for one in found if not one["current"])
    api("DELETE", f"/v1/sessions/{other}", headers={"Authorization": laptop})
    names = sorted(event["detail-type"] for event in audited())
    assert names == ["Session Ended", "Session Started", "Session Started"]
    for _ in range(2):
        refused = api("GET", "/v1/runs", headers={"Authorization": phone})
        assert refused.status == 401
    events = audited()
    assert {event["detail-type"] for event in events} == {"Session Used Refused"}
    assert {event["detail"]["subject"] for event in events} == {other}


def test_a_bus_that_is_away_leaves_the_event_in_the_outbox(
    api: Any, outbox: Events, bus_away: Callable[[], None], capsys: pytest.CaptureFixture[str]
) -> None:
    bus_away()
    device = api.enrol()
    (event,) = outbox()
    assert event["name"] == "Device Enrolled"
    assert event["detail"]["subject"] == device["device_id"]
    assert event["detail"]["outcome"] == "done"
    assert '"AuditEventsDelayed":[1.0]' in capsys.readouterr().out


def test_a_session_that_could_not_be_told_is_told_with_its_next_look(
    api: Any, audited: Events, outbox: Events, bus_away: Callable[[], None], raw_item: Any
) -> None:
    token = {"Authorization": bearer("user-1", "laptop")}
    bus_away()
    (session,) = api("GET", "/v1/sessions", headers=token).body["items"]
    (event,) = outbox()
    assert (event["name"], event["detail"]["subject"]) == (
        "Session Started",
        session["session_id"],
    )
    # The outbox has it: that is as good as told.
    assert "announced_at" in raw_item("sessions", session_id=session["session_id"])


def test_without_the_outbox_nothing_is_changed(
    api: Any, audited: Events, dynamodb: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    dynamodb.delete_table(TableName="qscreen-test-configuration")
    enrolment = {
        "name": "desk",
        "platform": "linux",
        "agent_version": "0.1.0",
        "screenshots_allowed": True,
    }
    assert api("POST", "/v1/devices", enrolment, headers=key("d")).status == 500
    assert dynamodb.scan(TableName="qscreen-test-devices")["Items"] == []
    assert "QueueUrls" not in clients.sqs().list_queues(QueueNamePrefix="qscreen-test-device")
    assert audited() == []


def test_a_crash_in_the_middle_leaves_a_trace(
    api: Any, audited: Events, outbox: Events, monkeypatch: pytest.MonkeyPatch
) -> None:
    class KilledError(BaseException):
        """What no handler catches, as the end of the process."""

    def killed(*_: Any) -> Any:
        raise KilledError

    monkeypatch.setattr("qs_api.enrolling.create_queue", killed)
    with pytest.raises(KilledError):
        api.enrol()
    (event,) = outbox()
    assert event["name"] == "Device Enrolled Unknown"
    assert (event["detail"]["actor"], event["detail"]["outcome"]) == ("user-1", "unknown")
    assert audited() == []


def test_a_fault_of_the_platform_is_told_as_one(
    api: Any, audited: Events, outbox: Events, machine: Any
) -> None:
    device = api.enrol()["device_id"]
    audited()
    machine.refuse("StartExecution", "ExecutionLimitExceeded")
    body = {"goal": GOAL, "device_id": device}
    assert api("POST", "/v1/runs", body, headers={"Idempotency-Key": "k"}).status == 503
    (event,) = audited()
    assert event["detail-type"] == "Run Created Failed"
    assert outbox() == []


def test_an_item_that_stays_in_the_outbox_bears_the_id_of_what_was_told(
    api: Any, audited: Events, outbox: Events, monkeypatch: pytest.MonkeyPatch
) -> None:
    from botocore.exceptions import EndpointConnectionError

    real = clients.dynamodb()

    class Undeleting:
        def __getattr__(self, name: str) -> Any:
            return getattr(real, name)

        def delete_item(self, **_: Any) -> Any:
            raise EndpointConnectionError(endpoint_url="https://dynamodb")

    monkeypatch.setattr(clients, "dynamodb", Undeleting)
    api.enrol()
    (told,), (kept,) = audited(), outbox()
    assert told["detail"]["event_id"] == kept["detail"]["event_id"]
    assert (told["detail"]["outcome"], kept["detail"]["outcome"]) == ("done", "unknown")


def test_no_operation_tells_the_audit_by_itself() -> None:
    for function in operations.OPERATIONS.values():
        assert "trail" not in inspect.getsource(inspect.getmodule(function) or function)
