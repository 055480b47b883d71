"""Working off a batch: each message by itself."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from qs_cloud.audit_trail import AuditTrail
from qs_cloud.clock import utc_now
from qs_cloud.config import variable
from qs_cloud.intake import Intake
from qs_cloud.jobs import JobRecord, StartRunJob, jobs_table, place_of, refusal_change
from qs_cloud.refusal import RefusedError, RunRefusedError
from qs_cloud.table import Table, devices_table, runs_table
from qs_cloud.telemetry import count, fault, log_ids, logger
from qs_cloud.templates import Templates
from qs_work_jobs.auditing import Auditor, JobForbiddenError
from qs_work_jobs.job import key_of, read_job
from qscreen.api.routes import SCOPES_OF_GROUP, Scope

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord


@dataclass(frozen=True, slots=True)
class Worker:
    """Works off jobs.

    Attributes:
        intake: What starts runs.
        jobs: The jobs of many items.
        auditor: Tells the audit who started what.
    """

    intake: Intake
    jobs: Table[JobRecord]
    auditor: Auditor

    @classmethod
    def from_environment(cls) -> "Worker":
        """Make the worker that the function's environment describes.

        Returns:
            The worker.

        Raises:
            ConfigurationError: If a variable is missing.
        """
        return cls(
            Intake(
                runs=runs_table(variable("QS_RUNS_TABLE")),
                devices=devices_table(variable("QS_DEVICES_TABLE")),
                state_machine_arn=variable("QS_STATE_MACHINE_ARN"),
                templates=Templates.from_environment(),
            ),
            jobs_table(variable("QS_IDEMPOTENCY_TABLE")),
            Auditor(AuditTrail.from_environment()),
        )

    def work(self, event: dict[str, Any]) -> dict[str, Any]:
        """Work off one batch.

        Args:
            event: Messages of SQS.

        Returns:
            The partial batch response: the messages that failed.
        """
        from aws_lambda_powertools.utilities.batch import (
            BatchProcessor,
            EventType,
            process_partial_response,
        )

        # A batch in which all failed is no fault of the function: it must not raise its alarm.
        processor = BatchProcessor(EventType.SQS, raise_on_entire_batch_failure=False)
        return dict(process_partial_response(event, self._message, processor))

    def _message(self, record: "SQSRecord") -> None:
        # Powertools passes the message by this name.
        with log_ids(message_id=record.message_id):
            try:
                self._start_run(read_job(record.body), record.message_id)
            except Exception as error:
                logger().error("Job failed", extra={**fault(error), "why": _why(error)})
                count("JobsFailed", dimensions={"error": type(error).__name__})
                raise
            count("JobsDone")

    def _start_run(self, job: StartRunJob, message_id: str) -> None:
        key = key_of(job, message_id)

        def start() -> str:
            _demand_allowed(job)
            return self.intake.start(job.owner, key, job.request, utc_now())

        try:
            run_id = self.auditor.carry_out(job, key, message_id, start)
        except (JobForbiddenError, RefusedError, RunRefusedError) as error:
            if job.batch is None:
                raise
            # Whoever asked for many looks at the job, not at the dead letters; and what cannot
            # become a run will not become one by trying again.
            self._note_refusal(job, job.batch, error)
            return
        logger().info("Job started a run", extra={"run_id": run_id, "job_id": job.job_id})

    def _note_refusal(self, job: StartRunJob, batch: str, error: Exception) -> None:
        index = place_of(job.job_id)
        known = self.jobs.get(batch)
        if known is not None and index not in known.refused:
            self.jobs.change(batch, refusal_change(index, str(error)))
        logger().info("Item refused", extra={"job_id": job.job_id, "why": str(error)})
        count("JobItemsRefused", dimensions={"error": type(error).__name__})


def _demand_allowed(job: StartRunJob) -> None:
    if job.groups is not None and not any(
        Scope.RUNS_WRITE in SCOPES_OF_GROUP[group] for group in job.groups
    ):
        raise JobForbiddenError(
            "The groups of the job's owner do not allow starting runs. Add the owner to a "
            "group that does, then redrive the message."
        )


def _why(error: Exception) -> str | None:
    """Our own errors' messages carry ids only; others may quote what a user wrote."""
    return str(error) if type(error).__module__.startswith("qs_") else None
