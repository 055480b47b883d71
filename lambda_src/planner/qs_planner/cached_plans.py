"""Plans of earlier runs with the same goal, in Redis. Without Redis all goes on, slower."""

import hashlib
from functools import cache
from pathlib import Path

from pydantic import ValidationError

from qs_cloud.cache import Cache, CacheUnavailableError
from qs_cloud.clock import utc_now
from qs_cloud.telemetry import count, logger
from qscreen import grammar
from qscreen.wire import Plan, PlanSource

KEEP_SECONDS = 7 * 24 * 3600
"""How long a plan is kept; another grammar in its key ends it sooner."""


@cache
def grammar_version() -> str:
    """Name the grammar that this function carries.

    Returns:
        Digest of its sources: a changed grammar never meets plans of the old one.
    """
    digest = hashlib.sha256()
    for path in sorted(Path(grammar.__file__).parent.glob("*.py")):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:12]


class CachedPlans:
    """Plans by goal."""

    def __init__(self, cache: Cache, version: str) -> None:
        """Set up the plans.

        Args:
            cache: Connection to Redis.
            version: Version of the grammar that made the plans; another one knows none of them.
        """
        self._cache = cache
        self._version = version

    def find(self, goal: str) -> Plan | None:
        """Find the plan of a goal.

        Args:
            goal: What to do, as the user wrote it.

        Returns:
            The plan with source ``cache`` and the present time; None if there is none, or the
            cache is away.
        """
        try:
            text = self._cache.get(self._key(goal))
        except CacheUnavailableError as error:
            self._note(error)
            return None
        plan = _read(text) if text is not None else None
        if plan is None or _normal(plan.goal) != _normal(goal):
            count("PlanCacheMisses")
            return None
        count("PlanCacheHits")
        return plan.model_copy(
            update={"goal": goal, "source": PlanSource.CACHE, "created_at": utc_now()}
        )

    def remember(self, plan: Plan) -> None:
        """Keep a plan.

        Args:
            plan: The plan as its planner made it.
        """
        try:
            self._cache.put(self._key(plan.goal), plan.model_dump_json(), KEEP_SECONDS)
        except CacheUnavailableError as error:
            self._note(error)

    def _key(self, goal: str) -> str:
        return f"plan:{self._version}:{hashlib.sha256(_normal(goal).encode()).hexdigest()}"

    def _note(self, error: CacheUnavailableError) -> None:
        logger().warning("Plan cache is away", extra={"why": str(error)})
        count("CacheUnavailable", dimensions={"use": "plan"})


def _normal(goal: str) -> str:
    # Only the ends: whatever stands inside a goal may be text that is to be typed as it is.
    return goal.strip()


def _read(text: str) -> Plan | None:
    try:
        return Plan.model_validate_json(text)
    except ValidationError:
        logger().warning("Cached plan is of another schema and was not used")
        return None
