"""Entry point of the function ``rotate-postgres``."""

from typing import Any

from qs_cloud.starting import starting

with starting():
    from qs_rotate_postgres.application_user import ApplicationUser

    from qs_cloud.config import variable
    from qs_cloud.credentials import serve


def handler(event: dict[str, Any], context: object) -> dict[str, Any] | None:
    """Carry out one step of the rotation of the application's user of PostgreSQL.

    Args:
        event: ``{"SecretId", "ClientRequestToken", "Step"}``, as Secrets Manager sends it; or
            an operator's ``{"SecretId", "Task", "Versions"?}`` (``qs_cloud.credentials``).
        context: Lambda's context; not used.

    Returns:
        Nothing for a step; for an operator which versions open the database.

    Raises:
        RotationError: If the step does not fit the secret, or the new user cannot log in.
        DatabaseUnavailableError: If PostgreSQL cannot be reached; the step may be repeated.
        DatabaseSecretError: If a secret holds no usable value.
        StatementRefusedError: If the administrator may not change the users.
        BadPayloadError: If the event is neither.
    """
    del context
    return serve(event, lambda _: ApplicationUser(variable("QS_DB_ADMIN_SECRET_ARN")))
