"""The server that the tools are declared on, and the arguments that several of them take."""

import secrets
from pathlib import Path
from typing import Annotated

from pydantic import Field

from qs_mcp import ToolServer
from qscreen.wire.base import Identifier

server = ToolServer(
    "workflow",
    title="Workflows",
    instructions=(
        "Keeps templates (goals with inputs), starts runs of goals or templates on the user's "
        "devices, and lets templates run by the clock. Prefer a template where one fits. A run "
        "acts on a real screen: start it in mode confirm, so that a person sees the plan first."
    ),
    listed=Path(__file__).with_name("tools.json"),
)

Limit = Annotated[int, Field(description="Items at most.", ge=1, le=100)]
NextToken = Annotated[
    str | None,
    Field(description="next_token of the page before; null for the first.", max_length=200),
]
RequestKey = Annotated[
    str | None,
    Field(
        description="Your name of this request, e.g. a UUID: repeating it with the same arguments "
        "makes nothing twice. null for a new request.",
        min_length=8,
        max_length=128,
    ),
]
TemplateId = Annotated[Identifier, Field(description="Id of a template, tpl-...")]
ScheduleId = Annotated[Identifier, Field(description="Id of a schedule, sch-...")]
RunId = Annotated[Identifier, Field(description="Id of a run, run-...")]
DeviceId = Annotated[Identifier, Field(description="Id of a device, dev-...; see list_devices.")]
Etag = Annotated[
    str,
    Field(
        description="etag of the template as get_template gave it, quotes included.",
        min_length=3,
        max_length=100,
    ),
]


def key_of(request_key: str | None) -> str:
    """Name a request that the caller has not named.

    Args:
        request_key: The caller's name.

    Returns:
        The name, or a new random one.
    """
    return request_key or f"mcp-{secrets.token_hex(16)}"
