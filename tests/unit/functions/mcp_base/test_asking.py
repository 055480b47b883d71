"""A client of 2025-11-25 is asked in the middle of a call, and nobody else answers or reads it."""

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from io import StringIO
from typing import Any

import pytest
from mcp_asking import ACCEPTED, EVERYTHING, SECRET, AskingServer, Client
from mcp_events import HANDSHAKE, McpAnswer

from qs_cloud import clients
from qs_mcp import lambda_handler, pending
from qs_mcp.sdk import types


@pytest.fixture
def server() -> AskingServer:
    return AskingServer()


@pytest.fixture
def stranger(server: AskingServer, aws: None) -> Client:
    """A client that has said nothing yet."""
    return Client(lambda_handler(server))


@pytest.fixture
def client(stranger: Client) -> Client:
    return stranger.opened(**EVERYTHING)


def ids(answer: McpAnswer) -> list[str]:
    return [line[4:] for line in answer.text.splitlines() if line.startswith("id: ")]


def item() -> dict[str, Any]:
    (found,) = clients.dynamodb().scan(TableName="qscreen-test-idempotency")["Items"]
    return found


def change_item(**values: dict[str, str]) -> None:
    changed = {**item(), **values}
    clients.dynamodb().put_item(TableName="qscreen-test-idempotency", Item=changed)


def test_a_call_asks_and_goes_on_with_the_answer(client: Client, server: AskingServer) -> None:
    asked = client.call("one", text="you")
    assert asked.status == 200
    assert asked.headers["content-type"] == "text/event-stream"
    assert asked.text.startswith(f"id: {ids(asked)[0]}\nretry: 500\ndata: \n\n")
    (question,) = asked.messages
    assert question["method"] == "elicitation/create"
    assert question["params"]["message"] == "Name, you?"
    assert question["id"] == ids(asked)[1]

    # Until somebody answers, each look ends with when to look again.
    waiting = client.resume(question["id"])
    assert (waiting.status, waiting.messages, ids(waiting)) == (200, [], [question["id"]])
    assert "retry: " in waiting.text
    # A client that lost the question gets it again.
    assert client.resume(ids(asked)[0]).messages == [question]

    assert client.respond(question["id"]).status == 202
    told = client.resume(question["id"])
    assert told.messages[0]["id"] == 7
    assert told.said == f"You said {SECRET}."
    assert server.carried_out == [{"name": ACCEPTED}]
    # The stream that was lost in between is the same once more; behind its end is nothing.
    assert client.resume(ids(asked)[0]).text == told.text
    assert client.resume(ids(told)[-1]).status == 405


def test_questions_are_answered_in_any_order(client: Client, server: AskingServer) -> None:
    first, second = client.call("two").messages
    roots = {"roots": [{"uri": "file:///home"}]}
    assert client.respond(second["id"], roots).status == 202
    assert server.carried_out == []
    # What was answered is not asked again.
    assert client.resume(first["id"].replace(".1", ".0")).messages == [first]
    assert client.respond(first["id"]).status == 202
    assert [set(one) for one in server.carried_out] == [{"name", "roots"}]


def test_a_call_may_ask_again_but_not_for_ever(client: Client) -> None:
    (question,) = client.call("forever").messages
    for number in range(pending.MAX_ROUNDS):
        assert question["params"]["message"] == str(number + 1)
        assert client.respond(question["id"]).status == 202
        # The answer of a round that is over stands.
        assert client.respond(question["id"], {"action": "decline"}).status == 202
        (question,) = client.resume(question["id"]).messages
    assert f"asked {pending.MAX_ROUNDS} times" in question["error"]["message"]


def test_the_first_answer_stands_and_the_tool_runs_once(
    client: Client, server: AskingServer
) -> None:
    (question,) = client.call("one").messages
    for result in (ACCEPTED, {"action": "decline"}, ACCEPTED):
        assert client.respond(question["id"], result).status == 202
    assert server.carried_out == [{"name": ACCEPTED}]


def test_an_answer_whose_keeping_was_not_confirmed_goes_on_with_the_call(
    client: Client, server: AskingServer
) -> None:
    (question,) = client.call("one").messages
    change_item(answer_0={"S": json.dumps({"result": ACCEPTED})})
    assert client.respond(question["id"], {"action": "decline"}).status == 202
    assert server.carried_out == [{"name": ACCEPTED}]
    assert client.resume(question["id"]).messages[0]["id"] == 7


def test_one_of_all_who_try_goes_on_with_a_call(client: Client) -> None:
    (question,) = client.call("one").messages
    calls = pending.PendingCalls("qscreen-test-idempotency", "language")
    call = calls.get(question["id"].partition(".")[0])
    assert call is not None
    now = datetime.now(UTC)
    assert [calls.claim(call, now) for _ in range(3)] == [True, False, False]


@pytest.mark.parametrize("who", ["user", "session", "server", "no session", "revision"])
def test_nobody_else_answers_or_reads_it(who: str, client: Client, server: AskingServer) -> None:
    asked = client.call("one", text="you")
    (question,) = asked.messages
    other = {
        "user": replace(client, sub="user-2"),
        "session": replace(client, fields={}).opened(**EVERYTHING),
        "server": replace(
            client, handler=lambda_handler(AskingServer("planner")), path="/v1/mcp/planner"
        ),
        "no session": replace(client, fields={}),
        "revision": replace(client, fields={**client.fields, "MCP-Protocol-Version": "2025-06-18"}),
    }[who]
    # Without a session it is a response nobody waits for, which the protocol takes and drops.
    dropped = who in {"no session", "revision"}
    assert other.respond(question["id"]).status == (202 if dropped else 400)
    assert server.carried_out == []
    refused = other.resume(ids(asked)[0])
    assert refused.status == 405
    assert "you" not in refused.text.replace("yours", "")
    # It waits on for whom it asked.
    assert client.resume(ids(asked)[0]).messages == [question]
    assert client.respond(question["id"]).status == 202
    assert other.resume(ids(asked)[0]).status == 405
    assert len(server.carried_out) == 1


@pytest.mark.parametrize(
    "wrong",
    ["{call}.2", "{call}.0", "{call}.99999", "{call}", "AAAAAAAAAAAAAAAAAAAAAA.1", "", 7, None],
)
def test_a_wrong_id_is_refused(wrong: Any, client: Client, server: AskingServer) -> None:
    (question,) = client.call("one").messages
    call = question["id"].partition(".")[0]
    wrong = wrong.format(call=call) if isinstance(wrong, str) else wrong
    refused = client.respond(wrong)
    assert refused.status == 400
    assert "Call again" in refused.messages[0]["error"]["message"]
    assert server.carried_out == []
    assert client.respond(question["id"]).status == 202


@pytest.mark.parametrize("after", ["AAAAAAAAAAAAAAAAAAAAAA.0", "1", "{call}.17", "{call}.9999"])
def test_nothing_follows_an_event_that_never_was(after: str, client: Client) -> None:
    call = client.call("one").messages[0]["id"].partition(".")[0]
    refused = client.resume(after.format(call=call))
    assert refused.status == 405
    assert refused.headers["allow"] == "POST"


def test_a_call_that_nobody_answers_ends(client: Client, server: AskingServer) -> None:
    (question,) = client.call("one").messages
    held = item()
    kept = int(held["expiration"]["N"]) - int(held["asked_at"]["N"]) / 1000
    assert 0 < kept <= 5 * 60
    change_item(expiration={"N": "1"})
    assert client.respond(question["id"]).status == 400
    ended = client.resume(question["id"])
    assert ended.messages[0]["id"] == 7
    assert "5 minutes" in ended.messages[0]["error"]["message"]
    assert client.resume(ids(ended)[-1]).status == 405
    assert server.carried_out == []


def test_a_call_whose_function_died_is_not_taken_for_undone(client: Client) -> None:
    (question,) = client.call("one").messages
    change_item(state={"S": "running"}, ran_at=item()["asked_at"])
    assert client.resume(question["id"]).messages == []
    change_item(ran_at={"N": "1"})
    (told,) = client.resume(question["id"]).messages
    assert "nobody knows how far" in told["error"]["message"]


@pytest.mark.parametrize(
    "send",
    [
        lambda client, question: client.refuse(question, {"code": -1, "message": SECRET}),
        lambda client, question: client.refuse(question, "no"),
        lambda client, question: client.respond(question, {"action": "perhaps"}),
        lambda client, question: client.respond(question, [SECRET]),
    ],
    ids=["refused", "no error", "no answer", "no object"],
)
def test_what_is_no_answer_ends_the_call(
    send: Callable[[Client, str], McpAnswer], client: Client, server: AskingServer
) -> None:
    (question,) = client.call("one").messages
    assert send(client, question["id"]).status == 202
    (told,) = client.resume(question["id"]).messages
    assert "refused the question" in told["error"]["message"]
    assert server.carried_out == []


def test_what_is_too_large_is_refused_and_nothing_is_lost(
    client: Client, server: AskingServer
) -> None:
    refused = client.call("one", text="x" * pending.MAX_CALL_BYTES)
    assert f"{pending.MAX_CALL_BYTES:,} bytes" in refused.messages[0]["error"]["message"]
    (question,) = client.call("one").messages
    large = {"action": "accept", "content": {"value": "x" * pending.MAX_ANSWERS_BYTES}}
    assert client.respond(question["id"], large).status == 413
    assert client.respond(question["id"]).status == 202
    assert client.resume(question["id"]).said.startswith("You said")
    (question,) = client.call("large").messages
    assert client.respond(question["id"]).status == 202
    (told,) = client.resume(question["id"]).messages
    assert f"{pending.MAX_RESULT_BYTES:,} bytes" in told["error"]["message"]


@pytest.mark.parametrize("tool", ["none", "many"])
def test_a_tool_that_asks_nothing_or_too_much_is_told_so(tool: str, client: Client) -> None:
    (told,) = client.call(tool).messages
    assert told["error"]["code"] == types.INTERNAL_ERROR
    assert "questions at once" in told["error"]["message"]


@pytest.mark.parametrize(
    ("declared", "tool", "asked"),
    [
        ({"elicitation": {}}, "one", True),
        ({"elicitation": {"form": {}}}, "link", False),
        ({"elicitation": {"url": {}}}, "link", True),
        ({"elicitation": {"url": {}}}, "one", False),
        ({"sampling": {}}, "model", True),
        ({"sampling": {}}, "tools", False),
        ({"sampling": {"tools": {}}}, "tools", True),
        ({"sampling": {}}, "one", False),
        ({"roots": {}, "elicitation": {}}, "two", True),
        ({"elicitation": {}}, "two", False),
    ],
)
def test_a_client_is_asked_what_it_declared(
    declared: dict[str, Any], tool: str, asked: bool, stranger: Client
) -> None:
    first = stranger.opened(**declared).call(tool).messages[0]
    if asked:
        assert "method" in first
    else:
        assert first["error"]["code"] == types.MISSING_REQUIRED_CLIENT_CAPABILITY
        assert first["error"]["data"]["requiredCapabilities"]


@pytest.mark.parametrize(
    ("revision", "declared"), [(HANDSHAKE, {}), ("2025-06-18", EVERYTHING)], ids=["mute", "older"]
)
def test_a_client_that_cannot_be_asked_has_no_session_and_is_told(
    revision: str, declared: dict[str, Any], stranger: Client
) -> None:
    client = stranger.opened(revision, **declared)
    assert "Mcp-Session-Id" not in client.fields
    answer = client.call("one")
    (told,) = answer.messages
    assert (answer.status, told["id"]) == (200, 7)
    assert told["error"]["code"] == types.MISSING_REQUIRED_CLIENT_CAPABILITY
    assert "2026-07-28" in told["error"]["message"]


def test_a_page_from_elsewhere_neither_answers_nor_reads(
    client: Client, server: AskingServer
) -> None:
    (question,) = client.call("one").messages
    page = {"Origin": "https://evil.example"}
    assert client.respond(question["id"], **page).status == 403
    assert client.resume(question["id"], **page).status == 403
    assert server.carried_out == []


def test_what_is_kept_names_its_owner_and_shrinks_and_the_log_holds_no_text(
    client: Client, log: StringIO
) -> None:
    (question,) = client.call("two", text=SECRET).messages[:1]
    client.respond(question["id"])
    held = item()
    assert held["owner"] == {"S": "user-1"}
    assert held["id"]["S"] == "mcp#language#" + question["id"].partition(".")[0]
    assert SECRET in str(held)
    client.respond(question["id"].replace(".1", ".2"), {"roots": []})
    done = item()
    assert set(done) == set(held) - {
        *("request", "questions", "request_state", "answer_0"),
    } | {"result", "ran_at"}
    assert SECRET not in log.getvalue()
    assert "Call asks its client" in log.getvalue()


def test_without_the_table_nothing_is_asked(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    from botocore.exceptions import EndpointConnectionError

    def away() -> Any:
        raise EndpointConnectionError(endpoint_url="https://dynamodb")

    monkeypatch.setattr(clients, "dynamodb", away)
    answer = client.call("one")
    assert answer.status == 503
    assert answer.headers["retry-after"]
    assert "again" in answer.messages[0]["error"]["message"]


def test_whoever_asks_nothing_loads_nothing_of_it() -> None:
    program = (
        "import sys; from mcp_events import *; from qs_mcp import *\n"
        "server = ToolServer('language', title='T', instructions='I')\n"
        "client = McpClient(lambda_handler(server), '/v1/mcp/language', 'qscreen/mcp.language')\n"
        "hello = {'protocolVersion': HANDSHAKE, 'capabilities': {},\n"
        "         'clientInfo': {'name': 'Q-DEV-CLI', 'version': '1'}}\n"
        "assert 'serverInfo' in client.send('initialize', hello).result\n"
        "assert client.send('tools/list').result == {'tools': []}\n"
        "late = {f'qs_mcp.{name}' for name in ('askable', 'asking', 'pending', 'streams')}\n"
        "print(sorted(set(sys.modules) & late))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={"PYTHONPATH": ":".join(sys.path), "POWERTOOLS_SERVICE_NAME": "test"},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.stdout.strip().endswith("[]"), done.stderr
