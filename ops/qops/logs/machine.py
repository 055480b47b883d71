"""What Step Functions tells of a run's execution, without its data."""

from collections.abc import Iterator, Mapping
from typing import Any

from qops.platform.aws import Aws
from qops.runs.timeline import Moment
from qops.settings import Settings

_ENTERED, _EXITED = "StateEntered", "StateExited"
_FAULTS = ("Failed", "TimedOut", "Aborted")
_SILENT = frozenset({"Pass", "Choice"})


def read_machine(settings: Settings, aws: Aws, run_id: str) -> tuple[list[Moment], list[str]]:
    """Read the history of the execution that bears the run's id.

    Args:
        settings: Which environment.
        aws: Its clients.
        run_id: The run.

    Returns:
        Its states with their times and its faults, and what is missing.
    """
    from botocore.exceptions import BotoCoreError, ClientError

    client = aws.client("stepfunctions")
    try:
        arn = _execution(settings, client, run_id)
        if arn is None:
            return [], [f"there is no state machine {settings.prefix}-run"]
        # What was read off a screen is in the data of the states: it is not asked for.
        pages = client.get_paginator("get_execution_history").paginate(
            executionArn=arn, includeExecutionData=False
        )
        events = [event for page in pages for event in page["events"]]
    except ClientError as error:
        code = error.response.get("Error", {}).get("Code", "")
        if code == "ExecutionDoesNotExist":
            return [], ["Step Functions has no execution of it (kept for 90 days)"]
        return [], [f"the execution could not be read: {code}"]
    except BotoCoreError as error:
        return [], [f"the execution could not be read: {error}"]
    return list(_moments(events)), []


def _execution(settings: Settings, client: Any, run_id: str) -> str | None:
    for page in client.get_paginator("list_state_machines").paginate():
        for one in page["stateMachines"]:
            if one["name"] == f"{settings.prefix}-run":
                machine = str(one["stateMachineArn"])
                return f"{machine.replace(':stateMachine:', ':execution:')}:{run_id}"
    return None


def _moments(events: list[Mapping[str, Any]]) -> Iterator[Moment]:
    open_: dict[str, Mapping[str, Any]] = {}
    for event in events:
        kind = str(event["type"])
        if kind.endswith(_ENTERED):
            open_[event["stateEnteredEventDetails"]["name"]] = event
        elif kind.endswith(_EXITED):
            name = event["stateExitedEventDetails"]["name"]
            entered = open_.pop(name, event)
            if kind.removesuffix(_EXITED) in _SILENT:
                continue
            taken = (event["timestamp"] - entered["timestamp"]).total_seconds()
            yield Moment(entered["timestamp"], "machine", f"state {name}", seconds=taken)
        elif kind.endswith(_FAULTS):
            yield Moment(event["timestamp"], "machine", kind, _error(event))
        elif kind in {"ExecutionStarted", "ExecutionSucceeded"}:
            yield Moment(event["timestamp"], "machine", kind)
    for name, event in open_.items():
        yield Moment(event["timestamp"], "machine", f"state {name}", "not left yet")


def _error(event: Mapping[str, Any]) -> str:
    """The error's name; its cause may quote a text."""
    for name, details in event.items():
        if name.endswith("EventDetails") and isinstance(details, Mapping):
            return str(details.get("error", ""))
    return ""
