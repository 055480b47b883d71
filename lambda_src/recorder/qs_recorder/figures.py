"""Metrics of a finished run."""

from datetime import datetime

from qs_cloud.run_record import RunRecord
from qs_cloud.telemetry import count, milliseconds
from qs_recorder.ending import Ending


def emit_figures(record: RunRecord, ending: Ending, finished_at: datetime) -> None:
    """Report a finished run to CloudWatch.

    Args:
        record: The run.
        ending: How it ended.
        finished_at: When it ended.
    """
    run = record.run
    status = {"status": ending.status.value}
    count("RunsFinished", dimensions=status)
    milliseconds("RunDuration", _between(run.created_at, finished_at), status)
    for stage in run.stages:
        end = stage.ended_at or finished_at
        milliseconds("StageDuration", _between(stage.started_at, end), {"stage": stage.name.value})
    for effect in record.last_effects.values():
        count("StepsByOutcome", dimensions={"outcome": effect.outcome.value})


def _between(start: datetime, end: datetime) -> float:
    return max(0.0, (end - start).total_seconds() * 1000)
