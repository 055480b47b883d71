"""What ``qops apply``, ``approve`` and ``audit`` print, and what they ask."""

import json
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from golden_files import Golden
from rich.console import Console

from qops import __main__ as entry
from qops.applying.trail import APPROVED, ENDED, STARTED, TrailVerdict
from qops.errors import ExitCode, RefusedError
from qops.platform import applying
from qops.platform.answers import (
    ApplyAnswer,
    ApproveAnswer,
    AuditAnswer,
    ChangeCounts,
    LayerSeconds,
    Schema,
    TrailRow,
)
from qops.terminal import Terminal
from qscreen.audit import GENESIS_HASH, AuditEntry, AuditRow, chain_row, verify_chain

PLAN = "3f5a" * 16
CI = "arn:aws:sts::123456789012:assumed-role/qscreen-plan/GitHubActions"
BOB = "arn:aws:sts::123456789012:assumed-role/operator/bob@example.com"


def trail() -> list[AuditRow]:
    told = {"counts": "1 to delete, 5 to update", "risk": "high", "planned_by": CI}
    entries = [
        (BOB, APPROVED, PLAN, {"seal": "5" * 64, "own": False, **told}),
        (CI, STARTED, "prod", {"plan": PLAN, **told}),
        (CI, ENDED, "prod", {"started": 2, "plan": PLAN, "result": "failed", "made": 3,
                             "error": "Terraform stopped in the middle of the apply."}),
        (CI, STARTED, "prod", {"plan": "77" * 32, "counts": "2 to update"}),
    ]  # fmt: skip
    rows: list[AuditRow] = []
    for sequence, (actor, action, what, detail) in enumerate(entries, start=1):
        entry_ = AuditEntry(
            sequence=sequence,
            at=datetime(2026, 11, 30, 6, sequence, tzinfo=UTC),
            actor=actor,
            action=action,
            subject=what,
            detail=detail,
        )
        rows.append(chain_row(rows[-1].hash if rows else GENESIS_HASH, entry_))
    return rows


def intact() -> AuditAnswer:
    rows = trail()
    return AuditAnswer.of(TrailVerdict(tuple(rows), verify_chain(rows), (rows[3],)))


def broken() -> AuditAnswer:
    rows = trail()
    del rows[1]
    return AuditAnswer.of(TrailVerdict(tuple(rows), verify_chain(rows)))


def applied() -> ApplyAnswer:
    layer = LayerSeconds(
        name="data", changes=4, begins=0.4, seconds=61.2,
        slowest="aws_dynamodb_table.this[\"runs\"]", slowest_seconds=40.1,
    )  # fmt: skip
    return ApplyAnswer(
        changes=ChangeCounts(add=1, change=3, destroy=0),
        database=Schema(version="0005", applied=["0005_runs.sql"]),
        layers=[layer],
        plan=PLAN,
        audit=TrailRow.of(trail()[2]),
        release=4,
    )


def approved() -> ApproveAnswer:
    return ApproveAnswer(
        plan=PLAN, planned_by=CI, planned_at="2026-11-30T06:00:00+00:00", own=True,
        audit=TrailRow.of(trail()[0]),
    )  # fmt: skip


def test_outputs_are_as_agreed(golden: Golden) -> None:
    golden("audit", intact())
    golden("audit", broken(), variant="broken")
    golden("audit", broken(), "--quiet", variant="quiet")
    golden("apply", applied())
    golden("approve", approved())


def test_a_trail_that_does_not_hold_is_a_finding() -> None:
    assert broken().exit_code == ExitCode.FINDINGS
    assert intact().exit_code == ExitCode.FINDINGS  # an apply never ended
    rows = trail()[:3]
    assert AuditAnswer.of(TrailVerdict(tuple(rows), verify_chain(rows))).exit_code == ExitCode.DONE


@pytest.fixture
def asking(monkeypatch: pytest.MonkeyPatch):
    """The questions that `qops apply` would ask; nothing is applied, nobody can be asked."""
    caught: list[applying.Asking] = []

    def apply_plan(settings, file, *, notice, asking, show):
        caught.append(asking)
        raise RefusedError("Stop here.")

    monkeypatch.setattr(applying, "apply_plan", apply_plan)
    monkeypatch.setattr(Terminal, "interactive", property(lambda self: False))

    def ask(*arguments: str) -> applying.Asking:
        assert entry.run(["apply", *arguments]) == ExitCode.REFUSED
        return caught[-1]

    return ask


def test_yes_confirms_the_apply_and_no_loss_of_data(asking) -> None:
    questions = asking("--env", "prod", "--yes")
    questions.apply("1 to delete")
    with pytest.raises(RefusedError) as caught:
        questions.stateful("module.data.aws_db_instance.this", "A database goes.")
    assert "--destroys 'module.data.aws_db_instance.this'" in caught.value.next_step
    assert "--yes" not in caught.value.next_step
    assert (questions.allow_destroy, questions.destroys) == (0, ())


def test_without_yes_the_apply_itself_needs_a_person(asking) -> None:
    with pytest.raises(RefusedError, match="nobody can be asked"):
        asking("--env", "dev").apply("1 to create")


def test_the_limits_come_from_the_command_line(asking, monkeypatch) -> None:
    questions = asking("--allow-destroy", "3", "--destroys", "a.b", "--destroys", "c.d")
    assert (questions.allow_destroy, questions.destroys) == (3, ("a.b", "c.d"))
    monkeypatch.setenv("QOPS_APPLY_ALLOW_DESTROY", "2")
    assert asking().allow_destroy == 2


def test_a_person_types_the_address(asking, monkeypatch) -> None:
    questions = asking("--yes")
    monkeypatch.setattr(Terminal, "interactive", property(lambda self: True))
    typed = iter(["module.a.aws_b.c", "yes"])
    monkeypatch.setattr(Console, "input", lambda *a, **k: next(typed))
    questions.stateful("module.a.aws_b.c", "It goes.")
    with pytest.raises(RefusedError, match="Nothing was done"):
        questions.stateful("module.a.aws_b.c", "It goes.")


def test_an_approval_shows_the_review_before_it_asks(monkeypatch, capsys) -> None:
    from example_plans import plan

    from qops.review.reading import review_of

    def approve_plan(settings, file, *, own, notice, confirm):
        confirm(review_of(plan(), settings.environment))
        return SimpleNamespace(
            seal=SimpleNamespace(plan=PLAN, planned_by=CI, planned_at="2026"),
            row=trail()[0],
            own=own,
        )

    monkeypatch.setattr(applying, "approve_plan", approve_plan)
    monkeypatch.setattr(Terminal, "interactive", property(lambda self: False))
    assert entry.run(["approve", "--env", "prod"]) == ExitCode.REFUSED
    shown = capsys.readouterr().err
    assert shown.index("module.data.aws_db_instance.this") < shown.index("You approve it for prod")
    assert entry.run(["approve", "--env", "prod", "--yes", "--json"]) == ExitCode.DONE
    assert json.loads(capsys.readouterr().out)["result"]["audit"]["actor"] == BOB
