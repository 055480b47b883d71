import threading
from pathlib import Path
from typing import Any

import pytest
from qs_migrate.files import MigrationError
from qs_migrate.migrating import MIGRATIONS, migrate

from qs_cloud.postgres import Database, DatabaseSecretError, DatabaseUnavailableError


@pytest.fixture
def database(platform: Any) -> Any:
    found = Database("qscreen-test/postgres")
    yield found
    found.close()


def test_an_empty_database_gets_the_schema_once(platform: Any, database: Database) -> None:
    first = migrate(database, MIGRATIONS).answer()
    assert first["applied"] == [path.name[:4] for path in sorted(MIGRATIONS.glob("*.sql"))]
    assert first["current"] == first["applied"][-1]
    assert migrate(database, MIGRATIONS).answer() == {"applied": [], "current": first["current"]}
    tables = platform.sql("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    assert {"runs", "run_steps", "audit_log", "schema_migrations"} <= {row[0] for row in tables}


def test_two_at_a_time_apply_each_migration_once(platform: Any) -> None:
    answers: list[Any] = []

    def work() -> None:
        database = Database("qscreen-test/postgres")
        answers.append(migrate(database, MIGRATIONS).applied)
        database.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(answers) == 4
    applied = [number for answer in answers for number in answer]
    assert sorted(applied) == [path.name[:4] for path in sorted(MIGRATIONS.glob("*.sql"))]


def test_a_failed_migration_leaves_nothing_and_is_named(
    platform: Any, database: Database, tmp_path: Path
) -> None:
    (tmp_path / "0001_good.sql").write_text("CREATE TABLE good (n int);")
    (tmp_path / "0002_bad.sql").write_text("CREATE TABLE half (n int); SELECT nonsense;")
    with pytest.raises(MigrationError, match=r"0002_bad\.sql.*42703.*nonsense"):
        migrate(database, tmp_path)
    tables = {row[0] for row in platform.sql("SELECT tablename FROM pg_tables")}
    assert "good" in tables
    assert "half" not in tables
    assert platform.sql("SELECT number FROM schema_migrations") == [["0001"]]
    (tmp_path / "0002_bad.sql").write_text("CREATE TABLE half (n int);")
    assert migrate(database, tmp_path).applied == ("0002",)


def test_a_file_that_changed_after_it_was_applied_is_refused(
    platform: Any, database: Database, tmp_path: Path
) -> None:
    (tmp_path / "0001_one.sql").write_text("CREATE TABLE one (n int);")
    migrate(database, tmp_path)
    (tmp_path / "0001_one.sql").write_text("CREATE TABLE one (n bigint);")
    (tmp_path / "0002_two.sql").write_text("CREATE TABLE two (n int);")
    with pytest.raises(MigrationError, match="changed after it was applied"):
        migrate(database, tmp_path)
    assert platform.sql("SELECT to_regclass('two')") == [[None]]


def test_a_database_that_is_ahead_is_refused(
    platform: Any, database: Database, tmp_path: Path
) -> None:
    (tmp_path / "0001_one.sql").write_text("SELECT 1;")
    (tmp_path / "0002_two.sql").write_text("SELECT 2;")
    migrate(database, tmp_path)
    (tmp_path / "0002_two.sql").unlink()
    with pytest.raises(MigrationError, match="newer"):
        migrate(database, tmp_path)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_log SET actor = 'x'",
        "DELETE FROM audit_log",
        "TRUNCATE audit_log",
        "UPDATE audit_log SET hash = repeat('0', 64) WHERE sequence = 1",
    ],
)
def test_the_audit_log_is_append_only(platform: Any, database: Database, statement: str) -> None:
    migrate(database, MIGRATIONS)
    platform.sql(
        "INSERT INTO audit_log "
        "VALUES (1, now(), 'a', 'b', 'c', '{}', repeat('0', 64), repeat('a', 64))"
    )
    with pytest.raises(Exception, match="append-only"):
        platform.sql(statement)
    assert platform.sql("SELECT actor, hash FROM audit_log") == [["a", "a" * 64]]


@pytest.mark.parametrize(
    ("changed", "error", "words"),
    [
        ({"password": "wrong"}, DatabaseUnavailableError, "28P01"),
        ({"port": 1}, DatabaseUnavailableError, "refuses or does not answer"),
        ({"dbname": "nowhere"}, DatabaseUnavailableError, "3D000"),
        ({"sslmode": "require"}, DatabaseUnavailableError, "InterfaceError"),
        ({"sslmode": "perhaps"}, DatabaseSecretError, "sslmode"),
        ({"host": ""}, DatabaseSecretError, "host"),
    ],
)
def test_an_unusable_secret_is_explained_without_its_password(
    change_secret: Any, database: Database, changed: Any, error: Any, words: str
) -> None:
    change_secret(**changed)
    with pytest.raises(error, match=words) as found:
        migrate(database, MIGRATIONS)
    assert "word" not in str(found.value).replace("password", "")
