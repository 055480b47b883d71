"""An accepted request becomes exactly one run, whoever accepted it.

The run's id is made from its owner and a key of the owner's, and the execution is named after
the run: whichever step a crash follows, repeating the request completes the same run.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from qs_cloud.calls import refused
from qs_cloud.errors import CloudCallError
from qs_cloud.machine import start_execution
from qs_cloud.refusal import Refusal, RunRefusedError
from qs_cloud.run_record import RunRecord, digest_of, new_run_values
from qs_cloud.table import Table
from qs_cloud.telemetry import count, logger
from qs_cloud.templates import Templates
from qscreen.wire import Device, DeviceStatus, RunRequest

MAX_KEY_LENGTH = 255


def run_id_of(owner: str, key: str) -> str:
    """Name the run of a request.

    Args:
        owner: Cognito ``sub`` of the user who asks.
        key: The user's key of the request.

    Returns:
        The same id for the same owner and key.
    """
    digest = hashlib.sha256(f"{owner}\n{key}".encode()).hexdigest()
    return f"run-{digest[:20]}"


@dataclass(frozen=True, slots=True)
class Intake:
    """Starts runs.

    Attributes:
        runs: The runs table.
        devices: The devices table.
        state_machine_arn: The state machine of a run.
        templates: Where goals of templates come from.
    """

    runs: Table[RunRecord]
    devices: Table[Device]
    state_machine_arn: str
    templates: Templates

    def start(self, owner: str, key: str, request: RunRequest, at: datetime) -> str:
        """Start the run of a request, unless it was started before.

        Args:
            owner: Cognito ``sub`` of the user who asks.
            key: The user's key of the request.
            request: What to do, and where.
            at: When it was asked for.

        Returns:
            Id of the run.

        Raises:
            RunRefusedError: If the device is not the owner's or was revoked, or the key was
                used for another request.
            RefusedError: If there is no such template, or the inputs do not fit it.
            CloudCallError: If a service cannot be reached; repeating the request is safe.
        """
        run_id = run_id_of(owner, key)
        existing, created = self.runs.get(run_id), False
        if existing is None:
            self._demand_device(owner, request.device_id)
            goal, version = self._goal(owner, request)
            created = self.runs.create(new_run_values(run_id, owner, request, goal, version, at))
            existing = None if created else self.runs.get(run_id)
        if existing is not None:
            _demand_same(existing, request)
            if existing.run.status.final:
                return run_id
        self._execute(run_id, request, created=created)
        logger().info("Run accepted", extra={"run_id": run_id, "device_id": request.device_id})
        count("RunsAccepted", dimensions={"mode": request.mode.value})
        return run_id

    def _goal(self, owner: str, request: RunRequest) -> tuple[str, int | None]:
        if request.goal is not None:
            return request.goal, None
        filled = self.templates.filled(owner, request)
        return filled.goal, filled.template_version

    def _demand_device(self, owner: str, device_id: str) -> None:
        device = self.devices.get(device_id)
        if device is None or device.owner != owner:
            raise RunRefusedError(
                Refusal.DEVICE_UNKNOWN,
                f"The owner of the run has no device {device_id}. Enrol it, or use its right id.",
            )
        if device.status is DeviceStatus.REVOKED:
            raise RunRefusedError(
                Refusal.DEVICE_REVOKED,
                f"The device {device_id} was revoked, so nothing can run on it. Enrol the device "
                "again and use its new id.",
            )

    def _execute(self, run_id: str, request: RunRequest, *, created: bool) -> None:
        try:
            start_execution(self.state_machine_arn, run_id, request.device_id, request.mode)
        except CloudCallError as error:
            # A refusal says that nothing started, so the run must not stay behind. After a
            # time-out or a fault of the service it may have started: then the run stays, and
            # repeating the request completes it.
            if created and refused(error.__cause__):
                self.runs.delete(run_id)
            raise


def _demand_same(existing: RunRecord, request: RunRequest) -> None:
    run = existing.run
    if existing.request_digest is not None:
        same = existing.request_digest == digest_of(request)
    else:
        asked = (request.goal, request.device_id, request.mode)
        same = (run.goal, run.device_id, run.mode) == asked
    if not same:
        raise RunRefusedError(
            Refusal.KEY_REUSED,
            f"The key of the run {run.run_id} was used before, for another goal, device or mode. "
            "Use a new key with a new run; repeat the exact request to get its run.",
        )
