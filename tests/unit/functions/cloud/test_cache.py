import json
from typing import Any

import pytest
import redis

from qs_cloud import clients
from qs_cloud.cache import Cache, CacheUnavailableError

ADDRESS = {"username": "u", "password": "p1", "host": "cache-1", "port": 6379, "tls": True}


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


class Server:
    """Stands for every connection; counts them, and can be down."""

    def __init__(self) -> None:
        self.connections: list[dict[str, Any]] = []
        self.down = False
        self.password: str | None = None
        self.values: dict[str, str] = {}

    def __call__(self, **arguments: Any) -> "Server":
        self.connections.append(arguments)
        self.given = arguments["password"]
        return self

    def get(self, key: str) -> str | None:
        if self.down:
            raise redis.ConnectionError("refused")
        if self.password is not None and self.given != self.password:
            raise redis.AuthenticationError("WRONGPASS")
        return self.values.get(key)

    def set(self, key: str, value: str, ex: int) -> None:
        if self.down:
            raise redis.ConnectionError("refused")
        if self.password is not None and self.given != self.password:
            raise redis.AuthenticationError("WRONGPASS")
        assert ex > 0
        self.values[key] = value


@pytest.fixture
def server(aws: None, monkeypatch: pytest.MonkeyPatch) -> Server:
    found = Server()
    monkeypatch.setattr(redis, "Redis", found)
    put_address(ADDRESS)
    return found


def put_address(value: Any) -> None:
    text = value if isinstance(value, str) else json.dumps(value)
    client = clients.secretsmanager()
    if "SecretList" in (found := client.list_secrets()) and not found["SecretList"]:
        client.create_secret(Name="c", SecretString=text)
    else:
        client.put_secret_value(SecretId="c", SecretString=text)


def test_it_connects_once_with_tls_and_short_waits(server: Server) -> None:
    cache = Cache("c")
    cache.put("k", "v", 60)
    assert cache.get("k") == "v"
    (connection,) = server.connections
    assert (connection["host"], connection["port"], connection["ssl"]) == ("cache-1", 6379, True)
    assert (connection["username"], connection["password"]) == ("u", "p1")
    assert connection["socket_timeout"] <= 1
    assert connection["socket_connect_timeout"] <= 1


def test_a_failure_is_typed_and_the_cache_is_left_alone_for_a_while(server: Server) -> None:
    clock = Clock()
    cache = Cache("c", clock=clock)
    server.down = True
    for _ in range(3):
        with pytest.raises(CacheUnavailableError):
            cache.get("k")
    assert len(server.connections) == 1
    server.down = False
    clock.now += 11
    assert cache.get("k") is None
    assert len(server.connections) == 2


def test_a_replaced_cluster_is_found(server: Server) -> None:
    clock = Clock()
    cache = Cache("c", clock=clock)
    cache.get("k")
    put_address({"host": "cache-2", "port": 6380})
    clock.now += 301
    cache.get("k")
    assert [connection["host"] for connection in server.connections] == ["cache-1", "cache-2"]


@pytest.mark.parametrize("value", ["nonsense", "{}", '{"host": "h", "port": 0}'])
def test_an_address_that_cannot_be_used_is_typed(server: Server, value: str) -> None:
    put_address(value)
    with pytest.raises(CacheUnavailableError, match="secret"):
        Cache("c").get("k")


def test_a_missing_secret_is_typed(server: Server) -> None:
    with pytest.raises(CacheUnavailableError):
        Cache("nowhere").get("k")


def test_a_rotated_password_costs_no_request(server: Server) -> None:
    server.values["k"] = "v"
    server.password = "p1"
    cache = Cache("c")
    assert cache.get("k") == "v"
    put_address({**ADDRESS, "password": "p2"})
    server.password = "p2"
    assert cache.get("k") == "v"
    assert [connection["password"] for connection in server.connections] == ["p1", "p2"]


def test_a_password_that_stays_wrong_is_tried_once_more_only(server: Server) -> None:
    server.password = "of somebody else"
    with pytest.raises(CacheUnavailableError) as found:
        Cache("c").get("k")
    assert len(server.connections) == 2
    assert "p1" not in str(found.value)


def test_a_cache_without_users_is_reached_without_credentials(server: Server) -> None:
    put_address({"host": "cache-1", "port": 6379, "tls": False})
    Cache("c").get("k")
    (connection,) = server.connections
    assert (connection["username"], connection["password"]) == (None, None)


def test_a_function_leaves_word_of_the_version_that_it_came_in_by(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_LAMBDA_FUNCTION_NAME", "qscreen-dev-planner")
    server.password = "p1"
    clock = Clock()
    cache = Cache("c", clock=clock)
    secrets = clients.secretsmanager()
    first = secrets.get_secret_value(SecretId="c")["VersionId"]
    assert cache.get("k") is None
    assert server.values == {"consumer:qscreen-dev-planner": first}
    put_address({**ADDRESS, "password": "p2"})
    server.password = "p2"
    assert cache.get("k") is None
    second = secrets.get_secret_value(SecretId="c")["VersionId"]
    assert server.values == {"consumer:qscreen-dev-planner": second}
    assert second != first


def test_a_cache_that_takes_no_word_is_read_all_the_same(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_LAMBDA_FUNCTION_NAME", "qscreen-dev-planner")
    server.values["k"] = "v"

    def full(*_: object, **__: object) -> None:
        raise redis.exceptions.OutOfMemoryError("OOM command not allowed")

    monkeypatch.setattr(server, "set", full)
    assert Cache("c").get("k") == "v"


def test_a_lost_cache_learns_again_who_came_in_by_which_version(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_LAMBDA_FUNCTION_NAME", "qscreen-dev-planner")
    clock = Clock()
    cache = Cache("c", clock=clock)
    cache.get("k")
    (word,) = server.values.items()
    # The password is rotated, and the open connection is still used: it came in by the former one.
    put_address({**ADDRESS, "password": "p2"})
    for seconds, left in ((59, {}), (2, dict([word])), (59, {}), (2, dict([word]))):
        server.values.clear()
        clock.now += seconds
        cache.get("k")
        assert server.values == left
