"""What the servers use of the ``mcp`` SDK, and importing only its serving half.

Measured on the SDK's 2.3: importing it whole takes a second of processor time where clients give a
server five until it must have answered, and most of that builds validators of messages that no
client sends and loads the SDK's own client. `lean` is for the process of a server; in any other one
the SDK is imported as usual.
"""

import gc
import importlib.util
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

_WHOLE = ("mcp", "mcp.server")
"""Packages whose ``__init__`` loads all of their modules only to hand out names."""


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
