"""A healthy platform inside this process, of which a test breaks what it is about."""

from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from health_world import World
from healthy_services import lay_ai, lay_client, lay_compute, lay_network, lay_queues
from healthy_stores import lay_buckets, lay_data, lay_rest, lay_security
from moto import mock_aws

from qops.health.surroundings import Surroundings


@pytest.fixture
def empty(monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """No platform at all, in an account inside this process."""
    with mock_aws():
        yield World()


@pytest.fixture
def metrics(monkeypatch: pytest.MonkeyPatch) -> dict[str, float]:
    """Figures by name of the metric; none are known unless a test puts them in."""
    figures: dict[str, float] = {}

    def metric(self: Surroundings, namespace: str, name: str, *_: Any, **__: Any) -> float | None:
        self.client("cloudwatch").describe_alarms(MaxRecords=1)  # may it be asked at all?
        return figures.get(name)

    monkeypatch.setattr(Surroundings, "metric", metric)
    return figures


@pytest.fixture
def web(monkeypatch: pytest.MonkeyPatch, empty: World) -> dict[str, Any]:
    """The API as HTTP clients see it: status, body, delay in seconds."""
    seen: dict[str, Any] = {"status": 200, "body": {"status": "ok"}}

    def handle(request: httpx.Request) -> httpx.Response:
        if empty.down:
            raise httpx.ConnectError("connection refused")
        return httpx.Response(seen["status"], json=seen["body"])

    transport = httpx.MockTransport(handle)
    real = httpx.Client
    monkeypatch.setattr(httpx, "Client", lambda **_: real(transport=transport))
    monkeypatch.setattr(httpx, "get", lambda url, **_: real(transport=transport).get(url))
    return seen


@pytest.fixture
def world(
    request: pytest.FixtureRequest, empty: World, metrics: dict[str, float], web: dict[str, Any]
) -> World:
    """A platform, all of it healthy; of it what the layer of the test's check looks at."""
    empty.metrics = metrics
    callspec = getattr(request.node, "callspec", None)
    name = str(callspec.params.get("name", "")) if callspec else ""
    for build in _PARTS.get(name.partition(".")[0], _ALL):
        build(empty)
    return empty


_ALL = (
    lay_client,
    lay_network,
    lay_ai,
    lay_compute,
    lay_queues,
    lay_data,
    lay_buckets,
    lay_security,
    lay_rest,
)
_PARTS: dict[str, tuple[Callable[[World], None], ...]] = {
    "client": (lay_client, lay_data),
    "network": (lay_network, lay_compute),
    "ai": (lay_client, lay_ai),
    "compute": (lay_compute, lay_queues),
    "data": (lay_data, lay_buckets),
    "security": (lay_security,),
    "observability": (lay_compute, lay_rest),
    "devops": (lay_client, lay_compute, lay_rest),
}
