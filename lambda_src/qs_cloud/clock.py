"""Time, as the tables store it."""

from datetime import UTC, datetime


def utc_now() -> datetime:
    """Present time.

    Returns:
        Time with the offset of UTC.
    """
    return datetime.now(UTC)


def stamp(moment: datetime) -> str:
    """Write a time so that text order is time order.

    Args:
        moment: Time with an offset.

    Returns:
        RFC 3339 in UTC with microseconds, always 32 characters.
    """
    return moment.astimezone(UTC).isoformat(timespec="microseconds")
