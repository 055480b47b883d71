"""What of the work done on a device alone is told, and how it waits until it can be."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from qagent import outbox as outbox_module
from qagent.cloud.delivery import AT_A_TIME, deliver
from qagent.cloud.errors import UnreachableError
from qagent.outbox import Outbox
from qagent.policy import Policy, load_policy
from qagent.reporting import MOST_STEPS, WITHHELD, report_of
from qscreen.api.transport import ApiProblem
from qscreen.wire import (
    Action,
    DeviceRun,
    Effect,
    Language,
    OpenApp,
    Outcome,
    Problem,
    Role,
    Step,
    Target,
    TypeText,
)

NOW = datetime(2026, 11, 30, 3, 0, tzinfo=UTC)
LATER = NOW + timedelta(seconds=2)


@pytest.fixture
def told(tmp_path: Path) -> Callable[..., Policy]:
    def make(*more: str) -> Policy:
        path = tmp_path / "policy.yaml"
        lines = ("version: 1", "report_local_runs: true", *more)
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return load_policy(path)

    return make


def step(name: str, action: Action, because: str = "") -> Step:
    return Step(id=name, action=action, because=because)


def effect(name: str, outcome: Outcome = Outcome.CONFIRMED, evidence: str = "") -> Effect:
    return Effect(
        step_id=name,
        outcome=outcome,
        evidence=evidence,
        started_at=NOW,
        duration_ms=1.0,
        before_key="runs/x/y.png",
    )


OPEN = step("s1", OpenApp(app="메모장"), "메모장")
TYPE = step("s2", TypeText(text="회의 3시"), "'회의 3시'")


def test_a_run_is_told_with_its_steps_and_effects(told: Callable[..., Policy]) -> None:
    done = [((OPEN, TYPE), (effect("s1"), effect("s2")))]
    found = report_of("메모장에 '회의 3시'라고 써 줘", done, NOW, LATER, told())
    assert found is not None
    assert (found.plan.language, found.started_at, found.finished_at) == (Language.KO, NOW, LATER)
    assert found.plan.steps == (OPEN, TYPE)
    assert [one.step_id for one in found.effects] == ["s1", "s2"]
    assert {one.before_key for one in found.effects} == {None}


def test_steps_of_several_commands_are_told_in_one_row(told: Callable[..., Policy]) -> None:
    one = step("s1", OpenApp(app="a"))
    done = [((one,), (effect("s1"),))] * 2 + [((one,), ())]
    found = report_of("open a", done, NOW, LATER, told())
    assert found is not None
    assert [each.id for each in found.plan.steps] == ["s1", "s2", "s3"]
    assert [each.step_id for each in found.effects] == ["s1", "s2"]
    long = report_of("open a", [((one,), (effect("s1"),))] * 30, NOW, LATER, told())
    assert long is not None
    assert len(long.plan.steps) == len(long.effects) == MOST_STEPS


def test_nothing_is_told_unless_the_policy_says_so(tmp_path: Path) -> None:
    path = tmp_path / "policy.yaml"
    path.write_text("version: 1\n", encoding="utf-8")
    assert report_of("x", [((OPEN,), (effect("s1"),))], NOW, LATER, load_policy(path)) is None


def test_every_text_is_redacted(told: Callable[..., Policy]) -> None:
    personal = "kim@example.com 은 SECRET-77"
    typed = step("s1", TypeText(text=personal), f"'{personal}'")
    done = [((typed,), (effect("s1", evidence=personal),))]
    policy = told("redact: {project: 'SECRET-[0-9]+'}")
    found = report_of(f"'{personal}'라고 써 줘", done, NOW, LATER, policy)
    assert found is not None
    text = found.model_dump_json()
    assert "kim@" not in text
    assert "SECRET-77" not in text
    assert found.plan.goal.endswith("라고 써 줘")


@pytest.mark.parametrize(
    ("action", "outcome"),
    [
        (TypeText(text="hunter2"), Outcome.UNVERIFIABLE),
        (TypeText(text="hunter2"), Outcome.FAILED),
        (TypeText(text="hunter2", target=Target(role=Role.PASSWORD_FIELD)), Outcome.CONFIRMED),
    ],
)
def test_what_was_typed_unseen_is_in_no_part_of_it(
    told: Callable[..., Policy], action: TypeText, outcome: Outcome
) -> None:
    typed = step("s1", action, "'hunter2'")
    done = [((typed,), (effect("s1", outcome, "hunter2"),))]
    found = report_of("'hunter2'라고 써 줘", done, NOW, LATER, told())
    assert found is not None
    assert "hunter2" not in found.model_dump_json()
    assert WITHHELD in found.plan.goal


def a_report(number: int = 0) -> DeviceRun:
    from qscreen.wire import Plan, PlanSource

    at = NOW + timedelta(seconds=number)
    plan = Plan(
        goal=f"goal {number}",
        language=Language.EN,
        source=PlanSource.GRAMMAR,
        steps=(OPEN,),
        created_at=at,
    )
    return DeviceRun(plan=plan, effects=(), started_at=at, finished_at=at)


class Platform:
    """Takes reports; what it raises next can be set."""

    def __init__(self) -> None:
        self.taken: list[tuple[str, str]] = []
        self.faults: list[Exception] = []

    def report_run(self, key: str, report: DeviceRun) -> None:
        if self.faults:
            raise self.faults.pop(0)
        self.taken.append((key, report.plan.goal))


def test_what_waits_is_handed_over_in_its_order_and_a_few_at_a_time(tmp_path: Path) -> None:
    outbox, platform = Outbox(tmp_path / "outbox"), Platform()
    for number in (2, 0, 1, *range(3, AT_A_TIME + 2)):
        outbox.put(a_report(number))
    assert deliver(outbox, platform)
    assert [goal for _, goal in platform.taken] == [f"goal {n}" for n in range(AT_A_TIME)]
    assert outbox.count() == 2
    assert not deliver(outbox, platform)
    assert outbox.count() == 0
    assert len({key for key, _ in platform.taken}) == AT_A_TIME + 2


def test_while_nobody_answers_everything_waits_and_keeps_its_key(tmp_path: Path) -> None:
    folder = tmp_path / "outbox"
    key, platform = Outbox(folder).put(a_report()), Platform()
    platform.faults = [UnreachableError("away")]
    with pytest.raises(UnreachableError):
        deliver(Outbox(folder), platform)
    deliver(Outbox(folder), platform)
    assert platform.taken == [(key, "goal 0")]


def test_what_is_refused_for_good_is_put_aside_and_stops_nothing(tmp_path: Path) -> None:
    folder, platform = tmp_path / "outbox", Platform()
    outbox = Outbox(folder)
    refused = outbox.put(a_report(0))
    (folder / "20200101T000000000000-broken.json").write_text("{", encoding="utf-8")
    outbox.put(a_report(1))
    platform.faults = [ApiProblem(Problem(title="Bad", status=400, detail="no"), 400)]
    assert not deliver(outbox, platform)
    assert [goal for _, goal in platform.taken] == ["goal 1"]
    aside = {one.stem for one in (folder / "refused").iterdir()}
    assert aside == {refused, "20200101T000000000000-broken"}
    assert outbox.count() == 0


def test_of_too_many_the_oldest_are_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(outbox_module, "MOST", 3)
    outbox = Outbox(tmp_path / "outbox")
    for number in range(5):
        outbox.put(a_report(number))
    assert [one.report.plan.goal for one in outbox.waiting(9)] == ["goal 2", "goal 3", "goal 4"]
    assert "given up" in caplog.text
    assert all(one.stat().st_mode & 0o077 == 0 for one in (tmp_path / "outbox").iterdir())
