"""What was done, read back from the log for a person."""

from collections import deque
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from qagent.audit.log import CURRENT, rotated
from qscreen.audit import AuditEntry, AuditRow


@dataclass(frozen=True, slots=True)
class DoneStep:
    """One step as the log has it.

    Attributes:
        at: Time it ended, on the device's clock.
        who: Who asked for it.
        run: The run.
        step: Id of the step.
        kind: Kind of its action.
        outcome: What came of it.
        error: Why not; empty when it was confirmed.
        consent: What a person answered; `not_needed` when nobody was asked.
        ms: Time it took, milliseconds.
    """

    at: str
    who: str
    run: str
    step: str
    kind: str
    outcome: str
    error: str
    consent: str
    ms: float


def steps_done(folder: Path, run: str | None = None, last: int = 50) -> list[DoneStep]:
    """The last steps of the log, oldest first. Damaged lines are left to `verify`.

    Args:
        folder: Folder of the log.
        run: Only this run.
        last: Most steps.
    """
    found: deque[DoneStep] = deque(maxlen=last)
    for path in (*rotated(folder), folder / CURRENT):
        if not path.exists():
            continue
        with path.open("rb") as file:
            for line in file:
                try:
                    entry = AuditRow.model_validate_json(line).entry
                except ValidationError:
                    continue
                if entry.action == "step" and run in {None, entry.subject}:
                    found.append(_step(entry))
    return list(found)


def _step(entry: AuditEntry) -> DoneStep:
    detail = entry.detail
    return DoneStep(
        at=entry.at.astimezone().isoformat(sep=" ", timespec="seconds"),
        who=entry.actor,
        run=entry.subject,
        step=str(detail.get("step", "")),
        kind=str(detail.get("kind", "")),
        outcome=str(detail.get("outcome", "")),
        error=str(detail.get("error") or ""),
        consent=str(detail.get("consent", "")),
        ms=float(detail.get("ms") or 0),
    )
