"""Names out of modules that a start imports and a call may never touch.

``from module import name`` runs the module. Here a stand-in hands out names that load the module
when they are called, asked for an attribute, or used as a type: enough for what a module keeps in a
table, or uses inside a function only.
"""

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from importlib import import_module
from types import ModuleType
from typing import Any

from qs_cloud._late_models import late_models


class _Name:
    """A name of a module that is not loaded yet."""

    def __init__(self, module: str, name: str) -> None:
        self.__dict__.update(_module=module, _name=name)

    def _real(self) -> Any:
        if isinstance(sys.modules.get(self._module), _StandIn):
            del sys.modules[self._module]
        with late_models():
            return getattr(import_module(self._module), self._name)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real(), name)

    def __call__(self, *arguments: Any, **options: Any) -> Any:
        return self._real()(*arguments, **options)

    def __mro_entries__(self, bases: tuple[Any, ...]) -> tuple[Any, ...]:
        del bases
        return (self._real(),)

    def __instancecheck__(self, instance: object) -> bool:
        # Of a type that nobody has loaded there is no instance.
        module = sys.modules.get(self._module)
        return not isinstance(module, _StandIn | None) and isinstance(instance, self._real())

    def __get_pydantic_core_schema__(self, source: object, handler: Any) -> Any:
        del source
        return handler(self._real())


class _StandIn(ModuleType):
    """A module that hands out names without being loaded."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")
        return _Name(self.__name__, name)


@contextmanager
def late_names(modules: Iterable[str]) -> Iterator[None]:
    """Let the names that are imported from some modules meanwhile load them when they are used.

    Args:
        modules: Their names; those that are loaded already stay as they are.

    Yields:
        Nothing.
    """
    stand_ins = {name: _StandIn(name) for name in modules if name not in sys.modules}
    sys.modules.update(stand_ins)
    try:
        yield
    finally:
        for name, stand_in in stand_ins.items():
            if sys.modules.get(name) is stand_in:
                del sys.modules[name]
            parent, _, child = name.rpartition(".")
            if getattr(sys.modules.get(parent), child, None) is stand_in:
                delattr(sys.modules[parent], child)
