-- A finished run has one entry, and so has an event; other facts may be told of one subject again.
ALTER TABLE audit_log DROP CONSTRAINT audit_log_subject_action_key;

CREATE UNIQUE INDEX audit_log_one_end ON audit_log (subject) WHERE action = 'run.finished';
CREATE UNIQUE INDEX audit_log_one_event ON audit_log ((detail ->> 'event_id'))
    WHERE detail ->> 'event_id' IS NOT NULL;

CREATE TABLE audit_identities (
    user_id text PRIMARY KEY,
    pseudonym text NOT NULL UNIQUE,
    digest_key text NOT NULL CHECK (digest_key ~ '^[0-9a-f]{64}$'),
    created_at timestamptz NOT NULL DEFAULT now()
);

COMMENT ON TABLE audit_identities IS
    'Who is who in the audit: without a row, nobody can tell whose entries bear its pseudonym.';

CREATE TABLE audit_copies (
    sequence bigint PRIMARY KEY CHECK (sequence >= 1),
    object_key text NOT NULL UNIQUE,
    copied_at timestamptz NOT NULL DEFAULT now()
);

COMMENT ON TABLE audit_copies IS 'Entries whose copy lies under object lock.';

-- The application's user deletes only what these functions delete, and only as a whole.
CREATE FUNCTION forget_identity(whose text) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
    DELETE FROM audit_identities WHERE user_id = whose;
    RETURN FOUND;
END
$$;

REVOKE EXECUTE ON FUNCTION forget_identity(text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION forget_identity(text) TO qscreen_app;
GRANT SELECT, INSERT ON audit_identities, audit_copies TO qscreen_app;
