import json
import re
from io import StringIO
from typing import Any

import pytest
from qs_api.operations import OPERATIONS
from qs_api.problems import json_pointer

from qscreen.api.routes import ROUTES


def test_every_operation_is_implemented_and_no_other() -> None:
    assert set(OPERATIONS) == {route.operation_id for route in ROUTES}


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.operation_id)
def test_every_route_reaches_its_operation(api: Any, route: Any) -> None:
    path = route.path
    for name in re.findall(r"{(\w+)}", path):
        path = path.replace(f"{{{name}}}", "x-unknown")
    answer = api(route.method, path, headers={"Idempotency-Key": "k"}, sub=None)
    if route.scope is None:
        assert answer.status == route.status
        return
    # Reached: without a body it is the body that is missing, else the identity.
    assert answer.status == (400 if route.request else 401)
    assert answer.type == "application/problem+json"


def test_health_needs_no_identity(api: Any) -> None:
    answer = api("GET", "/v1/health", sub=None)
    assert (answer.status, answer.body["status"]) == (200, "ok")
    assert answer.body["environment"] == "test"


@pytest.mark.parametrize(("method", "path"), [("GET", "/v1/nothing"), ("PUT", "/v1/runs")])
def test_an_unknown_operation_is_a_problem(api: Any, method: str, path: str) -> None:
    answer = api(method, path)
    assert answer.status == 404
    assert answer.type == "application/problem+json"


@pytest.mark.parametrize("raw", ["", "{", "nonsense", "[" * 100_000], ids=lambda raw: raw[:8])
def test_a_body_that_is_no_json(api: Any, raw: str) -> None:
    answer = api("POST", "/v1/runs", raw=raw, headers={"Idempotency-Key": "k"})
    assert answer.status == 400
    assert answer.body["errors"][0]["path"] == ""


def test_each_fault_of_a_body_is_named_by_its_pointer_and_not_repeated(api: Any) -> None:
    body = {"goal": "", "device_id": "Not An Id", "mode": "secret-word", "extra/~": 1}
    answer = api("POST", "/v1/runs", body, headers={"Idempotency-Key": "k"})
    assert answer.status == 400
    paths = {error["path"] for error in answer.body["errors"]}
    assert paths == {"/goal", "/device_id", "/mode", "/extra~1~0"}
    assert "secret-word" not in json.dumps(answer.body)


def test_a_missing_member_is_named(api: Any) -> None:
    answer = api("POST", "/v1/runs", {"goal": "x"}, headers={"Idempotency-Key": "k"})
    assert [error["path"] for error in answer.body["errors"]] == ["/device_id"]


def test_a_body_that_is_no_object(api: Any) -> None:
    answer = api("POST", "/v1/runs", [1], headers={"Idempotency-Key": "k"})
    assert answer.status == 400
    assert answer.body["errors"][0]["path"] == ""


def test_pointer_skips_union_tags_and_reaches_into_lists() -> None:
    body = {"steps": [{"action": {"kind": "type_text", "text": ""}}]}
    location = ("steps", 0, "action", "type_text", "text")
    assert json_pointer(location, body) == "/steps/0/action/text"
    assert json_pointer(("steps", 0, "id"), body) == "/steps/0/id"


def test_an_unexpected_fault_is_a_problem_without_internals(
    api: Any, monkeypatch: pytest.MonkeyPatch, log: StringIO
) -> None:
    def broken(*_: Any) -> None:
        raise RuntimeError("typed text of a user")

    monkeypatch.setitem(OPERATIONS, "getRun", broken)
    from types import SimpleNamespace

    from qs_api.app import App

    app = App.from_environment()
    event = {
        "path": "/v1/runs/run-1",
        "httpMethod": "GET",
        "headers": {},
        "requestContext": {
            "requestId": "request-9",
            "authorizer": {"sub": "user-1", "scopes": "qscreen/runs.read"},
        },
        "body": None,
    }
    answer = app.answer(event, SimpleNamespace())
    assert answer["statusCode"] == 500
    assert json.loads(answer["body"])["request_id"] == "request-9"
    assert "typed text" not in answer["body"]
    text = log.getvalue()
    assert "RuntimeError" in text
    assert "typed text" not in text


def test_the_route_that_is_carried_out_demands_its_own_scope(api: Any) -> None:
    device_id = api.enrol()["device_id"]
    refused = api("DELETE", f"/v1/devices/{device_id}", scopes="qscreen/devices.read")
    assert (refused.status, "qscreen/devices.write" in refused.body["detail"]) == (403, True)
    assert api("GET", f"/v1/devices/{device_id}").body["status"] == "active"
    assert api("GET", "/v1/devices", sub=None).status == 401


@pytest.mark.parametrize(
    ("groups", "status"), [("viewer", 403), ("viewer,user", 202), ("user", 202), ("", 202)]
)
def test_a_scope_that_was_asked_for_is_no_role(api: Any, groups: str, status: int) -> None:
    device_id = api.enrol()["device_id"]
    body = {"goal": "open the text editor", "device_id": device_id}
    answer = api("POST", "/v1/runs", body, headers={"Idempotency-Key": "k"}, groups=groups)
    assert answer.status == status


def test_a_user_who_asked_for_the_scope_of_operators_does_not_get_it(api: Any) -> None:
    assert api("GET", "/v1/health/deep", groups="user").status == 403
