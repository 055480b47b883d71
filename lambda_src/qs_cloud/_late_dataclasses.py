"""Methods of dataclasses that are compiled when they are first called.

``@dataclass`` writes the source of each method and runs it, four to seven times for a class; of
most classes that a start defines nobody makes an object. Here a method compiles itself when it is
called. From Python 3.13 on the methods of a class are compiled together, by other means: there
nothing is done.
"""

import dataclasses
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from inspect import Signature, signature
from typing import Any

_MAKER = "_create_fn"


class _Signature(Signature):
    """Signature of a method that is not compiled yet."""

    __slots__ = ("_of",)

    def __init__(self, of: Callable[[], Any]) -> None:
        # Not those of the class above: they are what `__getattr__` is asked for.
        self._of = of

    def __getattr__(self, name: str) -> Any:
        if name not in Signature.__slots__:
            raise AttributeError(name)
        real = signature(self._of())
        for slot in Signature.__slots__:
            setattr(self, slot, getattr(real, slot))
        return getattr(self, name)

    def replace(self, **changes: Any) -> Any:
        return signature(self._of()).replace(**changes)


def _later(make: Callable[[], Any], name: str) -> Any:
    made: list[Any] = []

    def real() -> Any:
        if not made:
            function = make()
            function.__qualname__ = late.__qualname__
            made.append(function)
        return made[0]

    def late(self: Any, /, *arguments: Any, **options: Any) -> Any:
        function = real()
        for owner in type(self).__mro__:
            if owner.__dict__.get(name) is late:
                setattr(owner, name, function)
        return function(self, *arguments, **options)

    late.__name__ = name
    late.__signature__ = _Signature(real)  # type: ignore[attr-defined]
    return late


@contextmanager
def late_dataclasses() -> Iterator[None]:
    """Let the methods of dataclasses that are defined meanwhile be compiled when first called.

    Yields:
        Nothing.
    """
    now = getattr(dataclasses, _MAKER, None)
    if now is None:
        yield
        return

    def create_later(name: str, *source: Any, **names: Any) -> Any:
        return _later(lambda: now(name, *source, **names), name)

    setattr(dataclasses, _MAKER, create_later)
    try:
        yield
    finally:
        setattr(dataclasses, _MAKER, now)
