"""A server with one tool of every kind, as each remote server declares its own."""

import os
import time
from typing import Annotated

import pytest
from mcp_events import HANDSHAKE, MODERN, McpClient
from pydantic import BaseModel, Field

from qs_cloud.errors import CloudCallError
from qs_mcp import Risk, ToolFault, ToolServer, auditing, caller, lambda_handler, progress

SCOPE = "qscreen/mcp.language"
PATH = "/v1/mcp/language"


class Words(BaseModel):
    """Words."""

    words: list[str]
    by: str | None = None


def make_server() -> ToolServer:
    server = ToolServer("language", title="Test", instructions="For tests.")
    reading = {
        "risk": Risk.READ,
        "read_only": True,
        "destructive": False,
        "idempotent": True,
        "open_world": False,
    }

    @server.tool(title="Split", **reading)
    def split(
        text: Annotated[str, Field(description="Text.", min_length=1, max_length=20)],
        most: Annotated[int, Field(description="Words at most.", ge=1)] = 5,
    ) -> Words:
        """Split a text into words."""
        return Words(words=text.split()[:most], by=caller().user_id)

    @server.tool(
        title="Erase",
        risk=Risk.DESTRUCTIVE,
        read_only=False,
        destructive=True,
        idempotent=True,
        open_world=False,
        audit="Words Erased",
    )
    def erase() -> Words:
        """Erase something for good."""
        return Words(words=["erased"])

    @server.tool(title="Slow", **reading)
    def slow(steps: int) -> Words:
        """Work in steps and say so."""
        for step in range(steps):
            progress(step, steps, f"step {step}")
            time.sleep(0.001)
        return Words(words=["done"])

    @server.tool(title="Fault", **reading)
    def fault() -> Words:
        """Refuse."""
        raise ToolFault("Nothing was read.", "The file is locked.", "Close it and call again.")

    @server.tool(title="Cloud", **reading)
    def cloud() -> Words:
        """Fail at a service."""
        raise CloudCallError("read the run", "ThrottlingException")

    @server.tool(title="Crash", **reading)
    def crash() -> Words:
        """Fail."""
        raise ZeroDivisionError(f"secret of {os.getpid()}")

    @server.tool(title="Large", **reading)
    def large(size: int) -> Words:
        """Answer with much."""
        return Words(words=["x" * size])

    return server


@pytest.fixture
def server() -> ToolServer:
    return make_server()


@pytest.fixture(params=[HANDSHAKE, MODERN])
def client(request: pytest.FixtureRequest, server: ToolServer, aws: None) -> McpClient:
    auditing._attendance.cache_clear()
    return McpClient(lambda_handler(server), PATH, SCOPE, request.param)


@pytest.fixture
def viewer(server: ToolServer, aws: None) -> McpClient:
    return McpClient(lambda_handler(server), PATH, SCOPE, groups="viewer")
