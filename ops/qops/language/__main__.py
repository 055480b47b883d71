"""``python -m qops.language PORT``: serves on 127.0.0.1 until SIGTERM.

``POST /languages|sentiment|phrases|syntax|entities|personal`` with ``{"text", "language"}`` as JSON
answers what was found; ``GET /state`` answers that it runs. Libraries are loaded on first use.
"""

from __future__ import annotations

import json
import signal
import sys
import threading
import traceback
from collections.abc import Callable
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from qops.language import detection, entities, personal, phrases, sentiment
from qops.language.found import Found

_LARGEST_BODY = 4 * 1024 * 1024
_LOCK = threading.Lock()


def _places(found: list[Found], text: str) -> list[dict[str, Any]]:
    return [one.as_json(text) for one in found]


TASKS: dict[str, Callable[[str, str], Any]] = {
    "/languages": lambda text, _language: detection.languages(text),
    "/sentiment": lambda text, _language: sentiment.sentiment(text),
    "/phrases": lambda text, language: _places(phrases.key_phrases(text, language), text),
    "/syntax": lambda text, _language: _places(phrases.syntax(text), text),
    "/entities": lambda text, _language: _places(entities.entities(text), text),
    "/personal": lambda text, _language: _places(personal.personal_data(text), text),
}


class Handler(BaseHTTPRequestHandler):
    """Requests of the router."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """Tells that it runs."""
        self._answer(HTTPStatus.OK, {"running": True})

    def do_POST(self) -> None:
        """Does one task."""
        length = int(self.headers.get("Content-Length", "0"))
        task = TASKS.get(self.path)
        if task is None or length > _LARGEST_BODY:
            self.close_connection = True
            self._answer(HTTPStatus.BAD_REQUEST, {"error": f"no such task: {self.path}"})
            return
        asked = json.loads(self.rfile.read(length))
        try:
            with _LOCK:
                found = task(asked["text"], asked.get("language") or "")
        except Exception as error:
            traceback.print_exc()
            self._answer(HTTPStatus.INTERNAL_SERVER_ERROR, {"error": repr(error)})
        else:
            self._answer(HTTPStatus.OK, {"found": found})

    def _answer(self, status: HTTPStatus, body: dict[str, Any]) -> None:
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: the router logs what it asks."""


def main() -> int:
    """Serves until it is asked to stop."""
    server = ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler)
    server.daemon_threads = True
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: threading.Thread(target=server.shutdown).start())
    server.serve_forever()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
