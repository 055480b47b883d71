"""A run whose tree is not enough: what is asked for, what comes back, what the plan gets of it."""

import dataclasses
import json
from typing import Any

import pytest
from detected_text import columns_of
from planned_run import BUCKET, ENDED, FOLDER, PICTURE, Store, kept, lay, put, put_screen

from qs_cloud import clients
from qs_cloud.run_record import run_record
from qs_planning.model_planner import ModelAnswer
from qs_reading.geometry import Size, to_ratios
from qs_reading.regions import bands
from qscreen.wire import Language, Rect, Snapshot


def box(left: float, top: float, width: float, height: float) -> dict[str, Any]:
    return {
        "Geometry": {"BoundingBox": {"Left": left, "Top": top, "Width": width, "Height": height}}
    }


def text(number: int, said: str, top: float) -> list[dict[str, Any]]:
    place = {"Confidence": 98.0, **box(0.1, top, 0.2, 0.04)}
    line = {"DetectedText": said, "Type": "LINE", "Id": number, **place}
    words = [
        {"DetectedText": word, "Type": "WORD", "Id": number * 100 + at, "ParentId": number, **place}
        for at, word in enumerate(said.split())
    ]
    return [line, *words]


def put_result(*lines: str, **more: Any) -> None:
    found = [one for at, said in enumerate(lines) for one in text(at, said, 0.1 + at * 0.1)]
    put(
        f"{FOLDER}/analysis.json",
        json.dumps([{"text": columns_of(found)}, {}, more, {}, {}]).encode(),
    )


def test_a_program_that_tells_nothing_is_read_off_its_picture(
    plan_run: Any, store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    lay("Click the Approve button")
    put_screen({"role": "window", "name": "Viewer"})
    assert plan_run() == {
        "status": "analyse",
        "analysis": {
            "picture_key": PICTURE,
            "result_key": f"{FOLDER}/analysis.json",
            "regions": [
                to_ratios(band, Size(width=2000, height=1000))
                for band in bands(Rect(x=0, y=0, width=2000, height=1000))
            ],
            "document": False,
            "labels": False,
        },
    }
    assert kept().run.attempts == 0, "nothing was planned yet"
    put_result("Invoice 42", "Approve", "4111 1111 1111 1111")
    assert plan_run(**ENDED) == {"status": "planned"}
    run = kept().run
    (step,) = run.plan.steps
    assert step.region is not None
    assert step.region.model_dump() == {"x": 100, "y": 100, "width": 200, "height": 20}
    (analysis,) = run.analyses
    assert (analysis.cause, analysis.outcome, analysis.added) == ("tree_empty", "read", 3)
    assert [(one.engine, one.what, one.found) for one in analysis.readings] == [
        ("rekognition", "lines", 3)
    ]
    assert [stage.name for stage in run.stages] == ["plan", "analyse", "plan"]
    assert analysis.duration_ms == pytest.approx(
        (run.stages[1].ended_at - run.stages[1].started_at).total_seconds() * 1000
    )
    logged = capsys.readouterr().out
    assert "Approve" not in logged
    assert '"Analyses":[1.0]' in logged
    assert not any("4111" in value for value in store.values.values())


def test_a_known_screen_comes_from_the_cache_without_an_analysis(plan_run: Any) -> None:
    lay("Click the Approve button")
    put_screen({"role": "window", "name": "Viewer"})
    put_result("Approve")
    plan_run(**ENDED)
    clients.s3().delete_object(Bucket=BUCKET, Key=f"{FOLDER}/analysis.json")
    lay("Click the Approve button")
    assert plan_run() == {"status": "planned"}
    run = kept().run
    assert run.plan.steps[0].region is not None
    assert [one.outcome for one in run.analyses] == ["cached"]
    assert [stage.name for stage in run.stages] == ["plan"]


def test_a_screen_of_somebody_else_is_not_known(plan_run: Any) -> None:
    lay("Click the Approve button")
    put_screen({"role": "window", "name": "Viewer"})
    put_result("Approve")
    plan_run(**ENDED)
    lay("Click the Approve button", owner={"S": "user-2"})
    assert plan_run()["status"] == "analyse"


@pytest.mark.parametrize(
    "goal",
    [
        "메모장에 '회의 3시, 2층'이라고 쓰고 memo.txt로 저장해 줘",
        "Press ctrl+s",
        "Click the Save button",
    ],
)
def test_what_needs_no_picture_is_planned_at_once(plan_run: Any, goal: str) -> None:
    lay(goal)
    put_screen({"role": "button", "name": "Save"})
    assert plan_run()["status"] == "planned"
    assert kept().run.analyses == ()


@pytest.mark.parametrize(
    ("ended", "said"),
    [
        ({"Error": "States.Timeout", "Cause": "too long"}, "States.Timeout"),
        ({"Status": "FAILED"}, "FAILED"),
        ({"Status": "TIMED_OUT"}, "TIMED_OUT"),
        ({"Status": "SUCCEEDED"}, "NoSuchKey"),
    ],
)
def test_an_analysis_that_failed_leaves_the_tree_and_says_so(
    plan_run: Any, ended: dict[str, str], said: str
) -> None:
    lay("Click the Approve button")
    put_screen({"role": "window", "name": "Viewer"})
    plan_run()
    assert plan_run(analysis=ended) == {"status": "planned"}
    run = kept().run
    assert run.plan.steps[0].region is None
    (analysis,) = run.analyses
    assert (analysis.outcome, analysis.added) == ("failed", 0)
    assert said in analysis.message
    assert "tree alone" in analysis.message


@pytest.mark.parametrize(
    "result", [b"", b"{}", b"[1]", b'[{"text": [{"Type": "LINE", "Id": []}]}]']
)
def test_a_result_that_cannot_be_used_is_a_failed_analysis(plan_run: Any, result: bytes) -> None:
    lay("Click the Approve button")
    put_screen({"role": "window", "name": "Viewer"})
    put(f"{FOLDER}/analysis.json", result)
    assert plan_run(**ENDED) == {"status": "planned"}
    assert [one.outcome for one in kept().run.analyses] == ["failed"]


def test_an_engine_that_was_away_is_named_and_nothing_is_remembered(
    plan_run: Any, store: Store
) -> None:
    lay("Click the Approve button")
    put_screen({"role": "window", "name": "Viewer"})
    found = [{"text": None, "unavailable": "Rekognition.ThrottlingException"}, {}, {}, {}]
    put(f"{FOLDER}/analysis.json", json.dumps(found).encode())
    assert plan_run(**ENDED) == {"status": "planned"}
    (analysis,) = kept().run.analyses
    assert analysis.outcome == "failed"
    assert "Rekognition.ThrottlingException" in analysis.message
    assert store.values == {}


def test_without_a_picture_the_run_says_what_would_help(plan_run: Any) -> None:
    lay("Click the Approve button")
    put_screen({"role": "window", "name": "Viewer"})
    assert plan_run(picture_key=None) == {"status": "planned"}
    (analysis,) = kept().run.analyses
    assert (analysis.outcome, analysis.picture_key) == ("no_picture", None)
    assert "screenshots: true" in analysis.message


def test_two_texts_that_fit_are_no_place(plan_run: Any) -> None:
    lay("Click the Approve button")
    put_screen({"role": "window", "name": "Viewer"})
    put_result("Approve", "Approve")
    plan_run(**ENDED)
    run = kept().run
    assert run.plan.steps[0].region is None
    assert run.analyses[0].added == 2


def test_a_repair_is_planned_with_the_place_on_the_new_screen(plan_run: Any) -> None:
    goal = "Open viewer and click the Approve button"
    lay(goal)
    put_screen({"role": "window", "name": "Desktop"})
    assert plan_run()["status"] == "planned"
    plan = kept().run.plan
    assert [step.action.kind for step in plan.steps] == ["open_app", "click"]
    assert plan.steps[1].region is None, "what a later screen shows is not on this one"
    effects = [
        {"step_id": "s1", "outcome": "confirmed"},
        {"step_id": "s2", "outcome": "failed", "error": "target_not_found"},
    ]
    common = {"started_at": "2026-11-23T09:00:00Z", "duration_ms": 1.0}
    lay(
        goal,
        plan={"S": plan.model_dump_json()},
        attempts={"N": "1"},
        effects={"L": [{"S": json.dumps({**one, **common})} for one in effects]},
    )
    put_screen({"role": "window", "name": "Viewer"})
    assert plan_run()["status"] == "analyse"
    put_result("Approve")
    assert plan_run(**ENDED) == {"status": "planned"}
    repaired = kept()
    assert [step.id for step in repaired.pending_steps] == ["s2"]
    assert repaired.pending_steps[0].region is not None
    assert repaired.run.attempts == 2


def test_a_model_is_asked_with_the_table_that_its_goal_is_about(
    plan_run: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[Snapshot | None] = []

    class Model:
        def plan(
            self, goal: str, language: Language, screen: Snapshot | None, **more: Any
        ) -> ModelAnswer:
            shown.append(screen)
            return ModelAnswer()

    planners = plan_run.module._planning.planners
    with_model = dataclasses.replace(planners, model=Model())
    changed = dataclasses.replace(plan_run.module._planning, planners=with_model)
    monkeypatch.setattr(plan_run.module, "_planning", changed)
    lay("Tell me what the table of expenses sums up to")
    put_screen({"role": "label", "name": "Expenses"})
    assert plan_run()["analysis"]["document"] is True
    assert shown == [], "no model is asked before the picture was read"
    put_result("Rent 900")
    assert plan_run(**ENDED)["status"] == "not_understood"
    assert shown[0] is not None
    assert [one.name for one in shown[0].elements] == ["Expenses", "Rent 900"]
    assert [one.cause for one in kept().run.analyses] == ["document"]


def test_a_table_to_be_read_is_looked_for_on_the_picture(plan_run: Any) -> None:
    lay("Read the table")
    put_screen({"role": "button", "name": "Save"})
    answer = plan_run()
    assert answer["status"] == "analyse"
    assert answer["analysis"]["document"] is True


def test_a_cancel_while_a_picture_is_to_be_analysed_wins(plan_run: Any) -> None:
    from qs_cloud.errors import Cancelled

    lay("Click the Approve button", cancel_requested={"BOOL": True})
    put_screen({"role": "window", "name": "Viewer"})
    with pytest.raises(Cancelled):
        plan_run()


def test_an_item_of_an_older_release_has_no_analyses() -> None:
    values = {
        "run_id": "run-1",
        "owner": "user-1",
        "device_id": "dev-1",
        "goal": "g",
        "mode": "auto",
        "status": "queued",
        "created_at": "2026-11-23T09:00:00+00:00",
        "updated_at": "2026-11-23T09:00:00+00:00",
    }
    assert run_record(values).run.analyses == ()
