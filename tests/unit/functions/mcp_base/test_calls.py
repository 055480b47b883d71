"""Calls of tools through the whole way: event, transport, SDK, tool and back."""

import json
from io import StringIO

import jsonschema
import pytest
from mcp_events import HANDSHAKE, MODERN, McpClient

from qs_mcp import ToolServer, caller, progress


def test_a_tool_answers_structured_and_as_text(client: McpClient, server: ToolServer) -> None:
    answer = client.call("split", {"text": "하나 둘 셋", "most": 2})
    assert answer.status == 200
    assert answer.headers["content-type"] == "application/json"
    assert answer.result["isError"] is False
    assert answer.result["structuredContent"] == {"words": ["하나", "둘"], "by": "user-1"}
    assert json.loads(answer.said) == answer.result["structuredContent"]
    schema = server.tools["split"].output_schema
    jsonschema.validate(answer.result["structuredContent"], schema)


def test_the_list_has_everything_that_a_client_must_know(client: McpClient) -> None:
    tools = {tool["name"]: tool for tool in client.send("tools/list").result["tools"]}
    assert list(tools) == ["split", "erase", "slow", "fault", "cloud", "crash", "large"]
    split = tools["split"]
    assert split["title"] == "Split"
    assert split["description"] == "Split a text into words."
    assert split["_meta"]["qscreen/risk"] == "read"
    assert split["annotations"] == {
        "title": "Split",
        "readOnlyHint": True,
        "destructiveHint": False,
        "idempotentHint": True,
        "openWorldHint": False,
    }
    assert split["inputSchema"]["required"] == ["text"]
    assert split["inputSchema"]["additionalProperties"] is False
    assert split["inputSchema"]["properties"]["text"]["maxLength"] == 20
    assert split["outputSchema"]["properties"]["words"]["type"] == "array"
    assert tools["erase"]["annotations"]["destructiveHint"] is True
    assert tools["erase"]["_meta"]["qscreen/risk"] == "destructive"


@pytest.mark.parametrize(
    ("arguments", "place"),
    [
        ({}, "text"),
        ({"text": ""}, "text"),
        ({"text": "x" * 21}, "text"),
        ({"text": "a", "most": 0}, "most"),
        ({"text": "a", "more": 1}, "more"),
    ],
)
def test_arguments_that_do_not_fit_are_named_and_not_repeated(
    client: McpClient, arguments: dict[str, object], place: str
) -> None:
    answer = client.call("split", arguments)
    assert answer.result["isError"] is True
    assert f"({place}: " in answer.said
    assert "x" * 21 not in answer.said
    assert "call it again" in answer.said


def test_a_fault_says_what_why_and_what_next(client: McpClient) -> None:
    answer = client.call("fault")
    assert answer.result["isError"] is True
    assert answer.said == "Nothing was read. The file is locked. Close it and call again."


def test_a_failed_service_is_named_by_its_code(client: McpClient, log: StringIO) -> None:
    answer = client.call("cloud")
    assert answer.result["isError"] is True
    assert "ThrottlingException" in answer.said
    assert "CloudCallError" in log.getvalue()


def test_a_crash_gives_nothing_away_but_the_request(client: McpClient, log: StringIO) -> None:
    answer = client.call("crash")
    assert answer.result["isError"] is True
    assert "internal error" in answer.said
    assert "req-1" in answer.said
    assert "secret" not in answer.text + log.getvalue()
    assert "ZeroDivisionError" in log.getvalue()


def test_a_result_that_no_client_hands_on_is_refused(client: McpClient) -> None:
    assert client.call("large", {"size": 150_000}).result["isError"] is False
    answer = client.call("large", {"size": 250_000})
    assert answer.result["isError"] is True
    assert "too large" in answer.said
    assert len(answer.text) < 1_000


def test_an_unknown_tool_is_an_error_of_the_protocol(client: McpClient) -> None:
    answer = client.call("nobody")
    error = answer.messages[-1]["error"]
    assert error["code"] == -32602
    assert "tools/list" in error["message"]


def test_a_viewer_may_only_read(viewer: McpClient, client: McpClient) -> None:
    assert viewer.call("split", {"text": "a"}).result["isError"] is False
    refused = viewer.call("erase")
    assert refused.result["isError"] is True
    assert "viewer may only read" in refused.said
    assert client.call("erase").result["structuredContent"]["words"] == ["erased"]


def test_progress_comes_to_who_asked_for_it(client: McpClient) -> None:
    answer = client.call("slow", {"steps": 3}, progressToken="p1")
    assert answer.headers["content-type"] == "text/event-stream"
    told = [message["params"] for message in answer.messages[:-1]]
    assert [one["progress"] for one in told] == [0, 1, 2]
    assert {one["progressToken"] for one in told} == {"p1"}
    assert told[1]["total"] == 3
    assert told[1]["message"] == "step 1"
    assert answer.result["structuredContent"]["words"] == ["done"]


def test_without_a_token_there_is_one_document(client: McpClient) -> None:
    answer = client.call("slow", {"steps": 3})
    assert answer.headers["content-type"] == "application/json"
    assert len(answer.messages) == 1


def test_outside_of_a_call_there_is_no_caller_and_no_progress() -> None:
    progress(1, None, "nobody listens")
    with pytest.raises(RuntimeError, match="during a call"):
        caller()


def test_one_process_serves_event_after_event(client: McpClient) -> None:
    for number in range(5):
        assert client.call("split", {"text": f"n {number}"}).result["structuredContent"]["words"]
    assert client.call("slow", {"steps": 1}, progressToken=7).result["isError"] is False
    assert client.call("slow", {"steps": 1}, progressToken=7).result["isError"] is False


def test_calls_are_counted_and_logged_without_texts(client: McpClient, log: StringIO) -> None:
    client.call("split", {"text": "very private"})
    lines = [json.loads(line) for line in log.getvalue().splitlines()]
    called = [line for line in lines if line["message"] == "Tool called"]
    assert called[-1]["tool"] == "split"
    assert called[-1]["outcome"] == "ok"
    assert called[-1]["request_id"] == "req-1"
    assert "private" not in log.getvalue()


def test_both_eras_open_as_their_revision_says(server: ToolServer, client: McpClient) -> None:
    if client.revision == MODERN:
        found = client.send("server/discover").result
        assert found["supportedVersions"] == [MODERN]
        assert found["_meta"]["io.modelcontextprotocol/serverInfo"]["name"] == "qscreen-language"
        return
    for asked in ("2024-11-05", "2025-03-26", "2025-06-18", HANDSHAKE):
        hello = {
            "protocolVersion": asked,
            "capabilities": {},
            "clientInfo": {"name": "tests", "version": "1"},
        }
        found = client.send("initialize", hello).result
        assert found["protocolVersion"] == asked
        assert found["serverInfo"]["name"] == "qscreen-language"
        assert found["capabilities"] == {"tools": {"listChanged": False}}
        assert found["instructions"] == server.instructions
