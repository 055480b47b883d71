"""The tools of the server ``planner``."""

from collections.abc import Iterator
from typing import Any

import pytest
from qs_mcp_planner import server as tools

from qs_cloud import clients
from qs_cloud.cache import CacheUnavailableError
from qs_cloud.run_record import new_run_values
from qs_cloud.table import runs_table
from qs_mcp import Risk, ToolFault
from qs_mcp.caller import Caller, calling_as
from qs_planning.cached_plans import CachedPlans
from qs_planning.planners import Planners
from qscreen.grammar import understand
from qscreen.wire import Language, Plan, RunRequest, Snapshot

ME = Caller("user-1", frozenset({"user"}), frozenset({"qscreen/mcp.planner"}), "request-1")
GOAL = "메모장에 '안녕'이라고 쓰고 memo.txt로 저장해 줘"


class NoRedis:
    def get(self, key: str) -> str | None:
        raise CacheUnavailableError("away")

    def put(self, key: str, value: str, seconds: int) -> None:
        raise CacheUnavailableError("away")


@pytest.fixture(autouse=True)
def user(environment: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    planners = Planners(CachedPlans(NoRedis(), "1"))  # type: ignore[arg-type]
    monkeypatch.setattr(tools, "_planners", lambda: planners)
    with calling_as(ME):
        yield


def plan_of(goal: str) -> dict[str, Any]:
    plan = understand(goal)
    assert isinstance(plan, Plan)
    return plan.model_dump(mode="json")


def test_every_tool_only_reads() -> None:
    assert set(tools.server.tools) == {"make_plan", "check_plan", "explain_plan", "forms"}
    for tool in tools.server.tools.values():
        assert tool.risk is Risk.READ
        assert tool.definition.output_schema


def test_make_plan() -> None:
    made = tools.make_plan(GOAL)
    assert made.planned
    assert (made.source, made.language, made.needs_consent) == ("grammar", "ko", False)
    assert made.risk == "write_file"
    assert "“안녕” 입력" in made.steps[1].says


def test_make_plan_says_what_it_did_not_understand() -> None:
    made = tools.make_plan("open mousepad and then yodel it", mode="grammar")
    assert not made.planned
    assert made.not_understood is not None
    assert "yodel" in made.not_understood
    assert made.suggestions


def test_a_snapshot_and_a_run_together_are_refused() -> None:
    shot = Snapshot.model_validate(
        {
            "id": "snap-1",
            "device_id": "dev-1",
            "taken_at": "2026-11-23T09:00:00Z",
            "screen": {"width": 10, "height": 10},
            "duration_ms": 1,
        }
    )
    with pytest.raises(ToolFault):
        tools.make_plan(GOAL, snapshot=shot, run_id="run-1")


def test_the_screen_of_a_run_is_its_owners(aws: None) -> None:
    from datetime import UTC, datetime

    from qs_mcp_planner.screens import screen_of_run

    request = RunRequest.model_validate({"device_id": "dev-1", "goal": "g"})
    now = datetime(2026, 11, 23, tzinfo=UTC)
    for run_id, owner in (("run-1", "user-1"), ("run-2", "user-2")):
        runs_table("qscreen-test-runs").create(
            new_run_values(run_id, owner, request, "g", None, now)
        )
    text = (
        '{"id":"snap-1","device_id":"dev-1","taken_at":"2026-11-23T09:00:00Z",'
        '"screen":{"width":10,"height":10},"duration_ms":1}'
    )
    # S3 tells the same second of both screens of run-1.
    later = text.replace("snap-1", "snap-2").replace("09:00:00", "09:00:01")
    for command, body in (("run-1/cmd-1", text), ("run-1/cmd-9", later), ("run-2/cmd-1", text)):
        clients.s3().put_object(
            Bucket="qscreen-test-screenshots", Key=f"runs/{command}/snapshot.json", Body=body
        )
    assert screen_of_run("run-1", ME).id == "snap-2"
    with pytest.raises(ToolFault, match="no run"):
        screen_of_run("run-2", ME)
    with pytest.raises(ToolFault, match="no run"):
        screen_of_run("run-3", ME)


def test_check_plan() -> None:
    plan = plan_of(GOAL)
    good = tools.check_plan(plan, GOAL)
    assert good.valid
    assert not good.needs_consent
    assert good.findings == []
    plan["steps"][0]["action"]["app"] = "계산기"
    waits = tools.check_plan(plan, GOAL)
    assert waits.valid
    assert [(one.step, one.kind) for one in waits.findings] == [("s1", "consent")]
    plan["steps"][0]["action"]["app"] = "터미널"
    assert not tools.check_plan(plan, GOAL).valid
    other = tools.check_plan(plan_of(GOAL), "Open the text editor")
    assert not other.valid
    assert {one.kind for one in other.findings} >= {"goal", "explanation"}
    broken = tools.check_plan({"goal": GOAL}, GOAL)
    assert {one.kind for one in broken.findings} == {"schema"}


def test_explain_plan_in_both_languages() -> None:
    plan = plan_of(GOAL)
    assert any("저장" in line for line in tools.explain_plan(plan).lines)
    assert any("Save as" in line for line in tools.explain_plan(plan, Language.EN).lines)
    with pytest.raises(ToolFault):
        tools.explain_plan({})


def test_forms_are_those_of_the_grammar() -> None:
    found = tools.forms().forms
    assert {one.language for one in found} == {Language.KO, Language.EN}
    for one in found:
        assert isinstance(understand(one.example), Plan)
    assert {one.language for one in tools.forms(Language.KO).forms} == {Language.KO}
