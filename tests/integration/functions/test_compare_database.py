"""A copy that was really restored is compared with the database it was made of."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from qs_migrate.comparing import _MOMENTS, GRACE, UncomparableError
from qs_migrate.migrating import MIGRATIONS, migrate

from qops.local.engines.postgres import Postgres
from qops.local.ports import free_ports
from qs_cloud import clients
from qs_cloud.audit_chain import append, lock_chain
from qs_cloud.clock import utc_now
from qs_cloud.errors import BadPayloadError
from qs_cloud.postgres import Database

ADMIN = "qscreen-test/postgres-admin"
_RUN = """
INSERT INTO runs (run_id, owner, device_id, goal, mode, status, attempts, stages, created_at,
                  finished_at, recorded_at)
VALUES (:run_id, 'o', 'd', 'g', 'auto', 'succeeded', 1, '{}', now(), now(), :at)
"""

Compare = Callable[[], dict[str, Any]]


def record(platform: Any, run_id: str, age: int = 60) -> None:
    """A finished run that was recorded some seconds ago, and its entry in the audit."""
    at = utc_now().timestamp() - age
    platform.sql(_RUN.replace(":at", f"to_timestamp({at})"), run_id=run_id)
    database = Database(ADMIN)
    with database.transaction() as connection:
        lock_chain(connection)
        append(
            connection,
            at=utc_now(),
            actor="person-1",
            action="run.finished",
            subject=run_id,
            detail={"status": "succeeded"},
        )
    database.close()


@pytest.fixture
def database(platform: Any) -> Any:
    """The platform's schema with three runs and their entries."""
    connection = Database(ADMIN)
    migrate(connection, MIGRATIONS)
    connection.close()
    for number in range(3):
        record(platform, f"run-{number}", 60 - 20 * number)
    return platform


@pytest.fixture
def restored(database: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postgres]:
    """A second server, from a base backup of the first."""
    home: Path = tmp_path_factory.mktemp("restored")
    for folder in (home, *home.parents[:2]):
        folder.chmod(0o755)
    (home / "server").mkdir()
    backup = database.postgres.back_up(home / "backup")
    server = Postgres(
        home / "server",
        free_ports(1)[0],
        version="16",
        user="master",
        password=None,
        database=None,
        backup=backup,
    )
    yield server
    server.stop()


@pytest.fixture
def compare(restored: Postgres, load_handler: Any, monkeypatch: pytest.MonkeyPatch) -> Compare:
    monkeypatch.setenv("QS_DB_SECRET_ARN", ADMIN)
    event = {"compare": {"host": "127.0.0.1", "port": restored.port}}

    def ask() -> dict[str, Any]:
        answer = load_handler("migrate").handler(event, None)
        parsed: dict[str, Any] = json.loads(json.dumps(answer))
        return parsed

    return ask


def tables(answer: dict[str, Any]) -> dict[str, dict[str, int]]:
    """What differs, by table."""
    told = ("changed", "deleted", "lost", "newer")
    return {
        one["table"]: {name: one[name] for name in told if one[name]}
        for one in answer["tables"]
        if any(one[name] for name in told)
    }


def in_copy(restored: Postgres, *statements: str) -> None:
    """Spoil the copy, as its superuser."""
    from pg8000.native import Connection

    connection = Connection(
        "rdsadmin",
        password=restored._password,
        host="127.0.0.1",
        port=restored.port,
        database="qscreen",
    )
    for statement in statements:
        connection.run(statement)
    connection.close()


def test_a_whole_copy_holds_and_what_came_later_is_no_loss(database: Any, compare: Compare) -> None:
    answer = compare()
    assert answer["holds"] is True
    assert answer["structure"] == {"same": True, "missing": [], "extra": []}
    assert tables(answer) == {}
    rows = {one["table"]: one["same"] for one in answer["tables"]}
    assert (rows["runs"], rows["audit_log"], answer["audit"]["rows"]) == (3, 3, 3)
    assert set(rows) == set(_MOMENTS)
    record(database, "run-later", -60)
    database.sql("UPDATE runs SET message = 'again' WHERE run_id = 'run-1'")
    database.sql("DELETE FROM runs WHERE run_id = 'run-0'")
    answer = compare()
    assert answer["holds"] is True
    assert tables(answer) == {
        "audit_log": {"newer": 1},
        "runs": {"changed": 1, "deleted": 1, "newer": 1},
    }


@pytest.mark.parametrize(
    ("spoil", "found"),
    [
        (["DELETE FROM runs WHERE run_id = 'run-0'"], {"runs": {"lost": 1}}),
        (
            [
                "ALTER TABLE audit_log DISABLE TRIGGER USER",
                "UPDATE audit_log SET actor = 'person-2' WHERE sequence = 2",
                "ALTER TABLE audit_log ENABLE TRIGGER USER",
            ],
            {"audit_log": {"changed": 1}},
        ),
        (["DROP INDEX runs_by_status"], {}),
        (["ALTER TABLE audit_log DISABLE TRIGGER audit_log_keeps_rows"], {}),
    ],
)
def test_a_copy_that_lost_something_does_not_hold(
    restored: Postgres, compare: Compare, spoil: list[str], found: dict[str, Any]
) -> None:
    in_copy(restored, *spoil)
    answer = compare()
    assert answer["holds"] is False
    assert tables(answer) == found
    assert answer["structure"]["same"] is ("UPDATE" in spoil[1] if len(spoil) > 1 else bool(found))
    assert answer["audit"]["intact"] is ("audit_log" not in found)


def test_a_run_of_the_last_moment_before_the_backup_is_not_called_lost(
    database: Any, restored: Postgres, compare: Compare
) -> None:
    record(database, "run-open", 20 + int(GRACE.total_seconds()) // 2)
    assert tables(compare())["runs"] == {"newer": 1}


def test_the_copy_is_asked_with_the_password_of_its_time(
    database: Any, restored: Postgres, compare: Compare, change_secret: Any
) -> None:
    database.sql("ALTER ROLE master PASSWORD 'new'", database="template_base")
    change_secret(name=ADMIN, password="new")
    try:
        assert compare()["holds"] is True
        change_secret(name=ADMIN, password="newer")
        in_copy(restored, "ALTER ROLE master PASSWORD 'none of these'")
        database.postgres.set_password("master", "newer")
        with pytest.raises(UncomparableError, match="older than both"):
            compare()
    finally:
        database.postgres.set_password("master", "word")


@pytest.mark.parametrize(
    ("place", "error", "words"),
    [
        ({"host": "127.0.0.1"}, BadPayloadError, "port"),
        ({"host": "127.0.0.1", "port": 5432, "sql": "x"}, BadPayloadError, "sql"),
        ("itself", UncomparableError, "database itself"),
    ],
)
def test_what_is_no_copy_is_refused(
    platform: Any,
    load_handler: Any,
    monkeypatch: pytest.MonkeyPatch,
    place: Any,
    error: type[Exception],
    words: str,
) -> None:
    monkeypatch.setenv("QS_DB_SECRET_ARN", ADMIN)
    if place == "itself":
        value = clients.secretsmanager().get_secret_value(SecretId=ADMIN)["SecretString"]
        place = {name: json.loads(value)[name] for name in ("host", "port")}
    with pytest.raises(error, match=words):
        load_handler("migrate").handler({"compare": place}, None)
