"""The run's stages, kept as marks that are only ever appended.

A function appends "this stage started" or "this stage ended" in one atomic write and never
reads before it writes; the stages are folded from the marks when somebody looks.
"""

from collections.abc import Iterable
from datetime import datetime

from qs_cloud.clock import stamp
from qscreen.wire import Stage, StageName


def started(name: StageName, at: datetime) -> str:
    """Mark the start of a stage.

    Args:
        name: The stage.
        at: When it started.

    Returns:
        The mark as it is stored.
    """
    return f"start|{name}|{stamp(at)}"


def ended(name: StageName, at: datetime) -> str:
    """Mark the end of a stage.

    Args:
        name: The stage.
        at: When it ended.

    Returns:
        The mark as it is stored.
    """
    return f"end|{name}|{stamp(at)}"


def stages(marks: Iterable[str]) -> tuple[Stage, ...]:
    """Fold marks into stages.

    A stage also ends when the next one starts: a task that timed out left no end mark.

    Args:
        marks: Marks in the order in which they were appended.

    Returns:
        Stages in the order of their starts; only the last may be open.
    """
    folded: list[Stage] = []
    for mark in marks:
        kind, name, at_text = mark.split("|")
        at = datetime.fromisoformat(at_text)
        if folded and folded[-1].ended_at is None:
            last = folded[-1]
            if kind == "start" or last.name == name:
                folded[-1] = last.model_copy(update={"ended_at": max(at, last.started_at)})
        if kind == "start":
            folded.append(Stage(name=StageName(name), started_at=at))
    return tuple(folded)
