-- The rotation of the application's users may have made the role before the first migration.
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'qscreen_app') THEN
        CREATE ROLE qscreen_app NOLOGIN;
    END IF;
END
$$;

COMMENT ON ROLE qscreen_app IS
    'What the functions may do; its members are the users whose passwords are rotated.';

GRANT USAGE ON SCHEMA public TO qscreen_app;

GRANT SELECT, INSERT ON runs TO qscreen_app;
GRANT UPDATE (
    status, reason, message, attempts, plan_source, stages, finished_at, recorded_at
) ON runs TO qscreen_app;

GRANT SELECT, INSERT, DELETE ON run_steps TO qscreen_app;

-- No more than this, so that the chain only grows; the triggers refuse what an owner may do.
GRANT SELECT, INSERT ON audit_log TO qscreen_app;
