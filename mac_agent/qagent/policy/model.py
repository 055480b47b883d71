"""The policy file: its fields, as users write them."""

import re
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator

from qagent.messages import text
from qagent.policy.kinds import DataClass, RiskKind
from qagent.policy.times import TimeRange
from qagent.value_faults import of_expression
from qscreen.wire import ActionKind, RiskCategory

SCHEMA_ADDRESS = "https://json-schema.org/draft/2020-12/schema"
_MODIFIERS = frozenset({"ctrl", "alt", "shift", "super"})


class TypingRoute(StrEnum):
    """Ways to enter text, narrowest first."""

    ACCESSIBILITY = "accessibility"
    KEYBOARD = "keyboard"
    CLIPBOARD = "clipboard"


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


Pattern = Annotated[str, Field(min_length=1, max_length=200)]
"""A name with `*` and `?`; capitals do not matter."""


class Rules(_Part):
    """What `allow` and `deny` have in common."""

    risks: frozenset[RiskCategory] = Field(
        default=frozenset(), description="Categories of steps: look, navigate, edit, write_file."
    )
    actions: frozenset[ActionKind] = Field(
        default=frozenset(), description="Single actions, e.g. `read`."
    )
    apps: tuple[Pattern, ...] = Field(default=(), description="Programs, e.g. `mousepad`.")
    windows: tuple[Pattern, ...] = Field(
        default=(), description="Titles of windows, e.g. `* - Mail`."
    )
    times: tuple[TimeRange, ...] = Field(default=(), description="When.")


class Allow(Rules):
    """What is allowed. Without `windows` all titles are, without `times` all hours."""

    secure_fields: bool = Field(
        default=False, description="Whether text may be typed into password fields, after asking."
    )


class Deny(Rules):
    """What is denied, whatever `allow` says."""

    kinds: frozenset[RiskKind] = Field(
        default=frozenset(), description="Risky kinds of steps that are not even asked about."
    )
    data: frozenset[DataClass] = Field(
        default=frozenset(),
        description="Classes of data that are neither read for a plan nor sent.",
    )


class Data(_Part):
    """Which data a plan may read, and which may leave the device."""

    read: frozenset[DataClass] = Field(
        default=frozenset(
            {DataClass.LABELS, DataClass.VALUES, DataClass.PICTURES, DataClass.CLIPBOARD}
        ),
        description="What a plan may ask to read: labels, values, pictures, clipboard.",
    )
    leave: frozenset[DataClass] = Field(
        default=frozenset({DataClass.LABELS, DataClass.VALUES}),
        description="What may be sent; kinds of personal data that are not named are redacted.",
    )
    unread_pictures: bool = Field(
        default=False,
        description="Whether pictures show lists and tables that were too large to be read, and "
        "so cannot be searched for what has to be covered.",
    )


class Consent(_Part):
    """How a person is asked."""

    without_asking: frozenset[RiskKind] = Field(
        default=frozenset(), description="Risky kinds of steps that are done without asking."
    )
    timeout_seconds: int = Field(
        default=60, ge=5, le=600, description="Without an answer for so long it is a no."
    )
    cloud_confirmation: bool = Field(
        default=False,
        description="Whether a person's confirmation of the run in the cloud also answers what "
        "the planner marked; risky kinds are asked about on the device all the same.",
    )


class Limits(_Part):
    """How fast the agent may be."""

    steps_per_minute: int = Field(default=240, ge=1, le=6000, description="Steps that change.")


class PhysicalInput(_Part):
    """What happens while somebody uses keyboard or pointer."""

    pause: bool = Field(default=True, description="Whether the agent waits meanwhile.")
    quiet_seconds: float = Field(
        default=2.0, ge=0.2, le=60, description="Quiet time after which it goes on."
    )
    give_up_seconds: float = Field(
        default=120.0, ge=1, le=3600, description="Longest wait; then the step is refused."
    )


def _combination(value: Any) -> Any:
    return tuple(value.split("+")) if isinstance(value, str) else value


class PolicyFile(_Part):
    """The policy file of the device agent.

    A step is allowed when its risk or its action is under `allow`, its program matches a pattern
    of `allow.apps`, its window and the hour fit, and nothing under `deny` matches.
    """

    version: Literal[1]
    documents: str = Field(default="~/Documents", description="Folder for saved documents.")
    screenshots: bool = Field(
        default=False, description="Whether pictures may leave; the same as `data.leave: pictures`."
    )
    report_local_runs: bool = Field(
        default=False,
        description="Whether the platform is told, redacted, what was done here without it: goals, "
        "steps and what came of them.",
    )
    allow: Allow = Field(default_factory=Allow)
    deny: Deny = Field(default_factory=Deny)
    data: Data = Field(default_factory=Data)
    redact: dict[Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")], Pattern] = Field(
        default_factory=dict,
        max_length=50,
        description="Further patterns to redact: a name and a regular expression (Python's `re`).",
    )
    consent: Consent = Field(default_factory=Consent)
    limits: Limits = Field(default_factory=Limits)
    physical_input: PhysicalInput = Field(default_factory=PhysicalInput)
    stop_key: Annotated[tuple[str, ...], BeforeValidator(_combination)] = Field(
        default=("ctrl", "alt", "escape"),
        min_length=2,
        max_length=5,
        description="Keys that stop the agent, e.g. `ctrl+alt+escape`.",
    )
    typing_routes: tuple[TypingRoute, ...] = Field(default=tuple(TypingRoute), min_length=1)

    @field_validator("redact")
    @classmethod
    def _can_be_matched(cls, value: dict[str, str]) -> dict[str, str]:
        for name, pattern in value.items():
            try:
                matcher = re.compile(pattern)
            except re.error as error:
                fault = text("yaml.no_expression", name=name, why=of_expression(error))
                raise ValueError(fault) from error
            if matcher.match("") is not None:
                raise ValueError(text("yaml.matches_empty", name=name))
        return value

    @field_validator("stop_key")
    @classmethod
    def _is_a_combination(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        *held, last = value
        if not held or not _MODIFIERS.issuperset(held) or last in _MODIFIERS:
            raise ValueError(text("yaml.keys"))
        return value


def schema() -> dict[str, Any]:
    """The policy file's JSON Schema (2020-12)."""
    made = {"$schema": SCHEMA_ADDRESS, **PolicyFile.model_json_schema(by_alias=True)}
    _sort_sets(made)
    return made


def _sort_sets(part: Any) -> None:
    """Put the defaults of sets in order: sets have none, and a published file needs one."""
    if isinstance(part, dict):
        if part.get("uniqueItems") and isinstance(part.get("default"), list):
            part["default"].sort()
        for value in part.values():
            _sort_sets(value)
    elif isinstance(part, list):
        for value in part:
            _sort_sets(value)
