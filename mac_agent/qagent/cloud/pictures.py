"""Sending pictures of steps in the background, by the command's presigned request."""

import io
import logging
from concurrent.futures import Future, ThreadPoolExecutor, wait

import httpx
from PIL import Image

from qagent.cloud.tls import tls_context
from qagent.desktop.base import Picture
from qscreen.wire import UploadTicket

_log = logging.getLogger(__name__)
_THREADS = 2
_FINISH_SECONDS = 10.0
"""Most time a result waits for its pictures; a picture is worth less than the result."""

_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


class PictureUploader:
    """Sends the pictures of one command.

    Args:
        ticket: The presigned request.
        client: Sends it; made for the ticket when absent.
    """

    def __init__(self, ticket: UploadTicket, client: httpx.Client | None = None) -> None:
        self._ticket = ticket
        host = httpx.URL(ticket.url).host
        self._client = client or httpx.Client(
            timeout=8.0, trust_env=host not in _LOOPBACK, verify=tls_context()
        )
        self._pool = ThreadPoolExecutor(_THREADS, thread_name_prefix="pictures")
        self._sending: dict[str, Future[bool]] = {}

    def add(self, name: str, picture: Picture) -> str | None:
        """Take a picture and send it in the background.

        Returns:
            The key under which it will be found.
        """
        key = f"{self._ticket.key_prefix}{name}.png"
        self._sending[key] = self._pool.submit(self._send, key, picture)
        return key

    def finish(self) -> frozenset[str]:
        """Wait for what is on its way; the keys that arrived."""
        wait(self._sending.values(), timeout=_FINISH_SECONDS)
        self._pool.shutdown(wait=False, cancel_futures=True)
        arrived = frozenset(
            key
            for key, sending in self._sending.items()
            if sending.done()
            and not sending.cancelled()
            and sending.exception() is None
            and sending.result()
        )
        self._client.close()
        return arrived

    def _send(self, key: str, picture: Picture) -> bool:
        data = encode_png(picture)
        if len(data) > self._ticket.max_bytes:
            _log.warning("picture %s is larger than the ticket allows: not sent", key)
            return False
        try:
            answer = self._client.post(
                self._ticket.url,
                data={**self._ticket.fields, "key": key},
                files={"file": (key.rpartition("/")[2], data, self._ticket.content_type)},
            )
        except httpx.HTTPError as error:
            _log.warning("picture %s was not sent: %s", key, type(error).__name__)
            return False
        if not answer.is_success:
            _log.warning("picture %s was refused with status %d", key, answer.status_code)
        return answer.is_success


def encode_png(picture: Picture) -> bytes:
    """Encode a picture as PNG (fast level: 1440x900 takes about 20 ms)."""
    image = Image.frombytes("RGB", (picture.width, picture.height), picture.bgra, "raw", "BGRX")
    buffer = io.BytesIO()
    image.save(buffer, "PNG", compress_level=1)
    return buffer.getvalue()
