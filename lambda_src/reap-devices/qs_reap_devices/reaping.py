"""One pass: each part by itself, so that a failing one keeps no other from being done."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

from qs_cloud.audit_trail import AuditTrail
from qs_cloud.clock import utc_now
from qs_cloud.command_record import CommandRecord
from qs_cloud.config import seconds_variable, variable
from qs_cloud.table import Table, commands_table, devices_table
from qs_cloud.telemetry import count, fault, logger
from qs_reap_devices.audit_outbox import send_left_events
from qs_reap_devices.fleet import delete_left_queues, measure_fleet
from qs_reap_devices.lost_commands import end_lost_commands
from qs_reap_devices.model_ends import measure_models
from qs_reap_devices.secret_ages import measure_secrets
from qs_reap_devices.time_left import TimeLeft
from qscreen.wire import Device


class ReapingIncompleteError(Exception):
    """Parts of a pass could not be done; the next pass tries them again."""


@dataclass(slots=True)
class Reaped:
    """What a pass did.

    Attributes:
        queues_deleted: Queues of revoked devices that were still there.
        commands_ended: Commands that nobody would have answered.
        events_sent: Events of the audit that were left in the outbox.
        failed: Parts that could not be done.
    """

    queues_deleted: int = 0
    commands_ended: int = 0
    events_sent: int = 0
    failed: list[str] = field(default_factory=list)

    def answer(self) -> dict[str, int]:
        """Write the function's answer."""
        return {
            "queues_deleted": self.queues_deleted,
            "commands_ended": self.commands_ended,
            "events_sent": self.events_sent,
        }


@dataclass(frozen=True, slots=True)
class Reaper:
    """Does the passes.

    Attributes:
        devices: The devices table.
        commands: The commands table.
        silent_after: A device that was not seen for so long is silent.
        secrets: ARNs of the secrets whose age is reported.
        models_parameter: Name of the parameter with the model of each role.
        trail: The outbox of the audit.
    """

    devices: Table[Device]
    commands: Table[CommandRecord]
    silent_after: timedelta
    secrets: tuple[str, ...]
    models_parameter: str
    trail: AuditTrail

    @classmethod
    def from_environment(cls) -> "Reaper":
        """Make the reaper that the function's environment describes.

        Returns:
            The reaper.

        Raises:
            ConfigurationError: If a variable is missing.
        """
        return cls(
            devices=devices_table(variable("QS_DEVICES_TABLE")),
            commands=commands_table(variable("QS_COMMANDS_TABLE")),
            silent_after=timedelta(seconds=seconds_variable("QS_DEVICE_SILENT_SECONDS")),
            secrets=tuple(filter(None, variable("QS_SECRET_ARNS").split(","))),
            models_parameter=variable("QS_MODELS_PARAMETER"),
            trail=AuditTrail.from_environment(),
        )

    def reap(self, remaining: Callable[[], float]) -> Reaped:
        """Do one pass.

        Args:
            remaining: Says how many seconds there still are.

        Returns:
            What was done.

        Raises:
            ReapingIncompleteError: If a part could not be done; the others were.
        """
        now, left, done = utc_now(), TimeLeft(remaining), Reaped()

        def commands() -> None:
            done.commands_ended = end_lost_commands(self.commands, now, left)

        def queues() -> None:
            done.queues_deleted = delete_left_queues(self.devices, now, left)

        def outbox() -> None:
            done.events_sent = send_left_events(self.trail, now, left)

        parts: dict[str, Callable[[], None]] = {
            # Runs wait for the first; the others only report or tidy up.
            "commands": commands,
            "outbox": outbox,
            "fleet": lambda: measure_fleet(self.devices, now, self.silent_after),
            "secrets": lambda: measure_secrets(self.secrets, now),
            "queues": queues,
            "models": lambda: measure_models(self.models_parameter, now),
        }
        for name, part in parts.items():
            try:
                left.demand()
                part()
            except Exception as error:
                logger().error("Part of the pass failed", extra={"part": name, **fault(error)})
                count("ReapingFailures", dimensions={"part": name})
                done.failed.append(name)
        if done.failed:
            raise ReapingIncompleteError(
                f"These parts of the pass failed: {', '.join(done.failed)}. The others were "
                "done. The log has the causes; the next pass tries again."
            )
        return done
