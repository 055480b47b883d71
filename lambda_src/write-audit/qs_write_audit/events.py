"""Events of the bus, and what the audit keeps of them."""

import json
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from qs_cloud.errors import BadPayloadError

RUN_FINISHED = ("qscreen.runs", "Run Finished")
"""The event whose entry is in the chain before it is announced."""

PEOPLE = frozenset({"actor", "owner", "requested_by", "user_id", "user"})
"""Fields that name a person."""

_SUBJECTS = (
    "subject",
    "run_id",
    "device_id",
    "job_id",
    "template_id",
    "schedule_id",
    "session_id",
    "upload_id",
    "setting_name",
    "secret",
)
"""Fields that say what an event is about, the first that is there."""

_OWN_NAMES = frozenset({"actor", "at", "event_id", "subject"})
"""Fields that have a place of their own in the entry."""

_ROTATION = re.compile(r"^Rotation(Started|Succeeded|Failed|Abandoned)$")


class Event(BaseModel):
    """One event, as EventBridge delivers it."""

    model_config = ConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True)

    id: str = Field(min_length=1, max_length=200)
    source: str = Field(pattern=r"^(qscreen\.[a-z]+|aws\.secretsmanager)$")
    detail_type: str = Field(alias="detail-type", min_length=1, max_length=128)
    time: AwareDatetime
    detail: dict[str, Any]

    @property
    def key(self) -> str:
        """Names the event in the chain: whoever tells something twice gives it a name himself."""
        return str(self.detail.get("event_id") or self.id)

    @property
    def is_run_finished(self) -> bool:
        """Whether the recorder has written the entry already."""
        return (self.source, self.detail_type) == RUN_FINISHED

    @property
    def action(self) -> str:
        """The entry's action, e.g. ``device.enrolled``."""
        if self.source == "aws.secretsmanager":
            return f"secret.{self._rotation.lower()}"
        return ".".join(re.findall(r"[a-z0-9]+", self.detail_type.lower()))

    @property
    def subject(self) -> str:
        """The entry's subject."""
        if self.source == "aws.secretsmanager":
            return str(self._facts.get("SecretId", ""))
        found = next((self.detail[name] for name in _SUBJECTS if self.detail.get(name)), None)
        return str(found if found is not None else self.key)

    @property
    def actor(self) -> str | None:
        """Id of the person who acted; None if the platform did."""
        for name in ("actor", "requested_by", "owner", "user_id", "user"):
            if isinstance(self.detail.get(name), str) and self.detail[name]:
                return str(self.detail[name])
        return None

    @property
    def facts(self) -> Mapping[str, Any]:
        """The fields of the detail that the entry keeps, people among them."""
        if self.source == "aws.secretsmanager":
            return {}
        return {name: value for name, value in self.detail.items() if name not in _OWN_NAMES}

    @property
    def at(self) -> datetime:
        """When it happened; the bus knows only when it was told."""
        told = self.detail.get("at")
        return datetime.fromisoformat(told) if isinstance(told, str) else self.time

    @property
    def _rotation(self) -> str:
        match = _ROTATION.match(str(self.detail.get("eventName", "")))
        if match is None:
            raise BadPayloadError(
                "The event of Secrets Manager is none of a rotation. It goes to the dead "
                "letters; correct the rule that sent it."
            )
        return f"rotation.{match[1]}"

    @property
    def _facts(self) -> Mapping[str, Any]:
        found = self.detail.get("additionalEventData")
        return found if isinstance(found, dict) else {}


def read_event(text: str) -> Event:
    """Read the body of a message.

    Args:
        text: The body, JSON.

    Returns:
        The typed event.

    Raises:
        BadPayloadError: If it is none; names the fields, never their values.
    """
    try:
        event = Event.model_validate_json(text)
    except ValidationError as error:
        fields = sorted({".".join(map(str, fault["loc"])) for fault in error.errors()})
        raise BadPayloadError(
            f"The message is no event of the platform: {', '.join(fields) or 'no JSON'}. It goes "
            "to the dead letters; correct whoever sent it, then redrive it."
        ) from None
    if not _is_moment(event.detail.get("at")):
        raise BadPayloadError(
            "The event's time (detail.at) is none with an offset. It goes to the dead letters; "
            "correct whoever sent it, then redrive it."
        )
    nested = sorted(name for name, value in event.facts.items() if isinstance(value, dict | list))
    if nested:
        raise BadPayloadError(
            f"The event's detail has more than plain values at {', '.join(nested)}. Entries of "
            "the audit keep plain values only; correct whoever sent it, then redrive it."
        )
    return event


def _is_moment(told: object) -> bool:
    if told is None:
        return True
    try:
        return datetime.fromisoformat(str(told)).tzinfo is not None
    except ValueError:
        return False


def read_place(event: Mapping[str, Any]) -> int:
    """Read where a walk begins.

    Args:
        event: The function's event.

    Returns:
        Sequence of the first entry to look at.

    Raises:
        BadPayloadError: If it is no sequence.
    """
    first = event.get("first", 1)
    if not isinstance(first, int) or isinstance(first, bool) or first < 1:
        raise BadPayloadError(
            f"first must be a sequence of 1 or more, not {json.dumps(first, default=str)[:40]}. "
            "Leave it out to walk the whole chain."
        )
    return first
