"""Sessions of those who call an MCP server, and what the audit hears of its tools."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from access_tokens import bearer
from mcp_events import McpAnswer, McpClient, event, read

from qs_cloud import clients
from qs_cloud.errors import CloudCallError
from qs_cloud.sessions import Sessions, sessions_table, sign_in_of
from qs_mcp import Risk, ToolDefinitionError, ToolServer, auditing, lambda_handler

SCOPE = "qscreen/mcp.language"
PATH = "/v1/mcp/language"
LIST = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "tools/list"})
CALL = json.dumps(
    {
        "jsonrpc": "2.0",
        "id": 1,
        "method": "tools/call",
        "params": {"name": "split", "arguments": {"text": "a b"}},
    }
)

Events = Callable[[], list[dict[str, Any]]]
Ask = Callable[..., McpAnswer]


@pytest.fixture
def ask(server: ToolServer, aws: None, monkeypatch: pytest.MonkeyPatch) -> Ask:
    monkeypatch.setenv("QS_ISSUER", "https://issuer.example/pool")
    auditing._attendance.cache_clear()
    handler = lambda_handler(server)

    def ask(token: str, body: str = CALL, sub: str = "user-1") -> McpAnswer:
        sent = event(PATH, body, headers={"Authorization": token}, scopes=SCOPE, sub=sub)
        return read(handler(sent, None))

    return ask


def session_of(token: str) -> str:
    sign_in = sign_in_of(token, "user-1")
    assert sign_in is not None
    return sign_in.session_id


def end(token: str) -> None:
    """As the API does it, in another process."""
    from qs_cloud.clock import utc_now

    sessions = Sessions(sessions_table("qscreen-test-sessions"))
    sessions.end("user-1", session_of(token), utc_now())


def test_a_call_notes_its_session_and_the_audit_hears_of_it_once(
    ask: Ask, raw_item: Any, audited: Events
) -> None:
    token = bearer("user-1", "laptop")
    for _ in range(2):
        assert ask(token).result["structuredContent"]["words"] == ["a", "b"]
    item = raw_item("sessions", session_id=session_of(token))
    assert (item["owner"], "ended_at" in item) == ("user-1", False)
    (started,) = audited()
    assert started["detail-type"] == "Session Started"
    assert started["detail"]["subject"] == session_of(token)
    auditing._attendance.cache_clear()
    ask(token)
    assert audited() == []


@pytest.mark.parametrize("body", [LIST, CALL])
def test_an_ended_session_is_refused_with_all_its_tokens(
    ask: Ask, audited: Events, body: str
) -> None:
    token = bearer("user-1", "laptop")
    assert ask(token, body).status == 200
    end(token)
    # Within a minute a process may not know it yet; another one does at once.
    auditing._attendance.cache_clear()
    audited()
    for refused in (ask(token, body), ask(bearer("user-1", "laptop", jti="renewed"), body)):
        assert refused.status == 401
        assert 'error="invalid_token"' in refused.headers["www-authenticate"]
        assert "Sign in again" in refused.messages[0]["error"]["message"]
    assert {one["detail-type"] for one in audited()} == {"Session Used Refused"}
    assert ask(bearer("user-1", "phone"), body).status == 200


def test_what_a_process_knows_of_a_session_is_a_minute_old_at_most(
    ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 1000.0
    sessions = Sessions(sessions_table("qscreen-test-sessions"), clock=lambda: now)
    monkeypatch.setattr(auditing, "Sessions", lambda _: sessions)
    token = bearer("user-1", "laptop")
    ask(token)
    end(token)
    assert ask(token).status == 200
    now += 60
    assert ask(token).status == 401
    monkeypatch.undo()


def test_a_token_of_no_sign_in_has_no_session(ask: Ask, dynamodb: Any) -> None:
    assert ask("Bearer a.b.c").status == 200
    assert dynamodb.scan(TableName="qscreen-test-sessions")["Items"] == []


def test_without_the_sessions_nobody_is_let_through(ask: Ask, dynamodb: Any, log: Any) -> None:
    dynamodb.delete_table(TableName="qscreen-test-sessions")
    answer = ask(bearer("user-1", "laptop"))
    assert answer.status == 500
    assert "try again" in answer.messages[0]["error"]["message"]


def test_sessions_that_are_busy_are_a_reason_to_wait(
    ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def throttled(*_: Any) -> Any:
        raise CloudCallError("read the session", "ThrottlingException", passing=True)

    monkeypatch.setattr("qs_mcp.handling.attend", throttled)
    answer = ask(bearer("user-1", "laptop"))
    assert answer.status == 503
    assert int(answer.headers["retry-after"]) > 0


def test_a_tool_that_changes_something_needs_a_name_for_the_audit(server: ToolServer) -> None:
    def change() -> Any:
        """Change something."""

    writing: dict[str, Any] = {
        "title": "Change",
        "risk": Risk.WRITE,
        "read_only": False,
        "destructive": False,
        "idempotent": True,
        "open_world": False,
    }
    with pytest.raises(ToolDefinitionError, match="audit has a name"):
        server.tool(**writing)(change)
    reading = {**writing, "risk": Risk.READ, "read_only": True}
    with pytest.raises(ToolDefinitionError, match="audit has a name"):
        server.tool(**reading, audit="Words Read")(change)


def test_the_audit_hears_of_a_change_and_of_its_denial(
    client: McpClient, viewer: McpClient, audited: Events, outbox: Events
) -> None:
    client.call("erase")
    client.call("split", {"text": "a"})
    viewer.call("erase")
    found = [(one["detail-type"], one["detail"]["outcome"]) for one in audited()]
    assert found == [("Words Erased", "done"), ("Words Erased Refused", "refused")]
    assert outbox() == []


def test_without_the_outbox_the_tool_is_not_called(
    client: McpClient, dynamodb: Any, server: ToolServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    called: list[str] = []
    monkeypatch.setattr(type(server.tools["erase"]), "call", lambda *_: called.append("erase"))
    dynamodb.delete_table(TableName="qscreen-test-configuration")
    answer = client.call("erase")
    assert answer.result["isError"] is True
    assert called == []
    assert clients.dynamodb().list_tables()["TableNames"]
