"""Imports the serving half of the ``mcp`` SDK without the rest of it.

``import mcp.server.lowlevel`` runs ``mcp/__init__`` and ``mcp/server/__init__`` first, which load
the client, its HTTP library, cryptography and the decorator framework: most of a cold start, for
code that no function calls. Here these two packages stand in ``sys.modules`` as themselves, with
their own search path, and run their ``__init__`` only when somebody asks them for a name. The
models of the protocol build their validators when they are first used, since a call meets a dozen
of several hundred.
"""

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.machinery import ModuleSpec
from importlib.util import find_spec, module_from_spec
from types import ModuleType
from typing import Any

_PACKAGES = ("mcp", "mcp.server")


class _OnDemand(ModuleType):
    """A package whose ``__init__`` runs when a name is asked of it that it does not have yet."""

    def __getattr__(self, name: str) -> Any:
        spec: ModuleSpec | None = self.__dict__.get("__spec__")
        if name.startswith("__") or spec is None or spec.loader is None or "_ran" in self.__dict__:
            raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")
        # Set first: the package asks itself for its submodules while it runs.
        self.__dict__["_ran"] = True
        spec.loader.exec_module(self)
        return getattr(self, name)


def prepare() -> None:
    """Put the packages of the SDK in place; whoever has imported them already keeps them."""
    for name in _PACKAGES:
        if name in sys.modules:
            continue
        spec = find_spec(name)
        if spec is None:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
        module = module_from_spec(spec)
        module.__class__ = _OnDemand
        sys.modules[name] = module
        parent, _, child = name.rpartition(".")
        if parent:
            setattr(sys.modules[parent], child, module)


@contextmanager
def on_demand() -> Iterator[None]:
    """Let pydantic build what is defined meanwhile when it is first used, and collect no garbage.

    Definitions make many objects and hardly any garbage, so that looking for it is all cost.

    Yields:
        Nothing.
    """
    from pydantic import TypeAdapter
    from pydantic._internal import _config

    models = _config.config_defaults["defer_build"]
    adapters = TypeAdapter._defer_build
    collects = gc.isenabled()
    _config.config_defaults["defer_build"] = True
    TypeAdapter._defer_build = property(lambda _: True)  # type: ignore[method-assign, assignment]
    gc.disable()
    try:
        yield
    finally:
        _config.config_defaults["defer_build"] = models
        TypeAdapter._defer_build = adapters  # type: ignore[method-assign]
        if collects:
            gc.enable()
