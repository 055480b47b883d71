"""Health of the API."""

from enum import StrEnum

from qscreen.wire.base import WireModel


class HealthStatus(StrEnum):
    """Health as a closed set."""

    OK = "ok"
    DEGRADED = "degraded"


class Health(WireModel):
    """Answer of `GET /v1/health`."""

    status: HealthStatus
    version: str
    environment: str
