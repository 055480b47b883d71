"""Revokes a device, and looks whether that took hold."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus

from qops.devices.looking import QueueFacts, queue_facts
from qops.platform.aws import Aws
from qops.settings import Settings
from qscreen.api.client import ApiClient
from qscreen.api.transport import ApiProblem
from qscreen.wire import Device, Run

GONE_SECONDS = 70.0
"""SQS may take a minute to delete a queue (API reference, DeleteQueue)."""

POLL_SECONDS = 1.0

_REFUSALS = frozenset({HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT})


@dataclass(frozen=True, slots=True)
class Revoked:
    """What revoking a device did.

    Attributes:
        device: The device as the API shows it now.
        queue: What is seen of its queue now.
        credentials_refused: Whether the API refuses new credentials; None if that could not be
            asked.
        refusal: What the API said.
        open_runs: Runs on it that had not ended before.
    """

    device: Device
    queue: QueueFacts
    credentials_refused: bool | None
    refusal: str
    open_runs: tuple[Run, ...]


def revoke_device(
    settings: Settings,
    aws: Aws,
    api: ApiClient,
    device: Device,
    open_runs: tuple[Run, ...],
    *,
    sleep: Callable[[float], None] = time.sleep,
    now: Callable[[], float] = time.monotonic,
) -> Revoked:
    """Revoke a device, then ask for credentials and for its queue as it would itself.

    Args:
        settings: Which environment.
        aws: Its clients.
        api: The API.
        device: The device.
        open_runs: Runs on it that have not ended.
        sleep: Waits, seconds.
        now: Clock, seconds.

    Raises:
        ApiError: The API refused, or does not answer; repeating it is safe.
    """
    revoked = api.revoke_device(device.device_id)
    refused, told = _ask_for_credentials(api, device.device_id)
    end = now() + GONE_SECONDS
    while True:
        facts = queue_facts(settings, aws, revoked)
        if facts.queue is None or now() >= end:
            return Revoked(revoked, facts, refused, told, open_runs)
        sleep(POLL_SECONDS)


def _ask_for_credentials(api: ApiClient, device_id: str) -> tuple[bool | None, str]:
    try:
        api.create_device_credentials(device_id)
    except ApiProblem as error:
        if error.status in _REFUSALS:
            return True, error.problem.detail
        return None, error.problem.detail
    return False, "The API still gives credentials."
