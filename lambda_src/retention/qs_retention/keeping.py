"""One pass: each part by itself, so that a failing one keeps no other from being done."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from qs_cloud.clock import utc_now
from qs_cloud.config import ConfigurationError, variable
from qs_cloud.postgres import Database, application_database
from qs_cloud.telemetry import count, fault, logger
from qs_retention.cursors import Cursors
from qs_retention.old_history import expire_history
from qs_retention.old_runs import expire_runs
from qs_retention.orphans import delete_orphans
from qs_retention.unlisted import delete_unlisted

RESERVE_SECONDS = 15.0
"""Time that is kept at the end: one more bit of work, and the answer."""

SHORTEST_DAYS = 30
UNLISTED_FOR = timedelta(days=1)
"""So long the text of a template may be there before its template lists it."""


class RetentionIncompleteError(Exception):
    """Parts of a pass could not be done; the next pass tries them again."""


@dataclass(frozen=True, slots=True)
class Keeper:
    """Does the passes.

    Attributes:
        database: PostgreSQL.
        runs_table: Name of the runs table.
        bucket: Bucket with the objects of runs.
        templates_bucket: Bucket with the texts of templates.
        configuration_table: Name of the table that lists them.
        keep_for: How long a finished run is kept.
    """

    database: Database
    runs_table: str
    bucket: str
    templates_bucket: str
    configuration_table: str
    keep_for: timedelta

    @classmethod
    def from_environment(cls) -> "Keeper":
        """Make the keeper that the function's environment describes.

        Returns:
            The keeper.

        Raises:
            ConfigurationError: If a variable is missing or unusable.
        """
        days = variable("QS_HISTORY_DAYS")
        if not days.isdecimal() or int(days) < SHORTEST_DAYS:
            raise ConfigurationError(
                f"The variable QS_HISTORY_DAYS must be {SHORTEST_DAYS} or more days, not "
                f"{days!r}. Correct it in the function's environment and deploy again."
            )
        return cls(
            database=application_database(),
            runs_table=variable("QS_RUNS_TABLE"),
            bucket=variable("QS_SCREENSHOTS_BUCKET"),
            templates_bucket=variable("QS_TEMPLATES_BUCKET"),
            configuration_table=variable("QS_CONFIGURATION_TABLE"),
            keep_for=timedelta(days=int(days)),
        )

    def keep(self, remaining: Callable[[], float]) -> dict[str, int]:
        """Do one pass.

        Args:
            remaining: Says how many seconds there still are.

        Returns:
            How many of each kind were deleted.

        Raises:
            RetentionIncompleteError: If a part could not be done; the others were.
        """
        before = utc_now() - self.keep_for
        cursors = Cursors(self.database)

        def going_on() -> bool:
            return remaining() > RESERVE_SECONDS

        parts: dict[str, Callable[[], int]] = {
            "history": lambda: expire_history(self.database, before, going_on),
            "runs": lambda: expire_runs(self.runs_table, before, cursors, going_on),
            "objects": lambda: delete_orphans(
                self.bucket, self.runs_table, self.database, cursors, going_on
            ),
            "templates": lambda: delete_unlisted(
                self.templates_bucket,
                self.configuration_table,
                utc_now() - UNLISTED_FOR,
                cursors,
                going_on,
            ),
        }
        done: dict[str, int] = {}
        failed: list[str] = []
        for name, part in parts.items():
            try:
                done[name] = part()
                count("Expired", done[name], dimensions={"part": name})
            except Exception as error:
                logger().error("Part of the pass failed", extra={"part": name, **fault(error)})
                count("RetentionFailures", dimensions={"part": name})
                failed.append(name)
        if failed:
            raise RetentionIncompleteError(
                f"These parts of the pass failed: {', '.join(failed)}. The others were done. The "
                "log has the causes; the next pass tries again."
            )
        return done
