"""History and audit in PostgreSQL: one transaction per run."""

import json
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from qs_cloud.audit_chain import Identity, append, find, identity_of, lock_chain
from qs_cloud.postgres import (
    Connection,
    Database,
    DatabaseUnavailableError,
    StatementRefusedError,
)
from qs_cloud.run_record import RunRecord
from qs_recorder.ending import Ending
from qs_recorder.statements import (
    DELETE_STEPS,
    FIND_ENDING,
    INSERT_STEP,
    UPSERT_RUN,
)
from qscreen.audit import AuditRow, Scalar
from qscreen.wire import Effect, RunReason, RunStatus, Step

ACTION = "run.finished"
"""The action of the audit entry; a run has exactly one of it."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """Place of a run in the audit chain.

    Attributes:
        sequence: Its sequence.
        hash: Its hash.
        ending: The ending that was recorded; on a repeat that of the first time, so that the
            runs table, the history and the audit never tell different stories.
    """

    sequence: int
    hash: str
    ending: Ending


def record_history(
    database: Database,
    record: RunRecord,
    ending: Ending,
    finished_at: datetime,
    at: datetime | None = None,
) -> Recorded:
    """Write a finished run, its steps and its audit entry, all or nothing, once.

    A connection that died while the function slept is replaced once.

    Args:
        database: PostgreSQL.
        record: The run.
        ending: How it ended.
        finished_at: When it ended.
        at: When that is recorded, which is what the audit entry says; when it ended if absent.

    Returns:
        Its place in the audit chain and its ending; those of the first time on a repeat.

    Raises:
        DatabaseUnavailableError: If PostgreSQL cannot be reached or refuses the transaction.
    """
    try:
        return _write(database, record, ending, finished_at, at or finished_at)
    except DatabaseUnavailableError:
        return _write(database, record, ending, finished_at, at or finished_at)


def _write(
    database: Database, record: RunRecord, ending: Ending, finished_at: datetime, at: datetime
) -> Recorded:
    run_id = record.run.run_id
    try:
        with database.transaction() as connection:
            # Whoever comes second waits here until the first has committed: the chain has one
            # end, and a repeat sees the entry that it repeats.
            lock_chain(connection)
            known = find(connection, run_id, ACTION)
            if known is not None:
                first = _first_ending(connection, run_id) or ending
                return Recorded(known.sequence, known.hash, first)
            _write_run(connection, record, ending, finished_at)
            _write_steps(connection, record)
            row = _chain(connection, record, ending, at)
    except StatementRefusedError as error:
        raise DatabaseUnavailableError(
            f"PostgreSQL refused to record the run (SQLSTATE {error.sqlstate}); nothing of it "
            "was written. Check that the migrations were applied (function migrate)."
        ) from error
    return Recorded(row.entry.sequence, row.hash, ending)


def _first_ending(connection: Connection, run_id: str) -> Ending | None:
    rows = connection.run(FIND_ENDING, run_id=run_id)
    if not rows:
        return None
    status, reason, message = rows[0]
    return Ending(RunStatus(status), RunReason(reason) if reason else None, message)


def _storable(value: Any) -> Any:
    # PostgreSQL keeps no NUL in a text. What a device sent must not keep its run from ending.
    match value:
        case str():
            return value.replace("\x00", "\ufffd")
        case dict():
            return {name: _storable(part) for name, part in value.items()}
        case list():
            return [_storable(part) for part in value]
        case _:
            return value


def _write_run(
    connection: Connection, record: RunRecord, ending: Ending, finished_at: datetime
) -> None:
    run = record.run
    connection.run(
        UPSERT_RUN,
        run_id=run.run_id,
        owner=run.owner,
        device_id=run.device_id,
        **_storable({"goal": run.goal, "message": ending.message}),
        mode=run.mode.value,
        status=ending.status.value,
        reason=ending.reason.value if ending.reason else None,
        attempts=run.attempts,
        plan_source=run.plan.source.value if run.plan else None,
        stages=json.dumps([stage.model_dump(mode="json") for stage in run.stages]),
        created_at=run.created_at,
        finished_at=finished_at,
    )


def _write_steps(connection: Connection, record: RunRecord) -> None:
    run = record.run
    connection.run(DELETE_STEPS, run_id=run.run_id)
    tries = Counter(effect.step_id for effect in run.effects)
    effects = record.last_effects
    for position, step in enumerate(run.plan.steps if run.plan else (), start=1):
        connection.run(
            INSERT_STEP,
            run_id=run.run_id,
            position=position,
            tries=tries[step.id],
            **_step_values(step),
            **_storable(_effect_values(effects.get(step.id))),
        )


def _step_values(step: Step) -> dict[str, Any]:
    return {
        "step_id": step.id,
        "kind": step.action.kind.value,
        "action": json.dumps(_storable(step.action.model_dump(mode="json")), ensure_ascii=False),
        "because": _storable(step.because),
    }


def _effect_values(effect: Effect | None) -> dict[str, Any]:
    names = ("evidence", "started_at", "duration_ms", "before_key", "after_key")
    values: dict[str, Any] = {name: getattr(effect, name, None) for name in names}
    values["outcome"] = effect.outcome.value if effect else None
    values["route"] = effect.route.value if effect else None
    values["error"] = effect.error.value if effect and effect.error else None
    return values


def _chain(connection: Connection, record: RunRecord, ending: Ending, at: datetime) -> AuditRow:
    # The pseudonym lets the entry stay when the user's data are erased.
    identity = identity_of(connection, record.run.owner)
    return append(
        connection,
        at=at,
        actor=identity.pseudonym,
        action=ACTION,
        subject=record.run.run_id,
        detail=_detail(record, ending, identity),
    )


def _detail(record: RunRecord, ending: Ending, identity: Identity) -> dict[str, Scalar]:
    """Ids, outcomes and digests: the audit proves texts without keeping them."""
    run = record.run
    outcomes = Counter(effect.outcome.value for effect in record.last_effects.values())
    effects = "\n".join(effect.model_dump_json() for effect in run.effects)
    return {
        "device_id": run.device_id,
        "origin": run.origin.value,
        "mode": run.mode.value,
        "status": ending.status.value,
        "reason": ending.reason.value if ending.reason else None,
        "attempts": run.attempts,
        "steps": len(run.plan.steps) if run.plan else 0,
        "confirmed": outcomes["confirmed"],
        "goal_hmac": identity.digest(run.goal),
        "plan_hmac": identity.digest(run.plan.model_dump_json()) if run.plan else None,
        "effects_hmac": identity.digest(effects),
    }
