"""Enrolling: one wish becomes one device, however often its answer is lost.

The key of a request is on disk before the request is sent, and goes when its answer is stored.
Whoever enrols again after a lost answer sends the same request under the same key, and gets the
device that it made.
"""

import uuid
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from qagent.home import HomeError, read_json, write_private_json
from qscreen.api.client import ApiClient
from qscreen.api.transport import ApiProblem
from qscreen.wire import Device, EnrolRequest

_CONFLICT = 409


class PendingEnrolment(BaseModel):
    """A request that may have enrolled this machine without our knowing it."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    api_url: str
    key: str
    request: EnrolRequest


def enrol_once(
    client: ApiClient, api_url: str, request: EnrolRequest, pending_file: Path
) -> Device:
    """Enrol this machine, or get the device that the same request enrolled before.

    `settled` is to be called once the device is stored.

    Args:
        client: The API's client.
        api_url: Its address: a key is of one platform.
        request: The device.
        pending_file: Where the key is kept until its answer is stored.

    Raises:
        ApiError: The platform did not take the device, or did not answer.
        HomeError: The key could not be kept.
    """
    pending = _pending(pending_file)
    if pending is not None and (pending.api_url, pending.request) == (api_url, request):
        try:
            return client.enrol_device(request, idempotency_key=pending.key)
        except ApiProblem as error:
            # Its device was revoked meanwhile: the key is used up.
            if error.status != _CONFLICT:
                raise
    fresh = PendingEnrolment(api_url=api_url, key=str(uuid.uuid4()), request=request)
    write_private_json(pending_file, fresh.model_dump(mode="json"))
    return client.enrol_device(request, idempotency_key=fresh.key)


def settled(pending_file: Path) -> None:
    """Forget the key: its answer is stored.

    Args:
        pending_file: Where it is.
    """
    pending_file.unlink(missing_ok=True)


def _pending(pending_file: Path) -> PendingEnrolment | None:
    """The request that was not answered; None where there is none, or it cannot be read."""
    try:
        return PendingEnrolment.model_validate(read_json(pending_file, ""))
    except (HomeError, ValidationError):
        return None
