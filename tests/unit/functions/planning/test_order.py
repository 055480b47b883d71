"""Cache, then grammar, then model; and what the cache is not believed."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from qs_planning.cached_plans import CachedPlans
from qs_planning.model_planner import ModelPlanner
from qs_planning.planners import Planners
from qscreen.wire import Effect, NotUnderstood, Plan, PlanSource, Snapshot

KNOWN = "Open the text editor"
UNKNOWN = "Put Kim into the name field and then save"
SAVE = {
    "action": {"kind": "click", "target": {"name": "Save", "role": "button"}},
    "because": "save",
}


@pytest.fixture
def planners(redis: Any, planner: ModelPlanner) -> Planners:
    return Planners(CachedPlans(redis, "1"), planner)


@pytest.fixture
def form(snapshot_of: Callable[..., Snapshot]) -> Snapshot:
    return snapshot_of(("text_field", "Name"), ("button", "Save"))


def unread() -> Snapshot | None:
    raise AssertionError("the screen is not needed")


def test_a_goal_that_the_grammar_knows_costs_no_model_and_no_screen(
    bedrock: Any, planners: Planners
) -> None:
    sources = [planners.plan(KNOWN, unread).answer for _ in range(2)]
    assert [one.source for one in sources if isinstance(one, Plan)] == [
        PlanSource.GRAMMAR,
        PlanSource.CACHE,
    ]
    assert bedrock.requests == []


def test_a_plan_of_a_model_is_kept_by_goal_and_screen(
    bedrock: Any, planners: Planners, form: Snapshot, snapshot_of: Callable[..., Snapshot]
) -> None:
    bedrock.submit(SAVE)
    bedrock.submit(SAVE)
    other = snapshot_of(("button", "Save"))
    answers = [planners.plan(UNKNOWN, lambda seen=seen: seen) for seen in (form, form, other)]  # type: ignore[misc]
    assert [one.answer.source for one in answers if isinstance(one.answer, Plan)] == [
        PlanSource.MODEL,
        PlanSource.CACHE,
        PlanSource.MODEL,
    ]
    assert [len(one.uses) for one in answers] == [1, 0, 1]


@pytest.mark.parametrize("change", ["steps", "source", "created_at", "because"])
def test_a_poisoned_or_stale_entry_is_refused(
    environment: None,
    planners: Planners,
    redis: Any,
    change: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    planners.plan(KNOWN, unread)
    (key,) = redis.values
    kept = json.loads(redis.values[key])
    if change == "steps":
        kept["steps"][0]["action"]["app"] = "terminal"
    elif change == "source":
        kept["source"] = "model"
    elif change == "because":
        kept["steps"][0]["because"] = "something else"
    else:
        kept["created_at"] = datetime(2020, 1, 1, tzinfo=UTC).isoformat()
    redis.values[key] = json.dumps(kept)
    answer = planners.plan(KNOWN, unread).answer
    assert isinstance(answer, Plan)
    assert answer.source is PlanSource.GRAMMAR
    assert '"PlanCacheRefused":[1.0]' in capsys.readouterr().out


def test_a_poisoned_plan_of_a_model_is_reviewed_again(
    bedrock: Any, planners: Planners, redis: Any, form: Snapshot
) -> None:
    bedrock.submit(SAVE)
    planners.plan(UNKNOWN, lambda: form)
    (key,) = redis.values
    kept = json.loads(redis.values[key])
    kept["steps"][0]["action"]["target"]["name"] = "Pay now"
    kept["steps"][0]["consent"] = None
    redis.values[key] = json.dumps(kept)
    answer = planners.plan(UNKNOWN, lambda: form).answer
    assert isinstance(answer, Plan)
    assert answer.needs_consent


def test_without_a_model_the_grammar_has_the_last_word(redis: Any, environment: None) -> None:
    answer = Planners(CachedPlans(redis, "1")).plan(UNKNOWN, unread).answer
    assert isinstance(answer, NotUnderstood)


def test_a_model_that_fails_leaves_what_the_grammar_says(
    bedrock: Any, planners: Planners, form: Snapshot
) -> None:
    bedrock.submit(SAVE, stop="guardrail_intervened")
    found = planners.plan(UNKNOWN, lambda: form)
    assert isinstance(found.answer, NotUnderstood)
    assert found.none is not None
    assert len(found.uses) == 1


def _first_plan(bedrock: Any, planners: Planners, form: Snapshot) -> Plan:
    typed = {
        "action": {"kind": "type_text", "text": "Kim", "target": {"name": "Name"}},
        "because": "Put Kim into the name field",
    }
    bedrock.submit(typed, SAVE)
    plan = planners.plan(UNKNOWN, lambda: form).answer
    assert isinstance(plan, Plan)
    return plan


def lost(error: str = "target_not_found") -> Effect:
    return Effect.model_validate(
        {
            "step_id": "s2",
            "outcome": "failed",
            "error": error,
            "started_at": "2026-11-23T09:00:00Z",
            "duration_ms": 1,
        }
    )


def test_a_repair_plans_the_rest_on_the_screen_as_it_is(
    bedrock: Any, planners: Planners, form: Snapshot, snapshot_of: Callable[..., Snapshot]
) -> None:
    plan = _first_plan(bedrock, planners, form)
    keys = {"action": {"kind": "click", "target": {"name": "Save file"}}, "because": "save"}
    bedrock.submit(keys)
    now = snapshot_of(("menu_item", "저장"))
    found = planners.repair(plan, plan.steps[1:], lost(), lambda: now, "run-1")
    assert isinstance(found.answer, Plan)
    assert [step.id for step in found.answer.steps] == ["s1", "s2"]
    assert found.answer.steps[0] == plan.steps[0]
    assert found.answer.steps[1].action != plan.steps[1].action
    assert "<done>" in bedrock.requests[-1]["messages"][0]["content"][0]["text"]


def test_a_repair_that_does_the_same_again_falls_back_to_the_plan(
    bedrock: Any, planners: Planners, form: Snapshot, snapshot_of: Callable[..., Snapshot]
) -> None:
    plan = _first_plan(bedrock, planners, form)
    again = plan.steps[0].model_dump(mode="json", include={"action", "because"})
    for _ in range(3):
        bedrock.submit(again)
    found = planners.repair(plan, plan.steps[1:], lost(), snapshot_of, "run-1")
    assert found.answer == plan
    assert len(found.uses) == 3


@pytest.mark.parametrize("error", ["ambiguous_target", "target_not_found"])
def test_a_repair_needs_no_model_where_the_step_can_be_tried_again(
    bedrock: Any, planners: Planners, form: Snapshot, error: str
) -> None:
    plan = _first_plan(bedrock, planners, form)
    found = planners.repair(plan, plan.steps[1:], lost(error), lambda: form, "run-1")
    assert found.answer == plan
    assert found.uses == ()
