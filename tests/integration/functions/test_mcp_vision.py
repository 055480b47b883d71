"""The server ``vision`` over its own transport with a real Redis; AWS is inside this process."""

import json
import struct
import sys
import time
import zlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from botocore.stub import Stubber
from mcp_events import HANDSHAKE, MODERN, McpClient
from moto import mock_aws

from qops.local.engines.redis import Redis, password_rule
from qops.local.ports import free_ports
from qs_cloud import clients
from qs_cloud.run_record import new_run_values
from qs_cloud.table import runs_table
from qscreen.wire import RunRequest

FOLDER = str(Path(__file__).resolve().parents[3] / "lambda_src" / "mcp-vision")
if FOLDER not in sys.path:
    sys.path.append(FOLDER)

from qs_mcp_vision import rekognition  # noqa: E402 - found by the folder above

from qs_reading import caching  # noqa: E402 - after it

BUCKET = "qscreen-test-screenshots"
PASSWORD = "a-password-of-the-cache"
KEY = "runs/run-1/cmd-1/s1.png"
LINES = 90


def picture(shade: int) -> bytes:
    """A PNG of the size of a screen."""
    width, height = 1440, 900

    def chunk(kind: bytes, data: bytes) -> bytes:
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    rows = (b"\0" + bytes([shade]) * width) * height
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    chunks = (chunk(b"IHDR", header), chunk(b"IDAT", zlib.compress(rows)), chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def text_detections() -> dict[str, Any]:
    """A screen with as many lines as Rekognition reads words of."""
    return {
        "TextDetections": [
            {
                "DetectedText": f"word{number}",
                "Type": "LINE",
                "Id": number,
                "Confidence": 99.0,
                "Geometry": {
                    "BoundingBox": {"Left": 0.1, "Top": number / 100, "Width": 0.2, "Height": 0.008}
                },
            }
            for number in range(LINES)
        ]
    }


def snapshot() -> bytes:
    """A tree with an element for every line, and a window around them."""
    window = {"id": "e999", "role": "window", "name": "Editor"}
    window["rect"] = {"x": 0, "y": 0, "width": 1440, "height": 900}  # type: ignore[assignment]
    elements = [
        {
            "id": f"e{number}",
            "parent": "e999",
            "role": "button",
            "name": f"word{number}",
            "rect": {"x": 140, "y": number * 9, "width": 300, "height": 9},
        }
        for number in range(LINES)
    ]
    return json.dumps(
        {
            "id": "snap-1",
            "device_id": "dev-1",
            "taken_at": "2026-11-23T09:00:00Z",
            "screen": {"width": 1440, "height": 900},
            "elements": [window, *elements],
            "duration_ms": 5,
        }
    ).encode()


@pytest.fixture(scope="module")
def redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Redis]:
    rules = ("on", password_rule(PASSWORD), "~vision:*", "-@all", "+get", "+set", "+hello")
    # The client says its name and version when it connects.
    server = Redis(
        tmp_path_factory.mktemp("redis"),
        free_ports(1)[0],
        users={"qscreen": (*rules, "+client|setinfo", "+ping")},
    )
    try:
        yield server
    finally:
        server.stop()


@pytest.fixture
def reading(
    redis: Redis, patient_cache: None, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Stubber]:
    """An account with one run of one user, and Rekognition, which answers what a test says."""
    for name, value in {
        "AWS_DEFAULT_REGION": "ap-northeast-2",
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "POWERTOOLS_SERVICE_NAME": "test",
        "POWERTOOLS_METRICS_NAMESPACE": "QScreen",
        "QS_RUNS_TABLE": "qscreen-test-runs",
        "QS_DEVICES_TABLE": "qscreen-test-devices",
        "QS_SCREENSHOTS_BUCKET": BUCKET,
        "QS_CACHE_SECRET_ARN": "qscreen-test/redis",
    }.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    caching._store.cache_clear()
    rekognition.client.cache_clear()
    with mock_aws():
        secret = {
            "username": "qscreen",
            "password": PASSWORD,
            "host": "127.0.0.1",
            "port": redis.port,
            "tls": False,
        }
        clients.secretsmanager().create_secret(
            Name="qscreen-test/redis", SecretString=json.dumps(secret)
        )
        clients.dynamodb().create_table(
            TableName="qscreen-test-runs",
            KeySchema=[{"AttributeName": "run_id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "run_id", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
        request = RunRequest.model_validate({"device_id": "dev-1", "goal": "g"})
        runs_table("qscreen-test-runs").create(
            new_run_values("run-1", "user-1", request, "g", None, datetime.now(UTC))
        )
        clients.s3().create_bucket(
            Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "ap-northeast-2"}
        )
        for name, body in (("snapshot.json", snapshot()), ("s1.png", picture(1))):
            clients.s3().put_object(Bucket=BUCKET, Key=f"runs/run-1/cmd-1/{name}", Body=body)
        with Stubber(rekognition.client()) as stubber:
            yield stubber
            stubber.assert_no_pending_responses()
    caching._store.cache_clear()
    rekognition.client.cache_clear()


@pytest.fixture
def client(reading: Stubber, load_handler: Callable[[str], ModuleType]) -> McpClient:
    handler = load_handler("mcp-vision").handler
    return McpClient(handler, "/v1/mcp/vision", "qscreen/mcp.vision")


@pytest.mark.parametrize("revision", ["2025-03-26", HANDSHAKE, MODERN])
def test_every_revision_lists_all_tools(client: McpClient, revision: str) -> None:
    client.revision = revision
    tools = client.send("tools/list").result["tools"]
    assert [one["name"] for one in tools] == [
        "read_text",
        "find_elements",
        "labels",
        "custom_labels",
    ]
    for tool in tools:
        assert tool["outputSchema"]["type"] == "object"
        assert tool["annotations"]["readOnlyHint"] is True
        assert tool["annotations"]["openWorldHint"] is False
        assert tool["_meta"]["qscreen/risk"] == "read"


def test_elements_come_from_the_cache_at_once(client: McpClient, reading: Stubber) -> None:
    reading.add_response("detect_text", text_detections())
    arguments = {"picture": KEY, "run_id": "run-1", "text": "word7"}
    first = client.call("find_elements", arguments).result
    assert first["structuredContent"]["cached"] is False
    best = first["structuredContent"]["elements"][0]
    assert (best["id"], best["source"], best["score"]) == ("e7", "both", 1.0)
    times = []
    for _ in range(20):
        began = time.process_time()
        found = client.call("find_elements", arguments).result["structuredContent"]
        times.append((time.process_time() - began) * 1000)
        assert found["cached"] is True
        assert found["elements"] == first["structuredContent"]["elements"]
    # Processor time, and the least of it: what else this machine does is left out; the emulated
    # S3 and DynamoDB are in it.
    assert min(times) < 50


def test_the_text_is_kept_below_the_user_and_ends(
    client: McpClient, reading: Stubber, redis: Redis
) -> None:
    clients.s3().put_object(Bucket=BUCKET, Key=KEY, Body=picture(2))
    reading.add_response("detect_text", text_detections())
    client.call("read_text", {"picture": KEY})
    from redis import Redis as Connection

    with Connection(
        host="127.0.0.1", port=redis.port, username="qs-test-reader", password="x"
    ) as connection:
        redis.set_users(
            {
                "qscreen": ("on", password_rule(PASSWORD), "~vision:*", "-@all", "+get", "+set"),
                "qs-test-reader": ("on", password_rule("x"), "~*", "+@all"),
            }
        )
        keys = connection.keys("*")
        assert keys
        assert all(key.startswith(b"vision:user-1:") for key in keys)
        assert all(0 < connection.ttl(key) <= caching.SECONDS for key in keys)


def test_without_redis_it_only_takes_longer(
    client: McpClient, reading: Stubber, monkeypatch: pytest.MonkeyPatch
) -> None:
    clients.s3().put_object(Bucket=BUCKET, Key=KEY, Body=picture(3))
    nobody = {"host": "127.0.0.1", "port": free_ports(1)[0], "tls": False}
    clients.secretsmanager().put_secret_value(
        SecretId="qscreen-test/redis", SecretString=json.dumps(nobody)
    )
    for _ in range(2):
        reading.add_response("detect_text", text_detections())
        found = client.call("read_text", {"picture": KEY}).result
        assert found["structuredContent"]["cached"] is False
        assert len(found["structuredContent"]["lines"]) == LINES


def test_a_fault_is_a_result_with_advice(client: McpClient, reading: Stubber) -> None:
    clients.s3().put_object(Bucket=BUCKET, Key=KEY, Body=picture(4))
    reading.add_client_error("detect_text", "ThrottlingException")
    answer = client.call("read_text", {"picture": KEY})
    assert answer.result["isError"] is True
    assert "Wait some seconds" in answer.said
    other = client.call("read_text", {"picture": "runs/run-2/cmd-1/s1.png"})
    assert "no object with this key" in other.said
    assert client.call("custom_labels", {"picture": KEY}).result["isError"] is True


def test_a_body_of_more_than_6_mb_is_refused(client: McpClient) -> None:
    answer = client.call("read_text", {"picture": "x" * (6 * 1024 * 1024)})
    assert answer.status == 413
