"""Requests that do not reach a tool, and what they are told."""

import base64
import json
from collections.abc import Callable
from typing import Any

import pytest
from mcp_events import McpAnswer, event, read

from qs_mcp import ToolServer, lambda_handler
from qs_mcp.handling import MAX_BODY_BYTES

PATH = "/v1/mcp/language"
SCOPE = "qscreen/mcp.language"
METADATA = f"/.well-known/oauth-protected-resource{PATH}"
LIST = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "tools/list"})

Ask = Callable[..., McpAnswer]


@pytest.fixture
def ask(server: ToolServer, environment: None, monkeypatch: pytest.MonkeyPatch) -> Ask:
    monkeypatch.setenv("QS_ISSUER", "https://issuer.example/pool")
    handler = lambda_handler(server)

    def ask(body: str | None = LIST, method: str = "POST", path: str = PATH, **given: Any) -> Any:
        changed = given.pop("changed", {})
        sent = event(path, body, method, **{"scopes": SCOPE, **given})
        return read(handler({**sent, **changed}, None))

    return ask


def test_without_an_identity_it_is_401_and_names_the_metadata(ask: Ask) -> None:
    answer = ask(sub="")
    assert answer.status == 401
    challenge = answer.headers["www-authenticate"]
    assert challenge.startswith("Bearer ")
    assert f'resource_metadata="https://api.example.com/test{METADATA}"' in challenge
    assert f'scope="{SCOPE}"' in challenge
    assert "Sign in" in answer.messages[0]["error"]["message"]


def test_without_the_scope_it_is_403(ask: Ask) -> None:
    answer = ask(scopes="qscreen/runs.read qscreen/mcp.vision")
    assert answer.status == 403
    assert 'error="insufficient_scope"' in answer.headers["www-authenticate"]
    assert SCOPE in answer.messages[0]["error"]["message"]


def test_the_metadata_is_public_and_names_issuer_and_scope(ask: Ask) -> None:
    answer = ask(None, "GET", METADATA, sub="")
    assert answer.status == 200
    assert json.loads(answer.text) == {
        "resource": f"https://api.example.com/test{PATH}",
        "resource_name": "Language",
        "authorization_servers": ["https://issuer.example/pool"],
        "scopes_supported": [SCOPE],
        "bearer_methods_supported": ["header"],
    }


def test_on_a_domain_of_its_own_the_address_has_no_stage(ask: Ask) -> None:
    sent = event(METADATA, None, "GET", sub="")
    context = {**sent["requestContext"], "path": METADATA, "domainName": "api.qscreen.example"}
    answer = ask(None, "GET", METADATA, changed={"requestContext": context})
    assert json.loads(answer.text)["resource"] == f"https://api.qscreen.example{PATH}"


@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_there_is_no_session_and_no_stream_of_its_own(ask: Ask, method: str) -> None:
    answer = ask(None, method)
    assert answer.status == 405
    assert answer.headers["allow"] == "POST"


def test_a_body_over_the_limit_is_413_with_what_to_do(ask: Ask) -> None:
    answer = ask("x" * (MAX_BODY_BYTES + 1))
    assert answer.status == 413
    assert f"{MAX_BODY_BYTES:,}" in answer.messages[0]["error"]["message"]
    assert "Upload" in answer.messages[0]["error"]["message"]


@pytest.mark.parametrize(
    ("body", "code"), [("", -32700), ("{", -32700), ("[]", -32602), ('{"a":1}', -32602)]
)
def test_what_is_no_message_is_an_error_of_the_protocol(ask: Ask, body: str, code: int) -> None:
    answer = ask(body)
    assert answer.status == 400
    assert answer.messages[0]["error"]["code"] == code


def test_a_body_in_base64_is_read(ask: Ask) -> None:
    packed = base64.b64encode(LIST.encode()).decode()
    assert ask(packed, changed={"isBase64Encoded": True}).status == 200
    assert ask("!", changed={"isBase64Encoded": True}).status == 400


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"Origin": "https://api.example.com"}, 200),
        ({"Origin": "https://pages.example.com"}, 200),
        ({"Origin": "https://evil.example.com"}, 403),
        ({"Origin": "http://api.example.com"}, 403),
        ({"Origin": "null"}, 403),
        ({"Host": "evil.example.com"}, 421),
        ({"Content-Type": "text/plain"}, 415),
        ({"Accept": "text/html"}, 406),
        ({"MCP-Protocol-Version": "1999-01-01"}, 400),
    ],
)
def test_strange_headers_are_refused(
    ask: Ask, headers: dict[str, str], status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QS_MCP_ALLOWED_ORIGINS", "https://pages.example.com")
    answer = ask(headers=headers)
    assert answer.status == status
    assert answer.headers["content-type"] == "application/json"
    assert answer.messages[0]["jsonrpc"] == "2.0"


@pytest.mark.parametrize(
    ("host", "origin", "status"),
    [
        ("127.0.0.1:4566", "http://127.0.0.1:4566", 200),
        ("localhost:4566", "http://localhost:9", 200),
        ("127.0.0.1:4566", "http://evil.example.com", 403),
    ],
)
def test_a_local_cloud_names_no_domain(ask: Ask, host: str, origin: str, status: int) -> None:
    context = event(PATH, scopes=SCOPE)["requestContext"]
    del context["domainName"]
    headers = {"Host": host, "Origin": origin}
    assert ask(headers=headers, changed={"requestContext": context}).status == status


def test_a_notification_is_taken(ask: Ask) -> None:
    answer = ask(json.dumps({"jsonrpc": "2.0", "method": "notifications/initialized"}))
    assert answer.status == 202
    assert answer.text == ""
