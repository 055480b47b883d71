"""What the tools work with, and refusals as answers to the model."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache

from qs_cloud.config import variable
from qs_cloud.intake import Intake
from qs_cloud.refusal import RefusedError, RunRefusedError
from qs_cloud.run_actions import RunActions
from qs_cloud.run_record import RunRecord
from qs_cloud.schedules import Schedules, ScheduleTarget
from qs_cloud.table import Table, commands_table, devices_table, runs_table
from qs_cloud.templates import Templates
from qs_mcp import ToolFault
from qscreen.wire import Device


@dataclass(frozen=True, slots=True)
class Services:
    """The use cases that the API uses, too.

    Attributes:
        runs: The runs table.
        devices: The devices table.
        templates: The templates.
        schedules: The schedules.
        intake: What starts runs.
        actions: What cancels runs.
    """

    runs: Table[RunRecord]
    devices: Table[Device]
    templates: Templates
    schedules: Schedules
    intake: Intake
    actions: RunActions


@cache
def services() -> Services:
    """Read the function's environment, once.

    Returns:
        The services.

    Raises:
        ConfigurationError: If a variable is missing.
    """
    runs = runs_table(variable("QS_RUNS_TABLE"))
    devices = devices_table(variable("QS_DEVICES_TABLE"))
    machine = variable("QS_STATE_MACHINE_ARN")
    templates = Templates.from_environment()
    return Services(
        runs=runs,
        devices=devices,
        templates=templates,
        schedules=Schedules(templates.table, templates, ScheduleTarget.from_environment()),
        intake=Intake(runs, devices, machine, templates),
        actions=RunActions(runs, commands_table(variable("QS_COMMANDS_TABLE")), machine),
    )


@contextmanager
def answering(what: str) -> Iterator[None]:
    """Turn refusals of the use cases into answers to the model.

    Args:
        what: What did not happen, a sentence.

    Yields:
        Nothing.

    Raises:
        ToolFault: If the request was refused.
    """
    try:
        yield
    except RefusedError as refused:
        places = "; ".join(f"{fault.path}: {fault.detail}" for fault in refused.faults[:5])
        why = f"{refused.detail} ({places})" if places else refused.detail
        raise ToolFault(what, why, refused.next_step) from refused
    except RunRefusedError as refused:
        raise ToolFault(what, str(refused), "Do not repeat the call unchanged.") from refused
