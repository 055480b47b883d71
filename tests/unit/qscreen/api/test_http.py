"""The httpx transport; httpx's own mock transport stands for the network, so no sockets."""

import ssl
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from qscreen.api.http import HttpxTransport
from qscreen.api.transport import ApiUnreachable

Handler = Callable[[httpx.Request], httpx.Response]


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    slept: list[float] = []
    monkeypatch.setattr(time, "sleep", slept.append)
    return slept


@pytest.fixture
def over(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Handler], HttpxTransport]]:
    made: list[HttpxTransport] = []
    plain = httpx.Client

    def make(handler: Handler) -> HttpxTransport:
        monkeypatch.setattr(
            httpx, "Client", lambda **kw: plain(transport=httpx.MockTransport(handler), **kw)
        )
        made.append(HttpxTransport("http://127.0.0.1:9/stage/", lambda: "tok", 2.0))
        return made[-1]

    yield make
    for transport in made:
        transport.close()


def test_sends_what_it_is_given(over: Callable[[Handler], HttpxTransport]) -> None:
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(201, headers={"X-A": "b"}, content=b"out")

    response = over(answer).send("POST", "/v1/runs", {"a": "b c"}, {"X-Q": "1"}, b"in")
    assert (response.status, response.body) == (201, b"out")
    assert response.header("X-a") == "b"
    assert str(seen[0].url) == "http://127.0.0.1:9/stage/v1/runs?a=b+c"
    assert seen[0].headers["authorization"] == "Bearer tok"
    assert seen[0].headers["x-q"] == "1"
    assert seen[0].content == b"in"


def test_quoted_segments_stay_quoted(over: Callable[[Handler], HttpxTransport]) -> None:
    seen: list[bytes] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request.url.raw_path)
        return httpx.Response(200)

    over(answer).send("GET", "/v1/runs/a%2Fb", {}, {}, None)
    assert seen == [b"/stage/v1/runs/a%2Fb"]


def test_without_a_token_no_header(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200)

    plain = httpx.Client
    monkeypatch.setattr(
        httpx, "Client", lambda **kw: plain(transport=httpx.MockTransport(answer), **kw)
    )
    with HttpxTransport("http://127.0.0.1:9", None, 1.0) as transport:
        transport.send("GET", "/v1/health", {}, {}, None)
    assert "authorization" not in seen[0].headers


@pytest.mark.parametrize("error", [httpx.ConnectError, httpx.ConnectTimeout])
@pytest.mark.parametrize(
    ("method", "headers", "tries"),
    [("GET", {}, 3), ("DELETE", {}, 3), ("POST", {"Idempotency-Key": "k"}, 3), ("POST", {}, 1)],
)
def test_connect_errors_are_tried_again_for_idempotent_calls_only(
    over: Callable[[Handler], HttpxTransport],
    pauses: list[float],
    error: type[httpx.TransportError],
    method: str,
    headers: dict[str, str],
    tries: int,
) -> None:
    count = 0

    def fail(request: httpx.Request) -> httpx.Response:
        nonlocal count
        count += 1
        raise error("refused", request=request)

    with pytest.raises(ApiUnreachable, match="no connection to"):
        over(fail).send(method, "/v1/x", {}, headers, None)
    assert count == tries
    assert pauses == [0.2, 0.4][: tries - 1]


def test_second_try_may_succeed(
    over: Callable[[Handler], HttpxTransport], pauses: list[float]
) -> None:
    answers: Iterator[Exception | httpx.Response] = iter(
        [httpx.ConnectError("refused"), httpx.Response(200)]
    )

    def answer(request: httpx.Request) -> httpx.Response:
        item = next(answers)
        if isinstance(item, Exception):
            raise item
        return item

    assert over(answer).send("GET", "/v1/x", {}, {}, None).status == 200
    assert pauses == [0.2]


@pytest.mark.parametrize("error", [httpx.ReadTimeout, httpx.RemoteProtocolError, httpx.ReadError])
def test_a_request_that_may_have_arrived_is_not_sent_again(
    over: Callable[[Handler], HttpxTransport],
    pauses: list[float],
    error: type[httpx.TransportError],
) -> None:
    count = 0

    def fail(request: httpx.Request) -> httpx.Response:
        nonlocal count
        count += 1
        raise error("cut", request=request)

    with pytest.raises(ApiUnreachable, match="not known whether"):
        over(fail).send("GET", "/v1/x", {}, {"Idempotency-Key": "k"}, None)
    assert count == 1
    assert pauses == []


def test_https_needs_tls_1_3(monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[dict[str, object]] = []
    plain = httpx.Client

    def make(**options: Any) -> httpx.Client:
        given.append(options)
        return plain(**options)

    monkeypatch.setattr(httpx, "Client", make)
    HttpxTransport("https://api.example.com/prod", None, 1.0).close()
    context = given[0]["verify"]
    assert isinstance(context, ssl.SSLContext)
    assert context.minimum_version is ssl.TLSVersion.TLSv1_3
    assert context.verify_mode is ssl.CERT_REQUIRED


def test_importing_the_client_loads_neither_httpx_nor_jinja2() -> None:
    code = (
        "import sys, qscreen.api.client, qscreen.api.http;"
        "assert not {'httpx', 'jinja2', 'boto3'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
