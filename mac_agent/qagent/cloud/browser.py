"""Signing in through the browser: authorization code with PKCE (RFC 7636, RFC 8252).

Password and one-time code are typed into the user pool's own page and never reach the agent. The
page sends the browser back to a server on the loopback interface that takes exactly one answer.
"""

import secrets
import threading
import webbrowser
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs, urlsplit

import httpx2
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.httpx_client import OAuth2Client

from qagent.cloud.config import ClientConfig
from qagent.cloud.errors import SignInError, SignInUnreachableError
from qagent.cloud.signin import SignedIn, tokens_of
from qagent.cloud.tls import tls_context
from qagent.messages import text
from qagent.words import reason

WAIT_SECONDS = 300.0
"""Time a person has for the sign-in page; the pool's own session there is as long by default."""

_TIMEOUT_SECONDS = 15.0
_VERIFIER_BYTES = 48
"""64 characters in base 64: within the 43 to 128 of RFC 7636, section 4.1."""


def sign_in_by_browser(
    client: ClientConfig,
    *,
    show: Callable[[str], None],
    open_page: Callable[[str], bool] = webbrowser.open,
    wait_seconds: float = WAIT_SECONDS,
) -> SignedIn:
    """Let a person sign in on the user pool's own page.

    Args:
        client: The platform's client configuration; it must name the page's domain.
        show: Called with the page's address, for a person whose browser does not open by itself.
        open_page: Opens an address in the browser.
        wait_seconds: Time for the person.

    Returns:
        The tokens.

    Raises:
        SignInError: The platform has no such page, the person did not finish, or the pool refused.
        SignInUnreachableError: The pool did not answer.
    """
    if client.domain is None:
        raise SignInError(text("browser.no_page"), text("browser.no_page.repair"))
    verifier = secrets.token_urlsafe(_VERIFIER_BYTES)
    with (
        _Callback(client.callback_url) as callback,
        OAuth2Client(
            client.client_id,
            token_endpoint_auth_method="none",  # noqa: S106 - a public client has no secret
            redirect_uri=client.callback_url,
            code_challenge_method="S256",
            timeout=_TIMEOUT_SECONDS,
            verify=tls_context(),
        ) as session,
    ):
        address, state = session.create_authorization_url(
            f"{client.domain}/oauth2/authorize", code_verifier=verifier
        )
        show(address)
        open_page(address)
        answer = callback.wait(wait_seconds)
        _check(answer)
        try:
            return SignedIn(
                tokens_of(
                    session.fetch_token(
                        f"{client.domain}/oauth2/token",
                        authorization_response=answer,
                        state=state,
                        code_verifier=verifier,
                    )
                )
            )
        except AuthlibBaseError as error:
            raise SignInError(
                text("browser.refused", reason=error.error or type(error).__name__),
                text("browser.again"),
            ) from error
        except httpx2.HTTPError as error:
            raise SignInUnreachableError(
                text("browser.unreachable", fault=type(error).__name__), text("browser.again")
            ) from error


def _check(answer: str) -> None:
    fault = parse_qs(urlsplit(answer).query).get("error")
    if fault:
        raise SignInError(text("browser.refused", reason=fault[0][:200]), text("browser.again"))


class _Callback:
    """The server that the browser is sent back to."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._path = parts.path
        self._url = url
        self._answer: str | None = None
        self._arrived = threading.Event()
        try:
            self._server = HTTPServer(("127.0.0.1", parts.port or 80), self._handler())
        except OSError as error:
            raise SignInError(
                text("browser.port", port=parts.port or 80, fault=reason(error)),
                text("browser.port.repair"),
            ) from error
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    def __enter__(self) -> "_Callback":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def wait(self, seconds: float) -> str:
        """The address that the browser was sent back to."""
        if not self._arrived.wait(seconds) or self._answer is None:
            raise SignInError(text("browser.late", seconds=f"{seconds:g}"), text("browser.again"))
        return self._answer

    def _take(self, target: str) -> bool:
        parts = urlsplit(target)
        query = parse_qs(parts.query)
        if parts.path != self._path or self._arrived.is_set() or not {"code", "error"} & {*query}:
            return False
        self._answer = f"{self._url}?{parts.query}"
        self._arrived.set()
        return True

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        take = self._take

        class Handler(BaseHTTPRequestHandler):
            timeout = 5

            def do_GET(self) -> None:
                taken = take(self.path)
                page = text("browser.page" if taken else "browser.page.unknown").encode()
                self.send_response(200 if taken else 404)
                self.send_header("Content-Type", "text/plain; charset=utf-8")
                self.send_header("Content-Length", str(len(page)))
                self.send_header("Cache-Control", "no-store")
                self.send_header("Referrer-Policy", "no-referrer")
                self.end_headers()
                self.wfile.write(page)

            def log_message(self, *_: object) -> None:
                """The address holds the code: it is not logged."""

        return Handler
