"""Entry point of the function ``migrate``."""

from typing import Any

from qs_cloud.starting import starting

with starting():
    from qs_migrate.comparing import compare, read_place
    from qs_migrate.migrating import MIGRATIONS, migrate

    from qs_cloud.config import variable
    from qs_cloud.postgres import Database


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Bring the schema of PostgreSQL up to date, or compare a restored copy with it.

    Args:
        event: ``{"compare": {"host", "port"}}`` names a copy; nothing is changed then. Anything
            else is for the schema.
        context: Lambda's context; not used.

    Returns:
        ``{"applied": [...], "current": "NNNN"}``, or what the comparison found.

    Raises:
        MigrationError: If the migrations do not fit the database; nothing of them remains.
        UncomparableError: If the copy cannot be compared.
        BadPayloadError: If the copy is not named by host and port.
        DatabaseUnavailableError: If PostgreSQL cannot be reached.
    """
    del context
    if "compare" in event:
        return compare(variable("QS_DB_SECRET_ARN"), read_place(event["compare"]))
    database = Database(variable("QS_DB_SECRET_ARN"))
    try:
        return migrate(database, MIGRATIONS).answer()
    finally:
        database.close()
