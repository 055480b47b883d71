"""Health of the API."""

from enum import StrEnum

from pydantic import Field

from qscreen.wire.base import Timestamp, WireModel


class HealthStatus(StrEnum):
    """Health as a closed set."""

    OK = "ok"
    DEGRADED = "degraded"


class Health(WireModel):
    """Answer of `GET /v1/health`."""

    status: HealthStatus
    version: str
    environment: str


class CheckState(StrEnum):
    """What is known of one dependency; `unknown` means that it did not answer in time."""

    UNKNOWN = "unknown"
    HEALTHY = "healthy"
    UNHEALTHY = "unhealthy"


class HealthCheck(WireModel):
    """One dependency as it answered just now."""

    name: str = Field(description="What was asked, e.g. `table runs`.")
    state: CheckState
    milliseconds: float = Field(ge=0, description="How long it took, or was waited for.")
    detail: str | None = Field(default=None, description="Code of the error, if there was one.")


class DeepHealth(WireModel):
    """Answer of `GET /v1/health/deep`."""

    status: HealthStatus = Field(description="`ok` only if every check is healthy.")
    version: str
    environment: str
    checked_at: Timestamp
    checks: tuple[HealthCheck, ...]
