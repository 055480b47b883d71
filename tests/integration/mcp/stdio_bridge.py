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
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

STATELESS = "2026-07-28"
SECONDS = 30
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

    def ask(self, request: Message) -> Iterator[Message]:
        """Send a request; its messages until, and with, the answer."""
        heard: queue.Queue[Message] = queue.Queue()
        self._waiting[request["id"]] = heard
        try:
            self.send(request)
            while True:
                message = heard.get(timeout=SECONDS)
                yield message
                if "method" not in message:
                    return
        finally:
            del self._waiting[request["id"]]

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
    """The processes, by the sessions and requests they belong to."""

    def __init__(self, command: Sequence[str], environment: Mapping[str, str]) -> None:
        self._command = command
        self._environment = environment
        self.sessions: dict[str, Process] = {}
        self._idle: list[Process] = []
        # What the suite asks in the first 600 ms must not wait for a start.
        self.give_back(self.take())

    def open(self) -> str:
        """Start a session's process."""
        name = uuid.uuid4().hex
        self.sessions[name] = Process(self._command, self._environment)
        return name

    def take(self) -> Process:
        """A process that has no request."""
        with suppress(IndexError):
            return self._idle.pop()
        process = Process(self._command, self._environment)
        # Opened as a client does that knows both eras.
        meta = {
            "io.modelcontextprotocol/protocolVersion": STATELESS,
            "io.modelcontextprotocol/clientCapabilities": {},
        }
        probe = {"jsonrpc": "2.0", "id": "probe", "method": "server/discover"}
        list(process.ask({**probe, "params": {"_meta": meta}}))
        return process

    def give_back(self, process: Process) -> None:
        """Take back a process whose request was answered."""
        self._idle.append(process)

    def close(self) -> None:
        """End all processes; each must end well."""
        for process in (*self.sessions.values(), *self._idle):
            process.close()


@contextmanager
def bridge(command: Sequence[str], environment: Mapping[str, str]) -> Iterator[str]:
    """Serve a command's servers on a free port of this machine; yields the address."""
    processes = Bridge(command, environment)

    class Request(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            size = int(self.headers.get("Content-Length") or 0)
            message = json.loads(self.rfile.read(size))
            session = self.headers.get("Mcp-Session-Id")
            stateless = self.headers.get("MCP-Protocol-Version") == STATELESS
            if session is None and message.get("method") == "initialize" and not stateless:
                session = processes.open()
            if session is None:
                process = processes.take()
            elif session in processes.sessions:
                process = processes.sessions[session]
            else:
                self._whole(404, {})
                return
            if "method" not in message or "id" not in message:
                process.send(message)
                self._whole(202, {})
            else:
                self._answer(process.ask(message), session)
            if session is None:
                processes.give_back(process)

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
