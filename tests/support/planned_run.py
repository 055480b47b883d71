"""A run that the planner plans: its item, its screen, and what is kept of it."""

import json
import struct
import zlib
from typing import Any

from qs_cloud import clients
from qs_cloud.table import runs_table

BUCKET = "qscreen-test-screenshots"
FOLDER = "runs/run-1/cmd-1"
SNAPSHOT, PICTURE = f"{FOLDER}/snapshot.json", f"{FOLDER}/screen.png"
SEEN = {"snapshot_key": SNAPSHOT, "picture_key": PICTURE}
ENDED = {"analysis": {"Status": "SUCCEEDED"}}


class Store:
    """A dictionary where Redis would be."""

    def __init__(self) -> None:
        self.values: dict[str, str] = {}

    def get(self, key: str) -> str | None:
        return self.values.get(key)

    def put(self, key: str, value: str, seconds: int) -> None:
        self.values[key] = value


def png(width: int, height: int) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    rows = (b"\0" + b"\xff" * width) * height
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    chunks = (chunk(b"IHDR", header), chunk(b"IDAT", zlib.compress(rows)), chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def lay(goal: str, **run: Any) -> None:
    item = {
        "run_id": {"S": "run-1"},
        "owner": {"S": "user-1"},
        "device_id": {"S": "dev-1"},
        "goal": {"S": goal},
        "mode": {"S": "auto"},
        "status": {"S": "observing"},
        "attempts": {"N": "0"},
        "cancel_requested": {"BOOL": False},
        "created_at": {"S": "2026-11-23T09:00:00.000000+00:00"},
        "updated_at": {"S": "2026-11-23T09:00:00.000000+00:00"},
        **run,
    }
    clients.dynamodb().put_item(TableName="qscreen-test-runs", Item=item)


def put_screen(*elements: dict[str, Any], **more: Any) -> None:
    snapshot = {
        "id": "snap-1",
        "device_id": "dev-1",
        "taken_at": "2026-11-23T09:00:00Z",
        "screen": {"width": 1000, "height": 500},
        "elements": [{"id": f"e{number}", **one} for number, one in enumerate(elements, 1)],
        "duration_ms": 20.0,
        **more,
    }
    put(SNAPSHOT, json.dumps(snapshot).encode())
    # Twice as fine as the screen: places must come back in pixels of the screen.
    put(PICTURE, png(2000, 1000))


def put(key: str, data: bytes) -> None:
    clients.s3().put_object(Bucket=BUCKET, Key=key, Body=data)


def kept() -> Any:
    return runs_table("qscreen-test-runs").get("run-1")
