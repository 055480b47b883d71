"""Points in time and lengths, as people give and read them."""

import re
from datetime import UTC, datetime, timedelta

from qops.errors import UsageError

_LENGTH = re.compile(r"(\d{1,6})\s*(s|sec|m|min|h|d)")
_UNITS = {"s": 1, "sec": 1, "m": 60, "min": 60, "h": 3600, "d": 86400}
_MINUTE, _HOUR, _DAY = 60, 3600, 86400


def since(text: str, now: datetime) -> datetime:
    """The beginning that ``--since`` names.

    Args:
        text: A length back from now (``30s``, ``15m``, ``2h``, ``3d``), or a time in RFC 3339; a
            time without an offset is UTC.
        now: The present.

    Raises:
        UsageError: It is neither, or it lies in the future.
    """
    found = _LENGTH.fullmatch(text.strip())
    if found is not None:
        return now - timedelta(seconds=int(found[1]) * _UNITS[found[2]])
    try:
        at = datetime.fromisoformat(text.strip())
    except ValueError:
        raise UsageError(
            f"{text!r} is no time.",
            next_step="Give a length back from now (30s, 15m, 2h, 3d) or a time such as "
            "2026-11-30T09:00:00Z.",
        ) from None
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    if at > now:
        raise UsageError(
            f"{text} lies in the future.", next_step="A time without an offset is taken for UTC."
        )
    return at


def length(seconds: float) -> str:
    """A length of time in one figure and its unit, e.g. ``850 ms``, ``2.5 s`` or ``3 min``."""
    if seconds < 1:
        return f"{seconds * 1000:.0f} ms"
    for unit, name, digits in ((_DAY, "d", 0), (_HOUR, "h", 1), (_MINUTE, "min", 0)):
        if seconds >= unit:
            return f"{seconds / unit:.{digits}f}".removesuffix(".0") + f" {name}"
    return f"{seconds:.1f} s"


def ago(at: datetime | None, now: datetime) -> str:
    """How long ago something was; ``never`` without a time."""
    if at is None:
        return "never"
    seconds = max(0.0, (now - at).total_seconds())
    return "just now" if seconds < 1 else f"{length(seconds)} ago"


def clock(at: datetime) -> str:
    """A time in UTC to the second, e.g. ``2026-11-30 09:00:00Z``."""
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%SZ")
