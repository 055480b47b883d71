"""The server over a Comprehend of botocore's own making: real client, stubbed wire."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from botocore.config import Config
from botocore.session import get_session
from botocore.stub import Stubber
from mcp_events import McpClient
from qs_mcp_language.server import server

from qs_cloud import clients
from qs_mcp import lambda_handler


@pytest.fixture
def client(environment: None) -> McpClient:
    return McpClient(lambda_handler(server), server.entry.path, server.scope.value)


@pytest.fixture
def comprehend(environment: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stubber]:
    """Answers in the order in which they are added; every one must be asked for."""
    real = get_session().create_client(
        "comprehend", region_name="ap-northeast-2", config=Config(retries={"max_attempts": 0})
    )
    monkeypatch.setattr(clients, "comprehend", lambda: real)
    with Stubber(real) as stubber:
        yield stubber
        stubber.assert_no_pending_responses()


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[dict[str, Any]]]:
    """A Comprehend that computes its answers from the text; gives back the calls it got."""

    def install(**operations: Callable[[str], dict[str, Any]]) -> list[dict[str, Any]]:
        calls: list[dict[str, Any]] = []

        def operation(name: str, answer: Callable[[str], dict[str, Any]]) -> Any:
            def call(**given: Any) -> dict[str, Any]:
                calls.append({"operation": name, **given})
                return answer(given["Text"])

            return staticmethod(call)

        made = type("Fake", (), {name: operation(name, f) for name, f in operations.items()})
        monkeypatch.setattr(clients, "comprehend", made)
        return calls

    return install
