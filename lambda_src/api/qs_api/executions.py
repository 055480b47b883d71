"""Starting the execution of a run: named after it, so that it exists at most once."""

import json

from qs_cloud import clients
from qs_cloud.calls import calling, error_code
from qscreen.wire import RunMode


def start_execution(state_machine_arn: str, run_id: str, device_id: str, mode: RunMode) -> None:
    """Start the execution of a run; one that was started before is fine.

    Args:
        state_machine_arn: The state machine of a run.
        run_id: Id of the run, and name of the execution.
        device_id: Where it runs.
        mode: How far it may go.

    Raises:
        CloudCallError: If the call fails; after a time-out it may have started all the same.
    """
    from botocore.exceptions import ClientError

    execution = {"run_id": run_id, "device_id": device_id, "mode": mode.value}
    with calling("start the run"):
        try:
            clients.stepfunctions().start_execution(
                stateMachineArn=state_machine_arn, name=run_id, input=json.dumps(execution)
            )
        except ClientError as error:
            if error_code(error) != "ExecutionAlreadyExists":
                raise
