"""PostgreSQL, found through its secret at run time.

The driver (pg8000: pure Python, 330 KB) is no part of the shared layer: functions that use
this module name ``pg8000`` in their requirements.
"""

import os
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Protocol

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from qs_cloud import clients
from qs_cloud.calls import calling
from qs_cloud.config import variable
from qs_cloud.stages import CURRENT

CONNECT_TIMEOUT_SECONDS = 5
"""Also bounds every single answer: pg8000 sets it on the socket."""

AUTHORITIES = Path(__file__).with_name("rds-ca.pem")
"""Certificates of the authorities of RDS; the build lays them here where it has them."""

SCHEMA_LOCK = 0x5153_4D49
"""Key of the advisory lock ("QSMI") under which the schema and its roles are changed."""

_REFUSED_CREDENTIALS = frozenset({"28000", "28P01"})
"""invalid_authorization_specification, invalid_password"""


_CHECK = (
    "Check that it runs, that the function reaches it, and that the secret holds its present "
    "password."
)
_CHECK_CERTIFICATE = (
    "Its certificate is of none of the known authorities, or for another name. Check the address "
    "in the secret, and whether the bundle of RDS that was built in is that of the region and new "
    "enough."
)


class DatabaseUnavailableError(Exception):
    """PostgreSQL cannot be reached or refuses the connection; trying again may help."""


class CredentialsRefusedError(DatabaseUnavailableError):
    """PostgreSQL refuses the user or the password."""


class StatementRefusedError(Exception):
    """PostgreSQL refused a statement; its transaction was rolled back.

    Attributes:
        sqlstate: Code of the refusal, five characters.
        text: The server's message; it may quote values, so it is not for the log.
    """

    def __init__(self, sqlstate: str, text: str) -> None:
        """Describe the refusal.

        Args:
            sqlstate: Code of the refusal.
            text: The server's message.
        """
        super().__init__(f"PostgreSQL refused a statement (SQLSTATE {sqlstate}).")
        self.sqlstate = sqlstate
        self.text = text


class Connection(Protocol):
    """What the functions use of a connection of pg8000."""

    def run(self, sql: str, **params: object) -> Sequence[Sequence[Any]] | None:
        """Run a statement.

        Args:
            sql: The statement, with ``:name`` for each parameter; without parameters it may
                be several statements.
            **params: Values by name.

        Returns:
            The rows, or None if the statement gives none.
        """
        ...

    def close(self) -> None:
        """Close the connection."""
        ...


class DatabaseSecretError(Exception):
    """The secret with the address of PostgreSQL is not what it must be."""


class DatabaseSecret(BaseModel):
    """Value of the secret ``<prefix>/postgres``."""

    model_config = ConfigDict(frozen=True)

    username: str = Field(min_length=1)
    password: str
    host: str = Field(min_length=1)
    port: int = Field(ge=1, le=65535)
    dbname: str = Field(min_length=1)
    sslmode: Literal["verify-full", "require", "disable"]
    sslrootcert: str | None = Field(default=None, min_length=1)
    """Certificates in PEM form that the server's must come from; those of the build by default."""

    @field_validator("sslrootcert")
    @classmethod
    def _is_certificates(cls, text: str | None) -> str | None:
        if text is not None:
            try:
                ssl.create_default_context(cadata=text)
            except ssl.SSLError as error:
                raise ValueError("no certificates in PEM form") from error
        return text

    def ssl_context(self, *, proxy: bool = False) -> ssl.SSLContext | Literal[False]:
        """Make the TLS context of the secret's ``sslmode``, as pg8000 takes it.

        Args:
            proxy: Whether the server is a proxy. Those have certificates of Amazon's public
                authorities, which the runtime trusts
                (https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.SSL-certificate-rotation.html).

        Returns:
            False for ``disable``: with None, pg8000 would ask the server for TLS first. Else a
            context that checks the server's certificate and name where its authority is known:
            that of a proxy always, that of an instance by ``sslrootcert`` or the build. Where it
            is not, ``require`` encrypts and, as libpq, checks neither.

        Raises:
            DatabaseSecretError: If ``verify-full`` has no authority to check by.
        """
        if self.sslmode == "disable":
            return False
        known = self.sslrootcert
        if known is None and AUTHORITIES.is_file():
            known = AUTHORITIES.read_text(encoding="ascii")
        if proxy:
            context = ssl.create_default_context()
            if known is not None:
                context.load_verify_locations(cadata=known)
            return context
        if known is not None:
            return ssl.create_default_context(cadata=known)
        if self.sslmode == "verify-full":
            raise DatabaseSecretError(
                "The secret of PostgreSQL says verify-full, and no authority is known by which the "
                "server's certificate could be checked. Put the region's bundle of RDS beside the "
                "values of the environment (terraform/platform/README.md), build and deploy again; "
                "or give the secret sslrootcert."
            )
        context = ssl.create_default_context()
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        return context


def parse_secret(text: str) -> DatabaseSecret:
    """Read the value of a secret.

    Args:
        text: The value, JSON.

    Returns:
        The typed value.

    Raises:
        DatabaseSecretError: If it cannot be used; names the fields, never their values.
    """
    try:
        return DatabaseSecret.model_validate_json(text)
    except ValidationError as error:
        fields = sorted({".".join(map(str, fault["loc"])) for fault in error.errors()})
        raise DatabaseSecretError(
            f"The secret of PostgreSQL is not usable at {', '.join(fields) or 'the whole'}. "
            "It must be JSON with username, password, host, port, dbname and sslmode; "
            "sslrootcert, if it is there, holds certificates in PEM form."
        ) from None


def read_secret(arn: str) -> DatabaseSecret:
    """Read a secret as it is now.

    Args:
        arn: ARN of the secret.

    Returns:
        Its typed value.

    Raises:
        DatabaseSecretError: If it cannot be used.
        CloudCallError: If it cannot be read.
    """
    with calling("read the secret of PostgreSQL"):
        answer = clients.secretsmanager().get_secret_value(SecretId=arn, VersionStage=CURRENT)
    return parse_secret(answer.get("SecretString", ""))


@dataclass(slots=True)
class Database:
    """A connection that is made when needed and kept while it works.

    Attributes:
        secret: ARN of the secret, which is read at every connect, so that a rotated password
            is found; or the value itself.
        proxy: Host of the proxy to connect to instead of the secret's own host; None for that.
        answer_seconds: Time that a connect and every single answer gets, seconds.
    """

    secret: str | DatabaseSecret
    proxy: str | None = None
    answer_seconds: int = CONNECT_TIMEOUT_SECONDS
    _connection: Connection | None = None

    @contextmanager
    def connection(self) -> Iterator[Connection]:
        """Lend the connection; one that fails is not used again.

        Yields:
            The connection, outside a transaction.

        Raises:
            DatabaseUnavailableError: If PostgreSQL cannot be reached or breaks off.
            StatementRefusedError: If it refuses a statement.
            DatabaseSecretError: If the secret cannot be used.
            CloudCallError: If the secret cannot be read.
        """
        from pg8000.exceptions import (
            DatabaseError,
            InterfaceError,
        )

        if self._connection is None:
            self._connection = self._connect()
        try:
            yield self._connection
        except (InterfaceError, OSError) as error:
            self.close()
            raise DatabaseUnavailableError(
                f"The connection to PostgreSQL broke ({type(error).__name__}). Try again."
            ) from error
        except DatabaseError as error:
            self.close()
            raise StatementRefusedError(*_refusal(error)) from error
        except BaseException:
            self.close()
            raise

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """Lend the connection inside a transaction: all of it holds, or nothing.

        Yields:
            The connection.

        Raises:
            DatabaseUnavailableError: If PostgreSQL cannot be reached or breaks off.
            StatementRefusedError: If it refuses a statement.
            DatabaseSecretError: If the secret cannot be used.
            CloudCallError: If the secret cannot be read.
        """
        with self.connection() as connection:
            connection.run("START TRANSACTION")
            yield connection
            connection.run("COMMIT")

    def close(self) -> None:
        """Close the connection; an open transaction is rolled back by the server."""
        from pg8000.exceptions import InterfaceError

        connection, self._connection = self._connection, None
        if connection is not None:
            try:
                connection.close()
            except (InterfaceError, OSError):
                return  # It is broken, so there is nothing left to close.

    def _connect(self) -> Connection:
        if isinstance(self.secret, DatabaseSecret):
            return _open(self.secret, seconds=self.answer_seconds)
        proxy = self.proxy is not None
        found = self._read(self.secret)
        try:
            return _open(found, proxy=proxy, seconds=self.answer_seconds)
        except CredentialsRefusedError:
            # A rotation may have come between reading the secret and using it.
            newer = self._read(self.secret)
            if newer == found:
                raise
            return _open(newer, proxy=proxy, seconds=self.answer_seconds)

    def _read(self, arn: str) -> DatabaseSecret:
        found = read_secret(arn)
        return found if self.proxy is None else found.model_copy(update={"host": self.proxy})


def application_database() -> Database:
    """Make the connection of the application's user that the function's environment describes.

    Returns:
        The connection, through the proxy where ``QS_DB_PROXY`` names one.

    Raises:
        ConfigurationError: If ``QS_DB_SECRET_ARN`` is missing.
    """
    return Database(variable("QS_DB_SECRET_ARN"), proxy=os.environ.get("QS_DB_PROXY") or None)


def _open(
    secret: DatabaseSecret, *, proxy: bool = False, seconds: int = CONNECT_TIMEOUT_SECONDS
) -> Connection:
    from pg8000.exceptions import DatabaseError, InterfaceError
    from pg8000.native import Connection as NativeConnection

    context = secret.ssl_context(proxy=proxy)
    try:
        connection: Connection = NativeConnection(
            user=secret.username,
            password=secret.password,
            host=secret.host,
            port=secret.port,
            database=secret.dbname,
            ssl_context=context,
            timeout=seconds,
            application_name=os.environ.get("AWS_LAMBDA_FUNCTION_NAME", "qscreen"),
        )
    except (InterfaceError, DatabaseError, OSError) as error:
        code = _refusal(error)[0]
        kind = CredentialsRefusedError if code in _REFUSED_CREDENTIALS else DatabaseUnavailableError
        other = isinstance(error, ssl.SSLCertVerificationError)
        raise kind(
            f"PostgreSQL at {secret.host}:{secret.port} refuses or does not answer ({code}). "
            f"{_CHECK_CERTIFICATE if other else _CHECK}"
        ) from error
    return connection


def _refusal(error: BaseException) -> tuple[str, str]:
    """Read SQLSTATE and message of an error; the class name where it is not the server's."""
    detail: Any = error.args[0] if error.args else None
    if isinstance(detail, dict):
        return str(detail.get("C", "unknown")), str(detail.get("M", ""))
    return type(error).__name__, str(detail or "")
