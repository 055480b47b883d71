"""All tools by name, and one call of a tool from its arguments to what is answered.

Importing this builds every model of every tool, so a server does it when a client first asks for
something, not while the client waits for the server to start.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from qagent.home import AgentHome, default_home
from qagent.mcp import looking, picturing
from qagent.mcp.acting import acting_tools
from qagent.mcp.answers import PictureAnswer
from qagent.mcp.desk import Desk
from qagent.mcp.faults import Fault, ToolError, fault_of
from qagent.mcp.tools import Part, Tool
from qagent.messages import text
from qagent.stop import StopSignal

MOST_BYTES = 400_000
"""What clients hand on to a model at most; more would be cut in the middle."""


def all_tools() -> list[Tool]:
    """The tools of all servers, in the order in which they are shown."""
    declared = [
        *looking.TOOLS.declared,
        *picturing.SCREEN_TOOLS.declared,
        *picturing.VISION_TOOLS.declared,
        *acting_tools(),
    ]
    return [tool for part in Part for tool in declared if tool.part is part]


def definitions() -> dict[str, list[dict[str, Any]]]:
    """The definitions of the tools by the server that has them."""
    return {
        str(part): [tool.definition() for tool in all_tools() if tool.part is part] for part in Part
    }


@dataclass(frozen=True, slots=True)
class Reply:
    """What a call is answered with.

    Attributes:
        text: For the model.
        structured: For programs, as the output schema says; None in an error.
        links: Pictures that it names.
        fault: Why it was not done; None when it was.
    """

    text: str
    structured: dict[str, Any] | None = None
    links: tuple[PictureAnswer, ...] = ()
    fault: Fault | None = None


class Bench:
    """The tools at one desk; used by one thread.

    Args:
        make_desk: Makes the desk when it is first needed.
    """

    def __init__(self, make_desk: Callable[[], Desk] | None = None) -> None:
        self._make_desk = make_desk or (lambda: Desk(AgentHome(default_home())))
        self._tools = {tool.name: tool for tool in all_tools()}
        self._desk: Desk | None = None

    def call(self, name: str, arguments: Mapping[str, Any], stop: StopSignal, client: str) -> Reply:
        """Carry out a call; whatever goes wrong is an answer too.

        Args:
            name: The tool, one of `all_tools`.
            arguments: As the client sent them.
            stop: Ends the call.
            client: Name of the client, as it calls itself.
        """
        tool = self._tools[name]
        try:
            given = tool.taken(arguments)
            desk = self.desk()
            desk.begin(stop, client)
            answer = tool.run(desk, given)
            reply = Reply(
                answer.words(), answer.model_dump(mode="json", exclude_none=True), answer.links()
            )
        except Exception as error:
            return _refused(fault_of(error))
        if _size(reply) > MOST_BYTES:
            return _refused(ToolError("result_too_large", text("mcp.result_too_large")).fault)
        return reply

    def desk(self) -> Desk:
        """The desk.

        Raises:
            OSError: The agent's folder cannot be made.
        """
        if self._desk is None:
            self._desk = self._make_desk()
        return self._desk

    def close(self) -> None:
        """Give back what the desk took."""
        if self._desk is not None:
            self._desk.close()
            self._desk = None


def _size(reply: Reply) -> int:
    """Bytes of the result as JSON, where its text is once more a string."""
    parts = (reply.text, reply.structured)
    return sum(len(json.dumps(part, ensure_ascii=False).encode()) for part in parts)


def _refused(fault: Fault) -> Reply:
    lines = [f"error {fault.code}: {fault.message}"]
    lines += [f"candidates: {json.dumps(fault.candidates, ensure_ascii=False)}"] * bool(
        fault.candidates
    )
    lines.append(f"next: {fault.repair}")
    return Reply("\n".join(lines), fault=fault)
