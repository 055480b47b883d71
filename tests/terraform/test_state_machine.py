"""The state machine's graph, read from the definition as it is deployed."""

import json
import re
from typing import Any

import pytest
from terraform_copy import REPOSITORY

from qs_reading.detections import MOST_WORDS
from qs_reading.regions import BANDS
from qscreen.wire import RunReason, RunStatus

TEMPLATE = REPOSITORY / "modules" / "compute" / "state_machines" / "run.asl.json"
NUMBERS = {
    "max_attempts": 3,
    "heartbeat_seconds": 15,
    "observe_seconds": 60,
    "plan_seconds": 30,
    "analysis_seconds": 20,
    "act_seconds": 300,
    "confirm_seconds": 600,
    "finish_seconds": 30,
}


@pytest.fixture(scope="module")
def states() -> dict[str, dict[str, Any]]:
    text = re.sub(
        r"\$\{(\w+)\}",
        lambda match: str(NUMBERS.get(match[1], match[1])),
        TEMPLATE.read_text(encoding="utf-8"),
    )
    definition = json.loads(text)
    assert definition["StartAt"] in definition["States"]
    found: dict[str, dict[str, Any]] = definition["States"]
    return found


def next_states(state: dict[str, Any]) -> set[str]:
    named = {state[key] for key in ("Next", "Default") if key in state}
    named |= {choice["Next"] for choice in state.get("Choices", [])}
    return named | {catch["Next"] for catch in state.get("Catch", [])}


def test_every_way_leads_to_finish(states: dict[str, dict[str, Any]]) -> None:
    for name, state in states.items():
        assert next_states(state) <= states.keys(), name
        seen, ahead = set(), {name}
        while ahead:
            seen |= ahead
            ahead = {other for here in ahead for other in next_states(states[here])} - seen
        assert "Finish" in seen, name
    assert {name for name, state in states.items() if not next_states(state)} == {"Finish"}
    assert states["Finish"]["End"] is True


def test_every_task_catches_everything_and_retries_lambda(
    states: dict[str, dict[str, Any]],
) -> None:
    tasks = {name: state for name, state in states.items() if state["Type"] == "Task"}
    assert tasks.keys() == {"Observe", "Plan", "Analyse", "Confirm", "Act", "Finish"}
    for name, state in tasks.items():
        if name != "Finish":
            assert state["Catch"][-1]["ErrorEquals"] == ["States.ALL"], name
        assert state["TimeoutSeconds"] > 0, name
        if name == "Analyse":
            continue
        assert "Lambda.TooManyRequestsException" in state["Retry"][0]["ErrorEquals"], name


def test_an_analysis_is_waited_for_once_and_its_failure_is_planned_with(
    states: dict[str, dict[str, Any]],
) -> None:
    state = states["Analyse"]
    assert state["Resource"].endswith(":aws-sdk:sfn:startSyncExecution")
    assert state["Parameters"]["Input.$"] == "States.JsonToString($.planning.answer.analysis)"
    assert state["Next"] == "Plan"
    (catch,) = state["Catch"]
    assert (catch["ErrorEquals"], catch["Next"]) == (["States.ALL"], "Plan")
    assert catch["ResultPath"] == state["ResultPath"] == "$.observation.analysis"
    assert state["Retry"][0]["MaxAttempts"] <= 2
    assert states["Plan"]["Parameters"]["Payload"]["observation.$"] == "$.observation"
    assert states["Observe"]["ResultPath"] == "$.observation", "a new look begins without one"
    (into,) = [one for one in states["IsPlanned"]["Choices"] if one["Next"] == "Analyse"]
    assert {"Variable": "$.observation.analysis", "IsPresent": False} in into["And"]
    assert {name for name, one in states.items() if "Analyse" in next_states(one)} == {"IsPlanned"}


@pytest.fixture(scope="module")
def analysis() -> dict[str, Any]:
    text = TEMPLATE.with_name("analysis.asl.json").read_text(encoding="utf-8")
    machine: dict[str, Any] = json.loads(re.sub(r"\$\{analysis_seconds\}", "20", text))
    return machine


def machines(machine: dict[str, Any]) -> list[dict[str, Any]]:
    """A machine, its branches, and what its maps repeat."""
    found = [machine]
    for state in machine["States"].values():
        inner = [*state.get("Branches", ()), *filter(None, [state.get("ItemProcessor")])]
        found += [one for part in inner for one in machines(part)]
    return found


def test_what_an_analysis_reads_stays_out_of_executions(analysis: dict[str, Any]) -> None:
    store = analysis["States"]["Store"]
    assert analysis["States"]["Analyse"]["Next"] == "Store"
    assert store["Resource"].endswith(":aws-sdk:s3:putObject")
    assert (store["Parameters"]["Key.$"], store["OutputPath"]) == ("$.result_key", "$.result_key")
    # The text comes by its key, as the picture does: the run's execution holds what it sends.
    reads = [
        state
        for machine in machines(analysis)
        for state in machine["States"].values()
        if state.get("Resource", "").endswith(":aws-sdk:s3:getObject")
    ]
    assert [state["Parameters"]["Key.$"] for state in reads] == ["$.text_key", "$.text_key"]


def test_every_way_of_an_analysis_ends_and_nothing_fails_it(analysis: dict[str, Any]) -> None:
    for machine in machines(analysis):
        states = machine["States"]
        assert machine["StartAt"] in states
        for name, state in states.items():
            assert next_states(state) <= states.keys(), name
            assert bool(next_states(state) - {c["Next"] for c in state.get("Catch", [])}) != bool(
                state.get("End")
            ), name
            assert state["Type"] != "Choice" or "Default" in state, name
            fails = state["Type"] == "Task" and name != "Store"
            assert not fails or state["Catch"][-1]["ErrorEquals"] == ["States.ALL"], name
            assert not fails or state["Retry"][0]["MaxAttempts"] <= 3, name


def test_each_branch_is_taken_where_the_planner_asks_for_it(analysis: dict[str, Any]) -> None:
    branches = analysis["States"]["Analyse"]["Branches"]
    asked = {}
    for branch in branches:
        state = branch["States"][branch["StartAt"]]
        (choice,) = state["Choices"]
        rules = choice.get("And", [choice])
        asked[branch["StartAt"]] = {rule["Variable"].removeprefix("$.") for rule in rules}
        idle = branch["States"][state["Default"]]
        assert (idle["Type"], idle["Result"]) == ("Pass", {}), "what is not asked for is left out"
    assert asked == {
        "HasPicture": {"picture_key"},
        "WantsLabels": {"labels"},
        "WantsDocument": {"document"},
        "HasText": {"text_key"},
        "HasClassifier": {"text_key", "classifier_arn"},
    }


def test_a_picture_is_read_in_regions_only_where_one_answer_is_full(
    analysis: dict[str, Any],
) -> None:
    states = analysis["States"]["Analyse"]["Branches"][0]["States"]
    (full,) = states["IsFull"]["Choices"]
    assert {"Variable": "$.first.words", "NumericGreaterThanEquals": MOST_WORDS} in full["And"]
    assert states["DetectText"]["ResultSelector"]["words.$"] == (
        "States.ArrayLength($.TextDetections[*].ParentId)"
    ), "only words have parents"
    regions = states["ReadRegions"]
    assert regions["MaxConcurrency"] >= BANDS
    (catch,) = regions["Catch"]
    assert catch["Next"] == "TextRead", "what the first answer read is not lost"
    one = regions["ItemProcessor"]["States"]["DetectTextInRegion"]
    assert one["ResultSelector"]["text"] == states["DetectText"]["ResultSelector"]["text"]
    # An execution holds 256 KB; an answer has 100 words, no more lines, and 150 bytes for each.
    assert (1 + BANDS) * 2 * MOST_WORDS * 150 < 262_144


def test_every_choice_has_a_default(states: dict[str, dict[str, Any]]) -> None:
    for name, state in states.items():
        assert state["Type"] != "Choice" or "Default" in state, name


@pytest.mark.parametrize("task", ["Observe", "Act"])
def test_device_tasks_tell_silence_and_cancel_apart(
    states: dict[str, dict[str, Any]], task: str
) -> None:
    state = states[task]
    assert state["Resource"].endswith(":lambda:invoke.waitForTaskToken")
    assert state["HeartbeatSeconds"] < state["TimeoutSeconds"]
    leads = {error: catch["Next"] for catch in state["Catch"] for error in catch["ErrorEquals"]}
    assert leads == {
        "Cancelled": "Cancelled",
        "States.HeartbeatTimeout": "DeviceSilent",
        "States.Timeout": "DeviceSilent",
        "States.ALL": "PlatformError",
    }
    assert states["DeviceSilent"]["Parameters"]["reason"] == RunReason.DEVICE_SILENT
    assert states["Cancelled"]["Parameters"]["status"] == RunStatus.CANCELLED


def test_what_finish_gets_is_the_recorders_payload(states: dict[str, dict[str, Any]]) -> None:
    assert states["Finish"]["Parameters"]["Payload.$"] == "$"
    endings = {name: state for name, state in states.items() if state.get("Next") == "Finish"}
    for name, state in endings.items():
        given = {key.removesuffix(".$"): value for key, value in state["Parameters"].items()}
        assert (
            {"run_id", "status"}
            <= given.keys()
            <= {
                "run_id",
                "status",
                "reason",
                "message",
                "error",
            }
        ), name
        assert RunStatus(given["status"]).final, name
        failed = given["status"] not in (RunStatus.SUCCEEDED, RunStatus.PLANNED)
        assert ("reason" in given) == failed, name
        if failed and not given["reason"].startswith("$."):
            RunReason(given["reason"])


def test_repairs_are_bounded(states: dict[str, dict[str, Any]]) -> None:
    choice = next(
        choice for choice in states["IsConfirmed"]["Choices"] if choice["Next"] == "Repair"
    )
    assert {"Variable": "$.attempt.count", "NumericLessThan": 3} in choice["And"]
    assert states["Repair"]["Parameters"] == {"count.$": "States.MathAdd($.attempt.count, 1)"}
    assert states["Repair"]["Next"] == "Observe"


def test_nothing_acts_without_the_mode_auto_or_a_confirmation(
    states: dict[str, dict[str, Any]],
) -> None:
    planned = {"Variable": "$.planning.answer.status", "StringEquals": "planned"}
    ways = [
        (choice["Next"], choice.get("And", [choice]))
        for choice in states["IsPlanned"]["Choices"]
        if choice["Next"] in {"Confirm", "Planned", "Act"}
    ]
    assert [way for way, _ in ways] == ["Confirm", "Confirm", "Planned", "Act"]
    for _, conditions in ways[:3]:
        assert planned in conditions
    (_, asked), (_, unexplained), (_, rest), _ = ways
    assert {"Variable": "$.mode", "StringEquals": "confirm"} in asked
    assert {"Variable": "$.planning.answer.needs_consent", "BooleanEquals": True} in unexplained
    assert {"Not": {"Variable": "$.mode", "StringEquals": "auto"}} in rest
    into_act = {name for name, state in states.items() if "Act" in next_states(state)}
    assert into_act == {"IsPlanned", "Confirm"}
    assert states["Repair"]["Next"] == "Observe", "a repair is planned, and confirmed, anew"


def test_a_confirmation_waits_for_a_person_for_a_bounded_time(
    states: dict[str, dict[str, Any]],
) -> None:
    state = states["Confirm"]
    assert state["Resource"].endswith(":lambda:invoke.waitForTaskToken")
    assert (state["TimeoutSeconds"], "HeartbeatSeconds" in state) == (600, False)
    leads = {error: catch["Next"] for catch in state["Catch"] for error in catch["ErrorEquals"]}
    assert leads == {
        "Cancelled": "Cancelled",
        "States.Timeout": "ConfirmationExpired",
        "States.ALL": "PlatformError",
    }
    # The recorder takes a caught time-out for a silent device.
    assert "error.$" not in states["ConfirmationExpired"]["Parameters"]


def test_recording_outlasts_a_failover_of_the_database(
    states: dict[str, dict[str, Any]],
) -> None:
    retry = states["Finish"]["Retry"][-1]
    assert retry["ErrorEquals"] == ["States.ALL"]
    waits = [
        min(retry["IntervalSeconds"] * retry["BackoffRate"] ** turn, retry["MaxDelaySeconds"])
        for turn in range(retry["MaxAttempts"])
    ]
    # A failover of a multi-AZ instance takes 60 to 120 s (Amazon RDS User Guide).
    assert sum(waits) > 240
