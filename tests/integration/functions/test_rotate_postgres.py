"""The rotation on a real server: whoever holds a password tries it there."""

import json
import threading
from typing import Any

import pytest
from local_cloud_support import eventually
from pg8000.exceptions import DatabaseError
from pg8000.native import Connection
from qs_migrate.migrating import MIGRATIONS, migrate
from qs_recorder.history import record_history
from qs_recorder.statements import DELETE_STEPS
from qs_rotate_postgres.application_user import ApplicationUser

from qs_cloud import clients
from qs_cloud.audit_chain import LAST_ENTRY, forget_identity, identity_of
from qs_cloud.postgres import Database, DatabaseUnavailableError, StatementRefusedError
from qs_cloud.rotation import RotationError

APP = "qscreen-test/app"
ADMIN = "qscreen-test/postgres-admin"


@pytest.fixture
def app(platform: Any) -> Any:
    """The application's secret as Terraform leaves it: without a value; no roles, no tables."""
    drop_roles(platform)
    clients.secretsmanager().create_secret(Name=APP)
    yield platform
    # What the roles were granted goes with the database; only then can they go.
    platform.sql("DROP DATABASE qscreen WITH (FORCE)", database="template_base")
    drop_roles(platform)


def drop_roles(platform: Any) -> None:
    for role in ("qscreen_app_a", "qscreen_app_b", "qscreen_app"):
        platform.sql(f"DROP ROLE IF EXISTS {role}", database="template_base")


@pytest.fixture
def user() -> ApplicationUser:
    return ApplicationUser(ADMIN)


def current() -> dict[str, Any]:
    text = clients.secretsmanager().get_secret_value(SecretId=APP, VersionStage="AWSCURRENT")[
        "SecretString"
    ]
    value: dict[str, Any] = json.loads(text)
    return value


def log_in(value: dict[str, Any]) -> str:
    connection = Connection(
        value["username"],
        password=value["password"],
        host=value["host"],
        port=value["port"],
        database=value["dbname"],
    )
    try:
        return str(connection.run("SELECT current_user")[0][0])  # type: ignore[index]
    finally:
        connection.close()


def opens(value: dict[str, Any]) -> bool:
    try:
        return log_in(value) == value["username"]
    except DatabaseError:
        return False


def test_the_first_rotation_makes_the_first_user(
    app: Any, user: ApplicationUser, secrets_rotation: Any
) -> None:
    secrets_rotation(APP).run(user)
    value = current()
    assert set(value) == {"username", "password", "host", "port", "dbname", "sslmode"}
    assert value["username"] == "qscreen_app_a"
    assert (value["host"], value["port"]) == ("127.0.0.1", app.postgres.port)
    assert log_in(value) == "qscreen_app_a"
    assert app.sql("SELECT rolcanlogin FROM pg_roles WHERE rolname = 'qscreen_app'") == [[False]]


def test_what_the_first_rotation_writes_opens_the_door_at_once(
    app: Any, user: ApplicationUser, secrets_rotation: Any
) -> None:
    secrets_rotation(APP).send("createSecret", user)
    # Secrets Manager made the first version current already.
    assert opens(current())


def test_users_take_turns_and_the_old_password_holds_until_the_next_rotation(
    app: Any, user: ApplicationUser, secrets_rotation: Any
) -> None:
    secrets_rotation(APP).run(user)
    first = current()
    secrets_rotation(APP).run(user)
    second = current()
    assert second["username"] == "qscreen_app_b"
    assert opens(first)
    assert opens(second)
    secrets_rotation(APP).run(user)
    third = current()
    assert third["username"] == "qscreen_app_a"
    assert third["password"] != first["password"]
    assert not opens(first)
    assert opens(second)
    assert opens(third)


def ask(load_handler: Any, task: str, *versions: str) -> dict[str, Any]:
    """What the function answers an operator."""
    event = {"SecretId": APP, "Task": task, **({"Versions": versions} if versions else {})}
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("QS_DB_ADMIN_SECRET_ARN", ADMIN)
        answer: dict[str, Any] = load_handler("rotate-postgres").handler(event, None)
    return answer


def stages_that_open(answer: dict[str, Any]) -> dict[str, bool]:
    # The present version keeps the label of the time when it was pending.
    return {one["stages"][0]: one["opens"] for one in answer["versions"]}


def test_an_operator_sees_which_versions_open_and_ends_the_former_one(
    app: Any, user: ApplicationUser, secrets_rotation: Any, load_handler: Any
) -> None:
    secrets_rotation(APP).run(user)
    first = current()
    secrets_rotation(APP).run(user)
    second = current()
    kept = Database(APP)
    with kept.connection() as connection:
        connection.run("SELECT 1")
        seen = ask(load_handler, "prove")
        assert stages_that_open(seen) == {"AWSCURRENT": True, "AWSPREVIOUS": True}
        assert {"program": "qscreen", "present": True, "sessions": 1} in seen["sessions"]
        ended = ask(load_handler, "retire")
        assert stages_that_open(ended) == {"AWSCURRENT": True, "AWSPREVIOUS": False}
        assert connection.run("SELECT current_user") == [["qscreen_app_b"]]
    kept.close()
    assert not opens(first)
    assert opens(second)
    # The user that was shut out comes back with its next turn.
    secrets_rotation(APP).run(user)
    assert current()["username"] == "qscreen_app_a"
    assert opens(current())
    assert opens(second)


def test_nothing_is_ended_while_a_rotation_is_under_way_or_the_present_user_is_shut_out(
    app: Any, user: ApplicationUser, secrets_rotation: Any, load_handler: Any
) -> None:
    secrets_rotation(APP).run(user)
    first = current()
    half = secrets_rotation(APP)
    half.send("createSecret", user)
    half.send("setSecret", user)
    assert stages_that_open(ask(load_handler, "prove"))["AWSPENDING"] is True
    with pytest.raises(RotationError, match="under way"):
        ask(load_handler, "retire")
    clients.secretsmanager().update_secret_version_stage(
        SecretId=APP, VersionStage="AWSPENDING", RemoveFromVersionId=half.token
    )
    # What was given up is ended with the rest.
    answer = ask(load_handler, "retire", half.token)
    assert {one["version"]: one["opens"] for one in answer["versions"]}[half.token] is False
    assert opens(first)
    app.sql(f"ALTER ROLE {first['username']} NOLOGIN")
    with pytest.raises(RotationError, match="does not open the door"):
        ask(load_handler, "retire")


def test_every_step_may_come_twice(app: Any, user: ApplicationUser, secrets_rotation: Any) -> None:
    secrets_rotation(APP).run(user)
    first = current()
    rotation = secrets_rotation(APP)
    for step in ("createSecret", "setSecret", "testSecret", "finishSecret"):
        rotation.send(step, user)
        rotation.send(step, user)
    second = current()
    assert opens(second)
    rotation.run(user)
    assert current() == second
    assert opens(first)


def test_a_rotation_that_stops_half_way_leaves_the_present_password(
    app: Any, user: ApplicationUser, secrets_rotation: Any
) -> None:
    secrets_rotation(APP).run(user)
    first = current()
    half = secrets_rotation(APP)
    half.send("createSecret", user)
    half.send("setSecret", user)
    assert current() == first
    assert opens(first)
    secrets_rotation(APP).run(user)
    assert opens(first)
    assert opens(current())
    assert current() != first


def test_a_new_user_that_cannot_log_in_is_not_made_current(
    app: Any, user: ApplicationUser, secrets_rotation: Any
) -> None:
    secrets_rotation(APP).run(user)
    first = current()
    rotation = secrets_rotation(APP)
    rotation.send("createSecret", user)
    rotation.send("setSecret", user)
    app.sql("ALTER ROLE qscreen_app_b PASSWORD 'another'")
    with pytest.raises(RotationError, match="qscreen_app_b"):
        rotation.send("testSecret", user)
    rotation.send("setSecret", user)
    app.sql("REVOKE qscreen_app FROM qscreen_app_b")
    with pytest.raises(RotationError, match="has not the rights"):
        rotation.send("testSecret", user)
    assert current() == first


def test_without_the_server_nothing_changes(
    app: Any, user: ApplicationUser, secrets_rotation: Any, change_secret: Any
) -> None:
    change_secret(name=ADMIN, port=1)
    with pytest.raises(DatabaseUnavailableError):
        secrets_rotation(APP).run(user)
    assert clients.secretsmanager().describe_secret(SecretId=APP).get("VersionIdsToStages") in (
        None,
        {},
    )


def test_after_the_database_was_replaced_the_next_rotation_leads_to_the_new_one(
    app: Any, user: ApplicationUser, secrets_rotation: Any
) -> None:
    secrets_rotation(APP).run(user)
    before = current()
    stale = {**before, "host": "gone.example", "port": 1}
    clients.secretsmanager().put_secret_value(SecretId=APP, SecretString=json.dumps(stale))
    secrets_rotation(APP).run(user)
    assert (current()["host"], current()["port"]) == (before["host"], before["port"])
    assert opens(current())


def test_no_password_reaches_the_server_in_a_statement(
    app: Any, user: ApplicationUser, secrets_rotation: Any
) -> None:
    statements: list[str] = []
    original = Connection.run

    def listening(self: Any, sql: str, **values: Any) -> Any:
        statements.append(sql)
        return original(self, sql, **values)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Connection, "run", listening)
        secrets_rotation(APP).run(user)
    password = current()["password"]
    assert any("SCRAM-SHA-256$" in sql for sql in statements)
    assert not any(password in sql for sql in statements)


def migrated(app: Any) -> None:
    database = Database(ADMIN)
    migrate(database, MIGRATIONS)
    database.close()


def finished_run() -> Any:
    from datetime import UTC, datetime

    from qs_recorder.ending import Ending

    from qs_cloud.run_record import RunRecord
    from qscreen.wire import (
        Effect,
        Plan,
        Run,
        RunStatus,
    )

    at = datetime(2026, 11, 23, 9, tzinfo=UTC)
    plan = Plan.model_validate(
        {
            "goal": "g",
            "language": "en",
            "source": "grammar",
            "created_at": at,
            "steps": [{"id": "s1", "action": {"kind": "open_app", "app": "x"}, "because": "b"}],
        }
    )
    effect = Effect.model_validate(
        {"step_id": "s1", "outcome": "confirmed", "route": "accessibility", "evidence": "e"}
        | {"started_at": at, "duration_ms": 1}
    )
    run = Run.model_validate(
        {"run_id": "run-1", "owner": "o", "device_id": "dev-1", "goal": "g", "mode": "auto"}
        | {"status": "acting", "created_at": at, "updated_at": at}
    ).model_copy(update={"plan": plan, "effects": (effect,)})
    return RunRecord(run=run), Ending(RunStatus.SUCCEEDED), at


@pytest.mark.parametrize("migration_first", [True, False])
def test_the_application_user_can_record_a_run_and_nothing_more(
    app: Any, user: ApplicationUser, secrets_rotation: Any, migration_first: bool
) -> None:
    if migration_first:
        migrated(app)
    secrets_rotation(APP).run(user)
    if not migration_first:
        migrated(app)
    database = Database(APP)
    record, ending, at = finished_run()
    assert record_history(database, record, ending, at).sequence == 1
    assert record_history(database, record, ending, at).sequence == 1
    # An upsert over a row that is there, and new steps in place of the old ones.
    app.sql("ALTER TABLE audit_log DISABLE TRIGGER USER")
    app.sql("DELETE FROM audit_log")
    app.sql("ALTER TABLE audit_log ENABLE TRIGGER USER")
    assert record_history(database, record, ending, at).sequence == 1
    refused = (
        "UPDATE audit_log SET actor = 'x'",
        "DELETE FROM audit_log",
        "TRUNCATE audit_log",
        "ALTER TABLE audit_log DISABLE TRIGGER USER",
        "DELETE FROM runs",
        "UPDATE runs SET owner = 'x'",
        "UPDATE runs SET goal = 'x'",
        "UPDATE run_steps SET outcome = 'confirmed'",
        "DELETE FROM audit_identities",
        "UPDATE audit_identities SET pseudonym = 'x'",
        "DELETE FROM audit_copies",
        "DELETE FROM erasures",
        "DROP TABLE runs",
        "CREATE TABLE mine (n int)",
        "SELECT * FROM schema_migrations",
        "CREATE ROLE other",
    )
    for statement in refused:
        with pytest.raises(StatementRefusedError) as found, database.transaction() as connection:
            connection.run(statement)
        assert found.value.sqlstate == "42501", statement
    with database.transaction() as connection:
        assert len(connection.run(LAST_ENTRY) or ()) == 1
        connection.run(DELETE_STEPS, run_id="run-2")
    database.close()


def test_rotations_under_load_cost_no_request(
    app: Any, user: ApplicationUser, secrets_rotation: Any
) -> None:
    """Clients that connect anew all the time, while the password is rotated three times."""
    migrated(app)
    secrets_rotation(APP).run(user)
    stop, faults, done = threading.Event(), [], []

    def work() -> None:
        while not stop.is_set():
            database = Database(APP)
            try:
                with database.transaction() as connection:
                    connection.run(LAST_ENTRY)
                done.append(1)
            except Exception as error:
                faults.append(repr(error))
            finally:
                database.close()

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    try:
        for number in range(1, 4):
            secrets_rotation(APP).run(user)
            # As many as a busy machine needs time for.
            assert eventually(lambda number=number: faults or len(done) > 4 * number)
    finally:
        stop.set()
        for thread in threads:
            thread.join(60)
    assert faults == []


def test_a_secret_read_just_before_a_rotation_is_read_again(
    app: Any, user: ApplicationUser, secrets_rotation: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    secrets_rotation(APP).run(user)
    stale = {**current(), "password": "of-yesterday"}
    real = clients.secretsmanager().get_secret_value
    answers = [{"SecretString": json.dumps(stale)}]

    def reading(**arguments: Any) -> Any:
        return answers.pop() if answers else real(**arguments)

    monkeypatch.setattr(clients.secretsmanager(), "get_secret_value", reading)
    database = Database(APP)
    with database.transaction() as connection:
        assert connection.run("SELECT current_user") == [["qscreen_app_a"]]
    database.close()


def test_the_function_rotates_and_logs_no_password(
    app: Any, load_handler: Any, secrets_rotation: Any, capfd: pytest.CaptureFixture[str]
) -> None:
    module = load_handler("rotate-postgres")
    for event in secrets_rotation(APP).events():
        module.handler(event, None)
    assert opens(current())
    assert current()["password"] not in capfd.readouterr().out


def test_the_application_user_deletes_all_of_one_user_or_what_is_old(
    app: Any, user: ApplicationUser, secrets_rotation: Any
) -> None:
    migrated(app)
    secrets_rotation(APP).run(user)
    database = Database(APP)
    record, ending, at = finished_run()
    record_history(database, record, ending, at)
    owner = record.run.owner
    try:
        with database.connection() as connection:
            assert connection.run("SELECT forget_runs('somebody-else', 10)") == []
            assert connection.run("SELECT expire_runs(now() - interval '31 days', 10)") is not None
            assert identity_of(connection, owner).pseudonym.startswith("person-")
            assert not forget_identity(connection, "somebody-else")
            assert forget_identity(connection, owner)
            connection.run("SELECT forget_runs(:owner, 10)", owner=owner)
            connection.run(
                "INSERT INTO erasures (erasure_id, subject_sha256, requested_by, started_at) "
                "VALUES ('era-1', repeat('0', 64), 'person-1', now())"
            )
            connection.run("UPDATE erasures SET finished_at = now()")
            connection.run("INSERT INTO erasure_steps VALUES ('era-1', 's', 0, '{}', NULL)")
            connection.run("UPDATE erasure_steps SET deleted = 1")
            connection.run("INSERT INTO job_cursors (job, place) VALUES ('j', 'p')")
            connection.run("UPDATE job_cursors SET place = 'q'")
            connection.run("INSERT INTO audit_copies (sequence, object_key) VALUES (1, 'k')")
        assert app.sql("SELECT count(*) FROM runs") == [[0]]
        assert app.sql("SELECT count(*) FROM audit_log") == [[1]]
        with pytest.raises(StatementRefusedError), database.connection() as connection:
            connection.run("SELECT expire_runs(now(), 10)")
    finally:
        database.close()
