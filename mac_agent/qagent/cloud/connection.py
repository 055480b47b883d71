"""The platform as this device's user: the stored sign-in, kept fresh, and the API's client."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from qagent.cloud.config import Enrolment, load_enrolment, store_enrolment
from qagent.cloud.signin import CognitoSignIn, TokenSource
from qagent.home import AgentHome
from qscreen.api.client import ApiClient
from qscreen.api.http import HttpxTransport

_TIMEOUT_SECONDS = 15.0


@dataclass(frozen=True, slots=True)
class Connection:
    """An open connection to the platform.

    Attributes:
        api: The generated client.
        tokens: Where it takes the access token from.
    """

    api: ApiClient
    tokens: TokenSource


@contextmanager
def connected(home: AgentHome, enrolment: Enrolment) -> Iterator[Connection]:
    """Connect with the stored sign-in.

    Several processes of a device may do so: each takes the refresh token as it is stored when it
    needs it, and stores the one that it got for it.

    Args:
        home: The agent's folder.
        enrolment: What enrolment stored.
    """

    def keep(refresh_token: str) -> None:
        renewed = enrolment.model_copy(update={"refresh_token": refresh_token})
        store_enrolment(home.device, renewed)

    def stored() -> str:
        return load_enrolment(home.device).refresh_token

    tokens = TokenSource(
        CognitoSignIn(enrolment.client), enrolment.refresh_token, keep=keep, stored=stored
    )
    with HttpxTransport(enrolment.client.api_url, tokens, _TIMEOUT_SECONDS) as transport:
        yield Connection(ApiClient(transport), tokens)
