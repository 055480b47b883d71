"""The agent's connections against servers that speak one version of TLS."""

import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import boto3
import httpx
import pytest
from botocore.config import Config
from botocore.exceptions import SSLError
from certificates import certificate

from qagent.cloud.tls import require_tls13_of_boto, tls_context

Serve = Callable[[ssl.TLSVersion], str]


class Empty(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.send_response(200)
        self.send_header("Content-Type", "application/x-amz-json-1.0")
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def server_pem(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return certificate().write(tmp_path_factory.mktemp("tls"))


class Quiet(HTTPServer):
    def handle_error(self, *_: object) -> None:
        """A refused handshake is what a test wants."""


@contextmanager
def _server(server_pem: Path, version: ssl.TLSVersion) -> Iterator[str]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(server_pem)
    context.minimum_version = context.maximum_version = version
    server = Quiet(("127.0.0.1", 0), Empty)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"https://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def serve(server_pem: Path) -> Iterator[Serve]:
    with ExitStack() as stack:
        yield lambda version: stack.enter_context(_server(server_pem, version))


def _delete_message(url: str, authority: Path) -> None:
    client = boto3.client(
        "sqs",
        region_name="ap-northeast-2",
        endpoint_url=url,
        verify=str(authority),
        aws_access_key_id="testing",
        aws_secret_access_key="testing",
        config=Config(retries={"total_max_attempts": 1}, proxies={}),
    )
    client.delete_message(QueueUrl=f"{url}/queue", ReceiptHandle="x")


def test_boto_takes_no_connection_older_than_tls_1_3(serve: Serve, server_pem: Path) -> None:
    require_tls13_of_boto()
    require_tls13_of_boto()
    _delete_message(serve(ssl.TLSVersion.TLSv1_3), server_pem)
    with pytest.raises(SSLError):
        _delete_message(serve(ssl.TLSVersion.TLSv1_2), server_pem)


def test_httpx_takes_no_connection_older_than_tls_1_3(serve: Serve, server_pem: Path) -> None:
    context = tls_context()
    context.load_verify_locations(server_pem)
    with httpx.Client(verify=context, trust_env=False) as client:
        assert client.post(serve(ssl.TLSVersion.TLSv1_3)).status_code == 200
        with pytest.raises(httpx.ConnectError):
            client.post(serve(ssl.TLSVersion.TLSv1_2))
