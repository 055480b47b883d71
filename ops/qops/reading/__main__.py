"""``python -m qops.reading PORT TESSDATA``: serves on 127.0.0.1 until SIGTERM.

``POST /read?first=0&last=3&tables=1`` with a document as body answers its pages (see ``result``)
and how many it has; ``GET /state`` answers whether the models are loaded. They are loaded with the
first document.
"""

from __future__ import annotations

import contextlib
import json
import signal
import sys
import threading
import traceback
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

if TYPE_CHECKING:
    from qops.reading.recognition import Recogniser

_LARGEST_BODY = 512 * 1024 * 1024
_MEMORY_BYTES = 3 * 1024 * 1024 * 1024
_WAITING = 16


class Desk:
    """Reads one document after the other."""

    def __init__(self, tessdata: str) -> None:
        self._tessdata = tessdata
        self._lock = threading.Lock()
        self._places = threading.BoundedSemaphore(_WAITING)
        self._recogniser: Recogniser | None = None

    @property
    def loaded(self) -> bool:
        """Whether the models are in memory."""
        return self._recogniser is not None

    def read(self, data: bytes, first: int, last: int, *, tables: bool) -> dict[str, Any]:
        """Reads pages ``first`` to ``last`` of a document.

        Raises:
            BusyError: Too many wait already.
            UnreadableDocumentError: It cannot be opened.
        """
        from qops.reading.documents import Document

        if not self._places.acquire(blocking=False):
            raise BusyError
        try:
            with self._lock, contextlib.closing(Document(data)) as document:
                end = min(last + 1, len(document))
                pages = [
                    document.page(index, self.recognise, with_tables=tables)
                    for index in range(first, end)
                ]
                return {"count": len(document), "pages": [page.as_json() for page in pages]}
        finally:
            self._places.release()

    def recognise(self, picture: Any) -> Any:
        """The lines of a picture."""
        if self._recogniser is None:
            from qops.reading.recognition import Recogniser

            self._recogniser = Recogniser(self._tessdata)
        return self._recogniser.read(picture)


class BusyError(Exception):
    """Too many documents wait."""


class Handler(BaseHTTPRequestHandler):
    """Requests of the router."""

    protocol_version = "HTTP/1.1"
    desk: Desk

    def do_GET(self) -> None:
        """Tells the state."""
        self._answer(HTTPStatus.OK, {"loaded": self.desk.loaded})

    def do_POST(self) -> None:
        """Reads a document."""
        from qops.reading.documents import UnreadableDocumentError

        length = int(self.headers.get("Content-Length", "0"))
        if length > _LARGEST_BODY:
            self.close_connection = True
            self._answer(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, {"error": "too large"})
            return
        data = self.rfile.read(length)
        query = parse_qs(urlsplit(self.path).query)
        try:
            answer = self.desk.read(
                data,
                int(query.get("first", ["0"])[0]),
                int(query.get("last", ["0"])[0]),
                tables=query.get("tables") == ["1"],
            )
        except UnreadableDocumentError as error:
            self._answer(HTTPStatus.UNPROCESSABLE_ENTITY, {"error": str(error)})
        except BusyError:
            self._answer(HTTPStatus.TOO_MANY_REQUESTS, {"error": "too many documents wait"})
        except MemoryError:
            self._answer(HTTPStatus.UNPROCESSABLE_ENTITY, {"error": "the page is too large"})
        except Exception as error:
            traceback.print_exc()
            self._answer(HTTPStatus.INTERNAL_SERVER_ERROR, {"error": repr(error)})
        else:
            self._answer(HTTPStatus.OK, answer)

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
    port, tessdata = int(sys.argv[1]), sys.argv[2]
    if sys.platform == "linux":
        import resource

        resource.setrlimit(resource.RLIMIT_DATA, (_MEMORY_BYTES, _MEMORY_BYTES))
    Handler.desk = Desk(tessdata)
    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    server.daemon_threads = True
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: threading.Thread(target=server.shutdown).start())
    server.serve_forever()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
