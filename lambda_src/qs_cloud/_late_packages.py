"""Packages whose ``__init__`` only re-exports, loaded name by name.

``from package import Name`` runs the package's ``__init__`` first, and with it every module that
it re-exports from. Here the package stands in ``sys.modules`` as itself, with its own search path;
a name that is asked of it comes straight out of the module that its ``__init__`` would have taken
it from, and only what is made in the ``__init__`` itself makes it run.
"""

import ast
import sys
from collections.abc import Iterable
from functools import cache, partial
from importlib import import_module
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.util import find_spec, module_from_spec, resolve_name
from types import ModuleType
from typing import Any

_HOMES = "__qs_homes__"


def put_in_place(packages: Iterable[str]) -> None:
    """Put packages in place that load name by name; those that are imported already stay.

    Args:
        packages: Their names, outer packages first. One that is not installed is left out: not
            every archive has all of them.
    """
    for name in packages:
        if name in sys.modules:
            continue
        spec = _spec_of(name)
        if spec is None or not isinstance(spec.loader, SourceFileLoader):
            continue
        module = module_from_spec(spec)
        module.__dict__[_HOMES] = partial(_homes, name, spec.loader)
        module.__class__ = _ByName
        sys.modules[name] = module
        parent, _, child = name.rpartition(".")
        if parent:
            setattr(sys.modules[parent], child, module)


def _spec_of(name: str) -> ModuleSpec | None:
    try:
        return find_spec(name)
    except ModuleNotFoundError:
        # Its parent, which was imported to ask it.
        return None


@cache
def _homes(package: str, loader: SourceFileLoader) -> dict[str, tuple[str, str]]:
    """Find, by name, the module that a re-exported name comes from and its name there."""
    source = loader.get_source(package)
    return {
        alias.asname or alias.name: (
            resolve_name("." * node.level + node.module, package) if node.level else node.module,
            alias.name,
        )
        for node in ast.parse(source or "").body
        if isinstance(node, ast.ImportFrom) and node.module
        for alias in node.names
    }


class _ByName(ModuleType):
    """A package that has not run its ``__init__``, and perhaps never will."""

    def __getattr__(self, name: str) -> Any:
        own = self.__dict__
        if _HOMES in own and name in own[_HOMES]():
            module, original = own[_HOMES]()[name]
            own[name] = getattr(import_module(module), original)
        elif _HOMES in own and self._makes(name):
            # First, since the package asks itself for its submodules while it runs.
            del own[_HOMES]
            own["__spec__"].loader.exec_module(self)
        if name in own:
            return own[name]
        raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")

    def _makes(self, name: str) -> bool:
        if name.startswith("__"):
            return name == "__all__"
        # The import system asks for submodules too, and looks for them where they are not there.
        return find_spec(f"{self.__name__}.{name}") is None
