from datetime import UTC, datetime, timedelta, timezone

from qs_cloud.marks import ended, stages, started
from qscreen.wire import StageName

T0 = datetime(2026, 11, 23, 9, tzinfo=UTC)


def at(seconds: float) -> datetime:
    return T0 + timedelta(seconds=seconds)


def folded(*marks: str) -> list[tuple[str, float, float | None]]:
    return [
        (
            stage.name.value,
            (stage.started_at - T0).total_seconds(),
            (stage.ended_at - T0).total_seconds() if stage.ended_at else None,
        )
        for stage in stages(marks)
    ]


def test_a_stage_has_its_own_end() -> None:
    marks = (
        started(StageName.INTAKE, at(0)),
        started(StageName.OBSERVE, at(1)),
        ended(StageName.OBSERVE, at(2)),
        started(StageName.PLAN, at(3)),
    )
    assert folded(*marks) == [("intake", 0, 1), ("observe", 1, 2), ("plan", 3, None)]


def test_a_repaired_run_has_stages_of_the_same_name() -> None:
    marks = (
        started(StageName.ACT, at(0)),
        ended(StageName.ACT, at(1)),
        started(StageName.ACT, at(2)),
        ended(StageName.ACT, at(4)),
    )
    assert folded(*marks) == [("act", 0, 1), ("act", 2, 4)]


def test_a_stage_that_timed_out_ends_with_the_next() -> None:
    marks = (started(StageName.OBSERVE, at(0)), started(StageName.RECORD, at(30)))
    assert folded(*marks) == [("observe", 0, 30), ("record", 30, None)]


def test_an_end_without_a_start_and_a_clock_that_went_back_are_borne() -> None:
    assert folded(ended(StageName.ACT, at(0))) == []
    marks = (started(StageName.ACT, at(5)), ended(StageName.ACT, at(4)))
    assert folded(*marks) == [("act", 5, 5)]
    marks = (started(StageName.ACT, at(0)), ended(StageName.PLAN, at(1)))
    assert folded(*marks) == [("act", 0, None)]


def test_marks_in_another_zone_are_the_same_moment() -> None:
    seoul = T0.astimezone(timezone(timedelta(hours=9)))
    assert started(StageName.ACT, seoul) == started(StageName.ACT, T0)
