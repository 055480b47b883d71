"""AWS over real HTTP on this machine, which fails when and how a test says.

What no test spoils is answered by moto inside this process. Errors and answers are written in the
protocol of the service by its model, so the functions meet them through the real client: its
connections, time-outs, retries and parsers.
"""

import json
import threading
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit
from xml.sax.saxutils import escape

from botocore.awsrequest import AWSPreparedRequest
from botocore.compat import HTTPHeaders
from moto.core import botocore_stubber

from qops.local.router import codec, owners, routing
from qops.local.router.codec import HttpAnswer, HttpRequest

REGION = "ap-northeast-2"
LONGEST_SILENCE = 60.0
_HOP_BY_HOP = {"content-length", "connection", "transfer-encoding", "date", "server"}


@dataclass(frozen=True)
class Refused:
    """An error of the service."""

    code: str
    message: str = "refused by the test"
    status: int = 400


@dataclass(frozen=True)
class Answered:
    """An answer of the service, by the names of its model."""

    content: Mapping[str, Any]


@dataclass(frozen=True)
class Raw:
    """Bytes that no service would send: a proxy's page, half a document."""

    body: bytes
    status: int = 200
    content_type: str = "text/html"


class Silent:
    """The request is taken, and nothing ever comes back."""


class HungUp:
    """The connection ends before an answer; nothing was done."""


class Lost:
    """The service does its work, and the connection ends before its answer."""


@dataclass(frozen=True)
class CutShort:
    """The answer ends in its middle.

    Attributes:
        of: The answer; what moto says where it is None.
    """

    of: "Answered | None" = None


@dataclass(frozen=True)
class Changed:
    """The service does its work, and its answer is changed on the way.

    Attributes:
        content: What is put over the real answer.
    """

    content: Mapping[str, Any]


class Passed:
    """The service answers as ever."""


Behaviour = Refused | Answered | Raw | Silent | HungUp | Lost | CutShort | Changed | Passed


@dataclass
class AwsSeam:
    """The server.

    Attributes:
        url: Its address.
        calls: Service and operation of every request, as botocore names them.
    """

    url: str = ""
    calls: list[tuple[str, str]] = field(default_factory=list)
    _next: dict[tuple[str, str], deque[Behaviour]] = field(default_factory=dict)
    _always: dict[tuple[str, str], Behaviour] = field(default_factory=dict)
    _over: threading.Event = field(default_factory=threading.Event)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def next(self, service: str, operation: str, *behaviours: Behaviour) -> None:
        """Say what comes next, one request after the other; then what always holds."""
        self._next.setdefault((service, operation), deque()).extend(behaviours)

    def always(self, service: str, operation: str, behaviour: Behaviour) -> None:
        """Say what becomes of every request for which nothing else is said."""
        self._always[(service, operation)] = behaviour

    def mend(self) -> None:
        """Forget everything that was said, and let whoever waits go."""
        self._next.clear()
        self._always.clear()
        self.close()
        self._over = threading.Event()

    def asked(self, service: str, operation: str) -> int:
        """How often an operation was asked for."""
        return self.calls.count((service, operation))

    def unused(self) -> list[tuple[str, str]]:
        """Operations for which something was said that nobody asked for."""
        return [key for key, waiting in self._next.items() if waiting]

    def behaviour(self, operation: codec.Operation) -> Behaviour:
        """What becomes of this request."""
        key = (operation.service, operation.name)
        with self._lock:
            self.calls.append(key)
            waiting = self._next.get(key)
            return waiting.popleft() if waiting else self._always.get(key, Passed())

    def wait(self) -> None:
        """Keep a request waiting until the test is over."""
        self._over.wait(LONGEST_SILENCE)  # of this test: the next one has an event of its own

    def close(self) -> None:
        """Let whoever waits go."""
        self._over.set()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    seam: AwsSeam

    def _serve(self) -> None:
        request = self._request()
        operation = _identify(request)
        if operation is None:
            self._send(HttpAnswer(404, {}, f"{request.method} {request.path}".encode()))
            return
        match self.seam.behaviour(operation):
            case Refused() as refused:
                self._send(_error(operation.protocol, refused))
            case Answered(content):
                self._send(operation.serialise(dict(content)))
            case Raw(body, status, content_type):
                self._send(HttpAnswer(status, {"Content-Type": content_type}, body))
            case Silent():
                self.seam.wait()
                self.close_connection = True
            case HungUp():
                self.close_connection = True
            case CutShort(of):
                whole = operation.serialise(dict(of.content)) if of else _moto(request)
                self._send(whole, whole=False)
            case Lost():
                _moto(request)
                self.close_connection = True
            case Changed(content):
                answer = operation.parse_answer(_moto(request))
                self._send(operation.serialise({**answer, **content}))
            case Passed():
                self._send(_moto(request))

    do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = do_PATCH = _serve  # noqa: N815 - names of the standard library

    def _request(self) -> HttpRequest:
        path, _, query = self.path.partition("?")
        if self.headers.get("Expect", "").lower() == "100-continue":
            self.send_response_only(100)
            self.end_headers()
        size = int(self.headers.get("Content-Length") or 0)
        headers = {name.lower(): value for name, value in self.headers.items()}
        return HttpRequest(self.command, path, query, headers, self.rfile.read(size))

    def _send(self, answer: HttpAnswer, *, whole: bool = True) -> None:
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            if name.lower() not in _HOP_BY_HOP:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer.body)))
        # Clients are forgotten between modules, and would leave what they keep open.
        self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.body if whole else answer.body[: len(answer.body) // 2])
        if not whole:
            self.close_connection = True

    def log_message(self, format: str, *args: Any) -> None:
        del format, args


def _identify(request: HttpRequest) -> codec.Operation | None:
    route = routing.route(request.method, request.path, request.query, request.headers)
    if route.signing_name is None:
        return None
    return codec.identify(owners.service(route.signing_name).models, request)


def _error(protocol: str, refused: Refused) -> HttpAnswer:
    """An error as AWS writes it in a protocol; services also have errors that no model names."""
    code, message = escape(refused.code), escape(refused.message)
    inner = f"<Code>{code}</Code><Message>{message}</Message>"
    match protocol:
        case "rest-xml":
            body = f"<Error>{inner}<RequestId>r</RequestId></Error>"
        case "query" | "ec2":
            body = f"<ErrorResponse><Error><Type>Sender</Type>{inner}</Error></ErrorResponse>"
        case _:
            body = json.dumps({"__type": refused.code, "message": refused.message})
            headers = {"Content-Type": "application/x-amz-json-1.0"}
            headers["x-amzn-errortype"] = refused.code
            return HttpAnswer(refused.status, headers, body.encode())
    return HttpAnswer(refused.status, {"Content-Type": "text/xml"}, body.encode())


def _moto(request: HttpRequest) -> HttpAnswer:
    """What moto answers, to whom the request goes as if it had gone to AWS."""
    route = routing.route(request.method, request.path, request.query, request.headers)
    host = f"{route.signing_name}.{REGION}.amazonaws.com"
    url = f"https://{host}{request.path}" + (f"?{request.query}" if request.query else "")
    headers = HTTPHeaders()
    for name, value in request.headers.items():
        headers[name] = host if name == "host" else value
    prepared = AWSPreparedRequest(request.method, url, headers, request.body, False)
    found = botocore_stubber.BotocoreStubber().process_request(prepared)
    if found is None:
        return HttpAnswer(501, {}, f"moto does not know {urlsplit(url).netloc}".encode())
    status, given, body = found
    sent = body if isinstance(body, bytes) else str(body).encode()
    return HttpAnswer(int(status), {name: str(value) for name, value in given.items()}, sent)


@contextmanager
def aws_seam() -> Iterator[AwsSeam]:
    """Serve on a free port of this machine; moto must be active.

    Yields:
        The server.
    """
    seam = AwsSeam()
    handler = type("Handler", (_Handler,), {"seam": seam})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    seam.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield seam
    finally:
        seam.close()
        server.shutdown()
        server.server_close()
        thread.join()
