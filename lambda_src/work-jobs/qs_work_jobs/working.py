"""Working off a batch: each message by itself."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from qs_cloud.clock import utc_now
from qs_cloud.config import variable
from qs_cloud.intake import Intake
from qs_cloud.table import devices_table, runs_table
from qs_cloud.telemetry import count, fault, log_ids, logger
from qs_work_jobs.job import StartRunJob, read_job
from qscreen.api.routes import SCOPES_OF_GROUP, Scope

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord


class JobForbiddenError(Exception):
    """The groups of the job's owner do not allow it."""


@dataclass(frozen=True, slots=True)
class Worker:
    """Works off jobs.

    Attributes:
        intake: What starts runs.
    """

    intake: Intake

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
            )
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
                self._start_run(read_job(record.body))
            except Exception as error:
                logger().error("Job failed", extra={**fault(error), "why": _why(error)})
                count("JobsFailed", dimensions={"error": type(error).__name__})
                raise
            count("JobsDone")

    def _start_run(self, job: StartRunJob) -> None:
        if job.groups is not None and not any(
            Scope.RUNS_WRITE in SCOPES_OF_GROUP[group] for group in job.groups
        ):
            raise JobForbiddenError(
                "The groups of the job's owner do not allow starting runs. Add the owner to a "
                "group that does, then redrive the message."
            )
        run_id = self.intake.start(job.owner, job.job_id, job.request, utc_now())
        logger().info("Job started a run", extra={"run_id": run_id, "job_id": job.job_id})


def _why(error: Exception) -> str | None:
    """Our own errors' messages carry ids only; others may quote what a user wrote."""
    return str(error) if type(error).__module__.startswith("qs_") else None
