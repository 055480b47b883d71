"""The API function over an AWS account inside this process."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType, SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest

ALL_SCOPES = " ".join(
    f"qscreen/{scope}"
    for scope in (
        "account.read",
        "account.write",
        "commands.write",
        "devices.read",
        "devices.write",
        "health.read",
        "runs.read",
        "runs.write",
        "schedules.read",
        "schedules.write",
        "templates.read",
        "templates.write",
        "uploads.write",
    )
)


@dataclass
class Answer:
    status: int
    type: str
    body: dict[str, Any]
    headers: dict[str, str]


class Api:
    """Sends proxy events as API Gateway does after its authorizer."""

    def __init__(self, handler: ModuleType, context: SimpleNamespace) -> None:
        self._handler = handler
        self._context = context

    def __call__(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        sub: str | None = "user-1",
        groups: str = "user",
        scopes: str = ALL_SCOPES,
        headers: dict[str, str] | None = None,
        query: dict[str, str] | None = None,
        raw: str | None = None,
    ) -> Answer:
        request_context: dict[str, Any] = {"requestId": "request-1", "httpMethod": method}
        if sub is not None:
            request_context["authorizer"] = {
                "principalId": sub,
                "sub": sub,
                "username": f"name of {sub}",
                "scopes": scopes,
                "groups": groups,
            }
        event = {
            "resource": path,
            "path": path,
            "httpMethod": method,
            "headers": headers,
            "multiValueHeaders": None,
            "queryStringParameters": query,
            "multiValueQueryStringParameters": None,
            "pathParameters": None,
            "stageVariables": None,
            "requestContext": request_context,
            "body": raw if raw is not None else (json.dumps(body) if body is not None else None),
            "isBase64Encoded": False,
        }
        answer = self._handler.handler(event, self._context)
        headers_out = {
            name.lower(): value[0] if isinstance(value, list) else value
            for name, value in (
                answer.get("multiValueHeaders") or answer.get("headers") or {}
            ).items()
        }
        return Answer(
            answer["statusCode"],
            headers_out.get("content-type", ""),
            json.loads(answer.get("body") or "{}"),
            headers_out,
        )

    def enrol(
        self, sub: str = "user-1", screenshots: bool = True, key: str | None = None
    ) -> dict[str, Any]:
        answer = self(
            "POST",
            "/v1/devices",
            {
                "name": "desk",
                "platform": "linux",
                "agent_version": "0.1.0",
                "screenshots_allowed": screenshots,
            },
            headers={"Idempotency-Key": key or uuid4().hex},
            sub=sub,
        )
        assert answer.status == 201, answer
        return answer.body

    def start(self, device_id: str, key: str = "key-1", sub: str = "user-1") -> dict[str, Any]:
        answer = self(
            "POST",
            "/v1/runs",
            {"goal": "open the text editor", "device_id": device_id},
            headers={"Idempotency-Key": key},
            sub=sub,
        )
        assert answer.status == 202, answer
        return answer.body


QUEUE_POLICY = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "TlsOnly",
                "Effect": "Deny",
                "Principal": "*",
                "Action": ["sqs:ReceiveMessage", "sqs:SendMessage"],
                "Resource": "QUEUE_ARN",
                "Condition": {"Bool": {"aws:SecureTransport": "false"}},
            },
            {
                "Sid": "OnlyThisAccount",
                "Effect": "Deny",
                "Principal": "*",
                "Action": ["sqs:DeleteMessage", "sqs:ReceiveMessage"],
                "Resource": "QUEUE_ARN",
                "Condition": {"StringNotEquals": {"aws:PrincipalAccount": "123456789012"}},
            },
        ],
    }
)


@pytest.fixture
def api(
    machine: Any,
    load_handler: Callable[[str], ModuleType],
    context: SimpleNamespace,
    monkeypatch: pytest.MonkeyPatch,
) -> Api:
    from qs_api import create_run

    monkeypatch.setenv("QS_DEVICE_QUEUE_POLICY", QUEUE_POLICY)
    create_run._persistence.cache_clear()
    return Api(load_handler("api"), context)
