"""The SQL of the recorder."""

CHAIN_LOCK = 0x5153_4155
"""Key of the advisory lock ("QSAU") that gives the audit chain one writer at a time."""

LOCK_CHAIN = f"SELECT pg_advisory_xact_lock({CHAIN_LOCK})"

FIND_ENTRY = "SELECT sequence, hash FROM audit_log WHERE subject = :subject AND action = :action"

FIND_ENDING = "SELECT status, reason, message FROM runs WHERE run_id = :run_id"

LAST_ENTRY = "SELECT sequence, hash FROM audit_log ORDER BY sequence DESC LIMIT 1"

UPSERT_RUN = """
INSERT INTO runs (
    run_id, owner, device_id, goal, mode, status, reason, message, attempts, plan_source,
    stages, created_at, finished_at
) VALUES (
    :run_id, :owner, :device_id, :goal, :mode, :status, :reason, :message, :attempts,
    :plan_source, CAST(:stages AS jsonb), :created_at, :finished_at
)
ON CONFLICT (run_id) DO UPDATE SET
    status = EXCLUDED.status, reason = EXCLUDED.reason, message = EXCLUDED.message,
    attempts = EXCLUDED.attempts, plan_source = EXCLUDED.plan_source,
    stages = EXCLUDED.stages, finished_at = EXCLUDED.finished_at, recorded_at = now()
"""

DELETE_STEPS = "DELETE FROM run_steps WHERE run_id = :run_id"

INSERT_STEP = """
INSERT INTO run_steps (
    run_id, position, step_id, kind, action, because, tries, outcome, route, error, evidence,
    started_at, duration_ms, before_key, after_key
) VALUES (
    :run_id, :position, :step_id, :kind, CAST(:action AS jsonb), :because, :tries, :outcome,
    :route, :error, :evidence, :started_at, :duration_ms, :before_key, :after_key
)
"""

INSERT_ENTRY = """
INSERT INTO audit_log (
    sequence, at, actor, action, subject, detail, previous_hash, hash
) VALUES (
    :sequence, :at, :actor, :action, :subject, CAST(:detail AS jsonb), :previous_hash, :hash
)
"""
