"""``qops drill lose-cache``: the cache is lost, and what needs it goes on.

Nothing in the cache is the only copy. On the local cloud every entry is removed; in AWS the primary
is failed over: nobody reaches it from outside, and a cache without a replica would stay away.
"""

import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any, Protocol

from qops.drills.answers import LoseCacheAnswer, ProofAnswer
from qops.drills.errors import DrillError, calling
from qops.drills.running import POLL_SECONDS, Stages, new_id, recorded
from qops.health.answers import CheckAnswer
from qops.health.checking import check_health
from qops.health.checks.data import cache_client
from qops.health.model import State
from qops.health.surroundings import Surroundings, brief
from qops.inventory.state import read_state
from qops.platform.aws import Aws
from qops.platform.deployment import Notice
from qops.settings import Settings

CHECKS = (
    "data.cache",
    "data.cache-answers",
    "network.api-answers",
    "network.api-dependencies",
    "compute.executions",
)
"""Checks of health that are looked at before and afterwards; the first two are the cache's own."""

_OWN = CHECKS[:2]
_SETTLE_SECONDS = 120.0
"""How long a check that is worse than before is looked at again: functions connect anew."""

_RUNBOOK = "docs/runbooks/redis.md"


@dataclass(frozen=True, slots=True)
class WantedLoss:
    """What the person asks for.

    Attributes:
        limit_seconds: Longest time until the cache answers again.
        refill_seconds: How long to wait for new entries, where they can be seen.
        rto_limit_seconds: Longest time without it that is no finding.
    """

    limit_seconds: float = 900.0
    refill_seconds: float = 30.0
    rto_limit_seconds: float | None = None


class _Cache(Protocol):
    """A cache that can be lost."""

    @property
    def how(self) -> str:
        """How it is lost, in a word."""

    @property
    def consequence(self) -> str:
        """What will be done."""

    def lose(self) -> int | None:
        """Lose it; how many entries were removed, where that is known."""

    def missing(self) -> str:
        """Why it does not answer yet; empty when it does."""

    def entries(self) -> int | None:
        """How many entries it has; None where nobody can look."""


@dataclass(slots=True)
class LocalCache:
    """A Redis that qops reaches itself.

    Attributes:
        at: What is looked at.
        name: Of the replication group.
    """

    at: Surroundings
    name: str
    how: str = "emptied"

    @property
    def consequence(self) -> str:
        """What will be done."""
        return f"Removes every entry of the cache {self.name}: sessions and cached plans."

    def lose(self) -> int:
        """Remove every entry."""
        with closing(cache_client(self.at)) as cache:
            return sum(int(cache.unlink(key)) for key in list(cache.scan_iter(count=1000)))

    def missing(self) -> str:
        """Why it does not answer."""
        from redis.exceptions import RedisError

        try:
            with closing(cache_client(self.at)) as cache:
                cache.ping()
        except RedisError as error:
            return brief(error)
        return ""

    def entries(self) -> int | None:
        """How many entries there are; None while it does not answer."""
        from redis.exceptions import RedisError

        try:
            with closing(cache_client(self.at)) as cache:
                return int(cache.dbsize())
        except RedisError:
            return None


class FailedOver:
    """A replication group of ElastiCache, whose replica takes over."""

    how = "failed over"

    def __init__(self, aws: Aws, name: str) -> None:
        """Look who is the primary.

        Args:
            aws: The environment's clients.
            name: Of the replication group.

        Raises:
            DrillError: There is no replica that could take over.
        """
        self._client: Any = aws.client("elasticache")
        self._name = name
        found = self._described()
        if found.get("AutomaticFailover") != "enabled":
            raise DrillError(
                f"The cache {name} has no replica that could take over.",
                why="Its automatic failover is off: it has one node, which would stay away.",
                next_step="Give it two nodes (data.cache.nodes, qops plan, qops apply); "
                f"the loss of the only one: {_RUNBOOK}",
            )
        self._shard = str(found["NodeGroups"][0]["NodeGroupId"])
        self._primary = _primary(found)

    @property
    def consequence(self) -> str:
        """What will be done."""
        return (
            f"Fails the cache {self._name} over: {self._primary} goes, a replica takes its place. "
            "For about a minute nothing is cached, and what was not copied yet is lost."
        )

    def lose(self) -> None:
        """Let ElastiCache fail it over."""
        with calling(f"fail {self._name} over"):
            self._client.test_failover(ReplicationGroupId=self._name, NodeGroupId=self._shard)

    def missing(self) -> str:
        """Why the failover is not over."""
        with calling(f"look at {self._name}"):
            found = self._described()
        if found["Status"] != "available":
            return f"its status is {found['Status']}"
        return f"{self._primary} is still the primary" if _primary(found) == self._primary else ""

    def entries(self) -> None:
        """Nobody outside the VPC can look."""

    def _described(self) -> dict[str, Any]:
        with calling(f"look at {self._name}"):
            groups = self._client.describe_replication_groups(ReplicationGroupId=self._name)
        found: dict[str, Any] = groups["ReplicationGroups"][0]
        return found


def lose_cache(
    settings: Settings,
    aws: Aws,
    wanted: WantedLoss,
    *,
    confirm: Callable[[str], None],
    notice: Notice,
) -> LoseCacheAnswer:
    """Lose the cache, wait until it answers, look whether all goes on as before.

    Args:
        settings: Which environment.
        aws: Its clients.
        wanted: Limits.
        confirm: Called with what will be done; raises to refuse.
        notice: Called with a line for the person.

    Returns:
        The verdict.

    Raises:
        PrerequisiteError: The platform is not applied.
        DrillError: There is no cache, it is not well, or nothing could take over; nothing was done.
    """
    at = Surroundings(settings, aws, read_state(settings, aws))
    groups = at.inventory.of("aws_elasticache_replication_group")
    if not groups:
        raise DrillError(
            f"There is no cache in environment {settings.environment}.",
            why="The state has no replication group.",
            next_step="There is nothing to drill; with a cache: qops plan and qops apply.",
        )
    name = groups[0].text("replication_group_id")
    before = _looked(settings, aws)
    for check in _OWN:
        if before[check].state is State.UNHEALTHY or (
            before[check].state is State.UNKNOWN and (settings.local or check == _OWN[0])
        ):
            raise DrillError(
                f"The cache {name} is not well, so it was left alone.",
                why="; ".join(f"{one.subject}: {one.detail}" for one in before[check].findings),
                next_step=f"Mend it first: {before[check].runbook}",
            )
    cache: _Cache = LocalCache(at, name) if settings.local else FailedOver(aws, name)
    confirm(cache.consequence)
    drill = new_id()
    work = _Drill(settings, aws, wanted, cache, name, drill, before, notice)
    return recorded(
        settings,
        aws,
        notice,
        kind="lose-cache",
        detail={"drill": drill, "cache": name, "how": cache.how},
        work=work.run,
        ended=lambda answer: (
            "holds" if answer.holds else "does not hold",
            {"rto_seconds": answer.rto_seconds},
        ),
    )


@dataclass(slots=True)
class _Drill:
    """One drill, from the loss to the verdict."""

    settings: Settings
    aws: Aws
    wanted: WantedLoss
    cache: _Cache
    name: str
    drill: str
    before: dict[str, CheckAnswer]
    notice: Notice
    stages: Stages = field(default_factory=Stages)

    def run(self) -> LoseCacheAnswer:
        began = time.monotonic()
        with self.stages.stage("lose"):
            entries = self.cache.lose()
        self.notice(f"  cache {self.name}: {self.cache.how}")
        with self.stages.stage("return"):
            why = self._until(self.cache.missing, self.wanted.limit_seconds)
        taken = time.monotonic() - began
        proofs = [
            ProofAnswer(
                what="it answers again",
                holds=not why,
                why=f"not within {self.wanted.limit_seconds:g} s: {why}" if why else "",
                seconds=round(taken, 1),
            )
        ]
        with self.stages.stage("refill"):
            proofs.append(self._refilled())
        with self.stages.stage("check"):
            proofs += self._settled()
        return LoseCacheAnswer(
            environment=self.settings.environment,
            drill=self.drill,
            cache=self.name,
            how=self.cache.how,
            entries=entries,
            holds=all(one.holds is not False for one in proofs),
            proofs=proofs,
            rto_seconds=round(taken, 1),
            rto_limit_seconds=self.wanted.rto_limit_seconds,
            stages=self.stages.done,
        )

    def _until(self, missing: Callable[[], str], limit_seconds: float) -> str:
        """Look until nothing is missing any more; what is still missing at the end."""
        deadline, pause, told = time.monotonic() + limit_seconds, POLL_SECONDS[0], ""
        while why := missing():
            if why != told:
                self.notice(f"  cache {self.name}: {why}")
                told = why
            if time.monotonic() >= deadline:
                return why
            time.sleep(min(pause, max(deadline - time.monotonic(), 0.0)))
            pause = min(pause * 1.5, POLL_SECONDS[1])
        return ""

    def _refilled(self) -> ProofAnswer:
        what = "it is filled again"
        if self.cache.entries() is None:
            return ProofAnswer(what=what, holds=None, why="its entries cannot be seen from here")
        limit = self.wanted.refill_seconds
        began = time.monotonic()
        missing = self._until(lambda: "" if self.cache.entries() else "empty", limit)
        taken = round(time.monotonic() - began, 1)
        if missing:
            why = f"nothing ran that needs it for {limit:g} s"
            return ProofAnswer(what=what, holds=None, why=why, seconds=taken)
        return ProofAnswer(what=what, holds=True, seconds=taken)

    def _settled(self) -> list[ProofAnswer]:
        found: list[ProofAnswer] = []

        def worse() -> str:
            after = _looked(self.settings, self.aws)
            found[:] = [self._as_before(after[name]) for name in CHECKS]
            return "; ".join(one.why for one in found if one.holds is False)

        self._until(worse, _SETTLE_SECONDS)
        return found

    def _as_before(self, after: CheckAnswer) -> ProofAnswer:
        was = self.before[after.id].state
        what = f"{after.title} ({after.id})"
        told = [
            f"{one.subject}: {one.detail}" for one in after.findings if one.state is after.state
        ]
        if after.state is State.HEALTHY:
            return ProofAnswer(what=what, holds=True, seconds=after.seconds)
        worse = after.state is State.UNHEALTHY and was is not State.UNHEALTHY
        if worse or (after.state is State.UNKNOWN and was is State.HEALTHY):
            return ProofAnswer(what=what, holds=False, why="; ".join(told), seconds=after.seconds)
        why = "; ".join(told) or "the platform has nothing of the kind here"
        if after.state is State.UNHEALTHY:
            why = f"it was unhealthy before: {why}"
        return ProofAnswer(what=what, holds=None, why=why, seconds=after.seconds)


def _looked(settings: Settings, aws: Aws) -> dict[str, CheckAnswer]:
    return {one.id: one for one in check_health(settings, only=CHECKS, aws=aws).checks}


def _primary(group: dict[str, Any]) -> str:
    members = [one for shard in group["NodeGroups"] for one in shard.get("NodeGroupMembers", ())]
    return next(
        (str(one["CacheClusterId"]) for one in members if one.get("CurrentRole") == "primary"),
        "the present primary",
    )
