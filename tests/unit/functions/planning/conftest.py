"""Models behind botocore's stubber, and screens."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from botocore.stub import Stubber

from qs_cloud.cache import CacheUnavailableError
from qs_planning import converse
from qs_planning.converse import Guardrail
from qs_planning.model_planner import ModelPlanner
from qs_planning.models import ModelMap, read_models
from qscreen.wire import Snapshot

MODELS = json.dumps(
    {
        "planner": {
            "inference_profile_id": "global.anthropic.claude-sonnet-4-6",
            "model_id": "anthropic.claude-sonnet-4-6",
            "max_tokens": 4096,
            "fallbacks": ["global.anthropic.claude-haiku-4-5-20251001-v1:0"],
        },
        "vision": {"inference_profile_id": "global.anthropic.claude-sonnet-4-6", "max_tokens": 9},
        "fast": {"inference_profile_id": "apac.amazon.nova-lite-v1:0", "max_tokens": 1024},
    }
)


def make_snapshot(*elements: tuple[str, str], app: str = "mail", window: str = "Inbox") -> Snapshot:
    return Snapshot.model_validate(
        {
            "id": "snap-1",
            "device_id": "dev-1",
            "taken_at": "2026-11-23T09:00:00Z",
            "screen": {"width": 1440, "height": 900},
            "active_app": app,
            "active_window": window,
            "elements": [
                {"id": f"e{number}", "role": role, "name": name}
                for number, (role, name) in enumerate(elements)
            ],
            "duration_ms": 1.0,
        }
    )


class FakeRedis:
    """A dictionary where the cache would be; `away` makes it unreachable."""

    def __init__(self) -> None:
        self.values: dict[str, str] = {}
        self.away = False

    def get(self, key: str) -> str | None:
        if self.away:
            raise CacheUnavailableError("The cache cannot be reached (ConnectionError).")
        return self.values.get(key)

    def put(self, key: str, value: str, seconds: int) -> None:
        assert seconds > 0
        self.values[key] = value


class Bedrock:
    """One client for every timeout; keeps the requests that passed botocore's validation."""

    def __init__(self, stubber: Stubber, client: Any) -> None:
        self.stubber = stubber
        self.requests: list[dict[str, Any]] = []
        client.meta.events.register(
            "provide-client-params.*.Converse", self._keep, unique_id="keeps-requests"
        )

    def close(self, client: Any) -> None:
        client.meta.events.unregister(
            "provide-client-params.*.Converse", unique_id="keeps-requests"
        )

    def _keep(self, params: dict[str, Any], **_: Any) -> None:
        self.requests.append(json.loads(json.dumps(params)))

    def answer(
        self, content: list[dict[str, Any]] | None = None, stop: str = "tool_use", **usage: int
    ) -> None:
        self.stubber.add_response(
            "converse",
            {
                "output": {"message": {"role": "assistant", "content": content or []}},
                "stopReason": stop,
                "usage": {"inputTokens": 100, "outputTokens": 50, "totalTokens": 150, **usage},
                "metrics": {"latencyMs": 5},
            },
        )

    def submit(self, *steps: dict[str, Any], stop: str = "tool_use", **more: Any) -> None:
        plan = {"steps": list(steps), **more}
        use = {"toolUseId": "t1", "name": "submit_plan", "input": plan}
        # A model may think aloud first: the call is not the first block.
        self.answer([{"text": "I plan."}, {"toolUse": use}], stop)

    def refuse(self, code: str, message: str = "refused", status: int = 400) -> None:
        self.stubber.add_client_error("converse", code, message, status)

    def asked(self) -> list[str]:
        return [request["modelId"] for request in self.requests]


@pytest.fixture
def bedrock(environment: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bedrock]:
    # Made once: reading botocore's models takes longer than all the rest of a test.
    client = converse.client(25)
    monkeypatch.setattr(converse, "client", lambda timeout: client)
    with Stubber(client) as stubber:
        double = Bedrock(stubber, client)
        yield double
        double.close(client)
        stubber.assert_no_pending_responses()


@pytest.fixture
def snapshot_of() -> Callable[..., Snapshot]:
    return make_snapshot


@pytest.fixture
def redis() -> FakeRedis:
    return FakeRedis()


class Clock:
    """A clock that moves when it is told to."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.paused: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.paused.append(seconds)
        self.now += seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def planner(clock: Clock) -> ModelPlanner:
    known = ModelMap("/qscreen/test/models", clock=clock)
    known._models, known._read_at = read_models(MODELS), clock.now
    return ModelPlanner(known, Guardrail("gr-1", "3"), 42, clock=clock, sleep=clock.sleep)
