"""The API's client, with a real token."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from qops.identity.tokens import Identity
from qops.platform.aws import Aws
from qops.settings import Settings
from qscreen.api.client import ApiClient
from qscreen.api.http import HttpxTransport

TIMEOUT_SECONDS = 30.0
"""Limit of one call; API Gateway ends a call after 29 s."""

KEPT_SECONDS = 30.0
"""How long a token is used before it is asked for again: each is good for a minute or more."""


class KeptToken:
    """Asks for an access token now and then instead of for each call.

    To ask means to read the user, the token and the platform's parameter; whoever follows a run
    calls several times a second. Safe to share by threads.
    """

    def __init__(
        self, ask: Callable[[], str], *, now: Callable[[], float] = time.monotonic
    ) -> None:
        """Remember whom to ask; nobody is asked yet.

        Args:
            ask: Gives a token that is good for at least a minute.
            now: Clock, seconds.
        """
        self._ask = ask
        self._now = now
        self._lock = threading.Lock()
        self._token = ""
        self._until = float("-inf")

    def __call__(self) -> str:
        """A token that is good for at least half a minute."""
        with self._lock:
            if self._now() >= self._until:
                self._token = self._ask()
                self._until = self._now() + KEPT_SECONDS
            return self._token


@contextmanager
def api_client(settings: Settings, identity: Identity | None = None) -> Iterator[ApiClient]:
    """Open the API for the environment's user.

    Args:
        settings: Which environment.
        identity: The user; the demo's when absent.

    Yields:
        The client; its connections close with the context.

    Raises:
        PrerequisiteError: The platform is not applied, or there is no user.
    """
    user = identity or Identity(settings, Aws(settings))
    address = user.client_settings().api_url
    token = KeptToken(user.access_token)
    with HttpxTransport(address, token, TIMEOUT_SECONDS) as transport:
        yield ApiClient(transport)
