"""When a policy lets the agent work: ranges of hours on weekdays, in a time zone."""

import re
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import Annotated, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator

from qagent.messages import text


class Day(StrEnum):
    """Weekdays, Monday first."""

    MON = "mon"
    TUE = "tue"
    WED = "wed"
    THU = "thu"
    FRI = "fri"
    SAT = "sat"
    SUN = "sun"


_DAYS = tuple(Day)
_CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)|24:00")
_DAY_MINUTES = 24 * 60


def _listed(value: Any) -> Any:
    """Read `mon-fri` and `mon` as the days they mean; anything else is left for the checks."""
    if not isinstance(value, str):
        return value
    first, dash, last = value.partition("-")
    if not dash:
        return [value]
    try:
        start, end = _DAYS.index(Day(first.strip())), _DAYS.index(Day(last.strip()))
    except ValueError:
        return [value]
    return [_DAYS[(start + step) % 7] for step in range((end - start) % 7 + 1)]


class TimeRange(BaseModel):
    """Hours on some weekdays; an end before the start lies on the following day."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    days: Annotated[frozenset[Day], BeforeValidator(_listed)] = Field(
        default=frozenset(Day),
        min_length=1,
        description="Days on which the range begins: a list, one day, or `mon-fri`.",
    )
    start: str = Field(default="00:00", alias="from", description="First minute, `09:00`.")
    end: str = Field(default="24:00", alias="to", description="End, not included, `18:00`.")
    zone: str | None = Field(
        default=None, description="Time zone, `Asia/Seoul`; the device's own when absent."
    )

    @field_validator("start", "end", mode="before")
    @classmethod
    def _is_a_clock_time(cls, value: Any) -> Any:
        # YAML 1.1 reads 09:30 as 09:30 but 10:30 as 630, a number to the base of 60.
        if isinstance(value, int) and not isinstance(value, bool):
            raise ValueError(  # noqa: TRY004 - pydantic reports no other error
                text("yaml.quoted_time")
            )
        if not isinstance(value, str) or not _CLOCK.fullmatch(value):
            raise ValueError(text("yaml.time"))
        return value

    @field_validator("zone")
    @classmethod
    def _is_a_zone(cls, value: str | None) -> str | None:
        if value is not None:
            try:
                ZoneInfo(value)
            except (ZoneInfoNotFoundError, ValueError, OSError) as error:
                raise ValueError(text("yaml.zone")) from error
        return value

    def holds(self, now: datetime) -> bool:
        """Whether a moment lies in the range.

        Args:
            now: The moment, with a time zone.
        """
        local = now.astimezone(None if self.zone is None else ZoneInfo(self.zone))
        minute = local.hour * 60 + local.minute
        start, end = _minutes(self.start), _minutes(self.end)
        today = _DAYS[local.weekday()] in self.days
        if start < end:
            return today and start <= minute < end
        before = _DAYS[(local - timedelta(days=1)).weekday()] in self.days
        return (today and minute >= start) or (before and minute < end)


def _minutes(clock: str) -> int:
    if clock == "24:00":
        return _DAY_MINUTES
    parsed = time.fromisoformat(clock)
    return parsed.hour * 60 + parsed.minute
