"""Fetching a key set over real HTTP."""

import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

_FOLDER = str(Path(__file__).resolve().parents[3] / "lambda_src" / "authorizer")
if _FOLDER not in sys.path:
    sys.path.append(_FOLDER)

from qs_authorizer.keys import KeysUnavailableError, fetch  # noqa: E402


class Pool:
    """What the server answers, in order; the last answer is repeated."""

    def __init__(self) -> None:
        self.answers: list[tuple[int, bytes]] = []
        self.asked = 0
        self.url = ""


@pytest.fixture
def pool() -> Iterator[Pool]:
    found = Pool()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found.asked += 1
            status, body = found.answers.pop(0) if len(found.answers) > 1 else found.answers[0]
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *arguments: object) -> None:
            return

    server = HTTPServer(("127.0.0.1", 0), Handler)
    found.url = f"http://127.0.0.1:{server.server_port}/jwks.json"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield found
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_a_key_set_is_fetched(pool: Pool) -> None:
    pool.answers = [(200, b'{"keys": [1]}')]
    assert fetch(pool.url) == {"keys": [1]}
    assert pool.asked == 1


def test_a_passing_fault_is_tried_once_more(pool: Pool) -> None:
    pool.answers = [(503, b""), (200, b'{"keys": []}')]
    assert fetch(pool.url) == {"keys": []}


@pytest.mark.parametrize("answer", [(500, b""), (404, b"{}"), (200, b"nonsense"), (200, b"[]")])
def test_what_is_no_key_set_is_a_typed_error_after_two_attempts(
    pool: Pool, answer: tuple[int, bytes]
) -> None:
    pool.answers = [answer]
    with pytest.raises(KeysUnavailableError):
        fetch(pool.url)
    assert pool.asked == 2


def test_nobody_listening_is_a_typed_error() -> None:
    with pytest.raises(KeysUnavailableError):
        fetch("http://127.0.0.1:1/jwks.json")
