"""A server with the fixtures that the conformance suite asks for, behind our own transports."""

import base64
import json
import warnings
from typing import Any

import anyio
import mcp_types as types
from fixtures_asking import (
    MIDWAY,
    Called,
    Context,
    answered,
    ask,
    done,
    elicit,
    midway,
    rounds,
    text,
)
from fixtures_between import between_calls
from mcp.server.caching import CacheHint
from mcp.server.lowlevel.server import Server
from mcp.shared.exceptions import MCPError

from qscreen.api.mcp import McpServer, mcp_server

PIXEL = base64.b64encode(
    bytes.fromhex(
        "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489"
        "0000000d4944415478da63fccff0ff1f0005050201"
        "5fc8f1d20000000049454e44ae426082"
    )
).decode()
SILENCE = base64.b64encode(
    b"RIFF\x26\x00\x00\x00WAVEfmt \x10\x00\x00\x00\x01\x00\x01\x00@\x1f\x00\x00\x80>\x00\x00"
    b"\x02\x00\x10\x00data\x02\x00\x00\x00\x00\x00"
).decode()


def resource(uri: str, kind: str, value: str) -> types.EmbeddedResource:
    contents = types.TextResourceContents(uri=uri, mime_type=kind, text=value)
    return types.EmbeddedResource(resource=contents)


def image() -> types.ImageContent:
    return types.ImageContent(data=PIXEL, mime_type="image/png")


PLAIN: dict[str, list[types.ContentBlock]] = {
    "test_simple_text": [text("This is a simple text response for testing.")],
    "test_image_content": [image()],
    "test_audio_content": [types.AudioContent(data=SILENCE, mime_type="audio/wav")],
    "test_embedded_resource": [
        resource("test://embedded-resource", "text/plain", "This is an embedded resource content.")
    ],
    "test_multiple_content_types": [
        text("Multiple content types test:"),
        image(),
        resource(
            "test://mixed-content-resource", "application/json", '{"test":"data","value":123}'
        ),
    ],
    "test_streaming_elicitation": [text("Nothing was asked on the stream.")],
}


TOOLS = (
    *PLAIN,
    *MIDWAY,
    "test_error_handling",
    "test_tool_with_logging",
    "test_logging_tool",
    "test_tool_with_progress",
    "test_missing_capability",
    *(
        f"test_input_required_result_{kind}"
        for kind in (
            *("elicitation", "sampling", "list_roots", "request_state", "tampered_state"),
            *("multiple_inputs", "multi_round", "capabilities"),
        )
    ),
)
SCHEMA_2020_12 = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "$defs": {
        "address": {
            "type": "object",
            "properties": {"street": {"type": "string"}, "city": {"type": "string"}},
        }
    },
    "properties": {"name": {"type": "string"}, "address": {"$ref": "#/$defs/address"}},
    "additionalProperties": False,
}


async def list_tools(context: Context, params: Any) -> types.ListToolsResult:
    tools = [
        types.Tool(name=name, description=f"Fixture {name}.", input_schema={"type": "object"})
        for name in TOOLS
    ]
    schema = types.Tool(
        name="json_schema_2020_12_tool", description="Schema.", input_schema=SCHEMA_2020_12
    )
    return types.ListToolsResult(tools=[*tools, schema])


async def call_tool(context: Context, params: types.CallToolRequestParams) -> Called:
    name = params.name
    if name in PLAIN:
        return types.CallToolResult(content=PLAIN[name])
    if name == "test_error_handling":
        error = text("This tool intentionally returns an error for testing")
        return types.CallToolResult(content=[error], is_error=True)
    if name in {"test_tool_with_logging", "test_logging_tool"}:
        for message in (
            "Tool execution started",
            "Tool processing data",
            "Tool execution completed",
        ):
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                await context.session.send_log_message(
                    level="info", data=message, related_request_id=context.request_id
                )
            await anyio.sleep(0.05)
        return done("Tool with logging executed successfully")
    if name == "test_tool_with_progress":
        for step in (0, 50, 100):
            await context.session.report_progress(step, 100, f"Completed step {step} of 100")
            await anyio.sleep(0.05)
        return done("Tool with progress executed successfully")
    if name == "test_missing_capability":
        declared = context.session.client_capabilities
        if not (declared and declared.sampling):
            raise MCPError(
                types.MISSING_REQUIRED_CLIENT_CAPABILITY,
                "The tool needs a client that samples.",
                {"requiredCapabilities": {"sampling": {}}},
            )
        return done("The client samples.")
    if name in MIDWAY:
        # Over HTTP a call waits nowhere: the transport asks between two calls of the tool.
        over_http = context.request is not None
        return between_calls(params) if over_http else await midway(params, context)
    found = rounds(name, params, context)
    if found is None:
        raise MCPError(types.INVALID_PARAMS, f"Unknown tool: {name}")
    return found


RESOURCES: dict[str, types.TextResourceContents | types.BlobResourceContents] = {
    "test://static-text": types.TextResourceContents(
        uri="test://static-text",
        mime_type="text/plain",
        text="This is the content of the static text resource.",
    ),
    "test://static-binary": types.BlobResourceContents(
        uri="test://static-binary", mime_type="image/png", blob=PIXEL
    ),
    "test://watched-resource": types.TextResourceContents(
        uri="test://watched-resource", mime_type="text/plain", text="Watched resource content"
    ),
}


async def list_resources(context: Context, params: Any) -> types.ListResourcesResult:
    listed = [
        types.Resource(uri=uri, name=uri.removeprefix("test://"), mime_type=contents.mime_type)
        for uri, contents in RESOURCES.items()
    ]
    return types.ListResourcesResult(resources=listed)


async def list_templates(context: Context, params: Any) -> types.ListResourceTemplatesResult:
    template = types.ResourceTemplate(
        uri_template="test://template/{id}/data", name="template", mime_type="application/json"
    )
    return types.ListResourceTemplatesResult(resource_templates=[template])


async def read_resource(
    context: Context, params: types.ReadResourceRequestParams
) -> types.ReadResourceResult:
    uri = str(params.uri)
    if uri in RESOURCES:
        return types.ReadResourceResult(contents=[RESOURCES[uri]])
    parts = uri.removeprefix("test://").split("/")
    if len(parts) == 3 and (parts[0], parts[2]) == ("template", "data"):
        data = {"id": parts[1], "templateTest": True, "data": f"Data for ID: {parts[1]}"}
        contents = types.TextResourceContents(
            uri=uri, mime_type="application/json", text=json.dumps(data)
        )
        return types.ReadResourceResult(contents=[contents])
    raise MCPError(types.INVALID_PARAMS, "Resource not found", {"uri": uri})


async def take(context: Context, params: Any) -> types.EmptyResult:
    return types.EmptyResult()


def argument(name: str) -> types.PromptArgument:
    return types.PromptArgument(name=name, description=f"Argument {name}.", required=True)


PROMPTS = {
    "test_simple_prompt": [],
    "test_prompt_with_arguments": [argument("arg1"), argument("arg2")],
    "test_prompt_with_embedded_resource": [argument("resourceUri")],
    "test_prompt_with_image": [],
    "test_input_required_result_prompt": [],
}


async def list_prompts(context: Context, params: Any) -> types.ListPromptsResult:
    prompts = [
        types.Prompt(name=name, description=f"Fixture {name}.", arguments=arguments)
        for name, arguments in PROMPTS.items()
    ]
    return types.ListPromptsResult(prompts=prompts)


async def get_prompt(
    context: Context, params: types.GetPromptRequestParams
) -> types.GetPromptResult | types.InputRequiredResult:
    given = params.arguments or {}
    contents: list[types.ContentBlock]
    if params.name == "test_simple_prompt":
        contents = [text("This is a simple prompt for testing.")]
    elif params.name == "test_prompt_with_arguments":
        line = f"Prompt with arguments: arg1='{given.get('arg1')}', arg2='{given.get('arg2')}'"
        contents = [text(line)]
    elif params.name == "test_prompt_with_embedded_resource":
        uri = given.get("resourceUri", "test://embedded")
        contents = [
            resource(uri, "text/plain", "Embedded resource content for testing."),
            text("Please process the embedded resource above."),
        ]
    elif params.name == "test_prompt_with_image":
        contents = [image(), text("Please analyze the image above.")]
    elif params.name == "test_input_required_result_prompt":
        if not answered(params, "user_context"):
            return ask(user_context=elicit("What context should the prompt use?", "context"))
        contents = [text("A prompt with the client's context.")]
    else:
        raise MCPError(types.INVALID_PARAMS, f"Unknown prompt: {params.name}")
    messages = [types.PromptMessage(role="user", content=content) for content in contents]
    return types.GetPromptResult(messages=messages)


async def complete(context: Context, params: types.CompleteRequestParams) -> types.CompleteResult:
    found = types.Completion(values=["paris", "park", "party"], total=3, has_more=False)
    return types.CompleteResult(completion=found)


class FixturesServer:
    """Served as the platform's servers are (`qs_mcp.lambda_handler`), or as the device's own."""

    def __init__(self) -> None:
        self.entry: McpServer = mcp_server("language")
        hint = CacheHint(ttl_ms=1_000, scope="public")
        cacheable = (
            *("tools/list", "prompts/list", "resources/list", "resources/templates/list"),
            *("resources/read", "server/discover"),
        )
        with warnings.catch_warnings():
            # Logging is deprecated, and required of the older revision.
            warnings.simplefilter("ignore")
            self.protocol: Server[Any] = Server(
                "conformance",
                version="1",
                cache_hints=dict.fromkeys(cacheable, hint),  # type: ignore[arg-type]
                on_list_tools=list_tools,
                on_call_tool=call_tool,
                on_list_resources=list_resources,
                on_list_resource_templates=list_templates,
                on_read_resource=read_resource,
                on_subscribe_resource=take,
                on_unsubscribe_resource=take,
                on_list_prompts=list_prompts,
                on_get_prompt=get_prompt,
                on_completion=complete,
                on_set_logging_level=take,
            )
