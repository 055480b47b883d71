"""HTTP before servers on standard input and output, for judges that speak HTTP only.

Lines pass untouched. A session is a process of its own; so is a request of 2026-07-28, which knows
no sessions: its process goes back to the others when it was answered, so that what a server sends
belongs to the only request it has. The bridge adds what HTTP has and stdio has not: a session's
id, and the status that the HTTP transport prescribes for the error that a server answers with.
"""

import json
import queue
import subprocess
import threading
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

STATELESS = "2026-07-28"
SECONDS = 120
SPARE = 3
"""Processes that have started before they are needed."""

STATUS = {-32601: 404, -32602: 400, -32020: 400, -32021: 400, -32022: 400}
"""Status of an error that is the whole answer (2026-07-28, transports: streamable HTTP)."""

Message = dict[str, Any]


class Process:
    """One server and the streams that wait for its messages."""

    def __init__(self, command: Sequence[str], environment: Mapping[str, str]) -> None:
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
        )
        self._lock = threading.Lock()
        self._waiting: dict[Any, queue.Queue[Message]] = {}
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def send(self, message: Message) -> None:
        """Hand one message over as a line."""
        assert self._process.stdin is not None
        with self._lock:
            self._process.stdin.write(json.dumps(message) + "\n")
            self._process.stdin.flush()

    def ask(
        self, request: Message, answered: Callable[[], object] | None = None
    ) -> Iterator[Message]:
        """Send a request; its messages until, and with, the answer, before which ``answered``."""
        heard: queue.Queue[Message] = queue.Queue()
        self._waiting[request["id"]] = heard
        try:
            self.send(request)
            while "method" in (message := heard.get(timeout=SECONDS)):
                yield message
        finally:
            del self._waiting[request["id"]]
        if answered is not None:
            answered()
        yield message

    def wait_ready(self) -> None:
        """Wait for the start, by what a client may ask before it opens a session."""
        list(self.ask({"jsonrpc": "2.0", "id": "ready", "method": "ping"}))

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            message = json.loads(line)
            if "method" in message:
                # Standard output does not say which request a message belongs to.
                for heard in list(self._waiting.values())[-1:]:
                    heard.put(message)
            elif message["id"] in self._waiting:
                self._waiting[message["id"]].put(message)

    def close(self) -> None:
        """End the server as its client would."""
        assert self._process.stdin is not None
        with self._lock, suppress(BrokenPipeError):
            self._process.stdin.close()
        assert self._process.wait(SECONDS) == 0
        self._reader.join(SECONDS)
        assert self._process.stdout is not None
        self._process.stdout.close()


class Bridge:
    """The processes, by the sessions and requests they belong to.

    The suite gives some requests 600 ms and some sessions 5 s, less than a start may take: what it
    will ask first has started before.
    """

    def __init__(
        self, command: Sequence[str], environment: Mapping[str, str], *, stateless: bool
    ) -> None:
        self._command = command
        self._environment = environment
        self.sessions: dict[str, Process] = {}
        self._idle: list[Process] = []
        self._fresh: list[Process] = []
        spare = [self._start() for _ in range(SPARE)]
        for process in spare:
            self._probe(process) if stateless else process.wait_ready()
        (self._idle if stateless else self._fresh).extend(spare)

    def _start(self) -> Process:
        return Process(self._command, self._environment)

    def open(self) -> str:
        """Begin a session with a process of its own; a later one's starts meanwhile."""
        name = uuid.uuid4().hex
        self._fresh.append(self._start())
        self.sessions[name] = self._fresh.pop(0)
        return name

    def take(self) -> Process:
        """A process that has no request."""
        with suppress(IndexError):
            return self._idle.pop()
        process = self._start()
        self._probe(process)
        return process

    @staticmethod
    def _probe(process: Process) -> None:
        """Open it as a client does that knows both eras."""
        meta = {
            "io.modelcontextprotocol/protocolVersion": STATELESS,
            "io.modelcontextprotocol/clientCapabilities": {},
        }
        probe = {"jsonrpc": "2.0", "id": "probe", "method": "server/discover"}
        list(process.ask({**probe, "params": {"_meta": meta}}))

    def give_back(self, process: Process) -> None:
        """Take back a process whose request has its answer."""
        self._idle.append(process)

    def close(self) -> None:
        """End all processes; each must end well."""
        for process in (*self.sessions.values(), *self._idle, *self._fresh):
            process.close()


@contextmanager
def bridge(command: Sequence[str], environment: Mapping[str, str], revision: str) -> Iterator[str]:
    """Serve a command's servers on a free port of this machine; yields the address."""
    processes = Bridge(command, environment, stateless=revision == STATELESS)

    class Request(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            size = int(self.headers.get("Content-Length") or 0)
            message = json.loads(self.rfile.read(size))
            session = self.headers.get("Mcp-Session-Id")
            stateless = self.headers.get("MCP-Protocol-Version") == STATELESS
            if session is None and message.get("method") == "initialize" and not stateless:
                session = processes.open()
            answered = None
            if session is None:
                process = processes.take()
                # Before the client has the answer, and asks the next question.
                answered = partial(processes.give_back, process)
            elif session in processes.sessions:
                process = processes.sessions[session]
            else:
                self._whole(404, {})
                return
            if "method" not in message or "id" not in message:
                process.send(message)
                if answered is not None:
                    answered()
                self._whole(202, {})
            else:
                self._answer(process.ask(message, answered), session)

        def _answer(self, messages: Iterator[Message], session: str | None) -> None:
            first = next(messages)
            headers = {} if session is None else {"Mcp-Session-Id": session}
            if "method" not in first:
                error = first.get("error", {}).get("code") if session is None else None
                self._whole(STATUS.get(error, 200), headers, first)
                return
            self.send_response(200)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Type", "text/event-stream")
            self.send_header("Connection", "close")
            self.end_headers()
            self._event(first)
            for message in messages:
                # A client that has gone changes nothing for the server.
                with suppress(OSError):
                    self._event(message)

        def _event(self, message: Message) -> None:
            self.wfile.write(b"event: message\ndata: " + json.dumps(message).encode() + b"\n\n")
            self.wfile.flush()

        def _whole(
            self, status: int, headers: Mapping[str, str], message: Message | None = None
        ) -> None:
            body = b"" if message is None else json.dumps(message).encode()
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            with suppress(OSError):
                self.wfile.write(body)

        def do_GET(self) -> None:
            self._whole(405, {})

        def do_DELETE(self) -> None:
            process = processes.sessions.pop(self.headers.get("Mcp-Session-Id", ""), None)
            if process is not None:
                process.close()
            self._whole(404 if process is None else 200, {})

        def log_message(self, format: str, *args: Any) -> None:
            del format, args

    server = ThreadingHTTPServer(("127.0.0.1", 0), Request)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://localhost:{server.server_port}/mcp"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
        processes.close()
