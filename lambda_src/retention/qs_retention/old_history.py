"""Finished runs in PostgreSQL."""

from collections.abc import Callable
from datetime import datetime

from qs_cloud.postgres import Database

AT_ONCE = 200
MOST = 20_000
"""Runs in one pass."""

_EXPIRE = "SELECT expire_runs(:before, :most)"


def expire_history(database: Database, before: datetime, going_on: Callable[[], bool]) -> int:
    """Delete runs and their steps, the oldest first.

    Args:
        database: PostgreSQL.
        before: Runs that ended before this are old.
        going_on: Says whether there still is time.

    Returns:
        How many runs were deleted.

    Raises:
        DatabaseUnavailableError: If PostgreSQL cannot be reached.
        StatementRefusedError: If it refuses; it keeps the last 30 days whatever is asked.
    """
    deleted = 0
    while deleted < MOST and going_on():
        with database.connection() as connection:
            some = len(connection.run(_EXPIRE, before=before, most=AT_ONCE) or ())
        deleted += some
        if some < AT_ONCE:
            break
    return deleted
