"""Tools for runs, and for the devices that they run on."""

from typing import Annotated

from pydantic import Field, ValidationError

from qs_cloud.clock import utc_now
from qs_cloud.refusal import missing
from qs_cloud.run_record import RunRecord
from qs_mcp import Risk, ToolFault, caller
from qs_mcp_workflow.declaring import (
    DeviceId,
    Limit,
    NextToken,
    RequestKey,
    RunId,
    key_of,
    server,
)
from qs_mcp_workflow.models import (
    DevicesFound,
    RunsFound,
    RunShown,
    device_line,
    run_line,
    show_run,
)
from qs_mcp_workflow.services import answering, services
from qs_mcp_workflow.tokens import read_token, write_token
from qscreen.wire import RunMode, RunRequest
from qscreen.wire.base import Identifier

_MOST_DEVICES = 100


@server.tool(
    title="List devices",
    risk=Risk.READ,
    read_only=True,
    destructive=False,
    idempotent=True,
    open_world=False,
)
def list_devices() -> DevicesFound:
    """List the user's devices, newest first: where a run can act."""
    found, _ = services().devices.page("by_owner", ("owner", caller().user_id), _MOST_DEVICES, None)
    return DevicesFound(devices=[device_line(device) for device in found])


@server.tool(
    title="Start a run",
    risk=Risk.EXTERNAL,
    read_only=False,
    destructive=True,
    idempotent=False,
    open_world=True,
    audit="Run Created",
)
def start_run(
    device_id: DeviceId,
    goal: Annotated[
        str | None,
        Field(
            description="What to do, in Korean or English; null with a template.", max_length=2000
        ),
    ] = None,
    template_id: Annotated[
        Identifier | None, Field(description="Template to run; null with a goal.")
    ] = None,
    inputs: Annotated[
        dict[str, str] | None, Field(description="Values of the template's inputs, as text.")
    ] = None,
    mode: Annotated[
        RunMode,
        Field(
            description="dry_run ends with the plan, confirm waits for a person to confirm it, "
            "auto acts at once."
        ),
    ] = RunMode.CONFIRM,
    request_key: RequestKey = None,
) -> RunShown:
    """Start a run of a goal or a template on a device; it goes on after this answer.

    It acts on a real screen with the user's own programs and files. Follow it with get_run.
    """
    try:
        request = RunRequest(
            goal=goal, template_id=template_id, inputs=inputs or {}, device_id=device_id, mode=mode
        )
    except ValidationError:
        raise ToolFault(
            "No run was started.",
            "A run needs either a goal or a template with its inputs, and the inputs are texts.",
            "Give one of the two.",
        ) from None
    with answering("No run was started."):
        run_id = services().intake.start(caller().user_id, key_of(request_key), request, utc_now())
        return show_run(_own(run_id))


@server.tool(
    title="Show a run",
    risk=Risk.READ,
    read_only=True,
    destructive=False,
    idempotent=True,
    open_world=False,
)
def get_run(run_id: RunId) -> RunShown:
    """Show a run: its status, its plan, what came of each step, and what can be done now."""
    with answering("The run was not found."):
        return show_run(_own(run_id))


@server.tool(
    title="List runs",
    risk=Risk.READ,
    read_only=True,
    destructive=False,
    idempotent=True,
    open_world=False,
)
def list_runs(limit: Limit = 20, next_token: NextToken = None) -> RunsFound:
    """List the history of the user's runs, newest first."""
    who = caller().user_id
    found, last = services().runs.page(
        "by_owner", ("owner", who), limit, read_token(next_token, who)
    )
    return RunsFound(runs=[run_line(record) for record in found], next_token=write_token(last))


@server.tool(
    title="Cancel a run",
    risk=Risk.DESTRUCTIVE,
    read_only=False,
    destructive=True,
    idempotent=True,
    open_world=False,
    audit="Run Cancelled",
)
def cancel_run(run_id: RunId) -> RunShown:
    """Cancel a run, or reject the plan that it waits with. Steps that were done stay done."""
    with answering("The run was not cancelled."):
        services().actions.cancel(_own(run_id), utc_now())
        return show_run(_own(run_id))


def _own(run_id: str) -> RunRecord:
    record = services().runs.get(run_id)
    if record is None or record.run.owner != caller().user_id:
        raise missing("run", run_id)
    return record
