"""Clients of a cloud that takes connections and says nothing."""

import socket
import threading
from collections.abc import Iterator
from dataclasses import replace

import pytest
from botocore.exceptions import ReadTimeoutError

from qops.local.model import LocalCloudError
from qops.platform import aws as subject
from qops.platform.aws import Aws
from qops.platform.functions import ask_function
from qops.settings import load_settings


class Silent:
    """A port that takes every connection, and never says a word."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=50)
        self.port = int(self._listener.getsockname()[1])
        self.taken: list[socket.socket] = []
        self._came = threading.Event()
        self._thread = threading.Thread(target=self._take, daemon=True)
        self._thread.start()

    def _take(self) -> None:
        while True:
            try:
                self.taken.append(self._listener.accept()[0])
            except OSError:
                return
            self._came.set()

    def calls(self) -> int:
        """How often somebody connected, once the first one was let in."""
        assert self._came.wait(60)
        return len(self.taken)

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(60)
        for one in self.taken:
            one.close()


@pytest.fixture
def silent() -> Iterator[Silent]:
    port = Silent()
    yield port
    port.close()


def test_a_hung_local_cloud_is_called_so_before_any_call(
    silent: Silent, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(subject, "SILENCE_SECONDS", 0.5)
    aws = Aws(replace(load_settings("local"), port=silent.port))
    with pytest.raises(LocalCloudError, match="does not answer") as caught:
        aws.client("sqs")
    assert "qops down" in caught.value.next_step
    assert silent.calls() == 1


def test_a_function_is_not_invoked_again_when_it_says_nothing(
    silent: Silent, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{silent.port}")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    with pytest.raises(ReadTimeoutError):
        ask_function(Aws(load_settings("dev")), "migrate", {}, answer_seconds=1)
    assert silent.calls() == 1
