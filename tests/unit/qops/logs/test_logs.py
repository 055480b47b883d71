"""Log lines and timelines: whole, in order, and nothing that redaction forbids."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError
from botocore.stub import Stubber
from fake_api import NOW, FakeApi, serving
from fake_cloud import moto_cloud
from golden_files import Golden
from hypothesis import given
from hypothesis import strategies as st

from qops import __main__ as entry
from qops.errors import PrerequisiteError
from qops.logs.answers import LineShown, LogsAnswer, TraceAnswer
from qops.logs.groups import Group, groups_of, short_name
from qops.logs.lines import Level, LogLine, read_line
from qops.logs.machine import read_machine
from qops.logs.reading import Wanted, follow_lines, read_lines
from qops.logs.showing import LineView
from qops.logs.traces import read_traces
from qops.logs.tracing import Trace, trace_run
from qops.names import NotFoundError
from qops.platform.aws import Aws
from qops.runs.timeline import Moment
from qops.settings import Settings, load_settings
from qops.terminal import Terminal
from qscreen.wire import RunStatus

PLANNER = Group("/aws/lambda/qscreen-local-planner", "planner")
API = Group("/aws/lambda/qscreen-local-api", "api")


@pytest.fixture
def settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> Settings:
    monkeypatch.setenv("QOPS_HOME", str(tmp_path))
    return load_settings("local")


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> Iterator[Aws]:
    with moto_cloud(monkeypatch) as instead:
        found = Aws(settings)
        found.instead = instead  # type: ignore[attr-defined]
        yield found


def write(aws: Aws, group: Group, at: datetime, *lines: Any) -> None:
    logs = aws.client("logs")
    known = logs.describe_log_groups(logGroupNamePrefix=group.name)["logGroups"]
    if not known:
        logs.create_log_group(logGroupName=group.name)
        logs.create_log_stream(logGroupName=group.name, logStreamName="s")
    events = [
        {
            "timestamp": int((at + timedelta(milliseconds=n)).timestamp() * 1000),
            "message": line if isinstance(line, str) else json.dumps(line),
        }
        for n, line in enumerate(lines)
    ]
    logs.put_log_events(logGroupName=group.name, logStreamName="s", logEvents=events)


def powertools(message: str, level: str = "INFO", **fields: Any) -> dict[str, Any]:
    return {"level": level, "message": message, "service": "x", "timestamp": "t", **fields}


def shown(message: Any) -> LogLine:
    text = message if isinstance(message, str) else json.dumps(message)
    return read_line({"message": text, "timestamp": 1_700_000_000_000}, "planner")


@pytest.mark.parametrize(
    "name",
    ["goal", "text", "typed_text", "password", "authorization", "session_token", "secret_key",
     "evidence", "screen", "picture_url", "Cookie"],
)  # fmt: skip
def test_fields_that_hold_a_text_or_a_secret_are_kept_back(name: str) -> None:
    line = shown(powertools("m", **{name: "회의 3시", "deep": {name: ["회의 3시"]}}))
    assert "회의" not in str(line)
    assert line.fields[name] == "[redacted:field]"


@given(st.sampled_from(["kim@example.com", "900101-1234567", "4111 1111 1111 1111",
                        "AKIAIOSFODNN7EXAMPLE", "010-1234-5678"]), st.booleans())  # fmt: skip
def test_personal_data_is_redacted_wherever_it_stands(secret: str, plain: bool) -> None:
    text = f"it said {secret} there"
    line = shown(text if plain else powertools(text, why=text, deep={"inner": [text]}))
    assert secret not in str(line)
    assert "[redacted:" in str(line)


def test_nothing_moves_the_cursor_of_a_terminal() -> None:
    line = shown(powertools("a\x1b[2Jb\x9bc", path="\u202egnp.x\x07"))
    text = line.message + "".join(line.fields.values())
    assert not [sign for sign in text if ord(sign) < 32 or 0x7F <= ord(sign) < 0xA0]
    assert "\u202e" not in text


def test_ids_that_help_are_shown() -> None:
    line = shown(powertools("Planned", run_id="run-01", screenshots_allowed=True, tokens=12))
    assert dict(line.fields) == {"run_id": "run-01", "screenshots_allowed": "true", "tokens": "12"}


@pytest.mark.parametrize(
    ("text", "kind", "level"),
    [
        ("START RequestId: 1 Version: 1", "platform", Level.INFO),
        ("2026 1a Task timed out after 3.00 seconds", "text", Level.ERROR),
        ('{"_aws": {"Timestamp": 1}, "RunsCancelled": [1.0]}', "metric", Level.INFO),
        ('{"level": "warning", "message": "m"}', "log", Level.WARNING),
        ('{"broken', "text", Level.INFO),
        ("[1, 2]", "text", Level.INFO),
    ],
)
def test_kinds_of_lines_are_told_apart(text: str, kind: str, level: Level) -> None:
    line = shown(text)
    assert (line.kind, line.level) == (kind, level)


def test_lines_of_all_groups_come_in_order_narrowed_by_id_level_and_time(aws: Aws) -> None:
    now = datetime.now(UTC).replace(microsecond=0)
    write(aws, PLANNER, now, powertools("b", run_id="run-01"), powertools("x", run_id="run-02"))
    write(
        aws, API, now - timedelta(seconds=1), powertools("a", run_id="run-01"), "START run-01",
        powertools("d", "DEBUG", run_id="run-01"),
    )  # fmt: skip
    write(aws, API, now - timedelta(hours=2), powertools("old", run_id="run-01"))
    wanted = Wanted(now - timedelta(hours=1), None, ("run-01",), Level.INFO)
    found = read_lines(aws, (PLANNER, API), wanted)
    assert [(line.source, line.message) for line in found.lines] == [("api", "a"), ("planner", "b")]


def test_a_group_that_cannot_be_read_is_told_and_the_others_are_read(aws: Aws) -> None:
    now = datetime.now(UTC)
    write(aws, PLANNER, now, powertools("here"))
    found = read_lines(aws, (API, PLANNER), Wanted(now - timedelta(minutes=1)))
    assert [line.message for line in found.lines] == ["here"]
    assert found.missing == ["api could not be read: ResourceNotFoundException"]
    assert found.failed == 1


def test_following_shows_each_line_once_and_late_ones_too(aws: Aws) -> None:
    begin = datetime.now(UTC).replace(microsecond=0)
    write(aws, API, begin, powertools("first"), powertools("first"))
    lines = follow_lines(
        aws, (API,), Wanted(begin - timedelta(seconds=1)),
        sleep=lambda _: write(aws, API, begin + timedelta(seconds=2), powertools("late")),
        now=lambda: begin + timedelta(seconds=3),
    )  # fmt: skip
    told = [next(lines).message for _ in range(3)]  # type: ignore[union-attr]
    assert told == ["first", "first", "late"]


class Logs:
    """CloudWatch Logs with a page a look; an exception instead of a page is raised."""

    def __init__(self, *pages: dict[str, Any] | Exception) -> None:
        self.pages = list(pages)
        self.starts: list[int] = []

    def client(self, service: str) -> Any:
        return self

    def get_paginator(self, name: str) -> Any:
        return self

    def paginate(self, **request: Any) -> Iterator[dict[str, Any]]:
        self.starts.append(request["startTime"])
        page = self.pages.pop(0)
        if isinstance(page, Exception):
            raise page
        yield page


def event(at: datetime, name: str) -> dict[str, Any]:
    return {"timestamp": int(at.timestamp() * 1000), "message": name, "eventId": name}


def test_following_loses_no_line_of_a_group_that_could_not_be_read_for_a_while() -> None:
    begin = datetime(2026, 11, 30, tzinfo=UTC)
    throttled = ClientError({"Error": {"Code": "ThrottlingException"}}, "FilterLogEvents")
    late = {"events": [event(begin + timedelta(seconds=5), "late")]}
    cloud = Logs(throttled, EndpointConnectionError(endpoint_url="https://logs"), late)
    minutes = iter(range(1, 9))
    lines = follow_lines(
        cloud, (API,), Wanted(begin),  # type: ignore[arg-type]
        sleep=lambda _: None, now=lambda: begin + timedelta(minutes=next(minutes)),
    )  # fmt: skip
    assert next(lines) == "api could not be read: ThrottlingException"
    assert "https://logs" in str(next(lines))
    assert next(lines).message == "late"  # type: ignore[union-attr]
    assert len(set(cloud.starts)) == 1


def test_following_goes_on_where_too_many_lines_were_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("qops.logs.reading.MOST_READ", 1)
    begin = datetime(2026, 11, 30, tzinfo=UTC)
    first, second = (event(begin + timedelta(seconds=n), f"line {n}") for n in (5, 6))
    cloud = Logs({"events": [first], "nextToken": "more"}, {"events": [first, second]})
    lines = follow_lines(
        cloud, (API,), Wanted(begin),  # type: ignore[arg-type]
        sleep=lambda _: None, now=lambda: begin + timedelta(minutes=9),
    )  # fmt: skip
    assert [next(lines).message for _ in range(2)] == ["line 5", "line 6"]  # type: ignore[union-attr]
    assert cloud.starts[1] == first["timestamp"]
    told = read_lines(Logs({"events": [first], "nextToken": "more"}), (API,), Wanted(begin))  # type: ignore[arg-type]
    assert told.missing == ["api has more than 1 lines; later ones were not read. "
                            "Give a shorter --since"]  # fmt: skip
    assert told.failed == 0


def test_a_platform_that_is_not_applied_is_told(aws: Aws, settings: Settings) -> None:
    with pytest.raises(PrerequisiteError, match="no log group of qscreen-local"):
        groups_of(settings, aws, "api")
    trace = trace_run(settings, aws, FakeApi().add_run("run-01"))
    assert "There is no log group of qscreen-local" in trace.missing


def test_in_a_pipe_each_line_has_its_whole_time(capsys: pytest.CaptureFixture[str]) -> None:
    line = LineShown.of(shown("[ERROR] ValueError\nTraceback (most recent call last)"))
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("COLUMNS", raising=False)
        LineView(Terminal().out).show(line)
    assert capsys.readouterr().out == (
        "2023-11-14T22:13:20.000Z ERROR   planner  [ERROR] ValueError "
        "Traceback (most recent call last)\n"
    )


@pytest.mark.parametrize("bad", ['run-1" ?x "', "a", "run 01", "{$.x=1}", "런-1"])
def test_what_is_no_id_never_becomes_a_pattern(bad: str, settings, capsys) -> None:
    with pytest.MonkeyPatch.context() as patch, moto_cloud(patch):
        assert entry.run(["logs", "--run", bad]) == 64
    assert "no id" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("/aws/lambda/qscreen-prod-mcp-vision", "mcp-vision"),
        ("/aws/vendedlogs/states/qscreen-prod-run", "states/run"),
        ("/aws/rds/instance/qscreen-prod/postgresql", "rds/postgresql"),
        ("/aws/apigateway/qscreen-prod", "apigateway"),
        ("aws-waf-logs-qscreen-prod", "waf-logs"),
    ],
)
def test_groups_have_short_names(name: str, short: str) -> None:
    assert short_name(name, "qscreen-prod") == short


def test_a_target_is_a_function_a_service_or_a_layer(aws: Aws, settings: Settings) -> None:
    states = Group("/aws/vendedlogs/states/qscreen-local-run", "states/run")
    for group in (PLANNER, API, states, Group("/aws/lambda/other-planner", "")):
        aws.client("logs").create_log_group(logGroupName=group.name)
    assert groups_of(settings, aws, "planner") == (PLANNER,)
    assert groups_of(settings, aws, "states") == (states,)
    assert groups_of(settings, aws, PLANNER.name) == (PLANNER,)
    assert set(groups_of(settings, aws, None)) == {PLANNER, API}
    with pytest.raises(NotFoundError, match="planner"):
        groups_of(settings, aws, "plannr")


def test_logs_without_a_target_or_followed_as_json_make_no_sense(settings, capsys) -> None:
    assert entry.run(["logs"]) == 64
    assert entry.run(["logs", "api", "-f", "--json"]) == 64


def test_the_machine_tells_its_states_without_their_data(aws: Aws, settings: Settings) -> None:
    def at(seconds: float) -> datetime:
        return NOW + timedelta(seconds=seconds)

    events = [
        {"id": 1, "timestamp": at(0), "type": "ExecutionStarted"},
        {"id": 2, "timestamp": at(1), "type": "TaskStateEntered",
         "stateEnteredEventDetails": {"name": "Observe"}},
        {"id": 3, "timestamp": at(3.5), "type": "TaskStateExited",
         "stateExitedEventDetails": {"name": "Observe"}},
        {"id": 4, "timestamp": at(4), "type": "TaskStateEntered",
         "stateEnteredEventDetails": {"name": "Act"}},
        {"id": 5, "timestamp": at(5), "type": "TaskTimedOut",
         "taskTimedOutEventDetails": {"resource": "r", "resourceType": "lambda",
                                      "error": "States.Timeout", "cause": "회의 3시"}},
    ]  # fmt: skip
    arn = "arn:aws:states:ap-northeast-2:123456789012:stateMachine:qscreen-local-run"
    machine = {"stateMachineArn": arn, "name": "qscreen-local-run", "type": "STANDARD",
               "creationDate": NOW}  # fmt: skip
    asked = {
        "executionArn": arn.replace(":stateMachine:", ":execution:") + ":run-01",
        "includeExecutionData": False,
    }
    with Stubber(aws.client("stepfunctions")) as stub:
        stub.add_response("list_state_machines", {"stateMachines": [machine]})
        stub.add_response("get_execution_history", {"events": events}, asked)
        moments, missing = read_machine(settings, aws, "run-01")
    assert missing == []
    assert [(one.what, one.detail, one.seconds) for one in moments] == [
        ("ExecutionStarted", "", None), ("state Observe", "", 2.5),
        ("TaskTimedOut", "States.Timeout", None), ("state Act", "not left yet", None),
    ]  # fmt: skip
    assert "회의" not in str(moments)


def test_traces_are_read_five_at_a_time_and_missing_ones_told(aws: Aws) -> None:
    ids = [f"1-67891233-{n:024d}" for n in range(6)]
    document = json.dumps({"name": "api", "start_time": 1.5, "end_time": 2.0, "fault": True})
    trace = {"Id": ids[0], "Segments": [{"Id": "s", "Document": document}]}
    with Stubber(aws.client("xray")) as stub:
        none, first = {"Traces": [], "NextToken": "more"}, {"TraceIds": ids[:5]}
        stub.add_response("batch_get_traces", none, first)
        stub.add_response("batch_get_traces", {"Traces": [trace]}, first | {"NextToken": "more"})
        stub.add_response("batch_get_traces", {"Traces": []}, {"TraceIds": ids[5:]})
        (moment,), (missing,) = read_traces(aws, ids)
    assert (moment.what, moment.detail, moment.seconds) == ("segment api", "fault", 0.5)
    assert "1 of the 6" in missing


def test_a_trace_puts_all_together_and_says_what_is_missing(aws: Aws, settings: Settings) -> None:
    now = datetime.now(UTC).replace(microsecond=0)
    api = FakeApi()
    run = api.add_run("run-01", created_at=now - timedelta(seconds=9), updated_at=now)
    command = {"run_id": "run-01", "command_id": "cmd-1", "kind": "observe"}
    write(aws, API, now - timedelta(seconds=6), powertools("Result taken", **command))
    dispatch = Group("/aws/lambda/qscreen-local-dispatch", "dispatch")
    write(
        aws, dispatch, now - timedelta(seconds=8), powertools("Command sent", **command),
        powertools("Command sent", **command | {"command_id": "cmd-2"}),
    )  # fmt: skip
    trace = trace_run(settings, aws, run)
    assert [one.at for one in trace.moments] == sorted(one.at for one in trace.moments)
    told = {(one.source, one.what): one for one in trace.moments}
    assert told["queue", "command observe to its answer"].seconds == 2.0
    assert ("queue", "command observe without an answer") in told
    assert {"api", "device", "dispatch", "queue"} <= {one.source for one in trace.moments}
    assert "there is no state machine qscreen-local-run" in trace.missing
    assert "no line of a function names a trace of X-Ray" in trace.missing


def test_a_trace_without_permissions_still_tells_what_the_api_knows(
    aws: Aws, settings: Settings
) -> None:
    def refuse(**_: Any) -> None:
        raise ClientError({"Error": {"Code": "AccessDeniedException"}}, "Any")

    for service, name in (("logs", "cloudwatch-logs"), ("stepfunctions", "sfn")):
        aws.client(service).meta.events.register(f"before-call.{name}", refuse)
        aws.client(service).meta.events.register(f"before-call.{service}", refuse)
    trace = trace_run(settings, aws, FakeApi().add_run("run-01"))
    assert any(one.what == "succeeded" for one in trace.moments)
    assert sum("AccessDenied" in one for one in trace.missing) == 2


def test_trace_of_an_unknown_run_tells_the_nearest(monkeypatch, settings, capsys) -> None:
    api = FakeApi()
    api.add_run("run-01jd3k9v7c")
    with serving(api, monkeypatch), moto_cloud(monkeypatch):
        assert entry.run(["trace", "run-01jd3k9v7d"]) == 1
    assert "run-01jd3k9v7c" in capsys.readouterr().err


def test_outputs(golden: Golden) -> None:
    ids = {
        "run_id": "run-4eced45c5eb4bbe85138", "device_id": "dev-658e7b2628620cb9a213",
        "command_id": "cmd-41e315baa937d51145cf", "location": "dispatch:106",
    }  # fmt: skip
    lines = [
        shown(powertools("Command sent", kind="observe", steps=0, **ids)),
        shown(powertools("Job failed", "ERROR", error=["BadPayloadError"], why="no JSON")),
        shown("[ERROR] ValueError: kim@example.com is wrong\nTraceback (most recent call last)"),
    ]
    values: dict[str, Any] = {
        "groups": ["planner"], "since": NOW, "lines": [LineShown.of(line) for line in lines],
        "left_out": 12, "missing": ["api could not be read: AccessDeniedException"], "failed": 1,
    }  # fmt: skip
    golden("logs", LogsAnswer(**values), "planner")
    quiet = LogsAnswer(**values).essentials  # each line is one, however long
    assert quiet[2:] == [
        "2023-11-14T22:13:20.000Z ERROR   planner  [ERROR] ValueError: [redacted:email] is wrong "
        "Traceback (most recent call last)",
        "api could not be read: AccessDeniedException",
    ]
    none = values | {"lines": [], "left_out": 0, "missing": [], "failed": 0}
    golden("logs", LogsAnswer(**none), "planner", variant="none")
    run = FakeApi().add_run("run-4eced45c5eb4bbe85138", status=RunStatus.SUCCEEDED)
    moments = (
        Moment(NOW, "api", "accepted", "auto, dev-658e7b2628620cb9a213"),
        Moment(NOW + timedelta(seconds=0.343), "machine", "state Observe", seconds=10.955),
        Moment(
            NOW + timedelta(seconds=0.977), "dispatch", "Command sent",
            "command_id=cmd-41e315baa937d51145cf kind=observe steps=0",
        ),
        Moment(
            NOW + timedelta(seconds=31), "device", "step s1 confirmed",
            "type_text: 회의 3시, 2층에서 모두 만납니다", 0.0012,
        ),
    )  # fmt: skip
    trace = Trace(moments, ("this endpoint records no traces of X-Ray",))
    answer = TraceAnswer.of(run, trace)
    golden("trace", answer, run.run_id)
    assert answer.essentials[1:3] == [
        "2026-11-30T09:00:00.343+00:00 machine state Observe",
        "2026-11-30T09:00:00.977+00:00 dispatch Command sent "
        "command_id=cmd-41e315baa937d51145cf kind=observe steps=0",
    ]
    assert answer.essentials[-1] == "this endpoint records no traces of X-Ray"
