"""Names out of modules that a start imports and a call may never touch.

``from module import name`` runs the module. Here a stand-in hands out names that load the module
when they are called, asked for an attribute, or used as a type: enough for what a module keeps in a
table, or uses inside a function only. ``import module`` gives the stand-in itself.
"""

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from importlib import import_module
from types import ModuleType
from typing import Any


class _Name:
    """A name of a module that is not loaded yet."""

    def __init__(self, module: str, name: str) -> None:
        self.__dict__.update(_module=module, _name=name)

    def _real(self) -> Any:
        return getattr(_load(self._module), self._name)

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
    """A module that hands out names without being loaded; once the start has ended, the module's.

    A name is good for what the docstring of this file says, and not for an ``except``: what is
    asked of the module in a call is therefore the real thing.
    """

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")
        if sys.modules.get(self.__name__) is self:
            return _Name(self.__name__, name)
        return getattr(_load(self.__name__), name)


def _load(name: str) -> ModuleType:
    there = sys.modules.get(name)
    if isinstance(there, _StandIn):
        del sys.modules[name]
    elif there is not None:
        return there
    # Not before, since pydantic itself is imported with late names.
    from qs_cloud._late_models import late_models

    with late_models():
        return import_module(name)


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
            parent, _, child = name.rpartition(".")
            if sys.modules.get(name) is stand_in:
                del sys.modules[name]
                if parent in sys.modules and child not in vars(sys.modules[parent]):
                    # For who has imported `parent.child` and asks `parent` for it in a call.
                    setattr(sys.modules[parent], child, stand_in)
