"""Devices and their enrolment."""

from enum import StrEnum

from pydantic import Field

from qscreen.wire.base import Identifier, Timestamp, WireModel


class DevicePlatform(StrEnum):
    """Desktop backends."""

    LINUX = "linux"
    MACOS = "macos"


class DeviceStatus(StrEnum):
    """Life of a device."""

    ACTIVE = "active"
    REVOKED = "revoked"


class EnrolRequest(WireModel):
    """Body of `POST /v1/devices`; the `Idempotency-Key` header is required with it."""

    name: str = Field(min_length=1, max_length=100, description="Host name or a name of choice.")
    platform: DevicePlatform
    agent_version: str = Field(min_length=1, max_length=40)
    screenshots_allowed: bool = Field(
        description="The device's own policy: whether pictures may leave it."
    )


class Device(WireModel):
    """An enrolled device."""

    device_id: Identifier
    owner: str = Field(description="Cognito `sub` of the user who enrolled it.")
    name: str
    platform: DevicePlatform
    agent_version: str
    screenshots_allowed: bool
    status: DeviceStatus
    queue_url: str
    region: str
    enrolled_at: Timestamp
    last_seen_at: Timestamp | None = None


class DeviceList(WireModel):
    """A page of devices."""

    items: tuple[Device, ...]
    next_token: str | None = None


class DeviceCredentials(WireModel):
    """Temporary AWS credentials limited to the device's own queue and upload prefix."""

    access_key_id: str
    secret_access_key: str
    session_token: str
    expires_at: Timestamp
