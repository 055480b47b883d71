"""A partner's new key tried on a real HTTP server that answers as API Gateway does."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from qs_rotate_partner_key.partner import Partner
from qs_rotate_partner_key.partner_key import PartnerKey

from qs_cloud.rotation import RotationError

KEY = "a-key-of-more-than-twenty-characters"


class Api:
    """Refuses the key as often as it is told, then answers with a status."""

    def __init__(self) -> None:
        self.refusals = 0
        self.status = 401
        self.keys: list[str | None] = []
        self.url = ""


@pytest.fixture
def api() -> Iterator[Api]:
    found = Api()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found.keys.append(self.headers.get("x-api-key"))
            refused = len(found.keys) <= found.refusals
            self.send_response(403 if refused else found.status)
            if refused:
                self.send_header("x-amzn-errortype", "ForbiddenException")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    found.url = f"http://127.0.0.1:{server.server_port}/v1/health"
    yield found
    server.shutdown()
    thread.join()
    server.server_close()


def probe(api: Api, seconds: float = 100) -> list[float]:
    slept: list[float] = []
    partner = Partner(name="acme", secret_arn="arn")
    PartnerKey(partner, lambda: seconds, slept.append)._probe(api.url, KEY)
    return slept


@pytest.mark.parametrize("status", [200, 401, 403, 404])
def test_what_is_refused_behind_the_keys_door_proves_the_key(api: Api, status: int) -> None:
    api.status = status
    assert probe(api) == []
    assert api.keys == [KEY]


def test_a_key_that_the_stages_do_not_know_yet_is_waited_for(api: Api) -> None:
    api.refusals = 3
    assert len(probe(api)) == 3


def test_a_key_that_stays_refused_is_told(api: Api) -> None:
    api.refusals = 1000
    with pytest.raises(RotationError, match="answers 403"):
        probe(api)
    with pytest.raises(RotationError, match="answers 403"):
        probe(api, seconds=1)


def test_an_api_that_is_broken_or_away_proves_nothing(api: Api) -> None:
    api.status = 503
    with pytest.raises(RotationError, match="answers 503"):
        probe(api, seconds=1)
    api.url = "http://127.0.0.1:9/"
    with pytest.raises(RotationError, match="cannot be reached"):
        probe(api, seconds=1)
    api.url = "file:///etc/passwd"
    with pytest.raises(RotationError, match="no address of the web"):
        probe(api, seconds=1)
