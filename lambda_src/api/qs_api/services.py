"""What the operations work with: settings, tables and clients."""

from dataclasses import dataclass

from qs_api.dependencies import Dependencies
from qs_api.queue_policy import QueuePolicy
from qs_cloud.attendance import Attendance
from qs_cloud.audit_trail import AuditTrail
from qs_cloud.command_record import CommandRecord
from qs_cloud.config import variable
from qs_cloud.intake import Intake
from qs_cloud.jobs import JobRecord, jobs_table
from qs_cloud.run_actions import RunActions
from qs_cloud.run_record import RunRecord
from qs_cloud.schedules import Schedules, ScheduleTarget
from qs_cloud.sessions import Sessions, sessions_table
from qs_cloud.table import Table, commands_table, devices_table, runs_table
from qs_cloud.templates import Templates
from qscreen.wire import Device


@dataclass(frozen=True, slots=True)
class Services:
    """Settings of the function, and its tables.

    Attributes:
        environment: Name of the environment, e.g. ``prod``.
        runs: The runs table.
        devices: The devices table.
        commands: The commands table.
        idempotency_table: Name of Powertools' table.
        bucket: The screenshots bucket.
        screenshots_key_arn: KMS key of the screenshots.
        data_key_arn: KMS key of the queues.
        state_machine_arn: The state machine of a run.
        queue_prefix: Names of device queues begin with this.
        queue_policy: Policy of device queues.
        device_role_arn: Role that a device's credentials are of.
        configuration_table: Name of the configuration table.
        jobs_queue_url: The jobs queue.
        templates: The templates.
        schedules: The schedules.
        sessions: Where people are signed in.
        jobs: The jobs of many items.
        dependencies: What a deep health check asks.
        trail: Tells the audit.
    """

    environment: str
    runs: Table[RunRecord]
    devices: Table[Device]
    commands: Table[CommandRecord]
    idempotency_table: str
    bucket: str
    screenshots_key_arn: str
    data_key_arn: str
    state_machine_arn: str
    queue_prefix: str
    queue_policy: QueuePolicy
    device_role_arn: str
    configuration_table: str
    jobs_queue_url: str
    templates: Templates
    schedules: Schedules
    sessions: Sessions
    jobs: Table[JobRecord]
    dependencies: Dependencies
    trail: AuditTrail

    @property
    def attendance(self) -> Attendance:
        """What notes the sessions of requests."""
        return Attendance(self.sessions, self.trail)

    @property
    def intake(self) -> Intake:
        """What starts runs."""
        return Intake(self.runs, self.devices, self.state_machine_arn, self.templates)

    @property
    def run_actions(self) -> RunActions:
        """What cancels and confirms runs."""
        return RunActions(self.runs, self.commands, self.state_machine_arn)

    @classmethod
    def from_environment(cls) -> "Services":
        """Read the function's environment.

        Returns:
            The services.

        Raises:
            ConfigurationError: If a variable is missing or unusable.
        """
        templates = Templates.from_environment()
        return cls(
            environment=variable("QS_ENVIRONMENT"),
            runs=runs_table(variable("QS_RUNS_TABLE")),
            devices=devices_table(variable("QS_DEVICES_TABLE")),
            commands=commands_table(variable("QS_COMMANDS_TABLE")),
            idempotency_table=variable("QS_IDEMPOTENCY_TABLE"),
            bucket=variable("QS_SCREENSHOTS_BUCKET"),
            screenshots_key_arn=variable("QS_SCREENSHOTS_KEY_ARN"),
            data_key_arn=variable("QS_DATA_KEY_ARN"),
            state_machine_arn=variable("QS_STATE_MACHINE_ARN"),
            queue_prefix=variable("QS_DEVICE_QUEUE_PREFIX"),
            queue_policy=QueuePolicy.from_environment(),
            device_role_arn=variable("QS_DEVICE_ROLE_ARN"),
            configuration_table=templates.table,
            jobs_queue_url=variable("QS_JOBS_QUEUE_URL"),
            templates=templates,
            schedules=Schedules(templates.table, templates, ScheduleTarget.from_environment()),
            sessions=Sessions(sessions_table(variable("QS_SESSIONS_TABLE"))),
            jobs=jobs_table(variable("QS_IDEMPOTENCY_TABLE")),
            dependencies=Dependencies.from_environment(),
            trail=AuditTrail.from_environment(),
        )
