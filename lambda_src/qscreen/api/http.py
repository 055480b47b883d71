"""The transport over httpx.

httpx is imported when the first transport is made: the functions that share this package do
not carry it.
"""

import ssl
import time
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import TYPE_CHECKING, Self

from qscreen.api.transport import ApiUnreachable, Response

if TYPE_CHECKING:
    import httpx

_IDEMPOTENT = frozenset({"GET", "HEAD", "PUT", "DELETE"})
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_TRIES = 3
_FIRST_PAUSE_SECONDS = 0.2
_KEPT_CONNECTIONS = 8
_KEPT_SECONDS = 30.0


class HttpxTransport:
    """Sends requests with keep-alive over one connection pool; safe to share by threads.

    Connections over https need TLS 1.3. A request is sent again only when no connection came
    about and the call is idempotent (by its method or its ``Idempotency-Key``): up to 3 tries.

    Args:
        base_url: Address of the API with its stage, e.g. the ``api_url`` of the client
            parameter.
        token: Gives the access token for each request; None for public operations only.
        timeout_seconds: Limit for connecting, and for each wait for data.
    """

    def __init__(
        self, base_url: str, token: Callable[[], str] | None, timeout_seconds: float
    ) -> None:
        import httpx

        self._httpx = httpx
        self._base_url = base_url.rstrip("/")
        self._token = token
        url = httpx.URL(self._base_url)
        self._client = httpx.Client(
            verify=_tls() if url.scheme == "https" else True,
            # A proxy of the environment cannot reach a local cloud on this machine.
            trust_env=url.host not in _LOOPBACK,
            timeout=timeout_seconds,
            limits=httpx.Limits(
                max_keepalive_connections=_KEPT_CONNECTIONS, keepalive_expiry=_KEPT_SECONDS
            ),
        )

    def send(
        self,
        method: str,
        path: str,
        query: Mapping[str, str],
        headers: Mapping[str, str],
        body: bytes | None,
    ) -> Response:
        """Send a request; see `qscreen.api.transport.Transport`.

        Args:
            method: HTTP method, upper case.
            path: Quoted path below the API's address.
            query: Query parameters.
            headers: Header fields beside the access token.
            body: The body, or None.

        Returns:
            The answer.

        Raises:
            ApiUnreachable: No answer came.
        """
        fields = dict(headers)
        if self._token is not None:
            fields["Authorization"] = f"Bearer {self._token()}"
        repeatable = method in _IDEMPOTENT or "Idempotency-Key" in fields
        answer = self._send_bounded(
            method, self._base_url + path, query, fields, body, _TRIES if repeatable else 1
        )
        return Response(answer.status_code, dict(answer.headers), answer.content)

    def _send_bounded(
        self,
        method: str,
        url: str,
        query: Mapping[str, str],
        fields: Mapping[str, str],
        body: bytes | None,
        tries: int,
    ) -> "httpx.Response":
        pause = _FIRST_PAUSE_SECONDS
        for left in range(tries - 1, -1, -1):
            try:
                return self._client.request(
                    method, url, params=dict(query) or None, headers=dict(fields), content=body
                )
            except (self._httpx.ConnectError, self._httpx.ConnectTimeout) as error:
                if left == 0:
                    raise ApiUnreachable(
                        f"no connection to {url}: {error}. Check the address and the network, "
                        "and that the platform is up."
                    ) from error
                time.sleep(pause)
                pause *= 2
            except (self._httpx.TransportError, self._httpx.InvalidURL) as error:
                raise ApiUnreachable(
                    f"{method} {url} got no answer ({type(error).__name__}: {error}). It is not "
                    "known whether the request was carried out: ask for its state before "
                    "sending it again."
                ) from error
        raise AssertionError("a bounded loop returns or raises")

    def close(self) -> None:
        """Close all connections."""
        self._client.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def _tls() -> ssl.SSLContext:
    import httpx

    context = httpx.create_ssl_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    return context
