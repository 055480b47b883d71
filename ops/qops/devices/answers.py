"""Answers of ``qops devices``."""

from datetime import datetime

from pydantic import Field

from qops.answer import Answer
from qops.devices.looking import QueueFacts, State, state_of
from qops.devices.revoking import Revoked
from qops.errors import ExitCode
from qops.runs.answers import RunLine
from qscreen.wire import Device, DeviceStatus, Run


class DeviceQueue(Answer):
    """What waits for a device; SQS's own counts are approximate."""

    name: str
    waiting: int | None
    in_flight: int | None
    oldest_seconds: float | None = Field(
        description="Age of the oldest command; null where it is not measured."
    )
    retention_seconds: int | None
    gone: bool
    problem: str = Field(description="Why it could not be looked at; empty otherwise.")

    @classmethod
    def of(cls, device: Device, facts: QueueFacts) -> "DeviceQueue":
        """From what was seen."""
        queue = facts.queue
        return cls(
            name=device.queue_url.rpartition("/")[2],
            waiting=queue.waiting + queue.delayed if queue else None,
            in_flight=queue.in_flight if queue else None,
            oldest_seconds=facts.oldest_seconds,
            retention_seconds=queue.retention_seconds if queue else None,
            gone=facts.gone,
            problem=facts.problem,
        )


class DeviceShown(Answer):
    """A device."""

    device_id: str
    name: str
    platform: str
    state: State = Field(description="Whether it would carry out a run now.")
    agent_version: str
    owner: str = Field(description="Cognito `sub` of who enrolled it.")
    screenshots_allowed: bool = Field(description="Its own policy: whether pictures may leave it.")
    enrolled_at: datetime
    last_seen_at: datetime | None
    queue: DeviceQueue | None = Field(description="Null for a revoked device in a list.")

    @classmethod
    def of(cls, device: Device, facts: QueueFacts | None, now: datetime) -> "DeviceShown":
        """From what the API and the queue tell."""
        return cls(
            device_id=device.device_id,
            name=device.name,
            platform=device.platform.value,
            state=state_of(device, now),
            agent_version=device.agent_version,
            owner=device.owner,
            screenshots_allowed=device.screenshots_allowed,
            enrolled_at=device.enrolled_at,
            last_seen_at=device.last_seen_at,
            queue=None if facts is None else DeviceQueue.of(device, facts),
        )


class DevicesAnswer(Answer):
    """Answer of ``qops devices list``."""

    asked_at: datetime
    devices: list[DeviceShown]

    @property
    def essentials(self) -> list[str]:
        """Ids and states."""
        return [f"{one.device_id} {one.state.value}" for one in self.devices]


class DeviceAnswer(Answer):
    """Answer of ``qops devices show`` and ``qops devices queue``."""

    asked_at: datetime
    device: DeviceShown
    open_runs: list[RunLine] = Field(description="Your runs on it that have not ended.")

    @classmethod
    def of(
        cls, device: Device, facts: QueueFacts, runs: tuple[Run, ...], now: datetime
    ) -> "DeviceAnswer":
        """From what the API and the queue tell."""
        return cls(
            asked_at=now,
            device=DeviceShown.of(device, facts, now),
            open_runs=[RunLine.of(run, now) for run in runs],
        )

    @property
    def essentials(self) -> list[str]:
        """Its id and state."""
        return [f"{self.device.device_id} {self.device.state.value}"]


class DeviceRevokedAnswer(Answer):
    """Answer of ``qops devices revoke``; exit code 1 when it did not take hold."""

    device_id: str
    status: DeviceStatus
    queue: DeviceQueue
    credentials_refused: bool | None = Field(
        description="Whether the API refuses it new credentials; null if that could not be asked."
    )
    refusal: str = Field(description="What the API said to that.")
    open_runs: list[str] = Field(description="Runs on it that had not ended.")

    @classmethod
    def of(cls, done: Revoked) -> "DeviceRevokedAnswer":
        """From what revoking it did."""
        return cls(
            device_id=done.device.device_id,
            status=done.device.status,
            queue=DeviceQueue.of(done.device, done.queue),
            credentials_refused=done.credentials_refused,
            refusal=done.refusal,
            open_runs=[run.run_id for run in done.open_runs],
        )

    @property
    def exit_code(self) -> int:
        """Done when it is revoked, gets no credentials, and nothing is seen of its queue."""
        held = self.status is not DeviceStatus.REVOKED or self.credentials_refused is False
        return int(ExitCode.FAILED if held or self.queue.waiting is not None else ExitCode.DONE)
