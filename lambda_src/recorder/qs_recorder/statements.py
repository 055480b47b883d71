"""The SQL of the recorder."""

FIND_ENDING = "SELECT status, reason, message FROM runs WHERE run_id = :run_id"

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
