"""What a device planned and did by itself, as it tells the platform afterwards."""

from pydantic import Field, model_validator

from qscreen.wire.base import Timestamp, WireModel
from qscreen.wire.effect import Effect
from qscreen.wire.plan import Plan


class DeviceRun(WireModel):
    """Body of `POST /v1/devices/{device_id}/runs`: a run that has ended on the device.

    The `Idempotency-Key` header is required with it: a device repeats a report until it has the
    answer.
    """

    plan: Plan
    effects: tuple[Effect, ...] = Field(
        max_length=20, description="What came of the plan's steps, in their order, redacted."
    )
    started_at: Timestamp
    finished_at: Timestamp

    @model_validator(mode="after")
    def _fits_together(self) -> "DeviceRun":
        if self.finished_at < self.started_at:
            raise ValueError("finished_at is before started_at")
        steps = [step.id for step in self.plan.steps]
        if len(set(steps)) < len(steps):
            raise ValueError("each step of the plan must have another id")
        told = [effect.step_id for effect in self.effects]
        if len(set(told)) < len(told) or not set(told) <= set(steps):
            raise ValueError("each effect must be of another step of the plan")
        if any(effect.before_key or effect.after_key for effect in self.effects):
            raise ValueError("a run that is reported afterwards has no pictures")
        return self
