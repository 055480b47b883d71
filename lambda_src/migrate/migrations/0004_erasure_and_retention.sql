CREATE TABLE erasures (
    erasure_id text PRIMARY KEY,
    subject_sha256 text NOT NULL CHECK (subject_sha256 ~ '^[0-9a-f]{64}$'),
    requested_by text NOT NULL,
    started_at timestamptz NOT NULL,
    finished_at timestamptz,
    certificate_key text,
    certificate_sha256 text CHECK (certificate_sha256 ~ '^[0-9a-f]{64}$')
);

COMMENT ON TABLE erasures IS
    'Erasures of users'' data; the user is named by a hash, whoever asked by a pseudonym.';

-- One at a time for each user: whoever comes second goes on with the first.
CREATE UNIQUE INDEX erasures_open ON erasures (subject_sha256) WHERE finished_at IS NULL;

CREATE TABLE erasure_steps (
    erasure_id text NOT NULL REFERENCES erasures (erasure_id) ON DELETE CASCADE,
    store text NOT NULL,
    deleted bigint NOT NULL CHECK (deleted >= 0),
    ids_sha256 text[] NOT NULL DEFAULT '{}',
    done_at timestamptz,
    PRIMARY KEY (erasure_id, store)
);

COMMENT ON TABLE erasure_steps IS 'What each store has lost so far; done_at once nothing is left.';

CREATE TABLE job_cursors (
    job text PRIMARY KEY,
    place text NOT NULL,
    changed_at timestamptz NOT NULL DEFAULT now()
);

COMMENT ON TABLE job_cursors IS 'Where work that goes on by the clock takes up again.';

CREATE INDEX runs_by_end ON runs (finished_at);

-- The application's user deletes no run by itself: only all of one user, or what is old.
CREATE FUNCTION forget_runs(whose text, most integer) RETURNS SETOF text
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    DELETE FROM runs WHERE run_id IN (SELECT run_id FROM runs WHERE owner = whose LIMIT most)
    RETURNING run_id
$$;

CREATE FUNCTION expire_runs(before timestamptz, most integer) RETURNS SETOF text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
    IF before > now() - interval '30 days' THEN
        RAISE EXCEPTION 'history of the last 30 days does not expire'
            USING ERRCODE = 'invalid_parameter_value', HINT = 'Keep the history longer.';
    END IF;
    RETURN QUERY
        DELETE FROM runs WHERE runs.run_id IN (
            SELECT old.run_id FROM runs AS old
            WHERE old.finished_at < before ORDER BY old.finished_at LIMIT most
        )
        RETURNING runs.run_id;
END
$$;

REVOKE EXECUTE ON FUNCTION forget_runs(text, integer), expire_runs(timestamptz, integer)
    FROM PUBLIC;

GRANT EXECUTE ON FUNCTION forget_runs(text, integer), expire_runs(timestamptz, integer)
    TO qscreen_app;
GRANT SELECT, INSERT, UPDATE ON erasures, erasure_steps, job_cursors TO qscreen_app;
