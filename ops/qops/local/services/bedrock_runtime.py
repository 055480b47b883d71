"""Bedrock's runtime: Converse and ConverseStream by the local model.

The command grammar answers, or the server that ``QOPS_LOCAL_MODEL_URL`` named when the local cloud
was started. ``trace.promptRouter.invokedModelId`` says which model it was.
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from typing import Any

from qops.local.converse import events, grammar_model, guardrails, openai_model, requests, tokens
from qops.local.converse.events import Event
from qops.local.converse.guardrails import Assessment, Guardrail
from qops.local.converse.openai_model import Server
from qops.local.converse.reply import Reply, Usage
from qops.local.converse.tokens import Prompt
from qops.local.router.registry import Answer, Call, Fault, operation

_SERVICE = "bedrock-runtime"
_INTERVENED = "guardrail_intervened"
_UNAVAILABLE = (
    *("ApplyGuardrail", "CountTokens", "InvokeModel", "InvokeModelWithResponseStream"),
    *("StartAsyncInvoke", "GetAsyncInvoke", "ListAsyncInvokes"),
    "InvokeModelWithBidirectionalStream",
)


@dataclass
class _Turn:
    """One call on its way.

    Attributes:
        params: Its parameters, personal data masked where the guardrail says so.
        prompt: Tokens of the request.
        guardrail: The guardrail, if there is one.
        began: When it came, by the monotonic clock.
        given: What the guardrail found in the request.
        said: What it found in the reply.
        blocked: The reply in the model's stead, if the request was blocked.
    """

    params: dict[str, Any]
    prompt: Prompt
    guardrail: Guardrail | None
    began: float
    given: Assessment | None = None
    said: Assessment | None = None
    blocked: Reply | None = None


@operation(_SERVICE, "Converse")
async def converse(call: Call) -> Answer:
    """Answers in one piece."""
    turn = _begin(call)
    reply = turn.blocked or _screened(turn, await _ask(call, turn))
    return {
        "output": {"message": {"role": "assistant", "content": reply.content}},
        "stopReason": reply.stop_reason,
        **_figures(turn, reply),
    }


@operation(_SERVICE, "ConverseStream")
async def converse_stream(call: Call) -> Answer:
    """Answers in pieces; what is wrong before the first one is an error as elsewhere."""
    turn = _begin(call)
    stream = _events(call, turn)
    first = await anext(stream)
    call.stream(events.CONTENT_TYPE, events.encoded(_with(first, stream)))
    return {}


@operation(_SERVICE, *_UNAVAILABLE)
async def refuse(call: Call) -> Answer:
    """Says that nothing here can answer."""
    raise Fault(
        "AccessDeniedException",
        f"{call.operation} is not available: the local cloud answers Converse and ConverseStream.",
        403,
    )


def _begin(call: Call) -> _Turn:
    """Checks the request, counts it, and lets the guardrail look at it."""
    model = requests.model_of(call)
    params = call.params
    requests.check(params, model)
    guardrail = guardrails.guardrail_of(call)
    caches = call.records("prompt-caches")
    turn = _Turn(params, Prompt(0), guardrail, time.monotonic())
    if guardrail is not None:
        turn.given = guardrail.assess(guardrails.texts_of(params), "INPUT")
        if turn.given.blocked:
            text = guardrail.message("INPUT")
            # the model is not asked, so that nothing is used
            turn.blocked = Reply([{"text": text}], _INTERVENED, "", Usage(0, 0))
            return turn
        if turn.given.masked:
            turn.params = _masked(params, turn.given)
    turn.prompt = tokens.of_request(turn.params, caches, model)
    return turn


async def _ask(call: Call, turn: _Turn) -> Reply:
    server = _server(call)
    if server is not None:
        return await openai_model.reply(server, turn.params)
    return _cut(grammar_model.reply(turn.params), turn.params)


async def _events(call: Call, turn: _Turn) -> AsyncIterator[Event]:
    server = _server(call)
    start: Event = ("messageStart", {"role": "assistant"})
    if server is not None and turn.guardrail is None:
        ended: list[Reply] = []
        begun = False
        async for event in openai_model.stream(server, turn.params, ended):
            if not begun:
                yield start
                begun = True
            yield event
        if not begun:
            yield start
        reply = ended[0]
    else:
        # as Bedrock's synchronous mode: nothing is sent before the guardrail has seen it
        reply = turn.blocked or _screened(turn, await _ask(call, turn))
        yield start
        for place, block in enumerate(reply.content):
            for event in events.block_events(place, block):
                yield event
    yield "messageStop", {"stopReason": reply.stop_reason}
    yield "metadata", _figures(turn, reply)


async def _with(first: Event, rest: AsyncIterator[Event]) -> AsyncIterator[Event]:
    yield first
    async for event in rest:
        yield event


def _screened(turn: _Turn, reply: Reply) -> Reply:
    """The reply after the guardrail has seen its texts."""
    if turn.guardrail is None:
        return reply
    texts = [str(block["text"]) for block in reply.content if "text" in block]
    turn.said = turn.guardrail.assess(texts, "OUTPUT")
    if turn.said.blocked:
        blocked = [{"text": turn.guardrail.message("OUTPUT")}]
        usage = reply.usage or Usage(turn.prompt.total, tokens.of_blocks(reply.content))
        return replace(reply, content=blocked, stop_reason=_INTERVENED, usage=usage)
    if turn.said.masked:
        said = turn.said
        content = [
            {"text": said.mask(block["text"])} if "text" in block else block
            for block in reply.content
        ]
        return replace(reply, content=content)
    return reply


def _masked(params: dict[str, Any], given: Assessment) -> dict[str, Any]:
    messages = [
        {
            **message,
            "content": [
                {"text": given.mask(block["text"])} if "text" in block else block
                for block in message["content"]
            ],
        }
        for message in params["messages"]
    ]
    return {**params, "messages": messages}


def _cut(reply: Reply, params: dict[str, Any]) -> Reply:
    """The reply as long as ``maxTokens`` and up to the first stop sequence."""
    config = params.get("inferenceConfig") or {}
    most = config.get("maxTokens")
    if most is not None and tokens.of_blocks(reply.content) > most:
        kept = [
            {"text": tokens.first(block["text"], most)}
            for block in reply.content
            if "text" in block
        ]
        return replace(reply, content=kept, stop_reason="max_tokens")
    for stop in config.get("stopSequences") or []:
        for place, block in enumerate(reply.content):
            if stop in block.get("text", ""):
                text = block["text"].partition(stop)[0]
                content = [*reply.content[:place], *([{"text": text}] if text else [])]
                return replace(reply, content=content, stop_reason="stop_sequence")
    return reply


def _figures(turn: _Turn, reply: Reply) -> Answer:
    """Tokens, time and trace of an answer."""
    prompt, usage = turn.prompt, reply.usage
    written = tokens.of_blocks(reply.content)
    if usage is not None:
        prompt, written = Prompt(usage.read), usage.written
    figures: Answer = {
        "usage": {
            "inputTokens": prompt.fresh,
            "outputTokens": written,
            "totalTokens": prompt.total + written,
            "cacheReadInputTokens": prompt.cache_read,
            "cacheWriteInputTokens": prompt.cache_write,
        },
        "metrics": {"latencyMs": round((time.monotonic() - turn.began) * 1000)},
    }
    trace: dict[str, Any] = {}
    if reply.model:
        trace["promptRouter"] = {"invokedModelId": reply.model}
    config = turn.params.get("guardrailConfig") or {}
    if turn.guardrail is not None and str(config.get("trace")).startswith("enabled"):
        trace["guardrail"] = _guardrail_trace(turn)
    if trace:
        figures["trace"] = trace
    return figures


def _guardrail_trace(turn: _Turn) -> dict[str, Any]:
    assert turn.guardrail is not None
    identifier = turn.guardrail.identifier
    found: dict[str, Any] = {}
    if turn.given is not None:
        found["inputAssessment"] = {identifier: turn.given.trace()}
    if turn.said is not None:
        found["outputAssessments"] = {identifier: [turn.said.trace()]}
    return found


def _server(call: Call) -> Server | None:
    config = call.context.config
    if not config.model_url:
        return None
    return Server(config.model_url.rstrip("/"), config.model_name, config.model_key)
