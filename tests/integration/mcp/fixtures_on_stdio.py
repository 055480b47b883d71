"""Serves the fixtures over standard input and output, as ``qagent mcp`` serves its own tools."""

import asyncio
from functools import cached_property
from typing import Any

from qagent.mcp.sdk import lean

with lean():
    from fixtures_server import FixturesServer
    from mcp.server.lowlevel.server import Server

    from qagent.mcp.server import LocalServer


class FixturesOnStdio(LocalServer):
    """The device's server with other tools."""

    @cached_property
    def protocol(self) -> Server[Any]:
        return FixturesServer().protocol


if __name__ == "__main__":
    asyncio.run(FixturesOnStdio().serve())
