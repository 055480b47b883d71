"""The API's client, with a real token."""

from collections.abc import Iterator
from contextlib import contextmanager

from qops.identity.tokens import Identity
from qops.platform.aws import Aws
from qops.settings import Settings
from qscreen.api.client import ApiClient
from qscreen.api.http import HttpxTransport

TIMEOUT_SECONDS = 30.0
"""Limit of one call; API Gateway ends a call after 29 s."""


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
    with HttpxTransport(address, user.access_token, TIMEOUT_SECONDS) as transport:
        yield ApiClient(transport)
