"""``cancelRun`` and ``confirmRun``: what a person decides about a run that goes on."""

from qs_api.call import Call
from qs_api.lookup import find_run
from qs_api.services import Services
from qscreen.wire import Run, RunConfirmation


def cancel_run(call: Call, services: Services) -> Run:
    """Cancel a run; a finished one stays as it is.

    Args:
        call: The request.
        services: Tables and settings.

    Returns:
        The run; its status becomes ``cancelled`` when it has been recorded.

    Raises:
        ProblemAnswer: 404 if there is none for the caller.
        CloudCallError: If a service cannot be reached; repeating the request is safe.
    """
    found = find_run(services, call.path["run_id"], call.user)
    return services.run_actions.cancel(found, call.now)


def confirm_run(call: Call, services: Services) -> Run:
    """Let the plan of a run go on.

    Args:
        call: The request.
        services: Tables and settings.

    Returns:
        The run.

    Raises:
        RefusedError: If the run is not the caller's, does not wait, or has another plan by now.
        CloudCallError: If a service cannot be reached; repeating the request is safe.
    """
    confirmation = call.body_as(RunConfirmation)
    return services.run_actions.confirm(
        call.user.sub, call.path["run_id"], confirmation.attempts, call.now
    )
