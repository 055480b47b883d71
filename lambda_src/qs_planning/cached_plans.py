"""Plans of earlier runs, in Redis. Without Redis all goes on, slower.

A plan of the grammar is a pure function of its goal and is kept by it. A plan of a model depends
on what the model saw as well, and is kept by the goal and the fingerprint of the screen. What
comes back is believed no more than a planner is: whoever could write to the cache would
otherwise write the plans of every run.
"""

import hashlib
from datetime import timedelta
from functools import cache
from pathlib import Path

from pydantic import ValidationError

from qs_cloud.cache import Cache, CacheUnavailableError
from qs_cloud.clock import utc_now
from qs_cloud.telemetry import count, logger
from qs_planning.screen import fingerprint
from qs_planning.validation import PlanRefusedError, check_plan
from qscreen import grammar
from qscreen.review import review
from qscreen.wire import Plan, PlanSource, Snapshot

KEEP_SECONDS = 7 * 24 * 3600
"""How long a plan is kept; another grammar or another review in its key ends it sooner."""


@cache
def grammar_version() -> str:
    """Name the grammar and the planning that this function carries.

    Returns:
        Digest of their sources: a changed one never meets plans of the old one.
    """
    digest = hashlib.sha256()
    for folder in (Path(grammar.__file__).parent, Path(__file__).parent):
        for path in sorted(folder.glob("*.py")):
            digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:12]


class CachedPlans:
    """Plans by goal, or by goal and screen."""

    def __init__(self, cache: Cache, version: str) -> None:
        """Set up the plans.

        Args:
            cache: Connection to Redis.
            version: Version of the planning that made the plans; another one knows none of them.
        """
        self._cache = cache
        self._version = version

    def find(self, goal: str, screen: Snapshot | None = None) -> Plan | None:
        """Find the plan of a goal.

        Args:
            goal: What to do, as the user wrote it.
            screen: The screen that a model would see; None asks for what the grammar made.

        Returns:
            The plan with source ``cache`` and the present time; None if there is none, it does
            not pass the checks, or the cache is away.
        """
        try:
            text = self._cache.get(self._key(goal, screen))
        except CacheUnavailableError as error:
            self._note(error)
            return None
        kept = _read(text) if text is not None else None
        if kept is None or _normal(kept.goal) != _normal(goal):
            count("PlanCacheMisses")
            return None
        plan = _checked(kept, goal, screen)
        if plan is None:
            count("PlanCacheRefused")
            logger().warning("Cached plan was refused", extra={"source": kept.source.value})
            return None
        count("PlanCacheHits")
        return plan

    def remember(self, plan: Plan, screen: Snapshot | None = None) -> None:
        """Keep a plan.

        Args:
            plan: The plan as its planner made it.
            screen: The screen that a model saw; None for a plan of the grammar.
        """
        try:
            self._cache.put(self._key(plan.goal, screen), plan.model_dump_json(), KEEP_SECONDS)
        except CacheUnavailableError as error:
            self._note(error)

    def _key(self, goal: str, screen: Snapshot | None) -> str:
        digest = hashlib.sha256(_normal(goal).encode()).hexdigest()
        seen = "" if screen is None else f":{fingerprint(screen)}"
        return f"plan:{self._version}:{digest}{seen}"

    def _note(self, error: CacheUnavailableError) -> None:
        logger().warning("Plan cache is away", extra={"why": str(error)})
        count("CacheUnavailable", dimensions={"use": "plan"})


def _checked(kept: Plan, goal: str, screen: Snapshot | None) -> Plan | None:
    if utc_now() - kept.created_at > timedelta(seconds=KEEP_SECONDS):
        return None
    wanted = PlanSource.GRAMMAR if screen is None else PlanSource.MODEL
    found = review(kept.steps, goal, kept.language, screen)
    # The goal explains every step of a plan that the grammar made.
    if kept.source is not wanted or found.refused or (screen is None and found.needs_consent):
        return None
    plan = kept.model_copy(
        update={
            "goal": goal,
            "steps": found.steps,
            "source": PlanSource.CACHE,
            "created_at": utc_now(),
        }
    )
    try:
        check_plan(plan, goal)
    except PlanRefusedError:
        return None
    return plan


def _normal(goal: str) -> str:
    # Only the ends: whatever stands inside a goal may be text that is to be typed as it is.
    return goal.strip()


def _read(text: str) -> Plan | None:
    try:
        return Plan.model_validate_json(text)
    except ValidationError:
        logger().warning("Cached plan is of another schema and was not used")
        return None
