"""Making, storing and sending one command."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from qs_cloud import clients
from qs_cloud.calls import calling
from qs_cloud.change import Change
from qs_cloud.clock import stamp, utc_now
from qs_cloud.command_record import CommandRecord, CommandState, command_prefix, new_command_values
from qs_cloud.config import seconds_variable, variable
from qs_cloud.errors import Cancelled, DeviceFailed, RunEndedError
from qs_cloud.marks import started
from qs_cloud.messages import message_of
from qs_cloud.run_record import FINAL_STATUSES, RunRecord
from qs_cloud.table import Table, commands_table, devices_table, runs_table
from qs_cloud.telemetry import count, logger
from qs_dispatch.open_runs import open_run
from qs_dispatch.task import Task
from qs_dispatch.upload import upload_ticket
from qscreen.wire import (
    Command,
    CommandKind,
    Device,
    DeviceStatus,
    RunStatus,
    StageName,
)

_STATUS = {CommandKind.OBSERVE: RunStatus.OBSERVING, CommandKind.PERFORM: RunStatus.ACTING}
_STAGE = {CommandKind.OBSERVE: StageName.OBSERVE, CommandKind.PERFORM: StageName.ACT}


@dataclass(frozen=True, slots=True)
class Dispatcher:
    """Sends commands to devices.

    Attributes:
        runs: The runs table.
        devices: The devices table.
        commands: The commands table.
        bucket: The screenshots bucket.
        key_arn: KMS key of the screenshots.
        heartbeat_seconds: The agent must report more often than this, seconds.
        ttl_seconds: How long a command may wait for the agent, seconds.
    """

    runs: Table[RunRecord]
    devices: Table[Device]
    commands: Table[CommandRecord]
    bucket: str
    key_arn: str
    heartbeat_seconds: int
    ttl_seconds: int

    @classmethod
    def from_environment(cls) -> "Dispatcher":
        """Make the dispatcher that the function's environment describes.

        Returns:
            The dispatcher.

        Raises:
            ConfigurationError: If a variable is missing.
        """
        return cls(
            runs=runs_table(variable("QS_RUNS_TABLE")),
            devices=devices_table(variable("QS_DEVICES_TABLE")),
            commands=commands_table(variable("QS_COMMANDS_TABLE")),
            bucket=variable("QS_SCREENSHOTS_BUCKET"),
            key_arn=variable("QS_SCREENSHOTS_KEY_ARN"),
            heartbeat_seconds=seconds_variable("QS_HEARTBEAT_SECONDS"),
            ttl_seconds=seconds_variable("QS_COMMAND_TTL_SECONDS"),
        )

    def dispatch(self, task: Task) -> str:
        """Send the command of one task.

        The command is stored before it is sent, and the run points to it before it is sent:
        an answer always finds its command, and a cancel always finds the open task.

        Args:
            task: The state machine's task.

        Returns:
            Id of the command.

        Raises:
            RunMissingError: If there is no such run.
            RunEndedError: If the run has ended.
            Cancelled: If the run was cancelled.
            DeviceFailed: If the device is unknown or revoked, or its queue is gone.
            CloudCallError: If a service cannot be reached; the state machine tries again.
        """
        kind = CommandKind(task.kind)
        record = open_run(self.runs, task.run_id)
        device = self._active_device(record.run.device_id)
        now = utc_now()
        command = self._made_before(task, kind, record)
        if command is None:
            command = self._command(kind, record, now)
            self.commands.create(new_command_values(command, device.owner, task.task_token))
            if not self._point_to(command, now):
                return self.dispatch(task)
        self._send(device, self._with_ticket(command, device, now))
        logger().info(
            "Command sent",
            extra={
                "command_id": command.id,
                "device_id": device.device_id,
                "kind": command.kind.value,
                "steps": len(command.steps),
            },
        )
        count("CommandsSent", dimensions={"kind": command.kind.value})
        return command.id

    def _active_device(self, device_id: str) -> Device:
        device = self.devices.get(device_id)
        if device is None:
            raise DeviceFailed(f"The device {device_id} is not enrolled. Enrol it, then run again.")
        if device.status is not DeviceStatus.ACTIVE:
            raise DeviceFailed(
                f"The device {device_id} was revoked. Enrol it again, then run again."
            )
        return device

    def _made_before(self, task: Task, kind: CommandKind, record: RunRecord) -> Command | None:
        # Step Functions tries again after a fault of Lambda, which may have come after the work
        # was done. A second command with the same steps would have them done twice; the first
        # one sent again is done once, because the device knows its id.
        perform = kind is CommandKind.PERFORM
        if record.open_command_id is None:
            if perform and record.run.stages and record.run.stages[-1].name is StageName.ACT:
                raise self._answer_lost()
            return None
        adopted = self.commands.change(
            record.open_command_id,
            Change(set={"task_token": task.task_token}, equals={"state": CommandState.OPEN.value}),
        )
        if adopted is None or adopted.command.kind is not kind:
            raise self._answer_lost()
        return adopted.command

    def _answer_lost(self) -> DeviceFailed:
        return DeviceFailed(
            "The device answered while the platform was failing, and the answer was lost. What "
            "was done is kept with the run: look at it, then start a run for the rest."
        )

    def _command(self, kind: CommandKind, record: RunRecord, now: datetime) -> Command:
        command_id = f"cmd-{secrets.token_hex(10)}"
        perform = kind is CommandKind.PERFORM
        steps = record.pending_steps if perform else ()
        if perform and not steps:
            raise RunEndedError(
                f"The run {record.run.run_id} has no step left to perform; the plan is done."
            )
        return Command(
            id=command_id,
            run_id=record.run.run_id,
            device_id=record.run.device_id,
            kind=kind,
            issued_at=now,
            expires_at=now + timedelta(seconds=self.ttl_seconds),
            heartbeat_seconds=self.heartbeat_seconds,
            steps=steps,
            goal=record.run.goal if perform else None,
        )

    def _with_ticket(self, command: Command, device: Device, now: datetime) -> Command:
        if not device.screenshots_allowed:
            return command
        prefix = command_prefix(command.run_id, command.id)
        ticket = upload_ticket(self.bucket, self.key_arn, prefix, now)
        return command.model_copy(update={"upload": ticket})

    def _point_to(self, command: Command, now: datetime) -> bool:
        pointed = self.runs.change(
            command.run_id,
            Change(
                set={
                    "status": _STATUS[command.kind].value,
                    "open_command_id": command.id,
                    "updated_at": stamp(now),
                },
                append={"marks": (started(_STAGE[command.kind], now),)},
                unless={"cancel_requested": True},
                none_of={"status": FINAL_STATUSES},
                missing=("open_command_id",),
            ),
        )
        if pointed is not None:
            return True
        self.commands.change(command.id, Change(set={"state": CommandState.CANCELLED.value}))
        found = self.runs.get(command.run_id)
        if found is None or found.open_command_id is None or found.cancel_requested:
            raise Cancelled("The run was cancelled while the command was being made.")
        return False

    def _send(self, device: Device, command: Command) -> None:
        from botocore.exceptions import ClientError

        with calling("put the command on the device's queue"):
            try:
                clients.sqs().send_message(
                    QueueUrl=device.queue_url, MessageBody=message_of(command.model_dump_json())
                )
            except ClientError as error:
                code = str(error.response.get("Error", {}).get("Code", ""))
                if not code.endswith(("NonExistentQueue", "QueueDoesNotExist")):
                    raise
                raise DeviceFailed(
                    f"The queue of the device {device.device_id} does not exist any more. "
                    "Enrol the device again, then run again."
                ) from error
