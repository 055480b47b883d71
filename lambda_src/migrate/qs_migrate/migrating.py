"""Applying migrations: one at a time, each in a transaction, under one lock."""

from dataclasses import dataclass
from pathlib import Path

from qs_cloud.postgres import SCHEMA_LOCK, Connection, Database, StatementRefusedError
from qs_cloud.telemetry import logger
from qs_migrate.files import Migration, MigrationError, read_migrations

MIGRATIONS = Path(__file__).resolve().parent.parent / "migrations"
"""The files that travel in this function's archive."""

_LEDGER = """
CREATE TABLE IF NOT EXISTS schema_migrations (
    number text PRIMARY KEY,
    name text NOT NULL,
    checksum text NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT now()
)
"""


@dataclass(frozen=True, slots=True)
class MigrationResult:
    """What was done.

    Attributes:
        applied: Numbers of the migrations that were applied now.
        current: Number of the last migration in the database.
    """

    applied: tuple[str, ...]
    current: str

    def answer(self) -> dict[str, object]:
        """Write the function's answer."""
        return {"applied": list(self.applied), "current": self.current}


def migrate(database: Database, folder: Path) -> MigrationResult:
    """Apply what the database lacks.

    Args:
        database: Where to apply it.
        folder: Folder with the migrations.

    Returns:
        What was done; a second call applies nothing.

    Raises:
        MigrationError: If a file changed after it was applied, the database is ahead of the
            files, or a statement fails; a failed migration leaves nothing behind.
        DatabaseUnavailableError: If PostgreSQL cannot be reached.
    """
    migrations = read_migrations(folder)
    applied: list[str] = []
    for migration in migrations:
        # The lock is taken anew for each: it ends with its transaction, whatever happens.
        try:
            if _step(database, migration, migrations):
                applied.append(migration.number)
                logger().info("Migration applied", extra={"number": migration.number})
        except StatementRefusedError as error:
            raise MigrationError(
                f"{migration.name} failed with SQLSTATE {error.sqlstate} and was rolled back: "
                f"{error.text}. Correct the file and run the migration again."
            ) from error
    return MigrationResult(tuple(applied), migrations[-1].number)


def _step(database: Database, migration: Migration, migrations: tuple[Migration, ...]) -> bool:
    with database.transaction() as connection:
        connection.run(f"SELECT pg_advisory_xact_lock({SCHEMA_LOCK})")
        connection.run(_LEDGER)
        known = _ledger(connection)
        _compare(known, migrations)
        if migration.number in known:
            return False
        _apply(connection, migration)
    return True


def _ledger(connection: Connection) -> dict[str, tuple[str, str]]:
    rows = connection.run("SELECT number, name, checksum FROM schema_migrations ORDER BY number")
    return {number: (name, checksum) for number, name, checksum in rows or ()}


def _compare(known: dict[str, tuple[str, str]], migrations: tuple[Migration, ...]) -> None:
    files = {migration.number: migration for migration in migrations}
    for number, (name, checksum) in known.items():
        migration = files.get(number)
        if migration is None:
            raise MigrationError(
                f"The database has migration {name}, which this release does not have: the "
                "database is newer than the function. Deploy the newer release again."
            )
        if migration.checksum != checksum:
            raise MigrationError(
                f"{migration.name} was changed after it was applied (checksum {checksum[:12]} "
                f"in the database, {migration.checksum[:12]} in the file). Put the file back as "
                "it was, and write the change as a new migration."
            )


def _apply(connection: Connection, migration: Migration) -> None:
    connection.run(migration.sql)
    connection.run(
        "INSERT INTO schema_migrations (number, name, checksum) VALUES (:number, :name, :checksum)",
        number=migration.number,
        name=migration.name,
        checksum=migration.checksum,
    )
