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
from typing import Any, NamedTuple

from qs_cloud._found_files import found_files
from qs_cloud._late_patterns import late_patterns


class Parts(NamedTuple):
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
        "anyio._core._sockets",
        "asyncio.sslproto",
        "aws_lambda_powertools.tracing",
        "aws_lambda_powertools.utilities.jmespath_utils",
        "email.utils",
        "http.client",
        "http.cookies",
        "importlib.metadata",
        "locale",
        "mcp.server._streamable_http_modern",
        "mcp.server.auth.middleware.auth_context",
        "mcp.server.auth.middleware.bearer_auth",
        "mcp.server.auth.provider",
        "mcp.server.auth.routes",
        "mcp.server.auth.settings",
        "mcp_types._v2026_07_28",
        "mimetypes",
        "opentelemetry.propagate",
        "sse_starlette",
        "ssl",
        "starlette.applications",
        "starlette.formparsers",
        "starlette.middleware.authentication",
        "starlette.routing",
        "tempfile",
    ),
)
"""Of the ``mcp`` SDK, the serving half: not the client, and neither the program around a server nor
its sign-in, which is the gateway's here. Clients of the newest protocol load its models and the way
it is spoken, calls that report progress the stream of events and the reading of a trace. No request
comes through a socket of ours, with a form, a cookie or TLS."""

_NOTHING = Parts()
_EVERYWHERE = ("qscreen.wire",)


class _TypedDict:
    """Stands for ``TypedDict`` where nobody asks which keys it has."""

    def __init_subclass__(cls, **options: Any) -> None:
        del options

    def __new__(cls, *items: Any, **keys: Any) -> Any:
        return dict(*items, **keys)


@contextmanager
def _annotations_unread() -> Iterator[None]:
    """Let ``typing`` keep annotations as the text that they are, and make no typed dictionaries.

    It compiles each of them when it meets it; the core schema of pydantic declares a thousand in
    eighty dictionaries that are there for type checkers only.
    """
    import typing_extensions

    homes: tuple[Any, ...] = (typing, typing_extensions)
    kept = [home.TypedDict for home in homes]
    typing.compile = lambda *_: None  # type: ignore[attr-defined]
    for home in homes:
        home.TypedDict = _TypedDict
    try:
        yield
    finally:
        for home, theirs in zip(homes, kept, strict=True):
            home.TypedDict = theirs
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
        with found_files(), late_patterns():
            from qs_cloud._late_dataclasses import late_dataclasses
            from qs_cloud._late_names import late_names
            from qs_cloud._late_packages import put_in_place

            with late_dataclasses(), late_names(parts.names):
                with _annotations_unread():
                    import pydantic_core.core_schema  # noqa: F401 - what this is for
                from qs_cloud._late_models import late_models

                put_in_place((*_EVERYWHERE, *parts.packages))
                with late_models():
                    yield
    finally:
        if collects:
            # What a start made stays until the end: the first collection need not walk it.
            gc.freeze()
            gc.enable()
