"""Where a bounded pass ended, so that the next one takes up there."""

from dataclasses import dataclass

from qs_cloud.postgres import Database

_READ = "SELECT place FROM job_cursors WHERE job = :job"
_WRITE = """
INSERT INTO job_cursors (job, place) VALUES (:job, :place)
ON CONFLICT (job) DO UPDATE SET place = EXCLUDED.place, changed_at = now()
"""


@dataclass(frozen=True, slots=True)
class Cursors:
    """Places by name of the job.

    Attributes:
        database: PostgreSQL.
    """

    database: Database

    def read(self, job: str) -> str:
        """Read where a job ended.

        Args:
            job: Name of the job.

        Returns:
            The place; empty for the beginning.
        """
        with self.database.connection() as connection:
            rows = connection.run(_READ, job=job)
        return str(rows[0][0]) if rows else ""

    def write(self, job: str, place: str) -> None:
        """Write down where a job ended.

        Args:
            job: Name of the job.
            place: The place; empty for the beginning.
        """
        with self.database.connection() as connection:
            connection.run(_WRITE, job=job, place=place)
