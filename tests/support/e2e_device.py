"""A device that the test itself plays: enrolled for real, driven message by message."""

import json
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import httpx
from e2e_endpoint import client
from e2e_waiting import PATIENCE, until


@dataclass(frozen=True)
class ScriptedDevice:
    """An enrolled device whose queue the test reads.

    Attributes:
        device_id: Its id.
        queue_url: Its queue.
        credentials: Its own temporary AWS credentials, as boto3 names them.
        api: HTTP client that bears the owner's token.
    """

    device_id: str
    queue_url: str
    credentials: dict[str, str]
    api: httpx.Client

    def receive(self) -> dict[str, Any]:
        """Next command on the device's queue, waited for; it is deleted from the queue."""
        found: dict[str, Any] = until(self.poll, PATIENCE, f"no command came to {self.device_id}")
        return found

    def poll(self, wait_seconds: int = 20) -> dict[str, Any] | None:
        """Look once for a command, with the device's own credentials.

        Args:
            wait_seconds: How long to poll, seconds.

        Returns:
            The command as JSON, which is deleted from the queue; None where none came.
        """
        sqs = client("sqs", **self.credentials)
        answer = sqs.receive_message(
            QueueUrl=self.queue_url, WaitTimeSeconds=wait_seconds, MaxNumberOfMessages=1
        )
        if not answer.get("Messages"):
            return None
        message = answer["Messages"][0]
        sqs.delete_message(QueueUrl=self.queue_url, ReceiptHandle=message["ReceiptHandle"])
        command: dict[str, Any] = json.loads(message["Body"])
        return command

    def command_of(self, run_id: str) -> dict[str, Any]:
        """Next command of one run; those of others are dropped."""
        while (command := self.receive())["run_id"] != run_id:
            pass
        return command

    @contextmanager
    def working_on(self, command: dict[str, Any]) -> Iterator[None]:
        """Keep a command alive, as an agent does that works on it."""
        ended = threading.Event()

        def beat() -> None:
            while not ended.wait(3):
                self.api.post(f"/v1/commands/{command['id']}/heartbeat")

        with ThreadPoolExecutor(1) as pool:
            beating = pool.submit(beat)
            try:
                yield
            finally:
                ended.set()
        beating.result()

    def answer_observe(
        self, command_id: str, elements: Sequence[dict[str, Any]] = ()
    ) -> httpx.Response:
        """Report a valid snapshot for an observe command, with these elements."""
        return self.api.post(
            f"/v1/commands/{command_id}/result",
            json={
                "status": "done",
                "snapshot": {
                    "id": "snap-e2e-1",
                    "device_id": self.device_id,
                    "taken_at": _now(),
                    "screen": {"width": 1440, "height": 900},
                    "elements": [
                        {"id": f"e{number}", **one} for number, one in enumerate(elements, 1)
                    ],
                    "duration_ms": 1.0,
                },
            },
        )

    def answer_perform(
        self, command: dict[str, Any], outcome: str = "confirmed", error: str | None = None
    ) -> httpx.Response:
        """Report one effect of the same outcome for each step of a perform command."""
        return self.api.post(
            f"/v1/commands/{command['id']}/result",
            json={
                "status": "done",
                "effects": [
                    {
                        "step_id": step["id"],
                        "outcome": outcome,
                        **({"error": error} if error else {}),
                        "started_at": _now(),
                        "duration_ms": 1.0,
                    }
                    for step in command["steps"]
                ],
            },
        )


def enrol(api: httpx.Client, name: str) -> ScriptedDevice:
    """Enrol a device over the API and fetch its credentials.

    Args:
        api: HTTP client that bears the owner's token.
        name: The device's name.

    Returns:
        The device.
    """
    enrolled = api.post(
        "/v1/devices",
        json={
            "name": name,
            "platform": "linux",
            "agent_version": "e2e",
            "screenshots_allowed": True,
        },
        headers={"Idempotency-Key": uuid4().hex},
    )
    assert enrolled.status_code == 201, enrolled.text
    device = enrolled.json()
    issued = api.post(f"/v1/devices/{device['device_id']}/credentials")
    assert issued.status_code == 201, issued.text
    keys = issued.json()
    return ScriptedDevice(
        device_id=device["device_id"],
        queue_url=device["queue_url"],
        credentials={
            "aws_access_key_id": keys["access_key_id"],
            "aws_secret_access_key": keys["secret_access_key"],
            "aws_session_token": keys["session_token"],
        },
        api=api,
    )


def _now() -> str:
    return datetime.now(UTC).isoformat()
