"""The order in which a plan is looked for: cache, command grammar, model."""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache

from qs_cloud.cache import Cache
from qs_cloud.config import variable
from qs_cloud.telemetry import count, logger
from qs_planning.cached_plans import CachedPlans, grammar_version
from qs_planning.converse import Guardrail
from qs_planning.model_planner import ModelPlanner
from qs_planning.models import ModelMap
from qs_planning.outcomes import NoPlan
from qs_planning.usage import ModelUse
from qscreen.grammar import understand
from qscreen.review import addresses_the_planner, texts_of
from qscreen.review.words import normal
from qscreen.wire import (
    Click,
    Drag,
    Effect,
    EffectError,
    Focus,
    NotUnderstood,
    Plan,
    Read,
    ReadTable,
    Scroll,
    Select,
    SetValue,
    Snapshot,
    Step,
    Target,
    TypeText,
)

Screen = Callable[[], Snapshot | None]
"""Reads the screen when it is needed; most goals are planned without."""


@dataclass(frozen=True, slots=True)
class Planned:
    """What came of planning.

    Attributes:
        answer: The plan, or the part of the goal that the grammar did not understand.
        none: Why a model made no plan; None where none was asked.
        uses: What the calls of models used.
    """

    answer: Plan | NotUnderstood
    none: NoPlan | None = None
    uses: tuple[ModelUse, ...] = ()


@dataclass(frozen=True, slots=True)
class Planners:
    """Whoever makes plans.

    Attributes:
        cached: Plans of earlier runs.
        model: Plans by a model; None where there is none.
    """

    cached: CachedPlans
    model: ModelPlanner | None = None

    def plan(
        self, goal: str, screen: Screen, run_id: str | None = None, *, ask_model: bool = True
    ) -> Planned:
        """Plan a goal.

        Args:
            goal: What to do, as the user wrote it.
            screen: Reads the screen.
            run_id: Id of the run, for the invocation log.
            ask_model: Whether a model may be asked.

        Returns:
            The plan of the first that has one, or what the grammar says.
        """
        known = self.cached.find(goal)
        if known is not None:
            return Planned(known)
        read = understand(goal)
        if isinstance(read, Plan):
            self.cached.remember(read)
            return Planned(read)
        if self.model is None or not ask_model or not goal.strip():
            return Planned(read)
        seen = screen()
        if seen is not None:
            kept = self.cached.find(goal, seen)
            if kept is not None:
                return Planned(kept)
            if addresses_the_planner(seen):
                count("ScreensAddressingPlanner")
        found = self.model.plan(read.goal, read.language, seen, run_id=run_id)
        if found.plan is None or found.plan.goal != goal:
            return Planned(read, found.none, found.uses)
        if seen is not None:
            self.cached.remember(found.plan, seen)
        return Planned(found.plan, uses=found.uses)

    def repair(
        self,
        plan: Plan,
        remaining: Sequence[Step],
        failed: Effect | None,
        screen: Screen,
        run_id: str,
    ) -> Planned:
        """Plan again what is left of a plan, where trying the same once more has no prospect.

        Args:
            plan: The plan.
            remaining: Its steps that are not confirmed.
            failed: The latest effect of the first of them.
            screen: Reads the screen.
            run_id: Id of the run.

        Returns:
            The confirmed steps with new ones after them; the same plan where its next step can
            be done on the screen as it is, or no model knows better.
        """
        if self.model is None or not remaining or not _is_lost(failed):
            return Planned(plan)
        seen = screen()
        if seen is None or _is_shown(_target_of(remaining[0]), seen):
            return Planned(plan)
        done = plan.steps[: len(plan.steps) - len(remaining)]
        found = self.model.plan(plan.goal, plan.language, seen, done=done, run_id=run_id)
        count("Repairs", dimensions={"by": "model" if found.plan else "repetition"})
        if found.plan is None:
            logger().info("Repaired without a model", extra={"why": found.none and found.none.why})
            return Planned(plan, found.none, found.uses)
        return Planned(found.plan, uses=found.uses)


def _is_lost(failed: Effect | None) -> bool:
    return failed is not None and failed.error in {
        EffectError.TARGET_NOT_FOUND,
        EffectError.TIMED_OUT,
    }


def _target_of(step: Step) -> Target | None:
    action = step.action
    if isinstance(
        action, Click | Focus | TypeText | Select | Read | Scroll | SetValue | Drag | ReadTable
    ):
        return action.target
    return None


def _is_shown(target: Target | None, seen: Snapshot) -> bool:
    """Whether the step can be tried on this screen; what has no name is not judged."""
    if target is None or target.name is None or seen.truncated:
        return True
    return normal(target.name) in texts_of(seen)


@cache
def guardrail() -> Guardrail:
    """Read the guardrail from the function's environment.

    Returns:
        The guardrail.

    Raises:
        ConfigurationError: If a variable is missing.
    """
    return Guardrail(variable("QS_GUARDRAIL_ID"), variable("QS_GUARDRAIL_VERSION"))


def planners_from_environment(seconds: float) -> Planners:
    """Make the planners that the function's environment describes.

    Args:
        seconds: How long a model may take for a plan, with all its repairs.

    Returns:
        The planners; without a model where no parameter names one.

    Raises:
        ConfigurationError: If a variable is missing.
    """
    parameter = os.environ.get("QS_MODELS_PARAMETER", "").strip()
    return Planners(
        cached=CachedPlans(Cache(variable("QS_CACHE_SECRET_ARN")), grammar_version()),
        model=ModelPlanner(ModelMap(parameter), guardrail(), seconds) if parameter else None,
    )
