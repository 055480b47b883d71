import hashlib
import json
from io import StringIO
from types import ModuleType
from typing import Any

import planned_run
import pytest
from qs_planner.planning import Planning

from qs_cloud import clients
from qs_cloud.cache import CacheUnavailableError
from qs_cloud.errors import BadPayloadError, Cancelled, RunEndedError, RunMissingError
from qs_cloud.table import runs_table
from qs_planning.cached_plans import CachedPlans
from qs_planning.model_planner import ModelAnswer
from qs_planning.planners import Planners
from qs_planning.usage import ModelUse
from qs_planning.validation import PlanRefusedError, check_plan
from qscreen.review import review
from qscreen.wire import Language, Plan, PlanSource, Step

GOAL = "메모장에 '회의 3시, 2층'이라고 쓰고 memo.txt로 저장해 줘"

SNAPSHOT = "runs/run-1/cmd-1/snapshot.json"


class FakeRedis:
    """A dictionary where the cache would be; `away` makes it unreachable."""

    def __init__(self) -> None:
        self.values: dict[str, str] = {}
        self.away = False

    def get(self, key: str) -> str | None:
        self._check()
        return self.values.get(key)

    def put(self, key: str, value: str, seconds: int) -> None:
        self._check()
        assert seconds > 0
        self.values[key] = value

    def _check(self) -> None:
        if self.away:
            raise CacheUnavailableError("The cache cannot be reached (ConnectionError).")


@pytest.fixture
def redis() -> FakeRedis:
    return FakeRedis()


@pytest.fixture
def plan_run(aws: None, load_handler: Any, redis: FakeRedis) -> Any:
    module: ModuleType = load_handler("planner")
    cached = CachedPlans(redis, version="1")  # type: ignore[arg-type]
    module._planning = Planning(  # type: ignore[attr-defined]
        runs=runs_table("qscreen-test-runs"),
        planners=Planners(cached),
        bucket="qscreen-test-screenshots",
    )

    def plan_run(**more: Any) -> dict[str, str]:
        event = {"run_id": "run-1", "observation": {"snapshot_key": SNAPSHOT}, **more}
        answer: dict[str, str] = module.handler(event, None)
        return answer

    return plan_run


def lay(goal: str = GOAL, **run: Any) -> None:
    planned_run.lay(goal, **run)


def effect(step_id: str, outcome: str) -> dict[str, Any]:
    return {
        "S": json.dumps(
            {
                "step_id": step_id,
                "outcome": outcome,
                "started_at": "2026-11-23T09:00:00Z",
                "duration_ms": 1.0,
            }
        )
    }


def test_a_goal_becomes_a_plan_on_the_run(
    plan_run: Any, raw_item: Any, redis: FakeRedis, log: StringIO
) -> None:
    lay()
    assert plan_run() == {"status": "planned"}
    run = raw_item("runs", run_id="run-1")
    plan = json.loads(run["plan"])
    kinds = [step["action"]["kind"] for step in plan["steps"]]
    assert kinds[0] == "open_app"
    assert "save_as" in kinds
    texts = [step["action"].get("text") for step in plan["steps"]]
    assert "회의 3시, 2층" in texts
    assert run["pending"] == [step["id"] for step in plan["steps"]]
    assert (run["attempts"], run["status"]) == (1, "planning")
    assert [mark.split("|")[:2] for mark in run["marks"]] == [["start", "plan"], ["end", "plan"]]
    digest = hashlib.sha256(GOAL.encode()).hexdigest()
    assert list(redis.values) == [f"plan:1:{digest}"]
    assert "회의" not in log.getvalue()


def test_the_second_run_of_a_goal_is_planned_from_the_cache(plan_run: Any, raw_item: Any) -> None:
    lay()
    plan_run()
    first = json.loads(raw_item("runs", run_id="run-1")["plan"])
    lay()
    assert plan_run() == {"status": "planned"}
    second = json.loads(raw_item("runs", run_id="run-1")["plan"])
    assert (first["source"], second["source"]) == ("grammar", "cache")
    assert first["steps"] == second["steps"]


def test_a_cache_that_is_away_costs_nothing_but_time(
    plan_run: Any, raw_item: Any, redis: FakeRedis, capsys: pytest.CaptureFixture[str]
) -> None:
    redis.away = True
    lay()
    assert plan_run() == {"status": "planned"}
    assert json.loads(raw_item("runs", run_id="run-1")["plan"])["source"] == "grammar"
    assert '"CacheUnavailable":[1.0]' in capsys.readouterr().out


@pytest.mark.parametrize("text", ["nonsense", "{}", None])
def test_a_cached_value_that_is_no_plan_of_this_goal_is_not_used(
    plan_run: Any, raw_item: Any, redis: FakeRedis, text: str | None
) -> None:
    lay()
    plan_run()
    (key,) = redis.values
    if text is None:
        other = json.loads(redis.values[key])
        other["goal"] = "open the terminal"
        text = json.dumps(other)
    redis.values[key] = text
    lay()
    assert plan_run() == {"status": "planned"}
    assert json.loads(raw_item("runs", run_id="run-1")["plan"])["source"] == "grammar"


@pytest.mark.parametrize(
    ("goal", "part"),
    [("메모장에 뭔가를 지저귀어 줘", "지저귀"), ("open mousepad and then yodel it", "yodel")],
)
def test_a_goal_that_is_not_understood_says_which_part(
    plan_run: Any, raw_item: Any, redis: FakeRedis, goal: str, part: str
) -> None:
    lay(goal)
    answer = plan_run()
    run = raw_item("runs", run_id="run-1")
    assert part in json.loads(run["not_understood"])["part"]
    assert json.loads(run["not_understood"])["because"] in run["explanation"]
    # the answer lies in the history of the execution, from where nobody can erase it
    assert answer == {"status": "not_understood", "reason": "not_understood"}
    assert "plan" not in run
    assert redis.values == {}


def test_a_repair_leaves_only_what_is_not_confirmed(plan_run: Any, raw_item: Any) -> None:
    lay()
    plan_run()
    plan = json.loads(raw_item("runs", run_id="run-1")["plan"])
    first, second = (step["id"] for step in plan["steps"][:2])
    effects = [effect(first, "confirmed"), effect(second, "suspected_noop")]
    lay(plan={"S": json.dumps(plan)}, attempts={"N": "1"}, effects={"L": effects})
    assert plan_run() == {"status": "planned"}
    run = raw_item("runs", run_id="run-1")
    assert run["pending"] == [step["id"] for step in plan["steps"][1:]]
    assert run["attempts"] == 2
    assert json.loads(run["plan"])["steps"] == plan["steps"]


def put_screen(name: str) -> None:
    snapshot = {
        "id": "snap-1",
        "device_id": "dev-1",
        "taken_at": "2026-11-23T09:00:00Z",
        "screen": {"width": 1440, "height": 900},
        "active_window": name,
        "duration_ms": 20.0,
    }
    clients.s3().put_object(
        Bucket="qscreen-test-screenshots",
        Key="runs/run-1/cmd-1/snapshot.json",
        Body=json.dumps(snapshot).encode(),
    )


def test_a_repair_that_finds_the_same_steps_on_the_same_screen_stops(
    plan_run: Any, raw_item: Any
) -> None:
    lay()
    plan_run()
    plan = json.loads(raw_item("runs", run_id="run-1")["plan"])
    first = plan["steps"][0]["id"]
    left = {"plan": {"S": json.dumps(plan)}, "effects": {"L": [effect(first, "confirmed")]}}
    put_screen("Untitled")
    lay(**left, attempts={"N": "1"})
    assert plan_run() == {"status": "planned"}
    here = raw_item("runs", run_id="run-1")["situation"]

    put_screen("Save as")
    lay(**left, attempts={"N": "2"}, situation={"S": here})
    assert plan_run() == {"status": "planned"}

    put_screen("Untitled")
    lay(**left, attempts={"N": "2"}, situation={"S": here})
    answer = plan_run()
    assert (answer["status"], answer["reason"]) == ("going_in_circles", "going_in_circles")
    assert "같은 화면" in answer["message"]
    run = raw_item("runs", run_id="run-1")
    assert (run["attempts"], run["status"]) == (3, "planning")


def test_a_repair_with_nothing_left_is_done(plan_run: Any, raw_item: Any) -> None:
    lay()
    plan_run()
    plan = json.loads(raw_item("runs", run_id="run-1")["plan"])
    tried = [effect(step["id"], "unverifiable") for step in plan["steps"]]
    tried += [effect(step["id"], "confirmed") for step in plan["steps"]]
    lay(plan={"S": json.dumps(plan)}, attempts={"N": "1"}, effects={"L": tried})
    assert plan_run() == {"status": "done"}


def test_a_cancelled_missing_or_ended_run_is_not_planned(plan_run: Any, raw_item: Any) -> None:
    with pytest.raises(RunMissingError):
        plan_run()
    lay(cancel_requested={"BOOL": True})
    with pytest.raises(Cancelled):
        plan_run()
    lay(status={"S": "cancelled"})
    with pytest.raises(RunEndedError):
        plan_run()
    assert "plan" not in raw_item("runs", run_id="run-1")


def test_a_cancel_while_planning_wins(
    plan_run: Any, redis: FakeRedis, monkeypatch: pytest.MonkeyPatch, raw_item: Any
) -> None:
    lay()

    def cancel_meanwhile(key: str) -> None:
        lay(cancel_requested={"BOOL": True})

    monkeypatch.setattr(redis, "get", cancel_meanwhile)
    with pytest.raises(Cancelled):
        plan_run()
    assert "plan" not in raw_item("runs", run_id="run-1")


@pytest.mark.parametrize(
    ("more", "word"),
    [
        ({"run_id": "!"}, "run_id"),
        ({"observation": {"snapshot_key": ""}}, "snapshot_key"),
        ({"observation": {"snapshot_key": "runs/run-2/cmd-1/snapshot.json"}}, "run-1"),
        (
            {"observation": {"snapshot_key": SNAPSHOT, "picture_key": "runs/run-2/cmd-1/a.png"}},
            "picture",
        ),
        ({"x": 1}, "x"),
    ],
)
def test_a_payload_against_the_contract(plan_run: Any, more: dict[str, Any], word: str) -> None:
    with pytest.raises(BadPayloadError, match=word):
        plan_run(**more)


def make_plan(goal: str = "open x", ids: tuple[str, ...] = ("s1",), because: str = "open") -> Plan:
    return Plan.model_validate(
        {
            "goal": goal,
            "language": "en",
            "source": PlanSource.GRAMMAR,
            "created_at": "2026-11-23T09:00:00Z",
            "steps": [
                {"id": one, "action": {"kind": "open_app", "app": "x"}, "because": because}
                for one in ids
            ],
        }
    )


def test_a_plan_that_follows_from_its_goal_passes() -> None:
    check_plan(make_plan(), "open x")


@pytest.mark.parametrize(
    ("plan", "word"),
    [
        (make_plan(goal="close x"), "another goal"),
        (make_plan(ids=("s2",)), "numbered"),
        (make_plan(ids=("s1", "s1")), "numbered"),
        (make_plan(because=""), "explained"),
        (make_plan(because="delete everything"), "explained"),
    ],
)
def test_a_plan_that_does_not_follow_from_its_goal_is_refused(plan: Plan, word: str) -> None:
    with pytest.raises(PlanRefusedError, match=word) as found:
        check_plan(plan, "open x")
    assert "delete" not in str(found.value)


def test_a_plan_that_its_goal_does_not_explain_waits_and_its_tokens_are_on_the_run(
    aws: None, load_handler: Any, redis: FakeRedis, raw_item: Any
) -> None:
    """The planning as the handler has it, with a model whose answer is given."""
    goal = "Put Kim into the form"
    use = ModelUse("planner", "global.anthropic.claude-sonnet-4-6", 100, 50, 0, 0, 0.00105, 900)
    step = {"id": "s1", "action": {"kind": "click", "target": {"name": "Pay"}}, "because": goal}
    (waiting,) = review([Step.model_validate(step)], goal, Language.EN, None).steps
    plan = make_plan(goal=goal, because=goal).model_copy(
        update={"steps": (waiting,), "source": PlanSource.MODEL}
    )

    class Model:
        def plan(self, *_: Any, **__: Any) -> ModelAnswer:
            return ModelAnswer(plan=plan, uses=(use,))

    module = load_handler("planner")
    module._planning = Planning(
        runs=runs_table("qscreen-test-runs"),
        planners=Planners(CachedPlans(redis, version="1"), Model()),  # type: ignore[arg-type]
        bucket="qscreen-test-screenshots",
    )
    lay(goal)
    event = {"run_id": "run-1", "observation": {"snapshot_key": SNAPSHOT}}
    assert module.handler(event, None) == {"status": "planned", "needs_consent": True}
    run = raw_item("runs", run_id="run-1")
    assert json.loads(run["plan"])["steps"][0]["consent"]
    (kept,) = map(json.loads, run["model_uses"])
    assert (kept["role"], kept["tokens_in"], kept["cost_usd"]) == ("planner", 100, 0.00105)
