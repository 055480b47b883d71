CREATE TABLE runs (
    run_id text PRIMARY KEY,
    owner text NOT NULL,
    device_id text NOT NULL,
    goal text NOT NULL,
    mode text NOT NULL CHECK (mode IN ('dry_run', 'confirm', 'auto')),
    status text NOT NULL CHECK (status IN ('planned', 'succeeded', 'failed', 'cancelled')),
    reason text,
    message text,
    attempts integer NOT NULL CHECK (attempts >= 0),
    plan_source text,
    stages jsonb NOT NULL,
    created_at timestamptz NOT NULL,
    finished_at timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT now()
);

COMMENT ON TABLE runs IS 'Finished runs; a run appears here when it has ended.';

CREATE INDEX runs_by_owner ON runs (owner, created_at DESC);
CREATE INDEX runs_by_device ON runs (device_id, created_at DESC);
CREATE INDEX runs_by_status ON runs (status, finished_at DESC);

CREATE TABLE run_steps (
    run_id text NOT NULL REFERENCES runs (run_id) ON DELETE CASCADE,
    position integer NOT NULL CHECK (position >= 1),
    step_id text NOT NULL,
    kind text NOT NULL,
    action jsonb NOT NULL,
    because text NOT NULL,
    tries integer NOT NULL CHECK (tries >= 0),
    outcome text CHECK (
        outcome IN ('confirmed', 'unverifiable', 'suspected_noop', 'refused', 'failed')
    ),
    route text,
    error text,
    evidence text,
    started_at timestamptz,
    duration_ms double precision CHECK (duration_ms >= 0),
    before_key text,
    after_key text,
    PRIMARY KEY (run_id, position),
    UNIQUE (run_id, step_id)
);

COMMENT ON TABLE run_steps IS
    'Planned steps of finished runs with their latest effect; outcome is null if never tried.';

CREATE INDEX run_steps_by_outcome ON run_steps (outcome, kind);

CREATE TABLE audit_log (
    sequence bigint PRIMARY KEY CHECK (sequence >= 1),
    at timestamptz NOT NULL,
    actor text NOT NULL,
    action text NOT NULL,
    subject text NOT NULL,
    detail jsonb NOT NULL,
    previous_hash text NOT NULL UNIQUE CHECK (previous_hash ~ '^[0-9a-f]{64}$'),
    hash text NOT NULL UNIQUE CHECK (hash ~ '^[0-9a-f]{64}$'),
    UNIQUE (subject, action)
);

COMMENT ON TABLE audit_log IS
    'Append-only, hash-chained: hash covers the row and previous_hash (qscreen.audit).';

CREATE INDEX audit_log_by_time ON audit_log (at);

CREATE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'audit_log is append-only: % is refused', TG_OP
        USING ERRCODE = 'insufficient_privilege',
              HINT = 'Write a new entry that corrects the old one.';
END
$$;

CREATE TRIGGER audit_log_keeps_rows BEFORE UPDATE OR DELETE ON audit_log
    FOR EACH ROW EXECUTE FUNCTION refuse_audit_change();

CREATE TRIGGER audit_log_keeps_all BEFORE TRUNCATE ON audit_log
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change();
