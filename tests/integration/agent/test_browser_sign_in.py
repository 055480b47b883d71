"""Signing in through a browser, against an authorization server that holds PKCE to RFC 7636."""

import base64
import hashlib
import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import pytest

from qagent.cloud.browser import sign_in_by_browser
from qagent.cloud.config import ClientConfig
from qagent.cloud.errors import SignInError, SignInUnreachableError
from qops.local.ports import free_ports


class Pool:
    """A user pool's page and token endpoint; whoever opens the page counts as signed in."""

    def __init__(self) -> None:
        pool = self
        self.codes: dict[str, dict[str, str]] = {}
        self.page_answers: dict[str, str] = {}
        self.asked: list[dict[str, str]] = []

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                asked = {k: v[0] for k, v in parse_qs(urlsplit(self.path).query).items()}
                pool.asked.append(asked)
                pool.codes["code-1"] = asked
                answer = pool.page_answers or {"code": "code-1"}
                answer = {"state": asked["state"]} | answer
                self.send_response(302)
                self.send_header("Location", f"{asked['redirect_uri']}?{urlencode(answer)}")
                self.send_header("Content-Length", "0")
                self.end_headers()

            def do_POST(self) -> None:
                size = int(self.headers["Content-Length"])
                form = {k: v[0] for k, v in parse_qs(self.rfile.read(size).decode()).items()}
                status, body = pool.token(form)
                data = json.dumps(body).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def token(self, form: dict[str, str]) -> tuple[int, dict[str, object]]:
        asked = self.codes.pop(form.get("code", ""), None)
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        good = (
            asked is not None
            and asked["code_challenge_method"] == "S256"
            and asked["code_challenge"] == challenge
            and form["client_id"] == asked["client_id"] == "client-1"
            and form["redirect_uri"] == asked["redirect_uri"]
            and "client_secret" not in form
        )
        if not good:
            return 400, {"error": "invalid_grant"}
        return 200, {
            "access_token": "a.b.c",
            "refresh_token": "refresh-1",
            "expires_in": 900,
            "token_type": "Bearer",
        }


@pytest.fixture
def pool() -> Iterator[Pool]:
    made = Pool()
    thread = threading.Thread(target=made.server.serve_forever, daemon=True)
    thread.start()
    yield made
    made.server.shutdown()
    thread.join()
    made.server.server_close()


@pytest.fixture
def client(pool: Pool) -> ClientConfig:
    return ClientConfig(
        environment="test",
        region="ap-northeast-2",
        api_url="http://127.0.0.1:1",
        user_pool_id="ap-northeast-2_pool",
        client_id="client-1",
        issuer="http://127.0.0.1:1/issuer",
        domain=pool.url,
        callback_url=f"http://127.0.0.1:{free_ports(1)[0]}/callback",
    )


class Browser:
    """Follows the page's redirect, as a person's browser does, in its own time."""

    def __init__(self) -> None:
        self.pages: list[tuple[int, str]] = []
        self._threads: list[threading.Thread] = []

    def __call__(self, address: str) -> bool:
        self.visit(address)
        return True

    def visit(self, *addresses: str) -> None:
        def go() -> None:
            with httpx.Client(follow_redirects=True, timeout=60, trust_env=False) as http:
                for address in addresses:
                    answer = http.get(address)
                    self.pages.append((answer.status_code, answer.text))

        self._threads.append(threading.Thread(target=go))
        self._threads[-1].start()

    def close(self) -> None:
        for thread in self._threads:
            thread.join(60)


@pytest.fixture
def browser() -> Iterator[Browser]:
    made = Browser()
    yield made
    made.close()


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QAGENT_LANG", "en")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


def sign_in(client: ClientConfig, browser: Callable[[str], bool], seconds: float = 60.0) -> str:
    shown: list[str] = []
    found = sign_in_by_browser(
        client, show=shown.append, open_page=browser, wait_seconds=seconds
    ).tokens
    assert len(shown) == 1
    return found.refresh_token


def test_the_code_is_exchanged_with_its_proof(
    pool: Pool, client: ClientConfig, browser: Browser
) -> None:
    assert sign_in(client, browser) == "refresh-1"
    browser.close()
    assert browser.pages == [(200, "You are signed in. You can close this window.")]
    (asked,) = pool.asked
    assert asked["response_type"] == "code"
    assert len(asked["state"]) >= 20


def test_two_sign_ins_share_nothing(pool: Pool, client: ClientConfig, browser: Browser) -> None:
    sign_in(client, browser)
    browser.close()
    sign_in(client, browser)
    first, second = pool.asked
    assert first["state"] != second["state"]
    assert first["code_challenge"] != second["code_challenge"]


def test_an_answer_that_belongs_to_another_sign_in_is_refused(
    pool: Pool, client: ClientConfig, browser: Browser
) -> None:
    pool.page_answers = {"code": "code-1", "state": "somebody-else's"}
    with pytest.raises(SignInError, match="mismatching_state"):
        sign_in(client, browser)


def test_a_code_that_is_not_ours_is_refused_by_the_pool(
    pool: Pool, client: ClientConfig, browser: Browser
) -> None:
    pool.page_answers = {"code": "stolen"}
    with pytest.raises(SignInError, match="invalid_grant") as caught:
        sign_in(client, browser)
    assert "qagent enrol" in caught.value.repair


def test_a_person_who_says_no_is_told(pool: Pool, client: ClientConfig, browser: Browser) -> None:
    pool.page_answers = {"error": "access_denied"}
    with pytest.raises(SignInError, match="access_denied"):
        sign_in(client, browser)


def test_other_visits_do_not_end_the_wait(
    pool: Pool, client: ClientConfig, browser: Browser
) -> None:
    root = client.callback_url.removesuffix("/callback")

    def open_page(address: str) -> bool:
        browser.visit(f"{root}/favicon.ico", client.callback_url, address)
        return True

    assert sign_in(client, open_page) == "refresh-1"
    browser.close()
    assert [status for status, _ in browser.pages] == [404, 404, 200]


def test_a_person_who_never_comes_is_not_waited_for_forever(client: ClientConfig) -> None:
    with pytest.raises(SignInError, match=r"within 0\.2 s"):
        sign_in(client, lambda _: True, 0.2)


def test_a_port_that_is_taken_is_named(client: ClientConfig, pool: Pool) -> None:
    taken = client.model_copy(update={"callback_url": f"{pool.url}/callback"})
    with pytest.raises(SignInError, match=str(pool.server.server_port)) as caught:
        sign_in(taken, lambda _: True)
    assert caught.value.repair


def test_a_platform_without_a_page_says_how_to_enrol(client: ClientConfig) -> None:
    bare = client.model_copy(update={"domain": None})
    with pytest.raises(SignInError) as caught:
        sign_in(bare, lambda _: True)
    assert "--username" in caught.value.repair


def test_a_pool_that_does_not_answer_is_unreachable(client: ClientConfig, browser: Browser) -> None:
    gone = client.model_copy(update={"domain": f"http://127.0.0.1:{free_ports(1)[0]}"})

    def open_page(address: str) -> bool:
        state = parse_qs(urlsplit(address).query)["state"][0]
        browser.visit(f"{client.callback_url}?code=c&state={state}")
        return True

    with pytest.raises(SignInUnreachableError, match="ConnectError"):
        sign_in(gone, open_page)
