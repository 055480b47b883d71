"""Which models may be asked, in which order: the parameter that the AI layer writes."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from qs_cloud import clients
from qs_cloud.calls import calling

PARAMETER_AGE_SECONDS = 300
"""The parameter is read again after this, so that a new model needs no new deployment."""
ROLES = ("planner", "vision", "fast")
"""Whose models are asked for a plan, in this order."""


class ModelsParameterError(Exception):
    """The parameter with the models is not what it must be."""


class _Role(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")

    inference_profile_id: str = Field(min_length=1)
    max_tokens: int = Field(ge=1)
    fallbacks: tuple[str, ...] = ()
    system_profiles: tuple[str, ...] = ()


_MAP = TypeAdapter(dict[str, _Role])


@dataclass(frozen=True, slots=True)
class Model:
    """A model to ask.

    Attributes:
        role: Role it plays.
        profile: Id or ARN of its inference profile.
        max_tokens: Most tokens of its answer.
        system_profile: Id of the system's profile that it is, or is a copy of; has the price.
    """

    role: str
    profile: str
    max_tokens: int
    system_profile: str


def read_models(text: str) -> tuple[Model, ...]:
    """Read the parameter's value.

    Args:
        text: The value, JSON by role.

    Returns:
        Models in the order in which they are asked: a role's own, its fallbacks, the next role.

    Raises:
        ModelsParameterError: If there is no model for a plan in it.
    """
    try:
        roles = _MAP.validate_json(text)
    except ValidationError as error:
        fields = sorted({".".join(map(str, fault["loc"])) for fault in error.errors()})
        raise ModelsParameterError(
            f"The parameter with the models is not usable at {', '.join(fields) or 'the whole'}. "
            "Apply the AI layer again."
        ) from None
    found: dict[str, Model] = {}
    for role in ROLES:
        if role in roles:
            entry = roles[role]
            asked = (entry.inference_profile_id, *entry.fallbacks)
            # A parameter of an older release does not say what stands behind a copy.
            for place, profile in enumerate(asked):
                behind = (*entry.system_profiles, *asked[len(entry.system_profiles) :])[place]
                found.setdefault(profile, Model(role, profile, entry.max_tokens, behind))
    if not found:
        raise ModelsParameterError(
            f"The parameter with the models names none of {', '.join(ROLES)}. "
            "Apply the AI layer again."
        )
    return tuple(found.values())


@dataclass(slots=True)
class ModelMap:
    """The models of a parameter, read when they are needed.

    Attributes:
        parameter: Name of the parameter.
        clock: Monotonic clock, seconds.
    """

    parameter: str
    clock: Callable[[], float] = time.monotonic
    _models: tuple[Model, ...] = ()
    _read_at: float = field(default=0.0)

    def models(self) -> tuple[Model, ...]:
        """Say which models are asked.

        Returns:
            At least one, in order.

        Raises:
            ModelsParameterError: If the parameter cannot be used.
            CloudCallError: If it cannot be read.
        """
        if not self._models or self.clock() - self._read_at >= PARAMETER_AGE_SECONDS:
            with calling("read the models"):
                answer: Mapping[str, Any] = clients.ssm().get_parameter(Name=self.parameter)
            self._models = read_models(answer["Parameter"]["Value"])
            self._read_at = self.clock()
        return self._models
