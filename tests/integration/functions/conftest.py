"""Real PostgreSQL and Redis on free ports of this machine; AWS inside this process (moto)."""

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from moto import mock_aws
from pg8000.native import Connection

from qops.local.engines.postgres import Postgres
from qops.local.engines.redis import Redis
from qops.local.ports import free_ports
from qs_cloud import clients

ROOT = Path(__file__).resolve().parents[3]
for _name in ("migrate", "recorder", "planner"):
    _folder = str(ROOT / "lambda_src" / _name)
    if _folder not in sys.path:
        sys.path.append(_folder)

ENVIRONMENT = {
    "AWS_DEFAULT_REGION": "ap-northeast-2",
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "POWERTOOLS_SERVICE_NAME": "test",
    "POWERTOOLS_METRICS_NAMESPACE": "QScreen",
    "POWERTOOLS_LOG_LEVEL": "INFO",
    "QS_RUNS_TABLE": "qscreen-test-runs",
    "QS_DB_SECRET_ARN": "qscreen-test/postgres",
    "QS_CACHE_PARAMETER": "/qscreen/test/cache",
    "QS_EVENT_BUS": "qscreen-test",
}


@dataclass
class Engines:
    postgres: Postgres
    redis: Redis

    def sql(self, statement: str, database: str = "qscreen", **values: Any) -> Any:
        """Ask the server directly, as its master user."""
        connection = Connection(
            "master", password="word", host="127.0.0.1", port=self.postgres.port, database=database
        )
        try:
            return connection.run(statement, **values)
        finally:
            connection.close()


@pytest.fixture(scope="session")
def engines(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engines]:
    home = tmp_path_factory.mktemp("engines")
    # The server runs as another user, who must be able to reach its folder.
    for folder in (home, *home.parents[:2]):
        folder.chmod(0o755)
    for name in ("postgres", "redis"):
        (home / name).mkdir()
    ports = free_ports(2)
    postgres = Postgres(
        home / "postgres",
        ports[0],
        version="16",
        user="master",
        password="word",
        database="template_base",
    )
    try:
        redis = Redis(home / "redis", ports[1], auth_token=None)
        try:
            yield Engines(postgres, redis)
        finally:
            redis.stop()
    finally:
        postgres.stop()


@pytest.fixture
def platform(engines: Engines, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engines]:
    """An empty database and a moto account whose secret and parameter lead to the engines."""
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    engines.sql("DROP DATABASE IF EXISTS qscreen WITH (FORCE)", database="template_base")
    engines.sql("CREATE DATABASE qscreen", database="template_base")
    with mock_aws():
        set_secret(engines, create=True)
        clients.ssm().put_parameter(
            Name="/qscreen/test/cache",
            Type="String",
            Value=json.dumps({"host": "127.0.0.1", "port": engines.redis.port, "tls": False}),
        )
        clients.dynamodb().create_table(
            TableName="qscreen-test-runs",
            KeySchema=[{"AttributeName": "run_id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "run_id", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
        clients.events().create_event_bus(Name="qscreen-test")
        yield engines


def set_secret(engines: Engines, *, create: bool = False, **changed: Any) -> None:
    value = {
        "username": "master",
        "password": "word",
        "host": "127.0.0.1",
        "port": engines.postgres.port,
        "dbname": "qscreen",
        "sslmode": "disable",
        **changed,
    }
    client = clients.secretsmanager()
    if create:
        client.create_secret(Name="qscreen-test/postgres", SecretString=json.dumps(value))
    else:
        client.put_secret_value(SecretId="qscreen-test/postgres", SecretString=json.dumps(value))


@pytest.fixture
def change_secret(platform: Engines) -> Any:
    return lambda **changed: set_secret(platform, **changed)
