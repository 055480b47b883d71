"""Entry point of the function ``migrate``."""

from typing import Any

from qs_cloud.starting import starting

with starting():
    from qs_migrate.migrating import MIGRATIONS, migrate

    from qs_cloud.config import variable
    from qs_cloud.postgres import Database


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Bring the schema of PostgreSQL up to date.

    Args:
        event: Not used.
        context: Lambda's context; not used.

    Returns:
        ``{"applied": [...], "current": "NNNN"}``.

    Raises:
        MigrationError: If the migrations do not fit the database; nothing of them remains.
        DatabaseUnavailableError: If PostgreSQL cannot be reached.
    """
    del event, context
    database = Database(variable("QS_DB_SECRET_ARN"))
    try:
        return migrate(database, MIGRATIONS).answer()
    finally:
        database.close()
