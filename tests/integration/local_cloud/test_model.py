"""Bedrock's Converse on a running router, by boto3: the command grammar and a model server."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import boto3
import pytest
from local_cloud_support import ENVIRONMENT

from qops.local import LocalCloud
from qops.local.converse import openai_model
from qops.local.converse.openai_model import Server
from qops.local.converse.reply import Reply, Usage
from qops.local.ports import free_ports
from qops.local.router.registry import Fault

MODEL = "global.anthropic.claude-sonnet-4-6"
PARAMS: dict[str, Any] = {
    "modelId": MODEL,
    "system": [{"text": "You plan."}],
    "messages": [{"role": "user", "content": [{"text": "<goal>Open Mousepad</goal>"}]}],
    "inferenceConfig": {"maxTokens": 400},
    "toolConfig": {
        "tools": [
            {"toolSpec": {"name": "submit_plan", "inputSchema": {"json": {"type": "object"}}}}
        ]
    },
}


def test_the_grammar_plans_through_the_router(client: Any) -> None:
    answer = client("bedrock-runtime").converse(**PARAMS)
    (block,) = answer["output"]["message"]["content"]
    (step,) = block["toolUse"]["input"]["steps"]
    assert step["action"] == {"kind": "open_app", "app": "Mousepad", "new_document": False}
    assert answer["stopReason"] == "tool_use"
    assert answer["usage"]["inputTokens"] > 0


def test_a_stream_is_read_by_boto3(client: Any) -> None:
    found = list(client("bedrock-runtime").converse_stream(**PARAMS)["stream"])
    text = "".join(
        one["contentBlockDelta"]["delta"]["toolUse"]["input"]
        for one in found
        if "contentBlockDelta" in one
    )
    assert json.loads(text)["steps"][0]["action"]["kind"] == "open_app"
    assert found[-2]["messageStop"]["stopReason"] == "tool_use"
    invoked = found[-1]["metadata"]["trace"]["promptRouter"]["invokedModelId"]
    assert invoked == "qscreen-command-grammar"


def test_wrong_requests_raise_the_errors_of_the_service(client: Any) -> None:
    bedrock = client("bedrock-runtime")
    with pytest.raises(bedrock.exceptions.ValidationException, match="identifier is invalid"):
        bedrock.converse(**{**PARAMS, "modelId": "us.nobody.model"})
    model, config = "us.anthropic.claude-sonnet-5", {"temperature": 0.1}
    with pytest.raises(bedrock.exceptions.ValidationException, match="temperature"):
        bedrock.converse_stream(**{**PARAMS, "modelId": model, "inferenceConfig": config})
    with pytest.raises(bedrock.exceptions.AccessDeniedException):
        bedrock.invoke_model(modelId=MODEL, body=b"{}")


NAMELESS = {"tool_calls": [{"function": {"name": "submit_plan", "arguments": "{}"}}]}
ODD: dict[str, Any] = {
    "nameless": [{"message": NAMELESS, "delta": NAMELESS, "finish_reason": "stop"}],
    "toolless": [{"message": {"tool_calls": [{}]}, "delta": {"tool_calls": [{}]}}],
    "listless": {"message": "none"},
    "textless": ["none"],
}
"""What servers answer that are less exact than OpenAI's, and what none should."""


class ModelServer(BaseHTTPRequestHandler):
    """Speaks chat completions; the name of the model decides what it does."""

    asked: list[dict[str, Any]]
    over: threading.Event

    def do_GET(self) -> None:
        self.send(200, {"data": [{"id": "tiny"}]})

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        type(self).asked.append(asked)
        model = asked["model"]
        if model.isdecimal():
            self.send(int(model), {"error": {"message": "no"}})
            return
        if model == "slow":
            self.over.wait(60)
        if model in ODD:
            self.odd(ODD[model], stream=bool(asked.get("stream")))
            return
        arguments = '{"steps": [' if model == "broken" else '{"steps": []}'
        if asked.get("stream"):
            self.pieces(arguments)
            return
        call: dict[str, Any] = {"id": "c1", "type": "function"}
        call["function"] = {"name": "submit_plan", "arguments": arguments}
        message = {"role": "assistant", "content": "Here", "tool_calls": [call]}
        usage = {"prompt_tokens": 12, "completion_tokens": 7}
        choices = [{"message": message, "finish_reason": "tool_calls"}]
        self.send(200, {"model": model, "choices": choices, "usage": usage})

    def pieces(self, arguments: str) -> None:
        function = {"name": "submit_plan", "arguments": ""}
        deltas: list[dict[str, Any]] = [
            {"content": "He"},
            {"content": "re"},
            {"tool_calls": [{"index": 0, "id": "c1", "function": function}]},
        ]
        deltas += [
            {"tool_calls": [{"index": 0, "function": {"arguments": char}}]} for char in arguments
        ]
        chunks: list[dict[str, Any]] = [{"choices": [{"delta": delta}]} for delta in deltas]
        chunks.append({"choices": [{"delta": {}, "finish_reason": "tool_calls"}]})
        chunks.append({"choices": [], "usage": {"prompt_tokens": 12, "completion_tokens": 7}})
        body = "".join(f"data: {json.dumps(chunk)}\n\n" for chunk in chunks) + "data: [DONE]\n\n"
        self.send_response(200)
        self.end_headers()
        self.wfile.write(body.encode())

    def odd(self, choice: Any, *, stream: bool) -> None:
        if not stream:
            self.send(200, {"choices": choice})
            return
        self.send_response(200)
        self.end_headers()
        self.wfile.write(f"data: {json.dumps({'choices': choice})}\n\ndata: [DONE]\n\n".encode())

    def send(self, status: int, document: dict[str, Any]) -> None:
        self.send_response(status)
        self.end_headers()
        self.wfile.write(json.dumps(document).encode())

    def log_message(self, format: str, *args: Any) -> None:
        pass


@pytest.fixture
def url() -> Iterator[str]:
    ModelServer.asked, ModelServer.over = [], threading.Event()
    server = ThreadingHTTPServer(("127.0.0.1", 0), ModelServer)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/v1"
    ModelServer.over.set()
    server.shutdown()
    server.server_close()


def test_a_request_and_its_answer_are_translated(url: str) -> None:
    use = {"toolUseId": "c0", "name": "submit_plan", "input": {"steps": [1]}}
    result = {"toolUseId": "c0", "content": [{"text": "no"}], "status": "error"}
    talk = [
        *PARAMS["messages"],
        {"role": "assistant", "content": [{"toolUse": use}]},
        {"role": "user", "content": [{"toolResult": result}, {"text": "again"}]},
    ]
    found = asyncio.run(openai_model.reply(Server(url), {**PARAMS, "messages": talk}))
    assert found.model == "tiny"
    assert found.stop_reason == "tool_use"
    assert found.usage == Usage(12, 7)
    assert found.content == [
        {"text": "Here"},
        {"toolUse": {"toolUseId": "c1", "name": "submit_plan", "input": {"steps": []}}},
    ]
    (asked,) = ModelServer.asked
    assert [one["role"] for one in asked["messages"]] == [
        *("system", "user", "assistant", "tool", "user")
    ]
    assert asked["messages"][3] == {"role": "tool", "tool_call_id": "c0", "content": "error: no"}
    assert asked["max_tokens"] == 400
    assert asked["tool_choice"] == "auto"


def test_a_stream_is_translated(url: str) -> None:
    ended: list[Reply] = []

    async def run() -> list[Any]:
        return [one async for one in openai_model.stream(Server(url, "tiny"), PARAMS, ended)]

    names = [name for name, _ in asyncio.run(run())]
    assert names[:4] == [
        *("contentBlockDelta", "contentBlockDelta", "contentBlockStop", "contentBlockStart")
    ]
    assert names[-1] == "contentBlockStop"
    assert ended[0].content[0] == {"text": "Here"}
    assert ended[0].content[1]["toolUse"]["input"] == {"steps": []}
    assert (ended[0].stop_reason, ended[0].usage) == ("tool_use", Usage(12, 7))


def test_the_router_asks_the_named_server(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QOPS_LOCAL_MODEL_URL", url)
    cloud = LocalCloud(tmp_path, free_ports(1)[0], environment=ENVIRONMENT)
    cloud.start()
    try:
        bedrock = boto3.client(
            "bedrock-runtime",
            endpoint_url=cloud.wait_healthy().url,
            region_name="ap-northeast-2",
            aws_access_key_id="test",
            aws_secret_access_key="test",
        )
        whole = bedrock.converse(**PARAMS)
        pieces = list(bedrock.converse_stream(**PARAMS)["stream"])
    finally:
        cloud.stop()
    assert whole["trace"]["promptRouter"]["invokedModelId"] == "tiny"
    assert (whole["usage"]["inputTokens"], whole["usage"]["outputTokens"]) == (12, 7)
    assert pieces[0] == {"messageStart": {"role": "assistant"}}
    text = "".join(
        one["contentBlockDelta"]["delta"].get("text", "")
        for one in pieces
        if "contentBlockDelta" in one
    )
    assert text == "Here"
    assert pieces[-1]["metadata"]["usage"]["totalTokens"] == 19


def test_a_broken_call_is_malformed_and_not_handed_on(url: str) -> None:
    found = asyncio.run(openai_model.reply(Server(url, "broken"), PARAMS))
    assert found.stop_reason == "malformed_tool_use"
    assert found.content == [{"text": "Here"}]


async def streamed(server: Server) -> Reply:
    ended: list[Reply] = []
    async for _ in openai_model.stream(server, PARAMS, ended):
        pass
    return ended[0]


async def whole(server: Server) -> Reply:
    return await openai_model.reply(server, PARAMS)


@pytest.mark.parametrize("ask", [whole, streamed])
def test_a_call_without_a_name_of_its_own_is_one(url: str, ask: Any) -> None:
    found = asyncio.run(ask(Server(url, "nameless")))
    (block,) = found.content
    assert block["toolUse"]["toolUseId"].startswith("tooluse_")
    assert (block["toolUse"]["name"], block["toolUse"]["input"]) == ("submit_plan", {})
    assert found.stop_reason == "tool_use"


@pytest.mark.parametrize("ask", [whole, streamed])
@pytest.mark.parametrize("model", ["toolless", "listless", "textless"])
def test_an_answer_that_is_none_is_an_error_of_the_model(url: str, model: str, ask: Any) -> None:
    with pytest.raises(Fault, match="cannot be understood") as caught:
        asyncio.run(ask(Server(url, model)))
    assert caught.value.code == "ModelErrorException"


@pytest.mark.parametrize(
    ("model", "code", "seconds"),
    [
        ("429", "ThrottlingException", 60.0),
        ("400", "ValidationException", 60.0),
        ("401", "AccessDeniedException", 60.0),
        ("404", "ResourceNotFoundException", 60.0),
        ("503", "ServiceUnavailableException", 60.0),
        ("500", "ModelErrorException", 60.0),
        ("slow", "ModelTimeoutException", 1.0),
    ],
)
def test_failures_of_the_server_are_errors_of_bedrock(
    url: str, model: str, code: str, seconds: float
) -> None:
    with pytest.raises(Fault) as caught:
        asyncio.run(openai_model.reply(Server(url, model, seconds=seconds), PARAMS))
    assert caught.value.code == code


def test_a_server_that_is_not_there_is_unavailable() -> None:
    with pytest.raises(Fault) as caught:
        asyncio.run(openai_model.reply(Server("http://127.0.0.1:9", "m"), PARAMS))
    assert caught.value.code == "ServiceUnavailableException"
