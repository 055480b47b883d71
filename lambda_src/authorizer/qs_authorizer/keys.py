"""The user pool's signing keys, kept between invocations for a bounded time."""

import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from jwt import PyJWK, PyJWKSet
from jwt.exceptions import PyJWKError, PyJWKSetError

MAX_AGE_SECONDS = 3600
"""Keys are fetched again after this, so that a key that was taken back stops to hold."""
MIN_AGE_SECONDS = 30
"""An unknown key id makes us look for new keys, but no more often than this."""
TIMEOUT_SECONDS = 2
ATTEMPTS = 2
MAX_BYTES = 256 * 1024


class KeysUnavailableError(Exception):
    """The signing keys could not be fetched, and none are known."""


def fetch(url: str) -> dict[str, Any]:
    """Fetch a key set.

    Args:
        url: Address of the JWKS document; http or https.

    Returns:
        The parsed document.

    Raises:
        KeysUnavailableError: If it cannot be had within two attempts of 2 s each.
    """
    if not url.startswith(("https://", "http://")):
        raise KeysUnavailableError("QS_JWKS_URL must be an http or https address.")
    failure = "no answer"
    for _ in range(ATTEMPTS):
        try:
            with urllib.request.urlopen(url, timeout=TIMEOUT_SECONDS) as answer:  # noqa: S310
                found = json.loads(answer.read(MAX_BYTES))
        except (urllib.error.URLError, OSError, ValueError) as error:
            failure = type(error).__name__
            continue
        if isinstance(found, dict):
            return found
        failure = "no key set in the answer"
    raise KeysUnavailableError(
        f"The signing keys could not be fetched ({failure}). "
        "Check that the function reaches the user pool, then send the request again."
    )


@dataclass(slots=True)
class SigningKeys:
    """The keys of one user pool.

    Attributes:
        url: Address of the JWKS document.
        load: How to fetch it.
        clock: Monotonic clock, seconds.
    """

    url: str
    load: Callable[[str], dict[str, Any]] = fetch
    clock: Callable[[], float] = time.monotonic
    _keys: dict[str, PyJWK] = field(default_factory=dict)
    _fetched_at: float | None = None

    def find(self, key_id: str) -> PyJWK | None:
        """Find a key by its id.

        Args:
            key_id: ``kid`` of the token's header.

        Returns:
            The key, or None if the user pool has no such key.

        Raises:
            KeysUnavailableError: If the keys cannot be fetched and the known ones are too old.
        """
        age = self._age()
        if (
            age is None
            or age > MAX_AGE_SECONDS
            or (key_id not in self._keys and age > MIN_AGE_SECONDS)
        ):
            self._refresh()
        return self._keys.get(key_id)

    def _age(self) -> float | None:
        return None if self._fetched_at is None else self.clock() - self._fetched_at

    def _refresh(self) -> None:
        try:
            found = PyJWKSet.from_dict(self.load(self.url))
        except (PyJWKSetError, PyJWKError) as error:
            raise KeysUnavailableError(
                "The document at QS_JWKS_URL holds no usable key. Check the address."
            ) from error
        self._keys = {key.key_id: key for key in found.keys if key.key_id}
        self._fetched_at = self.clock()
