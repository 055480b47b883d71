"""The planners, in the order in which they are asked."""

from collections.abc import Sequence
from typing import Protocol

from qs_planner.cached_plans import CachedPlans
from qscreen.grammar import understand
from qscreen.wire import NotUnderstood, Plan, PlanSource


class Planner(Protocol):
    """Makes a plan of a goal, or says why it cannot."""

    def plan(self, goal: str) -> Plan | NotUnderstood:
        """Plan a goal.

        Args:
            goal: What to do, as the user wrote it.

        Returns:
            A plan, or the reason why there is none.
        """
        ...


class GrammarPlanner:
    """The command grammar: no model, milliseconds, never a guess."""

    def plan(self, goal: str) -> Plan | NotUnderstood:
        """Plan a goal by the command grammar.

        Args:
            goal: What to do, as the user wrote it.

        Returns:
            A plan, or the part that was not understood.
        """
        return understand(goal)


def make_plan(goal: str, cached: CachedPlans, planners: Sequence[Planner]) -> Plan | NotUnderstood:
    """Ask for a plan: first the cache, then one planner after the other.

    Args:
        goal: What to do, as the user wrote it.
        cached: Plans of earlier runs; takes what a planner makes.
        planners: At least one; the first that makes a plan is the last that is asked.

    Returns:
        The plan, or the reason of the planner that was asked last.
    """
    known = cached.find(goal)
    if known is not None:
        return known
    answer = planners[0].plan(goal)
    for planner in planners[1:]:
        if isinstance(answer, Plan):
            break
        answer = planner.plan(goal)
    if isinstance(answer, Plan) and answer.source is PlanSource.GRAMMAR:
        cached.remember(answer)
    return answer
