"""Enrolling: one wish becomes one device, however often its answer is lost."""

import json
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from qagent.cloud.enrolling import enrol_once, settled
from qagent.home import AgentHome
from qscreen.api.client import ApiClient
from qscreen.api.transport import ApiProblem, ApiUnreachable, Response
from qscreen.wire import DevicePlatform, EnrolRequest

URL = "https://api.example.com/v1"
REQUEST = EnrolRequest(
    name="desk", platform=DevicePlatform.LINUX, agent_version="1", screenshots_allowed=True
)


class Platform:
    """A platform that enrols a device for each key, and loses answers."""

    def __init__(self) -> None:
        self.devices: dict[str, dict[str, Any]] = {}
        self.revoked: set[str] = set()
        self.lost = 0

    def send(
        self,
        method: str,
        path: str,
        query: Mapping[str, str],
        headers: Mapping[str, str],
        body: bytes | None,
    ) -> Response:
        assert (method, path) == ("POST", "/v1/devices")
        key = headers["Idempotency-Key"]
        if key in self.revoked:
            problem = {"title": "Conflict", "status": 409, "detail": "It was revoked."}
            return Response(409, {}, json.dumps(problem).encode())
        device = self.devices.setdefault(
            key,
            {
                **json.loads(body or b""),
                "device_id": f"dev-{len(self.devices)}",
                "owner": "user-1",
                "status": "active",
                "queue_url": "https://sqs.example.com/q",
                "region": "ap-northeast-2",
                "enrolled_at": "2026-11-30T00:00:00Z",
            },
        )
        if self.lost:
            self.lost -= 1
            raise ApiUnreachable("no answer")
        return Response(201, {}, json.dumps(device).encode())


@pytest.fixture
def platform() -> Platform:
    return Platform()


@pytest.fixture
def pending(tmp_path: Path) -> Path:
    return AgentHome(tmp_path / "home").enrolling


def enrol(
    platform: Platform, pending: Path, request: EnrolRequest = REQUEST, url: str = URL
) -> str:
    return enrol_once(ApiClient(platform), url, request, pending).device_id


def test_a_lost_answer_leaves_no_second_device(platform: Platform, pending: Path) -> None:
    platform.lost = 2
    for _ in range(2):
        with pytest.raises(ApiUnreachable):
            enrol(platform, pending)
    assert enrol(platform, pending) == "dev-0"
    assert len(platform.devices) == 1


def test_a_key_is_kept_until_its_answer_is_stored(platform: Platform, pending: Path) -> None:
    assert enrol(platform, pending) == "dev-0"
    # The agent ended before the device was stored.
    assert enrol(platform, pending) == "dev-0"
    assert stat.S_IMODE(pending.stat().st_mode) == 0o600
    settled(pending)
    assert not pending.exists()
    assert enrol(platform, pending) == "dev-1"


def test_the_key_is_on_disk_before_the_request_leaves(platform: Platform, pending: Path) -> None:
    class CrashError(Exception):
        pass

    class Crashing:
        def send(self, *_: object) -> Response:
            assert json.loads(pending.read_text())["key"]
            raise CrashError

    with pytest.raises(CrashError):
        enrol_once(ApiClient(Crashing()), URL, REQUEST, pending)


@pytest.mark.parametrize(
    ("request_", "url"),
    [
        (REQUEST.model_copy(update={"screenshots_allowed": False}), URL),
        (REQUEST, "https://other.example.com/v1"),
    ],
    ids=["other device", "other platform"],
)
def test_another_wish_has_another_key(
    platform: Platform, pending: Path, request_: EnrolRequest, url: str
) -> None:
    enrol(platform, pending)
    assert enrol(platform, pending, request_, url) == "dev-1"


def test_a_device_that_was_revoked_meanwhile_is_enrolled_anew(
    platform: Platform, pending: Path
) -> None:
    enrol(platform, pending)
    platform.revoked.update(platform.devices)
    assert enrol(platform, pending) == "dev-1"


def test_another_problem_keeps_the_key(platform: Platform, pending: Path) -> None:
    enrol(platform, pending)
    before = pending.read_text()

    class Busy:
        def send(self, *_: object) -> Response:
            problem = {"title": "Busy", "status": 503, "detail": "Wait."}
            return Response(503, {}, json.dumps(problem).encode())

    with pytest.raises(ApiProblem):
        enrol_once(ApiClient(Busy()), URL, REQUEST, pending)
    assert pending.read_text() == before


def test_a_damaged_key_is_replaced(platform: Platform, pending: Path) -> None:
    pending.parent.mkdir(parents=True)
    pending.write_text("{")
    assert enrol(platform, pending) == "dev-0"
    assert json.loads(pending.read_text())["key"] in platform.devices
