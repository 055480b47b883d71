"""What the audit hears of runs that a job or a schedule starts: who asked for it, and through what.

As in ``qs_api.auditing``, an act is written down before it is carried out. A message may come again
after its run has started: what was done has one id for each run, so that the chain has it once.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from http import HTTPStatus

from qs_cloud.audit_facts import facts_of
from qs_cloud.audit_trail import Act, AuditTrail, Outcome
from qs_cloud.clock import utc_now
from qs_cloud.intake import run_id_of
from qs_cloud.jobs import StartRunJob
from qs_cloud.refusal import Refusal, RefusedError, RunRefusedError, Why
from qscreen.audit import Scalar

SOURCE = "qscreen.jobs"


class JobForbiddenError(Exception):
    """The groups of the job's owner do not allow it."""


@dataclass(frozen=True, slots=True)
class Auditor:
    """Starts runs as the audit wants it.

    Attributes:
        trail: Tells the audit.
    """

    trail: AuditTrail

    def carry_out(
        self, job: StartRunJob, key: str, message_id: str, start: Callable[[], str]
    ) -> str:
        """Start the run of a job, and tell the audit of it.

        Args:
            job: The job.
            key: The key that the run's id is made from.
            message_id: Id of the job's message.
            start: Starts the run.

        Returns:
            Id of the run.

        Raises:
            CloudCallError: If the act cannot be written down; then nothing was done.
            Exception: Whatever `start` raises.
        """
        act = Act(
            source=SOURCE,
            name="Run Created",
            operation="startRun",
            actor=job.owner,
            request_id=message_id,
            at=utc_now(),
            subject=run_id_of(job.owner, key),
        )
        self.trail.begin(act)
        try:
            run_id = start()
        except (JobForbiddenError, RefusedError, RunRefusedError) as error:
            self.trail.drop(act)
            status = _denial(error)
            if status is not None:
                self.trail.tell(act.refusal({**_facts(job), "http_status": status.value}))
            raise
        except Exception:
            self.trail.settle(act.event(Outcome.FAILED, _facts(job)))
            raise
        done = replace(act, id=hashlib.sha256(f"created\n{run_id}".encode()).hexdigest()[:24])
        if self.trail.tell(done.event(Outcome.DONE, _facts(job))):
            self.trail.drop(act)
        return run_id


def _facts(job: StartRunJob) -> dict[str, Scalar]:
    asked_through = {"schedule_id": job.job_id} if job.occurrence else {"job_id": job.batch}
    return {
        **facts_of(dict(job.request)),
        **{name: value for name, value in asked_through.items() if value is not None},
    }


def _denial(error: Exception) -> HTTPStatus | None:
    match error:
        case JobForbiddenError():
            return HTTPStatus.FORBIDDEN
        case RefusedError(why=Why.NOT_FOUND) | RunRefusedError(refusal=Refusal.DEVICE_UNKNOWN):
            # What is another's is not found: somebody was kept from it.
            return HTTPStatus.NOT_FOUND
        case _:
            return None
