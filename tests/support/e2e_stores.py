"""The platform's stores, reached as nobody but a test reaches them."""

import json

import pg8000.native
from e2e_endpoint import client


def connect_database(secret_name: str) -> pg8000.native.Connection:
    """Connect to PostgreSQL with the credentials of a secret.

    Args:
        secret_name: Name of the secret.

    Returns:
        A connection.
    """
    secret = json.loads(
        client("secretsmanager").get_secret_value(SecretId=secret_name)["SecretString"]
    )
    return pg8000.native.Connection(
        user=secret["username"],
        password=secret["password"],
        host=secret["host"],
        port=int(secret["port"]),
        database=secret["dbname"],
    )
