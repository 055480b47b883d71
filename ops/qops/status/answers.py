"""Answer of ``qops status``."""

from datetime import datetime

from pydantic import Field

from qops.answer import Answer


class Service(Answer):
    """Who answers a service."""

    name: str
    answered_by: str = Field(description="`emulated by <program>` or `real`.")
    running: bool
    port: int | None


class Cloud(Answer):
    """The local cloud."""

    running: bool
    endpoint: str
    generation: str | None
    uptime_seconds: float
    memory_bytes: int
    reason: str | None = Field(description="Why it does not run, when it ended by itself.")
    services: list[Service]


class PlatformState(Answer):
    """The platform in the environment."""

    applied: bool
    api_url: str | None
    detail: str = Field(description="What was found when it is not applied; may be empty.")


class Agent(Answer):
    """The demo's agent on this machine."""

    running: bool
    phase: str
    detail: str


class DeviceState(Answer):
    """An enrolled device of the demo's user."""

    device_id: str
    name: str
    platform: str
    status: str
    last_seen_at: datetime | None


class RunState(Answer):
    """A run of the demo's user."""

    run_id: str
    goal: str
    status: str
    reason: str | None
    created_at: datetime


class StatusAnswer(Answer):
    """Answer of ``qops status``."""

    cloud: Cloud | None = Field(description="None for an AWS environment.")
    platform: PlatformState
    agent: Agent | None
    devices: list[DeviceState]
    runs: list[RunState]
    problem: str = Field(
        default="", description="Why the API could not be asked for devices and runs; else empty."
    )

    @property
    def essentials(self) -> list[str]:
        """What runs."""
        cloud = (
            [] if self.cloud is None else [f"local cloud {'up' if self.cloud.running else 'down'}"]
        )
        agent = [] if self.agent is None else [f"agent {self.agent.phase}"]
        platform = f"platform {'applied' if self.platform.applied else 'not applied'}"
        return [*cloud, platform, *agent, *([self.problem] if self.problem else [])]
