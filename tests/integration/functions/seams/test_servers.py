"""PostgreSQL and Redis that take a connection and say nothing, or hang up."""

import json
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from aws_seam import AwsSeam, Refused

from qs_cloud.cache import Cache, CacheUnavailableError
from qs_cloud.errors import CloudCallError
from qs_cloud.postgres import Database, DatabaseUnavailableError

Aws = Callable[[str], Any]

# pg8000 leaves the socket of a connection that it could not make to the collector.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")


@dataclass
class Door:
    """A port of this machine behind which nobody speaks.

    Attributes:
        port: The port.
        hangs_up: Whether a connection ends at once.
        knocks: How many connections there were.
    """

    port: int
    hangs_up: bool = False
    knocks: int = 0
    taken: list[socket.socket] = field(default_factory=list)


@pytest.fixture
def door() -> Iterator[Door]:
    listener = socket.create_server(("127.0.0.1", 0))
    found = Door(listener.getsockname()[1])

    def accept() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            found.knocks += 1
            if found.hangs_up:
                connection.close()
            else:
                found.taken.append(connection)

    thread = threading.Thread(target=accept, daemon=True)
    thread.start()
    yield found
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()
    for connection in found.taken:
        connection.close()
    thread.join()


def address(port: int) -> dict[str, Any]:
    return {"username": "u", "password": "a word of secrets", "host": "127.0.0.1", "port": port}


@pytest.fixture
def secrets(seam: AwsSeam, aws: Aws, door: Door) -> Door:
    """The secrets of both servers lead to the door."""
    postgres = {**address(door.port), "dbname": "d", "sslmode": "disable"}
    redis = {**address(door.port), "tls": False}
    for name, value in (("postgres", postgres), ("redis", redis)):
        aws("secretsmanager").create_secret(
            Name=f"qscreen-test/{name}", SecretString=json.dumps(value)
        )
    return door


def connect() -> None:
    with Database("qscreen-test/postgres").connection():
        pass


def test_postgresql_that_stays_silent_is_a_typed_error_in_bounded_time(
    secrets: Door, stopwatch: Any
) -> None:
    with stopwatch() as took, pytest.raises(DatabaseUnavailableError, match="does not answer"):
        connect()
    assert took.seconds < 8
    assert secrets.taken


def test_postgresql_that_hangs_up_is_a_typed_error_without_the_password(secrets: Door) -> None:
    secrets.hangs_up = True
    with pytest.raises(DatabaseUnavailableError) as found:
        connect()
    assert "a word of secrets" not in str(found.value)


def test_a_function_says_that_postgresql_is_away(
    secrets: Door,
    load_handler: Callable[[str], ModuleType],
    context: SimpleNamespace,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    secrets.hangs_up = True
    monkeypatch.setenv("QS_CONFIGURATION_TABLE", "qscreen-test-configuration")
    monkeypatch.setenv("QS_TEMPLATES_BUCKET", "qscreen-test-templates")
    monkeypatch.setenv("QS_HISTORY_DAYS", "365")
    context.get_remaining_time_in_millis = lambda: 300_000
    with pytest.raises(Exception, match="history, runs, objects") as found:
        load_handler("retention").handler({}, context)
    assert type(found.value).__name__ == "RetentionIncompleteError"


@pytest.mark.parametrize("hangs_up", [False, True], ids=["silent", "hung-up"])
def test_redis_that_does_not_answer_costs_little_and_is_then_left_alone(
    secrets: Door, stopwatch: Any, hangs_up: bool
) -> None:
    secrets.hangs_up = hangs_up
    cache = Cache("qscreen-test/redis")
    with stopwatch() as took, pytest.raises(CacheUnavailableError) as found:
        cache.get("key")
    assert took.seconds < 4
    assert "a word of secrets" not in str(found.value)
    knocks = secrets.knocks
    with pytest.raises(CacheUnavailableError, match="left alone"):
        cache.get("key")
    assert secrets.knocks == knocks >= 1


def test_secrets_manager_that_is_throttled_is_tried_again(
    seam: AwsSeam, secrets: Door, stopwatch: Any
) -> None:
    secrets.hangs_up = True
    seam.next("secretsmanager", "GetSecretValue", *[Refused("ThrottlingException")] * 2)
    with pytest.raises(DatabaseUnavailableError):
        connect()
    assert seam.asked("secretsmanager", "GetSecretValue") == 3


@pytest.mark.parametrize(
    ("trouble", "code"),
    [
        (Refused("ThrottlingException"), "ThrottlingException"),
        (Refused("InternalServiceError", status=500), "InternalServiceError"),
        (Refused("DecryptionFailure"), "DecryptionFailure"),
    ],
    ids=["throttled", "internal", "key"],
)
def test_a_secret_that_cannot_be_read_is_a_typed_error(
    seam: AwsSeam, secrets: Door, trouble: Any, code: str
) -> None:
    seam.always("secretsmanager", "GetSecretValue", trouble)
    with pytest.raises(CloudCallError, match=code):
        connect()
    with pytest.raises(CacheUnavailableError):
        Cache("qscreen-test/redis").get("key")
