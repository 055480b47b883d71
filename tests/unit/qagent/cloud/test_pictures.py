"""Pictures go by the presigned request, in the background."""

import io
from datetime import UTC, datetime, timedelta
from email import message_from_bytes

import httpx
from PIL import Image

from qagent.cloud.pictures import PictureUploader, encode_png
from qagent.desktop.base import Picture
from qscreen.wire import UploadTicket

# One blue and one red pixel: blue, green, red, unused.
PICTURE = Picture(2, 1, bytes((255, 0, 0, 0, 0, 0, 255, 0)))


def _ticket(max_bytes: int = 1_000_000) -> UploadTicket:
    return UploadTicket(
        url="https://bucket.example/",
        fields={"policy": "p", "x-amz-signature": "s"},
        key_prefix="runs/run-1/cmd-1/",
        max_bytes=max_bytes,
        expires_at=datetime.now(UTC) + timedelta(minutes=5),
    )


def _parts(request: httpx.Request) -> list[tuple[str, bytes]]:
    head = f"Content-Type: {request.headers['content-type']}\r\n\r\n".encode()
    message = message_from_bytes(head + request.content)
    return [
        (str(part.get_param("name", header="content-disposition")), part.get_payload(decode=True))
        for part in message.get_payload()
    ]


def test_the_form_has_the_tickets_fields_then_key_then_file() -> None:
    requests: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        request.read()
        requests.append(request)
        return httpx.Response(204)

    client = httpx.Client(transport=httpx.MockTransport(answer))
    uploader = PictureUploader(_ticket(), client)
    key = uploader.add("s1-before", PICTURE)
    assert key == "runs/run-1/cmd-1/s1-before.png"
    assert uploader.finish() == {key}
    parts = _parts(requests[0])
    assert [name for name, _ in parts] == ["policy", "x-amz-signature", "key", "file"]
    assert parts[2][1] == key.encode()
    image = Image.open(io.BytesIO(parts[3][1]))
    assert image.getpixel((0, 0)) == (0, 0, 255)
    assert image.getpixel((1, 0)) == (255, 0, 0)


def test_what_does_not_arrive_is_not_claimed() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        if b"s1-after" in request.read():
            return httpx.Response(403)
        raise httpx.ConnectError("no network")

    client = httpx.Client(transport=httpx.MockTransport(answer))
    uploader = PictureUploader(_ticket(), client)
    uploader.add("s1-before", PICTURE)
    uploader.add("s1-after", PICTURE)
    assert uploader.finish() == frozenset()


def test_a_picture_above_the_limit_is_not_sent() -> None:
    sent: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        sent.append(request)
        return httpx.Response(204)

    client = httpx.Client(transport=httpx.MockTransport(answer))
    uploader = PictureUploader(_ticket(max_bytes=10), client)
    uploader.add("s1-before", PICTURE)
    assert uploader.finish() == frozenset()
    assert sent == []


def test_a_picture_that_cannot_be_encoded_does_not_cost_the_result() -> None:
    client = httpx.Client(transport=httpx.MockTransport(lambda _: httpx.Response(204)))
    uploader = PictureUploader(_ticket(), client)
    uploader.add("s1-before", Picture(2, 1, b"short"))
    good = uploader.add("s1-after", PICTURE)
    assert uploader.finish() == {good}


def test_pictures_are_png() -> None:
    assert encode_png(PICTURE).startswith(b"\x89PNG")
