"""Regular expressions that are compiled when they are first used.

Modules compile theirs when they are imported, most of them for functions that no call reaches.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any


class _Pattern:
    """Stands for a pattern until something is asked of it."""

    def __init__(self, make: Callable[[], re.Pattern[Any]]) -> None:
        self.__dict__["_make"] = make

    @property  # type: ignore[misc]
    def __class__(self) -> type:
        # What asks whether it is a pattern is told so; what comes then asks it for its attributes.
        return re.Pattern

    def _real(self) -> re.Pattern[Any]:
        own = self.__dict__
        if "_made" not in own:
            own["_made"] = own["_make"]()
        made: re.Pattern[Any] = own["_made"]
        return made

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            return getattr(self._real(), name)
        found = self.__dict__[name] = getattr(self._real(), name)
        return found

    def __eq__(self, other: object) -> bool:
        return self._real() == (other._real() if type(other) is _Pattern else other)

    def __hash__(self) -> int:
        return hash(self._real())

    def __repr__(self) -> str:
        return repr(self._real())

    def __copy__(self) -> re.Pattern[Any]:
        return self._real()

    def __deepcopy__(self, memo: object) -> re.Pattern[Any]:
        del memo
        return self._real()

    def __reduce__(self) -> Any:
        return re.compile, (self._real().pattern, self._real().flags)


@contextmanager
def late_patterns() -> Iterator[None]:
    """Let patterns that are compiled meanwhile by name be compiled when first used.

    Yields:
        Nothing.
    """
    now = re.compile

    def later(pattern: Any, flags: Any = 0) -> Any:
        if isinstance(pattern, str | bytes):
            return _Pattern(lambda: now(pattern, flags))
        return now(pattern, flags)

    re.compile = later
    try:
        yield
    finally:
        re.compile = now
