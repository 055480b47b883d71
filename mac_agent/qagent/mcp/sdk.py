"""What the servers use of the ``mcp`` SDK, and importing only its serving half.

Measured on the SDK's 2.3: importing it whole takes a second of processor time where clients give a
server five until it must have answered, and most of that builds validators of messages that no
client sends, and loads the SDK's own client and what it takes to serve HTTP. `lean` is for the
process of a server; in any other one the SDK is imported as usual.
"""

import gc
import importlib.util
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import NoReturn

_WHOLE = ("mcp", "mcp.server")
"""Packages whose ``__init__`` loads all of their modules only to hand out names."""

_HTTP = (
    "mcp.server.auth.middleware.auth_context",
    "mcp.server.auth.middleware.bearer_auth",
    "mcp.server.auth.provider",
    "mcp.server.auth.routes",
    "mcp.server.auth.settings",
    "mcp.server.streamable_http",
    "mcp.server.streamable_http_manager",
    "mcp.server.transport_security",
    "starlette.applications",
    "starlette.middleware",
    "starlette.middleware.authentication",
    "starlette.routing",
)
"""What the SDK's server takes names of for serving HTTP, which this process does not."""


class _Absent:
    """Stands for a name that is used over HTTP only."""

    def __call__(self, *_: object, **__: object) -> NoReturn:
        """Say why it is not there."""
        raise RuntimeError("This process serves standard input and output only.")


class _AbsentModule(ModuleType):
    """Has every name that is taken of it."""

    def __getattr__(self, name: str) -> _Absent:
        if name.startswith("__"):
            raise AttributeError(name)
        return _Absent()


@contextmanager
def lean() -> Iterator[None]:
    """Import the SDK inside: its packages without their ``__init__``, models built when used."""
    # Looking for plugins means reading the metadata of every installed package.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    collects = gc.isenabled()
    # Definitions make many objects and hardly any garbage.
    gc.disable()
    import pydantic

    before = pydantic.BaseModel.model_config
    pydantic.BaseModel.model_config = pydantic.ConfigDict(defer_build=True)
    for name in _WHOLE:
        if name not in sys.modules:
            _bare(name)
    for name in _HTTP:
        sys.modules.setdefault(name, _AbsentModule(name))
    try:
        yield
    finally:
        pydantic.BaseModel.model_config = before
        if collects:
            gc.freeze()
            gc.enable()


def _bare(name: str) -> None:
    spec = importlib.util.find_spec(name)
    if spec is None:
        raise ModuleNotFoundError(f"No module named {name!r}", name=name)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    parent, _, child = name.rpartition(".")
    if parent:
        setattr(sys.modules[parent], child, module)
