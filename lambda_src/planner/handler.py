"""Entry point of the function ``planner``."""

from typing import Any

from qs_cloud.starting import starting

with starting():
    from qs_planner.planning import Planning
    from qs_planner.task import read_task

    from qs_cloud.telemetry import log_ids

_planning: Planning | None = None


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Plan a run, or what is left of it.

    Args:
        event: ``{"run_id", "observation"}``.
        context: Lambda's context; not used.

    Returns:
        ``{"status": "planned" | "not_understood" | "done" | "going_in_circles" | "analyse",
        "reason"?, "message"?, "needs_consent"?, "analysis"?}``; the plan itself is on the
        run's item.

    Raises:
        Cancelled: If the run was cancelled.
        PlanRefusedError: If a planner made a plan that must not be carried out.
        BadPayloadError: If the event breaks the contract.
    """
    del context
    global _planning  # noqa: PLW0603 - kept for the next invocation of this process
    if _planning is None:
        _planning = Planning.from_environment()
    task = read_task(event)
    with log_ids(run_id=task.run_id):
        return _planning.plan(task).answer()
