"""What every store does, and whose data it is about."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Protocol

_WORD = re.compile(r"[A-Za-z0-9_-]+")
_IN = "@"


@dataclass(frozen=True, slots=True)
class Person:
    """A user, and the ids under which his data lie.

    Attributes:
        user_id: Cognito ``sub``.
        run_ids: His runs, those that only the history still knows among them.
        device_ids: His devices.
    """

    user_id: str
    run_ids: frozenset[str]
    device_ids: frozenset[str]

    def is_meant_by(self, text: str) -> bool:
        """Tell whether a text is about him.

        Args:
            text: A key or a value.

        Returns:
            Whether his id, or that of one of his runs or devices, stands in it.
        """
        if self.user_id in text:
            return True
        words = set(_WORD.findall(text))
        return not (words.isdisjoint(self.run_ids) and words.isdisjoint(self.device_ids))


@dataclass(frozen=True, slots=True)
class Found:
    """One thing that belongs to a user.

    Attributes:
        id: Its id inside its store.
        content: What it holds, as the export shows it.
    """

    id: str
    content: dict[str, Any]


class Store(Protocol):
    """One place with data of users."""

    @property
    def name(self) -> str:
        """Name in steps and certificates."""
        ...

    @property
    def keeps_ids(self) -> bool:
        """Whether the certificate proves each id by its hash."""
        ...

    def find(self, person: Person) -> Iterator[Found]:
        """Find what belongs to a user.

        Args:
            person: The user.

        Yields:
            What was found.
        """
        ...

    def erase(self, person: Person) -> Iterator[tuple[str, ...]]:
        """Delete what belongs to a user, bit by bit.

        Args:
            person: The user.

        Yields:
            Ids of what was deleted, after each bit; what was gone already is not named.
        """
        ...


def name_in(store: str, region: str) -> str:
    """Name a store outside the platform's own region.

    Args:
        store: Name of the store whose copy it is.
        region: Its region.

    Returns:
        Name in steps and certificates.
    """
    return f"{store}{_IN}{region}"


def region_of(name: str, own: str) -> str:
    """Find the region of a store.

    Args:
        name: Its name in steps.
        own: The platform's own region.

    Returns:
        The region.
    """
    return name.partition(_IN)[2] or own
