"""Two users with the same rights; the secret names the one whose turn it is."""

import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from qs_cloud.postgres import (
    SCHEMA_LOCK,
    Connection,
    CredentialsRefusedError,
    Database,
    DatabaseSecret,
    parse_secret,
    read_secret,
)
from qs_cloud.rotation import RotationError
from qs_rotate_postgres.scram import scram_verifier

GROUP = "qscreen_app"
"""Role that carries the rights; migrations grant them."""
USERS = ("qscreen_app_a", "qscreen_app_b")

_PASSWORD_BYTES = 32
_FIND_ROLE = "SELECT 1 FROM pg_roles WHERE rolname = :name"
_SESSIONS = """
SELECT usename, application_name, count(*) FROM pg_stat_activity
WHERE usename = ANY(CAST(:users AS text[])) GROUP BY 1, 2 ORDER BY 1, 2
"""


@dataclass(frozen=True, slots=True)
class ApplicationUser:
    """The application's user of PostgreSQL, as a door whose key is rotated.

    Attributes:
        admin_secret_arn: ARN of the secret of the user who may make users.
    """

    admin_secret_arn: str

    def create(self, current: str | None) -> str:
        """Make the next value: the other user, with a new password, at the present address.

        Args:
            current: The present value; None before the first rotation.

        Returns:
            The next value.

        Raises:
            DatabaseSecretError: If a secret cannot be used.
            CloudCallError: If the administrator's secret cannot be read.
        """
        present = parse_secret(current).username if current is not None else None
        # The administrator's secret follows the database: after it was replaced, the next
        # rotation leads the application to the new one.
        return (
            read_secret(self.admin_secret_arn)
            .model_copy(
                update={
                    "username": USERS[1] if present == USERS[0] else USERS[0],
                    "password": secrets.token_urlsafe(_PASSWORD_BYTES),
                }
            )
            .model_dump_json(exclude_none=True)
        )

    def set(self, current: str | None, pending: str) -> None:
        """Give the next user its password; the present user keeps its own.

        Args:
            current: The present value; None before the first rotation.
            pending: The next value.

        Raises:
            RotationError: If the next value is not of the user whose turn it is.
            DatabaseUnavailableError: If PostgreSQL cannot be reached.
            StatementRefusedError: If the administrator may not do this.
        """
        following = parse_secret(pending)
        if following.username not in USERS:
            raise RotationError(
                f"The next value names the user {following.username}, which is none of the two "
                "that take turns. Nothing was changed. Start the rotation again."
            )
        if current is not None and parse_secret(current).username == following.username:
            raise RotationError(
                f"The next value names the user {following.username}, who is in use at present. "
                "Nothing was changed. Start the rotation again."
            )
        with self._changing_roles() as connection:
            _demand_group(connection)
            _set_user(connection, following)

    def test(self, pending: str) -> None:
        """Log in as the next user and ask what it may do.

        Args:
            pending: The next value.

        Raises:
            RotationError: If it cannot log in, or is no member of the group role.
            DatabaseUnavailableError: If PostgreSQL cannot be reached.
        """
        following = parse_secret(pending)
        database = Database(following)
        try:
            with database.connection() as connection:
                rows = connection.run(
                    "SELECT current_user, pg_has_role(current_user, :role, 'USAGE')", role=GROUP
                )
        except CredentialsRefusedError as error:
            raise RotationError(
                f"PostgreSQL refuses the new password of {following.username}; the present one "
                "stays in use. Start the rotation again."
            ) from error
        finally:
            database.close()
        if not rows or list(rows[0]) != [following.username, True]:
            raise RotationError(
                f"The user {following.username} has not the rights of {GROUP}; the present one "
                "stays in use. Start the rotation again."
            )

    def opens(self, value: str) -> bool:
        """Log in.

        Args:
            value: A value of the secret, of whatever age.

        Returns:
            Whether PostgreSQL lets it in.

        Raises:
            DatabaseUnavailableError: If PostgreSQL cannot be reached.
        """
        database = Database(parse_secret(value))
        try:
            with database.connection() as connection:
                connection.run("SELECT 1")
        except CredentialsRefusedError:
            return False
        finally:
            database.close()
        return True

    def retire(self, current: str) -> None:
        """Take login and password from the user whose turn it is not.

        Its sessions that are open go on: they have shown their password already. The next
        rotation gives it a new one.

        Args:
            current: The present value.

        Raises:
            RotationError: If the present user is none of the two.
            DatabaseUnavailableError: If PostgreSQL cannot be reached.
            StatementRefusedError: If the administrator may not do this.
        """
        present = parse_secret(current).username
        if present not in USERS:
            raise RotationError(
                f"The present value names the user {present}, which is none of the two that take "
                "turns. Nothing was changed. Rotate the secret first."
            )
        with self._changing_roles() as connection:
            for name in USERS:
                if name != present and connection.run(_FIND_ROLE, name=name):
                    connection.run(f"ALTER ROLE {name} NOLOGIN PASSWORD NULL")

    def sessions(self, current: str, version: str) -> Sequence[Mapping[str, object]]:
        """Count the sessions of both users, by the program that holds them.

        Args:
            current: The present value.
            version: Its version; not used, for the users tell.

        Returns:
            ``{"program", "present", "sessions"}`` for each: whether it is the present user's.

        Raises:
            DatabaseUnavailableError: If PostgreSQL cannot be reached.
        """
        del version
        database = Database(read_secret(self.admin_secret_arn))
        try:
            with database.connection() as connection:
                rows = connection.run(_SESSIONS, users=list(USERS))
        finally:
            database.close()
        present = parse_secret(current).username
        return [
            {"program": program, "present": user == present, "sessions": sessions}
            for user, program, sessions in rows or ()
        ]

    @contextmanager
    def _changing_roles(self) -> Iterator[Connection]:
        database = Database(read_secret(self.admin_secret_arn))
        try:
            with database.transaction() as connection:
                connection.run(f"SELECT pg_advisory_xact_lock({SCHEMA_LOCK})")
                yield connection
        finally:
            database.close()


def _demand_group(connection: Connection) -> None:
    # A rotation may come before the first migration, which grants the rights.
    if not connection.run(_FIND_ROLE, name=GROUP):
        connection.run(f"CREATE ROLE {GROUP} NOLOGIN")


def _set_user(connection: Connection, secret: DatabaseSecret) -> None:
    name = secret.username
    verb = "ALTER" if connection.run(_FIND_ROLE, name=name) else "CREATE"
    connection.run(f"{verb} ROLE {name} LOGIN PASSWORD '{scram_verifier(secret.password)}'")
    connection.run(f"GRANT {GROUP} TO {name}")
