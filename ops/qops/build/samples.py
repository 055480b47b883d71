"""Events that a function answers without AWS, to see how it starts and what a call costs."""

import base64
import gzip
import json
from collections.abc import Mapping
from typing import Any

from qscreen.api.mcp import MCP_SERVERS, McpServer
from qscreen.api.scopes import Scope

_NAMES = (
    *("QS_RUNS_TABLE", "QS_DEVICES_TABLE", "QS_COMMANDS_TABLE", "QS_IDEMPOTENCY_TABLE"),
    *("QS_SESSIONS_TABLE", "QS_CONFIGURATION_TABLE", "QS_SCREENSHOTS_BUCKET"),
    *("QS_TEMPLATES_BUCKET", "QS_ARTIFACTS_BUCKET", "QS_SCREENSHOTS_KEY_ARN", "QS_DATA_KEY_ARN"),
    *("QS_DEVICE_QUEUE_PREFIX", "QS_DEVICE_ROLE_ARN"),
    *("QS_CLIENT_IDS", "QS_SEARCH_PARAMETER", "QS_DB_SECRET_ARN", "QS_CACHE_SECRET_ARN"),
    *("QS_SCHEDULE_GROUP", "QS_SCHEDULE_ROLE_ARN", "QS_JOBS_QUEUE_ARN"),
    *("QS_DEAD_LETTERS_QUEUE_ARN", "QS_MODELS_PARAMETER", "QS_GUARDRAIL_ID"),
    "QS_EVENT_BUS",
)

ENVIRONMENT: Mapping[str, str] = {
    "AWS_REGION": "ap-northeast-2",
    "AWS_DEFAULT_REGION": "ap-northeast-2",
    "AWS_LAMBDA_FUNCTION_NAME": "sample",
    "POWERTOOLS_METRICS_NAMESPACE": "QScreen",
    "QS_ENVIRONMENT": "sample",
    "QS_PREFIX": "qscreen-sample",
    **dict.fromkeys(_NAMES, "sample"),
    "QS_DEVICE_QUEUE_POLICY": '{"Statement": [{"Resource": "QUEUE_ARN"}]}',
    "QS_GUARDRAIL_VERSION": "1",
    "QS_JOBS_QUEUE_URL": "https://sqs.ap-northeast-2.amazonaws.com/123456789012/sample-jobs",
    "QS_STATE_MACHINE_ARN": "arn:aws:states:ap-northeast-2:123456789012:stateMachine:sample-run",
    "QS_ISSUER": "https://issuer.example",
    "QS_JWKS_URL": "https://issuer.example/jwks.json",
}
"""Variables that functions insist on; nothing behind these names is reached."""


def sample_event(function: str) -> dict[str, Any] | None:
    """Make an event for a function.

    Args:
        function: Name of its folder.

    Returns:
        The event; None where the function does nothing without AWS.
    """
    for server in MCP_SERVERS:
        if server.function == function:
            return _tools_list(server)
    return _EVENTS.get(function)


def _tools_list(server: McpServer) -> dict[str, Any]:
    request = {"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {}}
    headers = {
        "Host": "api.example.com",
        "Content-Type": "application/json",
        "Accept": "application/json, text/event-stream",
        "MCP-Protocol-Version": "2025-11-25",
    }
    return {
        **_request("POST", server.path, headers),
        "body": json.dumps(request),
    }


def _request(method: str, path: str, headers: Mapping[str, str]) -> dict[str, Any]:
    return {
        "resource": path,
        "path": path,
        "httpMethod": method,
        "headers": dict(headers),
        "multiValueHeaders": {name: [value] for name, value in headers.items()},
        "queryStringParameters": None,
        "multiValueQueryStringParameters": None,
        "pathParameters": None,
        "requestContext": {
            "requestId": "sample",
            "domainName": "api.example.com",
            "resourcePath": path,
            "httpMethod": method,
            "path": f"/sample{path}",
            "stage": "sample",
            "authorizer": {
                "sub": "user",
                "username": "user",
                "groups": "user",
                "scopes": " ".join(Scope),
            },
        },
        "body": None,
        "isBase64Encoded": False,
    }


def _control_message() -> dict[str, Any]:
    message = {
        "messageType": "CONTROL_MESSAGE",
        "owner": "sample",
        "logGroup": "sample",
        "logStream": "sample",
        "logEvents": [],
    }
    packed = gzip.compress(json.dumps(message).encode(), mtime=0)
    return {"awslogs": {"data": base64.b64encode(packed).decode()}}


_EVENTS: dict[str, dict[str, Any]] = {
    "api": _request("GET", "/v1/health", {"Host": "api.example.com"}),
    # Without a token: the answer is the refusal.
    "authorizer": {
        **_request("GET", "/v1/runs", {}),
        "type": "REQUEST",
        "methodArn": "arn:aws:execute-api:ap-northeast-2:123456789012:api/sample/GET/v1/runs",
    },
    "ship-logs": _control_message(),
}
