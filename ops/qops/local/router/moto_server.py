"""moto behind a server that keeps connections open: ``python -m qops.local.router.moto_server``.

moto's own command serves HTTP/1.0, one connection and one thread for each request.
"""

from __future__ import annotations

import signal
import sys
import threading

from moto.moto_server.werkzeug_app import (
    DomainDispatcherApplication,
    MotoRequestHandler,
    create_backend_app,
)
from werkzeug.serving import make_server


class KeepAliveHandler(MotoRequestHandler):
    """moto's request handler, speaking HTTP/1.1 and logging nothing."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log(self, type: str, message: str, *args: object) -> None:
        """Errors only: requests are the router's to log."""
        if type == "error":
            sys.stderr.write(f"{message % args}\n")


def main() -> int:
    """Serves moto on 127.0.0.1 at the port given as the only argument until SIGTERM."""
    application = DomainDispatcherApplication(create_backend_app)
    server = make_server(
        "127.0.0.1", int(sys.argv[1]), application, threaded=True, request_handler=KeepAliveHandler
    )
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: threading.Thread(target=server.shutdown).start())
    server.serve_forever()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
