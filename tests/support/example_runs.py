"""Runs as the API shows them, for tests that render or judge them."""

import struct
import zlib
from datetime import UTC, datetime, timedelta
from typing import Any

from qscreen.wire import (
    Analysis,
    AnalysisCause,
    AnalysisOutcome,
    Effect,
    EffectError,
    Engine,
    Language,
    NotUnderstood,
    OpenApp,
    Outcome,
    PictureLinks,
    Plan,
    PlanSource,
    Reading,
    Rect,
    Route,
    Run,
    RunMode,
    RunReason,
    RunReport,
    RunStatus,
    SaveAs,
    Stage,
    StageName,
    Step,
    Suggestion,
    TypeText,
)

START = datetime(2026, 11, 23, 9, 0, 0, tzinfo=UTC)
GOAL = "메모장에 '회의 3시, 2층'이라고 쓰고 memo.txt로 저장해 줘"


def png(width: int, height: int) -> bytes:
    """A grey PNG of that size."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = zlib.compress((b"\0" + b"\xaa" * width) * height)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
    )


def finished_run(**changes: Any) -> Run:
    """A run that succeeded: open, type, save."""
    steps = (
        Step(id="s1", action=OpenApp(app="메모장", new_document=True), because="메모장에"),
        Step(id="s2", action=TypeText(text="회의 3시, 2층"), because="'회의 3시, 2층'이라고 쓰고"),
        Step(id="s3", action=SaveAs(filename="memo.txt"), because="memo.txt로 저장해 줘"),
    )
    values: dict[str, Any] = {
        "run_id": "run-01",
        "owner": "sub",
        "device_id": "dev-01",
        "goal": GOAL,
        "mode": RunMode.AUTO,
        "status": RunStatus.SUCCEEDED,
        "plan": Plan(
            goal=GOAL,
            language=Language.KO,
            source=PlanSource.GRAMMAR,
            steps=steps,
            created_at=START,
        ),
        "effects": (
            effect("s1", route=Route.PROCESS),
            effect("s2", target_rect=Rect(x=10, y=20, width=30, height=40)),
            effect("s3", route=Route.KEYBOARD),
        ),
        "stages": tuple(
            Stage(name=name, started_at=START + timedelta(seconds=n),
                  ended_at=START + timedelta(seconds=n + length))
            for n, (name, length) in enumerate(
                [(StageName.INTAKE, 0.25), (StageName.ACT, 0.75), (StageName.RECORD, 0.5)]
            )
        ),
        "attempts": 1,
        "created_at": START,
        "updated_at": START + timedelta(seconds=2.5),
    }  # fmt: skip
    return Run(**(values | changes))


def effect(step_id: str, **changes: Any) -> Effect:
    """A confirmed effect."""
    values: dict[str, Any] = {
        "step_id": step_id,
        "outcome": Outcome.CONFIRMED,
        "route": Route.ACCESSIBILITY,
        "evidence": "회의 3시, 2층",
        "started_at": START,
        "duration_ms": 120.4,
    }
    return Effect(**(values | changes))


def refused_run() -> Run:
    """A run that the device's policy stopped at its second step."""
    return finished_run(
        status=RunStatus.FAILED,
        reason=RunReason.STEP_REFUSED,
        message="The device's policy does not allow editing.",
        effects=(
            effect("s1"),
            effect("s2", outcome=Outcome.REFUSED, error=EffectError.DENIED_BY_POLICY),
        ),
    )


def not_understood_run(**changes: Any) -> Run:
    """A run whose goal was not understood."""
    goal = "메모장을 열고 <b>춤춰</b> 줘"
    return finished_run(
        goal=goal,
        status=RunStatus.FAILED,
        reason=RunReason.NOT_UNDERSTOOD,
        plan=None,
        effects=(),
        not_understood=NotUnderstood(
            goal=goal,
            language=Language.KO,
            part="<b>춤춰</b>",
            start=8,
            because="'춤추다'라는 동작을 모릅니다.",
            suggestions=(Suggestion(pattern="<app>을 열어 줘", example="메모장을 열어 줘"),),
        ),
        **changes,
    )


def report_of(run: Run) -> RunReport:
    """The run with links to pictures and its place in the audit chain."""
    return RunReport(
        run=run,
        pictures=(PictureLinks(step_id="s2", before_url="https://p/b", after_url="https://p/a"),),
        audit_sequence=7,
        audit_hash="ab" * 32,
    )


def analysed_run() -> Run:
    """A run whose first picture was read, and whose second one could not be."""
    read = Analysis(
        at=START,
        cause=AnalysisCause.TREE_EMPTY,
        outcome=AnalysisOutcome.READ,
        duration_ms=812.4,
        readings=(
            Reading(engine=Engine.REKOGNITION, what="lines", found=14),
            Reading(engine=Engine.TEXTRACT, what="tables", unavailable="Textract.BadDocument"),
        ),
        added=12,
        truncated=True,
        picture_key="runs/run-01/cmd-1/screen.png",
    )
    failed = Analysis(
        at=START,
        cause=AnalysisCause.TARGET_NOT_IN_TREE,
        outcome=AnalysisOutcome.FAILED,
        duration_ms=20_000,
        message="The picture could not be read (States.Timeout).",
    )
    return finished_run(analyses=(read, failed))
