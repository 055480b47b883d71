"""Real PostgreSQL and Redis on free ports of this machine; AWS inside this process (moto)."""

import importlib.util
import json
import sys
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from aws_seam import AwsSeam, aws_seam
from moto import mock_aws
from moto.core import DEFAULT_ACCOUNT_ID
from moto.secretsmanager.models import secretsmanager_backends
from pg8000.native import Connection

from qops.local.engines.postgres import Postgres
from qops.local.engines.redis import Redis, password_rule
from qops.local.ports import free_ports
from qs_cloud import cache, clients
from qs_cloud.rotation import Rotatable, read_request, rotate

ROOT = Path(__file__).resolve().parents[3]
for _name in (
    *("migrate", "recorder", "planner", "rotate-postgres", "rotate-redis", "ship-logs"),
    *("retention", "rotate-partner-key", "user-data", "write-audit"),
):
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
    "QS_DB_ADMIN_SECRET_ARN": "qscreen-test/postgres-admin",
    "QS_CACHE_SECRET_ARN": "qscreen-test/redis",
    "QS_CACHE_USER_ID": "qscreen-test",
    "QS_EVENT_BUS": "qscreen-test",
}

CACHE_PASSWORD = "the-first-password-of-the-cache"
CACHE_RULES = (
    "~consumer:*",
    "~session:*",
    "~plan:*",
    "~vision:*",
    "resetchannels",
    # What the functions use, and nothing else.
    *("-@all", "+ping", "+hello", "+get", "+set", "+hset", "+expire", "+multi", "+exec"),
    *("+scan", "+type", "+hgetall", "+unlink"),
)
CACHE_USERS = {
    "qscreen": ("on", password_rule(CACHE_PASSWORD), *CACHE_RULES),
    "test": ("on", "nopass", "~*", "+@all"),
}


@pytest.fixture
def patient_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a busy machine too a cache that answers is none that is away."""
    for name in ("CONNECT_TIMEOUT_SECONDS", "ANSWER_TIMEOUT_SECONDS"):
        monkeypatch.setattr(cache, name, 30.0)


@dataclass
class Engines:
    postgres: Postgres
    redis: Redis

    def set_cache_passwords(self, *passwords: str) -> None:
        """Give the application's user these passwords and no others."""
        rules = (*(password_rule(password) for password in passwords), *CACHE_RULES)
        self.redis.set_users({**CACHE_USERS, "qscreen": ("on", *rules)})

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
        redis = Redis(home / "redis", ports[1], users=CACHE_USERS)
        try:
            yield Engines(postgres, redis)
        finally:
            redis.stop()
    finally:
        postgres.stop()


@pytest.fixture
def platform(
    engines: Engines, patient_cache: None, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Engines]:
    """An empty database and a moto account whose secret and parameter lead to the engines."""
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    engines.sql("DROP DATABASE IF EXISTS qscreen WITH (FORCE)", database="template_base")
    engines.sql("CREATE DATABASE qscreen", database="template_base")
    engines.set_cache_passwords(CACHE_PASSWORD)
    with mock_aws():
        set_secret(engines, create=True)
        set_secret(engines, create=True, name="qscreen-test/postgres-admin")
        clients.secretsmanager().create_secret(
            Name="qscreen-test/redis",
            SecretString=json.dumps(
                {
                    "username": "qscreen",
                    "password": CACHE_PASSWORD,
                    "host": "127.0.0.1",
                    "port": engines.redis.port,
                    "tls": False,
                }
            ),
        )
        clients.dynamodb().create_table(
            TableName="qscreen-test-runs",
            KeySchema=[{"AttributeName": "run_id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "run_id", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
        clients.events().create_event_bus(Name="qscreen-test")
        yield engines


@pytest.fixture
def seam(platform: Engines, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], AwsSeam]]:
    """Begins to lead every client to a server that fails as a test says, or hands on to moto."""
    with ExitStack() as stack:

        def begin() -> AwsSeam:
            server = stack.enter_context(aws_seam())
            stack.callback(server.mend)
            monkeypatch.setenv("AWS_ENDPOINT_URL", server.url)
            _forget_clients()
            return server

        yield begin
    _forget_clients()


def _forget_clients() -> None:
    for made in vars(clients).values():
        if hasattr(made, "cache_clear"):
            made.cache_clear()


def set_secret(
    engines: Engines, *, create: bool = False, name: str = "qscreen-test/postgres", **changed: Any
) -> None:
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
        client.create_secret(Name=name, SecretString=json.dumps(value))
    else:
        client.put_secret_value(SecretId=name, SecretString=json.dumps(value))


@pytest.fixture
def change_secret(platform: Engines) -> Any:
    return lambda **changed: set_secret(platform, **changed)


def _load_handler(function: str) -> ModuleType:
    """Load a function's handler under a name of its own: in an archive each is ``handler``."""
    path = ROOT / "lambda_src" / function / "handler.py"
    spec = importlib.util.spec_from_file_location(f"handler_of_{function}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def load_handler() -> Callable[[str], ModuleType]:
    return _load_handler


STEPS = ("createSecret", "setSecret", "testSecret", "finishSecret")


class SecretsRotation:
    """One rotation of one secret, as Secrets Manager drives it: a pending version, four steps."""

    def __init__(self, secret: str) -> None:
        self.secret = secret
        self.token = str(uuid.uuid4())
        backend = secretsmanager_backends[DEFAULT_ACCOUNT_ID]["ap-northeast-2"]
        found = backend.secrets[secret]
        if found.versions:
            found.remove_version_stages_from_old_versions(["AWSPENDING"])
            found.versions[self.token] = {
                "createdate": 0,
                "version_id": self.token,
                "version_stages": ["AWSPENDING"],
            }

    def send(self, step: str, rotatable: Rotatable) -> None:
        event = {"SecretId": self.secret, "ClientRequestToken": self.token, "Step": step}
        rotate(read_request(event), rotatable)

    def run(self, rotatable: Rotatable) -> None:
        for step in STEPS:
            self.send(step, rotatable)

    def events(self) -> list[dict[str, str]]:
        return [
            {"SecretId": self.secret, "ClientRequestToken": self.token, "Step": step}
            for step in STEPS
        ]


@pytest.fixture
def secrets_rotation() -> type[SecretsRotation]:
    return SecretsRotation
