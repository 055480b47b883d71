"""The synthetic check of the API, against servers that answer well, badly and not at all."""

import importlib.util
import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from types import ModuleType

import pytest

SCRIPT = Path(__file__).parents[4] / "modules" / "observability" / "canary" / "api_canary.py"


@pytest.fixture(scope="module")
def canary() -> ModuleType:
    spec = importlib.util.spec_from_file_location("api_canary", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@contextmanager
def serving(status: int, body: bytes) -> Iterator[tuple[str, list[str]]]:
    """A server with one answer; the paths that it was asked for."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            del format, args

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/stage/", asked
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_a_healthy_api_passes(canary: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    body = json.dumps({"status": "ok", "version": "1.2.3", "environment": "dev"}).encode()
    with serving(200, body) as (url, asked):
        monkeypatch.setenv("QS_API_URL", url)
        assert "1.2.3" in canary.handler({}, None)
    assert asked == ["/stage/v1/health"]


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (200, b'{"status": "degraded"}'),
        (200, b"<html>"),
        (200, b"[]"),
        (302, b""),
        (403, b'{"status": "ok"}'),
        (500, b""),
    ],
)
def test_anything_else_fails(canary: ModuleType, status: int, body: bytes) -> None:
    with serving(status, body) as (url, _), pytest.raises(canary.CheckError):
        canary.check_health(url)


def test_silence_fails(canary: ModuleType) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(canary.CheckError, match="did not answer"):
        canary.check_health(f"http://127.0.0.1:{port}")


@pytest.mark.parametrize("url", ["file:///etc", "example.org", ""])
def test_other_addresses_are_refused(canary: ModuleType, url: str) -> None:
    with pytest.raises(canary.CheckError, match="not an address"):
        canary.check_health(url)
