"""What a plan must fulfil before it may reach a device, whoever made it."""

from collections.abc import Sequence

from qscreen.wire import Plan, Step


class PlanRefusedError(Exception):
    """A planner made a plan that must not be carried out; a fault of the platform."""


def check_plan(plan: Plan, goal: str) -> None:
    """Refuse a plan that does not follow from its goal.

    Args:
        plan: The plan; its schema holds already, so it has at least one step.
        goal: The goal that the run was asked for.

    Raises:
        PlanRefusedError: If it is of another goal, its steps are not numbered in order, or a
            step is not explained by words of the goal. Names steps, never texts.
    """
    if plan.goal != goal:
        raise PlanRefusedError("The plan is of another goal. Report it with the run's id.")
    numbers = [step.id for step in plan.steps]
    if numbers != [f"s{place}" for place in range(1, len(numbers) + 1)]:
        raise PlanRefusedError(
            f"The plan's steps are not numbered in order: {', '.join(numbers)}. "
            "Report it with the run's id."
        )
    unexplained = unexplained_steps(plan.steps, goal)
    if unexplained:
        raise PlanRefusedError(
            f"The steps {', '.join(unexplained)} are not explained by words of the goal. "
            "Report it with the run's id."
        )


def unexplained_steps(steps: Sequence[Step], goal: str) -> tuple[str, ...]:
    """Find the steps whose explanation is not a part of the goal.

    Args:
        steps: Steps.
        goal: The goal.

    Returns:
        Their ids.
    """
    return tuple(step.id for step in steps if not step.because.strip() or step.because not in goal)
