import json
from typing import Any

import pytest
import redis

from qs_cloud import clients
from qs_cloud.cache import Cache, CacheUnavailableError


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


class Server:
    """Stands for every connection; counts them, and can be down."""

    def __init__(self) -> None:
        self.connections: list[dict[str, Any]] = []
        self.down = False
        self.values: dict[str, str] = {}

    def __call__(self, **arguments: Any) -> "Server":
        self.connections.append(arguments)
        return self

    def get(self, key: str) -> str | None:
        if self.down:
            raise redis.ConnectionError("refused")
        return self.values.get(key)

    def set(self, key: str, value: str, ex: int) -> None:
        assert ex > 0
        self.values[key] = value


@pytest.fixture
def server(aws: None, monkeypatch: pytest.MonkeyPatch) -> Server:
    found = Server()
    monkeypatch.setattr(redis, "Redis", found)
    put_address({"host": "cache-1", "port": 6379, "tls": True})
    return found


def put_address(value: Any) -> None:
    text = value if isinstance(value, str) else json.dumps(value)
    clients.ssm().put_parameter(Name="/c", Type="String", Value=text, Overwrite=True)


def test_it_connects_once_with_tls_and_short_waits(server: Server) -> None:
    cache = Cache("/c")
    cache.put("k", "v", 60)
    assert cache.get("k") == "v"
    (connection,) = server.connections
    assert (connection["host"], connection["port"], connection["ssl"]) == ("cache-1", 6379, True)
    assert connection["socket_timeout"] <= 1
    assert connection["socket_connect_timeout"] <= 1


def test_a_failure_is_typed_and_the_cache_is_left_alone_for_a_while(server: Server) -> None:
    clock = Clock()
    cache = Cache("/c", clock=clock)
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
    cache = Cache("/c", clock=clock)
    cache.get("k")
    put_address({"host": "cache-2", "port": 6380})
    clock.now += 301
    cache.get("k")
    assert [connection["host"] for connection in server.connections] == ["cache-1", "cache-2"]


@pytest.mark.parametrize("value", ["nonsense", "{}", '{"host": "h", "port": 0}'])
def test_an_address_that_cannot_be_used_is_typed(server: Server, value: str) -> None:
    put_address(value)
    with pytest.raises(CacheUnavailableError, match="parameter"):
        Cache("/c").get("k")


def test_a_missing_parameter_is_typed(server: Server) -> None:
    with pytest.raises(CacheUnavailableError):
        Cache("/nowhere").get("k")
