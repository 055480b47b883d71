"""Pictures and runs of a user in an AWS account inside this process; Rekognition is stubbed."""

import struct
import zlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from botocore.stub import Stubber
from qs_mcp_vision import rekognition

from qs_cloud import clients
from qs_cloud.device_record import device_values
from qs_cloud.run_record import new_run_values
from qs_cloud.table import devices_table, runs_table
from qs_mcp.caller import Caller, calling_as
from qscreen.wire import Device, DevicePlatform, DeviceStatus, RunRequest

NOW = datetime(2026, 11, 23, 9, 0, 0, tzinfo=UTC)
ME = Caller("user-1", frozenset({"user"}), frozenset({"qscreen/mcp.vision"}), "request-1")
KEY = "runs/run-1/cmd-1/s1.png"


def png(width: int = 1000, height: int = 500, shade: int = 255) -> bytes:
    """A real picture of one shade."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    row = b"\0" + bytes([shade]) * width
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
        + chunk(b"IDAT", zlib.compress(row * height))
        + chunk(b"IEND", b"")
    )


def detection(
    number: int,
    text: str,
    box: tuple[float, float, float, float],
    *,
    parent: int | None = None,
    confidence: float = 99.0,
) -> dict[str, Any]:
    """A text detection in Rekognition's form."""
    left, top, width, height = box
    found: dict[str, Any] = {
        "DetectedText": text,
        "Type": "LINE" if parent is None else "WORD",
        "Id": number,
        "Confidence": confidence,
        "Geometry": {"BoundingBox": {"Left": left, "Top": top, "Width": width, "Height": height}},
    }
    return found if parent is None else {**found, "ParentId": parent}


@pytest.fixture
def put(aws: None) -> Callable[..., str]:
    def store(key: str = KEY, data: bytes | None = None) -> str:
        clients.s3().put_object(
            Bucket="qscreen-test-screenshots", Key=key, Body=png() if data is None else data
        )
        return key

    return store


@pytest.fixture
def account(aws: None) -> None:
    """Runs and devices: one of the caller's, one of somebody else's."""
    for run_id, owner in (("run-1", "user-1"), ("run-2", "user-2")):
        request = RunRequest.model_validate({"device_id": "dev-1", "goal": "g"})
        runs_table("qscreen-test-runs").create(
            new_run_values(run_id, owner, request, "g", None, NOW)
        )
    for device_id, owner in (("dev-1", "user-1"), ("dev-2", "user-2")):
        device = Device(
            device_id=device_id,
            owner=owner,
            name="n",
            platform=DevicePlatform.LINUX,
            agent_version="1",
            screenshots_allowed=True,
            status=DeviceStatus.ACTIVE,
            queue_url="https://queue",
            region="ap-northeast-2",
            enrolled_at=NOW,
        )
        devices_table("qscreen-test-devices").create(device_values(device))


@pytest.fixture
def user(account: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Caller]:
    """A call of the user, without a cache."""
    monkeypatch.delenv("QS_CACHE_SECRET_ARN", raising=False)
    monkeypatch.delenv("QS_CUSTOM_LABELS_VERSION_ARN", raising=False)
    with calling_as(ME):
        yield ME


@pytest.fixture
def seen(aws: None) -> Iterator[Stubber]:
    """Rekognition: answers what a test says, in the form that botocore demands."""
    rekognition.client.cache_clear()
    with Stubber(rekognition.client()) as stubber:
        yield stubber
        stubber.assert_no_pending_responses()
    rekognition.client.cache_clear()
