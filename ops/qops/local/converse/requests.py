"""Checks a request of Converse as Bedrock does, and says which model is meant."""

from __future__ import annotations

import re
from typing import Any

from qops.local.router.registry import Call, Fault

_MOST_CACHE_POINTS = 4
_MOST_STOPS = 4
_TOOL_NAME = re.compile(r"^[a-zA-Z0-9_-]{1,64}$")
_GEOGRAPHIES = ("us", "eu", "apac", "jp", "au", "ca", "global", "us-gov")
_MODELS = re.compile(
    r"^anthropic\.claude-(sonnet-5|sonnet-4-[56]|haiku-4-5|opus-4-[1-9]|opus-5)[a-z0-9:.-]*$"
)
_ENDED = re.compile(r"^anthropic\.claude-(instant|v2|3-|3\.|sonnet-4-20|opus-4-20|opus-4-1)")
_NO_SAMPLING = re.compile(r"^anthropic\.claude-(sonnet|opus)-5")
_TOO_LONG_CHARACTERS = 4_000_000


def model_of(call: Call) -> str:
    """The foundation model that a request names.

    Raises:
        Fault: There is no such model or profile, or the model can only be had by a profile.
    """
    given = str(call.params.get("modelId") or "")
    application = given.partition(":application-inference-profile/")[2]
    if application:
        profiles = call.context.store.records(call.region, "bedrock", "profiles")
        if application not in profiles:
            raise Fault(
                "ResourceNotFoundException", f"The inference profile {given} does not exist.", 404
            )
        return _known(profiles[application]["models"][0]["modelArn"].rpartition("/")[2])
    if ":foundation-model/" in given:
        return _bare(given.rpartition("/")[2])
    named = given.rpartition("/")[2] if ":inference-profile/" in given else given
    geography, _, model = named.partition(".")
    if geography in _GEOGRAPHIES:
        return _known(model)
    return _bare(named)


def _known(model: str) -> str:
    if _ENDED.match(model):
        raise Fault(
            "ResourceNotFoundException",
            "This model version has reached the end of its life. Please refer to the AWS"
            " documentation for more details.",
            404,
        )
    if not _MODELS.match(model):
        raise Fault("ValidationException", "The provided model identifier is invalid.")
    return model


def _bare(model: str) -> str:
    found = _known(model)
    raise Fault(
        "ValidationException",
        f"Invocation of model ID {found} with on-demand throughput isn't supported. Retry your"
        " request with the ID or ARN of an inference profile that contains this model.",
    )


def check(params: dict[str, Any], model: str) -> None:
    """Refuses what Bedrock refuses.

    Raises:
        Fault: Something is wrong with the request.
    """
    _check_inference(params.get("inferenceConfig") or {}, model)
    _check_sampling(params.get("additionalModelRequestFields") or {}, model)
    tools = params.get("toolConfig")
    if tools is not None:
        _check_tools(tools)
    _check_messages(params.get("messages") or [], tools is not None)
    points = _cache_points(params)
    if points > _MOST_CACHE_POINTS:
        raise _wrong(f"At most {_MOST_CACHE_POINTS} cache points are allowed, found {points}.")


def _check_inference(config: dict[str, Any], model: str) -> None:
    tokens = config.get("maxTokens")
    if tokens is not None and tokens < 1:
        raise _wrong("Value at 'inferenceConfig.maxTokens' must be greater than or equal to 1.")
    _check_sampling(config, model)
    for name in ("temperature", "topP"):
        value = config.get(name)
        if value is not None and not 0 <= value <= 1:
            raise _wrong(f"Value at 'inferenceConfig.{name}' must be between 0 and 1.")
    stops = config.get("stopSequences") or []
    if len(stops) > _MOST_STOPS or not all(stops):
        raise _wrong(f"'inferenceConfig.stopSequences' holds 0 to {_MOST_STOPS} texts.")


def _check_sampling(config: dict[str, Any], model: str) -> None:
    if not _NO_SAMPLING.match(model):
        return
    for name in ("temperature", "topP", "top_p", "top_k"):
        if config.get(name) is not None:
            raise _wrong(
                f"The model returned the following errors: `{name}` is deprecated for this model."
            )


def _check_tools(config: dict[str, Any]) -> None:
    names = [one["toolSpec"]["name"] for one in config.get("tools") or [] if "toolSpec" in one]
    if not names:
        raise _wrong("'toolConfig.tools' must hold at least one tool.")
    for name in names:
        if not _TOOL_NAME.match(name):
            raise _wrong(f"'{name}' is no name of a tool: {_TOOL_NAME.pattern}")
    if len(set(names)) != len(names):
        raise _wrong("Tool names must be unique.")
    for one in config["tools"]:
        schema = ((one.get("toolSpec") or {}).get("inputSchema") or {}).get("json")
        if "toolSpec" in one and (not isinstance(schema, dict) or schema.get("type") != "object"):
            raise _wrong(f"The input schema of {one['toolSpec']['name']} must be of type object.")
    wanted = ((config.get("toolChoice") or {}).get("tool") or {}).get("name")
    if wanted is not None and wanted not in names:
        raise _wrong(f"'toolChoice' names {wanted}, which is no tool of the request.")


def _check_messages(messages: list[dict[str, Any]], has_tools: bool) -> None:
    if not messages:
        raise _wrong("A conversation must have at least one message.")
    if messages[0].get("role") != "user":
        raise _wrong("A conversation must start with a user message.")
    if messages[-1].get("role") != "user":
        raise _wrong("This model does not support assistant message prefill.")
    length, open_uses = 0, set[str]()
    for place, message in enumerate(messages):
        blocks = message.get("content") or []
        if not blocks:
            raise _wrong(f"The content field in the Message object at messages.{place} is empty.")
        if place and messages[place - 1].get("role") == message.get("role"):
            raise _wrong("A conversation must alternate between user and assistant roles.")
        for number, block in enumerate(blocks):
            where = f"messages.{place}.content.{number}"
            if "text" in block and not str(block["text"]).strip():
                raise _wrong(f"The text field in the ContentBlock object at {where} is blank.")
            if ("toolUse" in block or "toolResult" in block) and not has_tools:
                raise _wrong(
                    "The toolConfig field must be defined when using toolUse and toolResult"
                    " content blocks."
                )
            length += len(str(block.get("text") or ""))
        answered = {one["toolResult"]["toolUseId"] for one in blocks if "toolResult" in one}
        if answered != open_uses:
            raise _wrong(
                f"Each toolUse block must be answered by one toolResult block in the next message:"
                f" messages.{place} answers {sorted(answered)}, asked were {sorted(open_uses)}."
            )
        open_uses = {one["toolUse"]["toolUseId"] for one in blocks if "toolUse" in one}
    if length > _TOO_LONG_CHARACTERS:
        raise _wrong("Input is too long for requested model.")


def _cache_points(params: dict[str, Any]) -> int:
    blocks = [
        *((params.get("toolConfig") or {}).get("tools") or []),
        *(params.get("system") or []),
        *(one for each in params.get("messages") or [] for one in each.get("content") or []),
    ]
    return sum("cachePoint" in block for block in blocks)


def _wrong(message: str) -> Fault:
    return Fault("ValidationException", message)
