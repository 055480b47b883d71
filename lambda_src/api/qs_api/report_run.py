"""``reportRun``: what a device planned and did by itself becomes a run like any other.

The device repeats its report until it has the answer, so the run's id is made from the owner and
the ``Idempotency-Key``, as that of a run that is started here. The run's state machine records
its end: history, audit and metrics come by the one way that there is.
"""

from datetime import timedelta
from http import HTTPStatus

from qs_api.call import Call
from qs_api.keys import read_key
from qs_api.lookup import find_own_device
from qs_api.problems import ProblemAnswer, conflict
from qs_api.services import Services
from qs_cloud.errors import CloudCallError
from qs_cloud.intake import run_id_of
from qs_cloud.machine import Reported, start_execution
from qs_cloud.run_record import RunRecord, digest_of, reported_run_values
from qs_cloud.telemetry import count, logger
from qscreen.verdict import VerdictKind, judge
from qscreen.wire import DeviceRun, EffectError, ProblemError, Run, RunMode, RunReason, RunStatus

OLDEST = timedelta(days=30)
"""How long a device may have been away with a report."""

AHEAD = timedelta(minutes=5)
"""How far the device's clock may be ahead."""


def report_run(call: Call, services: Services) -> Run:
    """Keep a run that has ended on its device.

    Args:
        call: The request.
        services: Tables and settings.

    Returns:
        The run, new or the one that the same report made before.

    Raises:
        ProblemAnswer: 400 without a usable key or for times that cannot be, 404 for a device that
            is not the caller's, 409 for a revoked device or a key used for another report.
        CloudCallError: If a service cannot be reached; repeating the report is safe.
    """
    report = call.body_as(DeviceRun)
    key = read_key(call)
    device = find_own_device(services, call.path["device_id"], call.user)
    _demand_possible(call, report)
    run_id = run_id_of(call.user.sub, key)
    values = reported_run_values(run_id, call.user.sub, device.device_id, report)
    created = services.runs.create(values)
    record = services.runs.get(run_id)
    if record is None:
        raise CloudCallError("keep the reported run", "deleted meanwhile", passing=True)
    _demand_same(record, device.device_id, report)
    if not record.run.status.final:
        # Named after the run: a repeat after a crash starts what the first one did not.
        start_execution(
            services.state_machine_arn,
            run_id,
            device.device_id,
            RunMode.AUTO,
            ending_of(report),
        )
    if created:
        logger().info("Run reported", extra={"run_id": run_id, "device_id": device.device_id})
        count("RunsReported")
    return record.run


def ending_of(report: DeviceRun) -> Reported:
    """How a reported run ended.

    Args:
        report: What the device planned and did.
    """
    if any(effect.error is EffectError.STOPPED for effect in report.effects):
        return Reported(RunStatus.CANCELLED)
    verdict = judge(report.plan.steps, report.effects, max_attempts=1)
    if verdict.kind is VerdictKind.CONFIRMED:
        return Reported(RunStatus.SUCCEEDED)
    reason = verdict.reason or RunReason.NOT_CONFIRMED
    return Reported(RunStatus.FAILED, reason, verdict.message)


def _demand_possible(call: Call, report: DeviceRun) -> None:
    faults = []
    if report.finished_at > call.now + AHEAD:
        faults.append(ProblemError(path="/finished_at", detail="The time has not come yet."))
    if report.started_at < call.now - OLDEST:
        faults.append(
            ProblemError(path="/started_at", detail=f"It is more than {OLDEST.days} days ago.")
        )
    if faults:
        raise ProblemAnswer(
            HTTPStatus.BAD_REQUEST,
            "The times of the run cannot be right.",
            "Set the device's clock; what is too old is not kept.",
            tuple(faults),
        )


def _demand_same(record: RunRecord, device_id: str, report: DeviceRun) -> None:
    if record.run.device_id != device_id or record.request_digest != digest_of(report):
        raise conflict(
            f"This Idempotency-Key was used before, for the run {record.run.run_id}.",
            "Send a new Idempotency-Key with each run; repeat the exact report to get its run.",
        )
