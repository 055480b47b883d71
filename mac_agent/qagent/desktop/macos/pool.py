"""Autorelease pools: a thread that is not macOS's own has none, and what it gets stays forever."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import wraps
from typing import Concatenate, ParamSpec, Protocol, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


class HasPool(Protocol):
    """Something that makes autorelease pools."""

    def _pool(self) -> AbstractContextManager[object]: ...


S = TypeVar("S", bound=HasPool)


def pooled(method: Callable[Concatenate[S, P], R]) -> Callable[Concatenate[S, P], R]:
    """Run a method inside a pool of its own, in whatever thread it is called."""

    @wraps(method)
    def run(self: S, /, *args: P.args, **kwargs: P.kwargs) -> R:
        with self._pool():
            return method(self, *args, **kwargs)

    return run
