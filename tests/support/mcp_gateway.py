"""HTTP in front of a server's handler: what API Gateway does with a request and an answer.

Every request becomes a proxy event with the identity that the authorizer would have found, and goes
to the same handler that Lambda calls.
"""

import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from qscreen.api.scopes import Scope

Handler = Callable[[dict[str, Any], object], dict[str, Any]]
DOMAIN = "localhost"


def proxy_event(
    method: str, path: str, headers: list[tuple[str, str]], body: str
) -> dict[str, Any]:
    """The event of a request that the authorizer has let through."""
    many: dict[str, list[str]] = {}
    for name, value in headers:
        many.setdefault(name, []).append(value)
    return {
        "resource": path,
        "path": path,
        "httpMethod": method,
        "headers": {name: values[-1] for name, values in many.items()},
        "multiValueHeaders": many,
        "queryStringParameters": None,
        "multiValueQueryStringParameters": None,
        "requestContext": {
            "requestId": str(uuid.uuid4()),
            "domainName": DOMAIN,
            "path": path,
            "authorizer": {
                "sub": "user-1",
                "username": "user-1",
                "groups": "user",
                "scopes": " ".join(Scope),
            },
        },
        "body": body or None,
        "isBase64Encoded": False,
    }


@contextmanager
def gateway(handlers: dict[str, Handler]) -> Iterator[str]:
    """Serve handlers by path on a free port of this machine; yields the address."""

    class Request(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _serve(self) -> None:
            size = int(self.headers.get("Content-Length") or 0)
            body = self.rfile.read(size).decode()
            handler = handlers.get(self.path)
            if handler is None:
                self.send_error(404)
                return
            event = proxy_event(self.command, self.path, list(self.headers.items()), body)
            answer = handler(event, None)
            sent = answer["body"].encode()
            self.send_response(answer["statusCode"])
            for name, values in answer["multiValueHeaders"].items():
                for value in values:
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(sent)))
            self.end_headers()
            self.wfile.write(sent)

        do_GET = do_POST = do_DELETE = _serve  # noqa: N815 - names of the standard library

        def log_message(self, format: str, *args: Any) -> None:
            del format, args

    server = ThreadingHTTPServer(("127.0.0.1", 0), Request)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://{DOMAIN}:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
