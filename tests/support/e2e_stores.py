"""The platform's stores, reached as nobody but a test reaches them."""

import json
from typing import Any

import pg8000.native
from e2e_endpoint import client


def connect_database(secret_name: str) -> pg8000.native.Connection:
    """Connect to PostgreSQL with the credentials of a secret.

    Args:
        secret_name: Name of the secret.

    Returns:
        A connection.
    """
    return connect(
        json.loads(client("secretsmanager").get_secret_value(SecretId=secret_name)["SecretString"])
    )


def connect(secret: dict[str, Any]) -> pg8000.native.Connection:
    """Connect to PostgreSQL with credentials.

    Args:
        secret: Value of a secret, of whatever age.

    Returns:
        A connection.
    """
    return pg8000.native.Connection(
        user=secret["username"],
        password=secret["password"],
        host=secret["host"],
        port=int(secret["port"]),
        database=secret["dbname"],
    )
