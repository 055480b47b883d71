"""What the history of a run's execution holds, which nobody can erase from."""

import json

from e2e_endpoint import client


def execution_history(run_id: str) -> str:
    """Reads the history of a run's execution.

    Args:
        run_id: The run.

    Returns:
        All events, as JSON.
    """
    sfn = client("stepfunctions")
    (machine,) = [
        one["stateMachineArn"]
        for page in sfn.get_paginator("list_state_machines").paginate()
        for one in page["stateMachines"]
        if one["name"].endswith("-run")
    ]
    execution = f"{machine.replace(':stateMachine:', ':execution:')}:{run_id}"
    pages = sfn.get_paginator("get_execution_history").paginate(executionArn=execution)
    return json.dumps([event for page in pages for event in page["events"]], default=str)
