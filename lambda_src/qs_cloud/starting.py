"""How a function starts: what its handler imports does only what the first call needs.

A start is mostly imports, and most of what they do is for calls that never come: validators and
fields of models that nobody sends, and packages whose ``__init__`` loads all of their modules to
hand out two names. The handlers import under `starting`; ``docs/decisions/0012-cold-starts.md``
tells what that saves and what holds it in place.
"""

import gc
import os
import typing
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from qs_cloud._late_packages import put_in_place


@dataclass(frozen=True, slots=True)
class Parts:
    """What is loaded in parts.

    Attributes:
        packages: Packages of which a name comes straight out of its module; outer ones first.
        names: Modules whose names load them when they are used.
    """

    packages: tuple[str, ...] = ()
    names: tuple[str, ...] = ()


API = Parts(
    packages=(
        "aws_lambda_powertools.event_handler",
        "aws_lambda_powertools.utilities.data_classes",
    )
)
"""Of Powertools, the resolver of a REST API: not those of nine other sources of events."""

MCP = Parts(
    packages=("mcp", "mcp.server"),
    names=(
        "mcp_types._v2026_07_28",
        "mcp.server.auth.middleware.auth_context",
        "mcp.server.auth.middleware.bearer_auth",
        "mcp.server.auth.provider",
        "mcp.server.auth.routes",
        "mcp.server.auth.settings",
        "starlette.applications",
        "starlette.middleware.authentication",
    ),
)
"""Of the ``mcp`` SDK, the serving half: not the client, and neither the program around a server nor
its sign-in, which is the gateway's here. Clients of the newest protocol load its models."""

_NOTHING = Parts()
_EVERYWHERE = ("qscreen.wire",)


@contextmanager
def _annotations_unread() -> Iterator[None]:
    """Let ``typing`` keep annotations as the text that they are.

    It compiles each of them when it meets it; the core schema of pydantic declares a thousand in
    dictionaries that are there for type checkers only.
    """
    typing.compile = lambda *_: None  # type: ignore[attr-defined]
    try:
        yield
    finally:
        del typing.compile  # type: ignore[attr-defined]


@contextmanager
def starting(parts: Parts = _NOTHING) -> Iterator[None]:
    """Import the code of a function: models build late, and packages load in parts.

    What was imported keeps to this when the block has ended; what is imported later does not.

    Args:
        parts: What this function's libraries load in parts.

    Yields:
        Nothing.
    """
    # Looking for plugins means reading the metadata of every package on the path.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    collects = gc.isenabled()
    # Definitions make many objects and hardly any garbage: looking for it is all cost.
    gc.disable()
    try:
        with _annotations_unread():
            import pydantic_core.core_schema  # noqa: F401 - what this is for
        from qs_cloud._late_models import late_models
        from qs_cloud._late_names import late_names

        put_in_place((*_EVERYWHERE, *parts.packages))
        with late_models(), late_names(parts.names):
            yield
    finally:
        if collects:
            # What a start made stays until the end: the first collection need not walk it.
            gc.freeze()
            gc.enable()
