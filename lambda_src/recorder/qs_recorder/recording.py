"""Recording one finished run, in the order that lets a reader trust the final status."""

from dataclasses import dataclass
from datetime import datetime

from qs_cloud.cache import Cache, CacheUnavailableError
from qs_cloud.change import Change
from qs_cloud.clock import stamp, utc_now
from qs_cloud.config import variable
from qs_cloud.errors import CloudCallError, RunMissingError
from qs_cloud.items import Value
from qs_cloud.marks import ended, started
from qs_cloud.postgres import Database, application_database
from qs_cloud.run_record import FINAL_STATUSES, RunRecord
from qs_cloud.table import Table, runs_table
from qs_cloud.telemetry import count, logger
from qs_recorder.announcing import announce
from qs_recorder.ending import Ending, ending_of
from qs_recorder.figures import emit_figures
from qs_recorder.history import Recorded, record_history
from qs_recorder.task import Task
from qscreen.wire import RunOrigin, RunStatus, StageName

SESSION_SECONDS = 3600
"""How long a device's session is kept after its last run."""


@dataclass(frozen=True, slots=True)
class Recorder:
    """Records finished runs.

    Attributes:
        runs: The runs table.
        database: PostgreSQL.
        cache: Redis.
        bus: Name of the event bus.
    """

    runs: Table[RunRecord]
    database: Database
    cache: Cache
    bus: str

    @classmethod
    def from_environment(cls) -> "Recorder":
        """Make the recorder that the function's environment describes.

        Returns:
            The recorder.

        Raises:
            ConfigurationError: If a variable is missing.
        """
        return cls(
            runs=runs_table(variable("QS_RUNS_TABLE")),
            database=application_database(),
            cache=Cache(variable("QS_CACHE_SECRET_ARN")),
            bus=variable("QS_EVENT_BUS"),
        )

    def record(self, task: Task) -> RunStatus:
        """Record how a run ended.

        PostgreSQL must take it, or nothing is said about the run. Redis and EventBridge only
        serve those who come later: a failure of theirs is counted and logged, and the run
        still gets its final status.

        Args:
            task: The state machine's task.

        Returns:
            The final status; that of the first recording if there was one.

        Raises:
            RunMissingError: If there is no such run.
            DatabaseUnavailableError: If PostgreSQL cannot be reached.
            CloudCallError: If the runs table cannot be reached.
        """
        begun_at = utc_now()
        record = self.runs.get(task.run_id)
        if record is None:
            raise RunMissingError(f"There is no run {task.run_id}: its item was deleted meanwhile.")
        if record.run.status.final:
            return record.run.status
        # A device may tell days later what it did.
        by_device = record.run.origin is RunOrigin.DEVICE
        finished_at = record.run.updated_at if by_device else begun_at
        recorded = record_history(
            self.database, record, ending_of(task, record), finished_at, begun_at
        )
        ending = recorded.ending
        if not by_device:
            self._keep_session(record, ending, finished_at)
        self._announce(record, ending, recorded, finished_at)
        emit_figures(record, ending, finished_at)
        return self._finish(record, ending, recorded, begun_at)

    def _keep_session(self, record: RunRecord, ending: Ending, finished_at: datetime) -> None:
        run = record.run
        fields = {
            "run_id": run.run_id,
            "owner": run.owner,
            "status": ending.status.value,
            "mode": run.mode.value,
            "finished_at": stamp(finished_at),
        }
        try:
            self.cache.put_fields(f"session:{run.device_id}", fields, SESSION_SECONDS)
        except CacheUnavailableError as error:
            logger().warning("Session was not kept", extra={"why": str(error)})
            count("CacheUnavailable", dimensions={"use": "session"})

    def _announce(
        self, record: RunRecord, ending: Ending, recorded: Recorded, finished_at: datetime
    ) -> None:
        try:
            announce(self.bus, record, ending, recorded, finished_at)
        except CloudCallError as error:
            logger().warning("End of run was not announced", extra={"code": error.code})
            count("EventsLost")

    def _finish(
        self, record: RunRecord, ending: Ending, recorded: Recorded, begun_at: datetime
    ) -> RunStatus:
        now = utc_now()
        values: dict[str, Value] = {
            "status": ending.status.value,
            "audit_sequence": recorded.sequence,
            "audit_hash": recorded.hash,
            "updated_at": stamp(now),
        }
        if ending.reason is not None:
            values["reason"] = ending.reason.value
        if ending.message is not None:
            values["message"] = ending.message
        finished = self.runs.change(
            record.run.run_id,
            Change(
                set=values,
                append={
                    "marks": (started(StageName.RECORD, begun_at), ended(StageName.RECORD, now))
                },
                none_of={"status": FINAL_STATUSES},
            ),
        )
        if finished is None:
            # Another recording of the same run was faster; its status stands.
            first = self.runs.get(record.run.run_id)
            return first.run.status if first else ending.status
        logger().info(
            "Run recorded",
            extra={
                "device_id": record.run.device_id,
                "status": ending.status.value,
                "reason": ending.reason.value if ending.reason else None,
                "audit_sequence": recorded.sequence,
            },
        )
        return ending.status
