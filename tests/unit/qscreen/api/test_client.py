"""The client over a transport that records what it is given."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime

import pytest

from qscreen import wire
from qscreen.api.client import (
    ApiClient,
    ApiContractError,
    ApiProblem,
    ApiUnreachable,
    Response,
    Transport,
)
from qscreen.api.examples import EXAMPLES
from qscreen.api.operations import OPERATIONS, Operation


class Recorder:
    """Answers what it was told to, and keeps the request."""

    def __init__(self, status: int, body: bytes, headers: Mapping[str, str] | None = None) -> None:
        self.answer = Response(status, headers or {}, body)
        self.method = ""
        self.path = ""
        self.query: Mapping[str, str] = {}
        self.headers: Mapping[str, str] = {}
        self.body: bytes | None = None

    def send(
        self,
        method: str,
        path: str,
        query: Mapping[str, str],
        headers: Mapping[str, str],
        body: bytes | None,
    ) -> Response:
        self.method, self.path, self.query = method, path, query
        self.headers, self.body = headers, body
        return self.answer


class Silent:
    def send(
        self,
        method: str,
        path: str,
        query: Mapping[str, str],
        headers: Mapping[str, str],
        body: bytes | None,
    ) -> Response:
        raise ApiUnreachable("no route")


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.method_name)
def test_each_operation(operation: Operation) -> None:
    route = operation.route
    expected = EXAMPLES[route.response]
    recorder = Recorder(route.status, expected.model_dump_json().encode())
    arguments: list[object] = ["id-1" for _ in operation.path_parameters]
    keywords: dict[str, object] = {}
    if route.request:
        arguments.append(EXAMPLES[route.request])
    if route.idempotency_key:
        keywords["idempotency_key"] = "key-12345678"
    if route.if_match:
        keywords["if_match"] = '"tag"'
    if route.paginated:
        keywords |= {"limit": 7, "next_token": "more"}

    answer = getattr(ApiClient(recorder), operation.method_name)(*arguments, **keywords)

    assert answer == expected
    assert recorder.method == route.method
    path = route.path
    for name in operation.path_parameters:
        path = path.replace(f"{{{name}}}", "id-1")
    assert recorder.path == path
    assert recorder.query == ({"limit": "7", "next_token": "more"} if route.paginated else {})
    if route.idempotency_key:
        assert recorder.headers["Idempotency-Key"] == "key-12345678"
    assert recorder.headers.get("If-Match") == ('"tag"' if route.if_match else None)
    if route.request:
        assert recorder.headers["Content-Type"] == "application/json"
        assert recorder.body is not None
        assert route.request.model_validate_json(recorder.body) == EXAMPLES[route.request]
    else:
        assert recorder.body is None


def test_a_change_of_any_state_sends_no_tag() -> None:
    recorder = Recorder(200, EXAMPLES[wire.Setting].model_dump_json().encode())
    ApiClient(recorder).put_setting("report.language", wire.SettingRequest(value="ko"))
    assert "If-Match" not in recorder.headers


def test_client_has_no_other_methods() -> None:
    methods = {name for name in vars(ApiClient) if not name.startswith("_")}
    assert methods == {operation.method_name for operation in OPERATIONS}


def test_absent_query_parameters_are_left_out() -> None:
    recorder = Recorder(200, b'{"items": []}')
    assert ApiClient(recorder).list_runs() == wire.RunList(items=())
    assert recorder.query == {}


def test_null_fields_are_left_out_of_bodies() -> None:
    recorder = Recorder(200, b'{"command_id": "cmd-1", "duplicate": true}')
    result = wire.CommandResult(status=wire.CommandStatus.FAILED, error="no display")
    assert ApiClient(recorder).post_command_result("cmd-1", result).duplicate
    assert recorder.body is not None
    assert set(json.loads(recorder.body)) == {"status", "effects", "error"}


def test_effects_of_a_result_keep_their_empty_fields_out() -> None:
    effect = wire.Effect(
        step_id="s1",
        outcome=wire.Outcome.CONFIRMED,
        started_at=datetime(2026, 11, 23, tzinfo=UTC),
        duration_ms=1,
    )
    recorder = Recorder(200, b'{"command_id": "cmd-1"}')
    result = wire.CommandResult(status=wire.CommandStatus.DONE, effects=(effect,))
    ApiClient(recorder).post_command_result("cmd-1", result)
    assert recorder.body is not None
    assert b"null" not in recorder.body


def test_ids_are_quoted_as_one_segment() -> None:
    recorder = Recorder(404, b"")
    with pytest.raises(ApiProblem):
        ApiClient(recorder).get_run("a/b?c=ü")
    assert recorder.path == "/v1/runs/a%2Fb%3Fc%3D%C3%BC"


@pytest.mark.parametrize("run_id", ["", ".", ".."])
def test_ids_that_would_name_another_path_are_refused(run_id: str) -> None:
    with pytest.raises(ValueError, match="is not an id"):
        ApiClient(Recorder(200, b"")).get_run(run_id)


def test_problem_answers_raise() -> None:
    problem = wire.Problem(
        title="Conflict",
        status=409,
        detail="The key was used with another body.",
        next_step="Use a new key.",
        errors=(wire.ProblemError(path="/goal", detail="differs"),),
    )
    recorder = Recorder(409, problem.model_dump_json().encode())
    with pytest.raises(ApiProblem) as caught:
        ApiClient(recorder).get_run("run-1")
    assert caught.value.problem == problem
    assert caught.value.status == 409
    assert str(caught.value) == "Conflict (409): The key was used with another body. Use a new key."


@pytest.mark.parametrize(
    ("status", "body", "title", "detail"),
    [
        (502, b"<html>Bad Gateway</html>", "Bad Gateway", "<html>Bad Gateway</html>"),
        (403, b'{"message":"Forbidden"}', "Forbidden", '{"message":"Forbidden"}'),
        (500, b"", "Internal Server Error", "The answer had status 500 and no body."),
        (799, b"\xff", "Unexpected answer", "\ufffd"),
        (302, b"", "Found", "The answer had status 302 and no body."),
    ],
)
def test_answers_that_are_no_problem_documents(
    status: int, body: bytes, title: str, detail: str
) -> None:
    recorder = Recorder(status, body, {"X-Amzn-RequestId": "r-1"})
    with pytest.raises(ApiProblem) as caught:
        ApiClient(recorder).get_run("run-1")
    assert caught.value.status == status
    assert (caught.value.problem.title, caught.value.problem.detail) == (title, detail)
    assert caught.value.problem.request_id == "r-1"


def test_success_against_the_contract_raises() -> None:
    with pytest.raises(ApiContractError, match="items"):
        ApiClient(Recorder(200, b'{"items": 3}')).list_runs()


def test_no_answer_raises() -> None:
    transport: Transport = Silent()
    with pytest.raises(ApiUnreachable):
        ApiClient(transport).get_health()
