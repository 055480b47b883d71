"""Any server that speaks OpenAI's chat completions, behind the interface of Converse."""

from __future__ import annotations

import base64
import json
import secrets
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from qops.local.converse import events
from qops.local.converse.events import Event
from qops.local.converse.reply import Block, Reply, Usage
from qops.local.router.registry import Fault

_SECONDS = 120.0
_OK = 200
_STOPS = {
    "stop": "end_turn",
    "length": "max_tokens",
    "tool_calls": "tool_use",
    "function_call": "tool_use",
    "content_filter": "content_filtered",
}
_FAULTS = {
    400: ("ValidationException", 400),
    401: ("AccessDeniedException", 403),
    403: ("AccessDeniedException", 403),
    404: ("ResourceNotFoundException", 404),
    408: ("ModelTimeoutException", 408),
    413: ("ValidationException", 400),
    422: ("ValidationException", 400),
    429: ("ThrottlingException", 429),
    503: ("ServiceUnavailableException", 503),
    504: ("ModelTimeoutException", 408),
}


@dataclass(frozen=True)
class Server:
    """Where the server is.

    Attributes:
        url: Its base address, ``/v1`` included.
        model: The model that is asked; empty for the first one it lists.
        key: Its key, if it wants one.
        seconds: How long an answer may take.
    """

    url: str
    model: str = ""
    key: str = ""
    seconds: float = _SECONDS


@dataclass
class _Streamed:
    """What has come of a streamed answer."""

    model: str = ""
    stop: str = ""
    usage: Usage | None = None
    content: list[Block] = field(default_factory=list)
    arguments: dict[int, str] = field(default_factory=dict)


async def reply(server: Server, params: dict[str, Any]) -> Reply:
    """Asks for a whole answer.

    Raises:
        Fault: The server did not give one.
    """
    async with _session(server) as session:
        body = _request(params, await _model(server, session))
        async with session.post(f"{server.url}/chat/completions", json=body) as answer:
            document = await _document(answer)
    with _understanding():
        choice = (document.get("choices") or [{}])[0]
        message = choice.get("message") or {}
        content: list[Block] = [{"text": message["content"]}] if message.get("content") else []
        calls = message.get("tool_calls") or []
        stop = _stop(choice.get("finish_reason"), called=bool(calls))
        for call in calls:
            given = _arguments(call["function"].get("arguments") or "{}")
            if given is None:
                stop = _broken(stop)
                continue
            content.append(_use(_identifier(call), call["function"]["name"], given))
        model = str(document.get("model") or body["model"])
        return Reply(content, stop, model, _usage(document))


async def stream(
    server: Server, params: dict[str, Any], ended: list[Reply]
) -> AsyncIterator[Event]:
    """Asks for an answer in pieces: the events of its blocks as they come.

    Args:
        server: Where to ask.
        params: Parameters of the call.
        ended: Gets the whole answer at the end.

    Raises:
        Fault: The server failed.
    """
    came = _Streamed()
    places: dict[object, int] = {}
    open_block: int | None = None
    async with _session(server) as session:
        body = _request(params, await _model(server, session))
        body |= {"stream": True, "stream_options": {"include_usage": True}}
        async with session.post(f"{server.url}/chat/completions", json=body) as answer:
            if answer.status != _OK:
                await _document(answer)
            async for chunk in _chunks(answer):
                for key, piece in _taken(came, chunk, body["model"]):
                    if key not in places:
                        if open_block is not None:
                            yield events.stop_of_block(open_block)
                        open_block = places[key] = len(places)
                        block = _begun(piece)
                        came.content.append(block)
                        if key != "text":
                            use = block["toolUse"]
                            yield events.start_of_tool(open_block, use["toolUseId"], use["name"])
                    text = _grow(came, places[key], key, piece)
                    if text:
                        make = events.text_piece if key == "text" else events.tool_piece
                        yield make(places[key], text)
    if open_block is not None:
        yield events.stop_of_block(open_block)
    ended.append(_whole(came))


def _taken(came: _Streamed, chunk: dict[str, Any], asked: str) -> list[tuple[object, Any]]:
    """Notes what a piece of a stream says of the whole; what it adds to which block."""
    with _understanding():
        came.model = str(chunk.get("model") or asked)
        came.usage = _usage(chunk) or came.usage
        choice = (chunk.get("choices") or [{}])[0]
        came.stop = choice.get("finish_reason") or came.stop
        return _pieces(choice.get("delta") or {})


def _begun(piece: Any) -> Block:
    if isinstance(piece, str):
        return {"text": ""}
    with _understanding():
        return _use(_identifier(piece), piece["function"]["name"], {})


def _grow(came: _Streamed, place: int, key: object, piece: Any) -> str:
    """Adds a piece to its block; what it adds."""
    if key == "text":
        came.content[place]["text"] += piece
        return str(piece)
    with _understanding():
        text = str((piece.get("function") or {}).get("arguments") or "")
    came.arguments[place] = came.arguments.get(place, "") + text
    return text


def _whole(came: _Streamed) -> Reply:
    stop = _stop(came.stop, called=any("toolUse" in block for block in came.content))
    for place, block in enumerate(came.content):
        if "toolUse" in block:
            given = _arguments(came.arguments.get(place) or "{}")
            if given is None:
                stop = _broken(stop)
            else:
                block["toolUse"]["input"] = given
    return Reply(came.content, stop, came.model, came.usage)


def _pieces(delta: dict[str, Any]) -> list[tuple[object, Any]]:
    found: list[tuple[object, Any]] = []
    if delta.get("content"):
        found.append(("text", str(delta["content"])))
    # some servers send a call whole and leave its number out
    found.extend(
        (call.get("index", place), call) for place, call in enumerate(delta.get("tool_calls") or [])
    )
    return found


async def _chunks(answer: aiohttp.ClientResponse) -> AsyncIterator[dict[str, Any]]:
    """The documents of a stream of server-sent events."""
    async for line in answer.content:
        name, _, value = line.decode("utf-8", "replace").strip().partition(":")
        value = value.strip()
        if name != "data" or not value:
            continue
        if value == "[DONE]":
            return
        try:
            chunk = json.loads(value)
        except ValueError as error:
            raise _unusable("a piece of its stream is no JSON") from error
        if not isinstance(chunk, dict):
            raise _unusable("a piece of its stream is no JSON object")
        if "error" in chunk:
            raise _unusable(str(chunk["error"]))
        yield chunk


@asynccontextmanager
async def _session(server: Server) -> AsyncIterator[aiohttp.ClientSession]:
    """Connections to the server; whatever they fail by becomes an error of Bedrock."""
    headers = {"Authorization": f"Bearer {server.key}"} if server.key else {}
    timeout = aiohttp.ClientTimeout(total=server.seconds)
    try:
        async with aiohttp.ClientSession(headers=headers, timeout=timeout) as session:
            yield session
    except TimeoutError as error:
        raise Fault(
            "ModelTimeoutException",
            f"The model did not answer within {server.seconds:g} s.",
            408,
        ) from error
    except aiohttp.ClientError as error:
        raise Fault(
            "ServiceUnavailableException",
            f"The server named by QOPS_LOCAL_MODEL_URL cannot be reached: {error!r}",
            503,
        ) from error


async def _model(server: Server, session: aiohttp.ClientSession) -> str:
    if server.model:
        return server.model
    async with session.get(f"{server.url}/models") as answer:
        models = (await _document(answer)).get("data") or []
    if not models:
        raise Fault("ResourceNotFoundException", "The model server lists no model.", 404)
    return str(models[0]["id"])


async def _document(answer: aiohttp.ClientResponse) -> dict[str, Any]:
    text = await answer.text()
    if answer.status != _OK:
        code, status = _FAULTS.get(answer.status, ("ModelErrorException", 424))
        raise Fault(code, f"The model server answered {answer.status}: {text[:400]}", status)
    try:
        return dict(json.loads(text))
    except (ValueError, TypeError) as error:
        raise _unusable("its answer is no JSON object") from error


def _unusable(why: str) -> Fault:
    return Fault("ModelErrorException", f"The model server cannot be understood: {why}", 424)


@contextmanager
def _understanding() -> Iterator[None]:
    """Whatever an answer lacks, or has of another type, becomes an error of Bedrock."""
    try:
        yield
    except (LookupError, TypeError, AttributeError, ValueError) as error:
        raise _unusable(f"its answer is none of chat completions ({error!r})") from error


def _stop(reason: object, *, called: bool) -> str:
    """Why an answer ended; some servers say that one with a call has simply stopped."""
    stop = _STOPS.get(str(reason), "end_turn")
    return "tool_use" if called and stop == "end_turn" else stop


def _identifier(call: dict[str, Any]) -> str:
    """The name of a call; some servers give it none."""
    return str(call.get("id") or f"tooluse_{secrets.token_urlsafe(16)}")


def _broken(stop: str) -> str:
    """Why an answer with a broken call ended: cut off, or malformed."""
    return stop if stop == "max_tokens" else "malformed_tool_use"


def _arguments(text: str) -> dict[str, Any] | None:
    try:
        given = json.loads(text)
    except ValueError:
        return None
    return given if isinstance(given, dict) else None


def _use(identifier: str, name: str, given: dict[str, Any]) -> Block:
    return {"toolUse": {"toolUseId": identifier, "name": name, "input": given}}


def _usage(document: dict[str, Any]) -> Usage | None:
    usage = document.get("usage")
    if not usage:
        return None
    return Usage(int(usage.get("prompt_tokens") or 0), int(usage.get("completion_tokens") or 0))


def _request(params: dict[str, Any], model: str) -> dict[str, Any]:
    """The request in OpenAI's words."""
    system = "\n\n".join(
        text for block in params.get("system") or [] if (text := _text(block)) is not None
    )
    messages: list[dict[str, Any]] = [{"role": "system", "content": system}] if system else []
    for message in params["messages"]:
        messages += _messages(message)
    body: dict[str, Any] = {"model": model, "messages": messages}
    config = params.get("inferenceConfig") or {}
    for name, theirs in (
        ("maxTokens", "max_tokens"),
        ("temperature", "temperature"),
        ("topP", "top_p"),
        ("stopSequences", "stop"),
    ):
        if config.get(name) is not None:
            body[theirs] = config[name]
    tools = params.get("toolConfig") or {}
    if tools:
        body["tools"] = [_function(one["toolSpec"]) for one in tools["tools"] if "toolSpec" in one]
        body["tool_choice"] = _choice(tools.get("toolChoice") or {})
    return body


def _messages(message: dict[str, Any]) -> list[dict[str, Any]]:
    """A message of Converse; each result of a tool is a message of its own there."""
    made: list[dict[str, Any]] = []
    parts: list[dict[str, Any]] = []
    calls: list[dict[str, Any]] = []
    for block in message["content"]:
        if "toolResult" in block:
            made.append(_result(block["toolResult"]))
        elif "toolUse" in block:
            calls.append(_call(block["toolUse"]))
        elif "image" in block:
            parts.append(_picture(block["image"]))
        elif (text := _text(block)) is not None:
            parts.append({"type": "text", "text": text})
        elif "cachePoint" not in block:
            kind = next(iter(block), "nothing")
            raise Fault("ValidationException", f"The local model takes no {kind} blocks.")
    if parts or calls:
        only_text = all(part["type"] == "text" for part in parts)
        content: Any = "\n\n".join(part["text"] for part in parts) if only_text else parts
        said = {"role": message["role"], "content": content or None}
        made.append({**said, "tool_calls": calls} if calls else said)
    return made


def _text(block: dict[str, Any]) -> str | None:
    if "text" in block:
        return str(block["text"])
    guarded = (block.get("guardContent") or {}).get("text")
    return str(guarded["text"]) if guarded else None


def _picture(image: dict[str, Any]) -> dict[str, Any]:
    data = image["source"].get("bytes")
    if data is None:
        raise Fault("ValidationException", "The local model takes pictures as bytes only.")
    text = base64.b64encode(data if isinstance(data, bytes) else str(data).encode()).decode()
    url = f"data:image/{image['format']};base64,{text}"
    return {"type": "image_url", "image_url": {"url": url}}


def _result(result: dict[str, Any]) -> dict[str, Any]:
    texts = [
        str(block["text"]) if "text" in block else json.dumps(block.get("json"), ensure_ascii=False)
        for block in result["content"]
    ]
    said = "\n".join(texts)
    text = f"error: {said}" if result.get("status") == "error" else said
    return {"role": "tool", "tool_call_id": result["toolUseId"], "content": text}


def _call(use: dict[str, Any]) -> dict[str, Any]:
    arguments = json.dumps(use["input"], ensure_ascii=False)
    function = {"name": use["name"], "arguments": arguments}
    return {"id": use["toolUseId"], "type": "function", "function": function}


def _function(spec: dict[str, Any]) -> dict[str, Any]:
    function = {"name": spec["name"], "parameters": spec["inputSchema"]["json"]}
    if spec.get("description"):
        function["description"] = spec["description"]
    return {"type": "function", "function": function}


def _choice(choice: dict[str, Any]) -> Any:
    if "tool" in choice:
        return {"type": "function", "function": {"name": choice["tool"]["name"]}}
    return "required" if "any" in choice else "auto"
