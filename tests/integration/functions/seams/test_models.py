"""Bedrock and what the planner needs beside it, failing on the wire."""

import json
from collections.abc import Callable
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from aws_seam import Answered, AwsSeam, CutShort, HungUp, Raw, Refused, Silent
from mcp_events import McpClient

from qs_cloud.clock import utc_now
from qs_cloud.errors import CloudCallError
from qs_cloud.items import to_item
from qs_cloud.run_record import new_run_values
from qscreen.wire import RunRequest

GOAL = "Put Kim into the name field and then save"
KOREAN = "이름 칸에 김을 적어 두고 그다음 저장도 부탁해"
BEDROCK = ("bedrock-runtime", "Converse")
SONNET, HAIKU = "global.anthropic.claude-sonnet-4-6", "apac.amazon.nova-lite-v1:0"
MODELS = {
    "planner": {"inference_profile_id": SONNET, "max_tokens": 4096},
    "fast": {"inference_profile_id": HAIKU, "max_tokens": 1024},
}
SAVE = {
    "action": {"kind": "click", "target": {"name": "Save", "role": "button"}},
    "because": "save",
}


def answer(content: list[dict[str, Any]], stop: str = "tool_use") -> Answered:
    """What a model says, in the form of Converse."""
    return Answered(
        {
            "output": {"message": {"role": "assistant", "content": content}},
            "stopReason": stop,
            "usage": {"inputTokens": 100, "outputTokens": 50, "totalTokens": 150},
            "metrics": {"latencyMs": 5},
        }
    )


def plan(*steps: dict[str, Any], stop: str = "tool_use") -> Answered:
    """A call of the tool with these steps."""
    use = {"toolUseId": "t1", "name": "submit_plan", "input": {"steps": list(steps)}}
    return answer([{"toolUse": use}], stop)


SNAPSHOT = {
    "id": "snap-1",
    "device_id": "dev-1",
    "taken_at": "2026-11-23T09:00:00Z",
    "screen": {"width": 1440, "height": 900},
    "elements": [
        {"id": "e1", "role": "text_field", "name": "Name"},
        {"id": "e2", "role": "button", "name": "Save"},
    ],
    "duration_ms": 1.0,
}


@pytest.fixture
def planner(
    seam: AwsSeam, aws: Callable[[str], Any], load_handler: Callable[[str], ModuleType]
) -> Callable[..., Any]:
    """Ask the MCP server for a plan; its structured content."""
    aws("ssm").put_parameter(Name="/qscreen/test/models", Type="String", Value=json.dumps(MODELS))
    client = McpClient(
        load_handler("mcp-planner").handler, "/v1/mcp/planner", "qscreen/mcp.planner"
    )

    def ask(goal: str = GOAL) -> Any:
        found = client.call("make_plan", {"goal": goal, "snapshot": SNAPSHOT}).result
        assert not found.get("isError"), found
        return found["structuredContent"]

    return ask


def models_of(found: Any) -> list[str]:
    return [call["model"] for call in found["model_calls"]]


@pytest.mark.parametrize(
    "trouble",
    [
        Refused("ThrottlingException", status=429),
        Refused("ServiceUnavailableException", status=503),
        Refused("ModelTimeoutException", status=408),
        HungUp(),
        Raw(b"<html>502 Bad Gateway</html>", status=502),
        Raw(b"<html>a page in the stead of an answer</html>"),
        Raw(b'{"output": {"message"', content_type="application/json"),
    ],
    ids=["throttled", "unavailable", "model-timeout", "hung-up", "gateway", "page", "half"],
)
def test_a_model_that_cannot_answer_is_followed_by_the_next(
    seam: AwsSeam, planner: Callable[..., Any], trouble: Any
) -> None:
    seam.next(*BEDROCK, trouble, plan(SAVE))
    found = planner()
    assert found["planned"] is True
    assert models_of(found) == [HAIKU]
    assert seam.asked(*BEDROCK) == 2


def test_an_answer_that_breaks_off_is_followed_by_the_next(
    seam: AwsSeam, planner: Callable[..., Any]
) -> None:
    seam.next(*BEDROCK, CutShort(of=plan(SAVE)), plan(SAVE))
    found = planner()
    assert (found["planned"], models_of(found)) == (True, [HAIKU])


@pytest.mark.parametrize(
    ("goal", "said"), [(GOAL, "No model could be asked"), (KOREAN, "모델에 물어볼 수 없습니다")]
)
def test_throttling_that_stays_is_told_in_the_users_language(
    seam: AwsSeam, planner: Callable[..., Any], goal: str, said: str
) -> None:
    seam.always(*BEDROCK, Refused("ThrottlingException", status=429))
    found = planner(goal)
    assert found["planned"] is False
    assert said in found["because"]
    assert found["suggestions"]
    assert seam.asked(*BEDROCK) == 4, "each model of the chain twice, and no more"


def test_a_model_that_stays_silent_costs_its_time_and_no_more(
    seam: AwsSeam,
    planner: Callable[..., Any],
    stopwatch: Callable[[], Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from qs_planning import converse

    monkeypatch.setattr(converse, "READ_TIMEOUTS_SECONDS", (1, 2))
    monkeypatch.setattr("qs_mcp_planner.server.MODEL_SECONDS", 7)
    seam.always(*BEDROCK, Silent())
    with stopwatch() as took:
        found = planner()
    assert found["planned"] is False
    assert "No model could be asked" in found["because"]
    assert took.seconds < 8


def test_a_silent_model_is_followed_by_one_that_speaks(
    seam: AwsSeam, planner: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    from qs_planning import converse

    monkeypatch.setattr(converse, "READ_TIMEOUTS_SECONDS", (3,))
    seam.next(*BEDROCK, Silent(), plan(SAVE))
    assert models_of(planner()) == [HAIKU]


@pytest.mark.parametrize(
    "malformed",
    [
        plan({"action": {"kind": "dance"}, "because": "save"}),
        plan({**SAVE, "because": "words of nobody"}),
        answer([{"text": "I would rather talk about it."}], "end_turn"),
        plan(SAVE, stop="malformed_tool_use"),
        plan(SAVE, stop="max_tokens"),
        Answered(
            {
                "output": {"message": {"role": "assistant", "content": []}},
                "stopReason": "end_turn",
                "usage": {"inputTokens": 1, "outputTokens": 0, "totalTokens": 1},
                "metrics": {"latencyMs": 1},
            }
        ),
    ],
    ids=["schema", "because", "prose", "malformed", "cut", "empty"],
)
def test_malformed_output_is_corrected_at_most_twice(
    seam: AwsSeam, planner: Callable[..., Any], malformed: Answered
) -> None:
    seam.next(*BEDROCK, malformed, plan(SAVE))
    assert planner()["planned"] is True
    assert seam.asked(*BEDROCK) == 2
    seam.always(*BEDROCK, malformed)
    seam.calls.clear()
    found = planner(KOREAN)
    assert found["planned"] is False
    assert "여러 번 바로잡아도" in found["because"]
    assert seam.asked(*BEDROCK) == 3


@pytest.mark.parametrize("stop", ["guardrail_intervened", "content_filtered"])
@pytest.mark.parametrize(
    ("goal", "said"), [(GOAL, "The guardrail stopped the request"), (KOREAN, "가드레일")]
)
def test_a_guardrail_that_intervenes_is_told_and_not_asked_around(
    seam: AwsSeam, planner: Callable[..., Any], stop: str, goal: str, said: str
) -> None:
    seam.next(*BEDROCK, answer([{"text": "This cannot be processed."}], stop))
    found = planner(goal)
    assert found["planned"] is False
    assert said in found["because"]
    assert seam.asked(*BEDROCK) == 1


def test_a_model_at_its_end_is_left_out(seam: AwsSeam, planner: Callable[..., Any]) -> None:
    gone = Refused("ResourceNotFoundException", "This model has reached the end of its life.", 404)
    seam.next(*BEDROCK, gone, plan({**SAVE, "because": "nothing"}), plan(SAVE))
    assert models_of(planner()) == [HAIKU, HAIKU]


def test_a_request_that_is_wrong_is_not_repeated(
    seam: AwsSeam, planner: Callable[..., Any]
) -> None:
    seam.next(*BEDROCK, Refused("ValidationException", "messages.0 must not be empty"))
    assert planner()["planned"] is False
    assert seam.asked(*BEDROCK) == 1


def test_models_that_cannot_be_read_are_told(seam: AwsSeam, planner: Callable[..., Any]) -> None:
    seam.next("ssm", "GetParameter", Refused("ThrottlingException"))
    seam.next(*BEDROCK, plan(SAVE))
    assert planner()["planned"] is True
    assert seam.asked("ssm", "GetParameter") == 2


def test_a_parameter_that_stays_away_is_no_crash(
    seam: AwsSeam, planner: Callable[..., Any]
) -> None:
    seam.always("ssm", "GetParameter", Refused("InternalServerError", status=500))
    found = planner()
    assert "No model could be asked" in found["because"]
    assert seam.asked("ssm", "GetParameter") == 3


def test_a_screen_that_cannot_be_listed_is_told(
    seam: AwsSeam, planning: Callable[[], Any], load_handler: Callable[[str], ModuleType]
) -> None:
    client = McpClient(
        load_handler("mcp-planner").handler, "/v1/mcp/planner", "qscreen/mcp.planner"
    )
    seam.always("s3", "ListObjectsV2", Refused("SlowDown", status=503))
    answer = client.call("make_plan", {"goal": GOAL, "run_id": "run-1"})
    assert answer.result["isError"] is True
    assert "list the snapshots" in answer.said
    assert "try again" in answer.said


@pytest.fixture
def planning(
    seam: AwsSeam,
    aws: Callable[[str], Any],
    load_handler: Callable[[str], ModuleType],
    context: SimpleNamespace,
) -> Callable[[], Any]:
    """Plan a run as the state machine has it planned."""
    aws("ssm").put_parameter(Name="/qscreen/test/models", Type="String", Value=json.dumps(MODELS))
    request = RunRequest.model_validate({"device_id": "dev-1", "goal": GOAL})
    aws("dynamodb").put_item(
        TableName="qscreen-test-runs",
        Item=to_item(new_run_values("run-1", "user-1", request, GOAL, None, utc_now())),
    )
    key = "runs/run-1/cmd-1/snapshot.json"
    aws("s3").put_object(
        Bucket="qscreen-test-screenshots", Key=key, Body=json.dumps(SNAPSHOT).encode()
    )
    handler = load_handler("planner").handler
    return lambda: handler({"run_id": "run-1", "observation": {"snapshot_key": key}}, context)


def test_a_run_is_planned_through_throttling(seam: AwsSeam, planning: Callable[[], Any]) -> None:
    seam.next("dynamodb", "UpdateItem", Refused("ThrottlingException"))
    seam.next("s3", "GetObject", Refused("SlowDown", status=503))
    seam.next(*BEDROCK, Refused("ThrottlingException", status=429), plan(SAVE))
    assert planning()["status"] == "planned"


def test_a_run_whose_models_are_away_ends_with_a_reason(
    seam: AwsSeam, planning: Callable[[], Any], aws: Callable[[str], Any]
) -> None:
    seam.always(*BEDROCK, Refused("ServiceUnavailableException", status=503))
    found = planning()
    assert (found["status"], found["reason"]) == ("not_understood", "not_understood")
    run = aws("dynamodb").get_item(TableName="qscreen-test-runs", Key={"run_id": {"S": "run-1"}})
    assert "No model could be asked" in run["Item"]["explanation"]["S"]


@pytest.mark.parametrize(
    ("service", "operation"), [("dynamodb", "UpdateItem"), ("s3", "GetObject")]
)
def test_a_store_that_stays_away_is_a_typed_error_for_the_state_machine(
    seam: AwsSeam, planning: Callable[[], Any], service: str, operation: str
) -> None:
    seam.always(service, operation, Refused("ServiceUnavailable", status=503))
    with pytest.raises(CloudCallError, match="ServiceUnavailable"):
        planning()
    assert seam.asked(service, operation) == 3


def test_a_snapshot_that_breaks_off_is_a_typed_error(
    seam: AwsSeam, planning: Callable[[], Any]
) -> None:
    seam.next("s3", "GetObject", CutShort())
    with pytest.raises(CloudCallError, match="read the snapshot"):
        planning()
