"""The cache is lost: on the local cloud it is emptied, in AWS it is failed over."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from fake_cloud import moto_cloud

from qops.drills import cache as subject
from qops.drills.answers import LoseCacheAnswer
from qops.drills.cache import CHECKS, WantedLoss, lose_cache
from qops.drills.errors import DrillError
from qops.health.answers import CheckAnswer
from qops.health.checks import CHECKS as ALL
from qops.health.model import Finding, State
from qops.health.running import Result
from qops.inventory.documents import parse_inventory
from qops.platform.aws import Aws
from qops.settings import load_settings

GROUP = {
    "mode": "managed",
    "module": "module.data",
    "type": "aws_elasticache_replication_group",
    "name": "this",
    "instances": [{"attributes": {"replication_group_id": "qscreen-x"}}],
}


class Store:
    """The part of Redis that the drill uses; a run fills it again when somebody looks."""

    def __init__(self) -> None:
        self.keys = {b"session:a", b"plan:b"}
        self.refused = 0
        self.filled_by: set[bytes] = set()

    def scan_iter(self, count: int) -> list[bytes]:
        return sorted(self.keys)

    def unlink(self, key: bytes) -> int:
        self.keys.remove(key)
        return 1

    def ping(self) -> bool:
        from redis.exceptions import ConnectionError as Refused

        if self.refused:
            self.refused -= 1
            raise Refused("connection refused")
        return True

    def dbsize(self) -> int:
        self.keys |= self.filled_by
        return len(self.keys)

    def close(self) -> None:
        pass


class Group:
    """ElastiCache's replication group; a failover takes some looks."""

    def __init__(self) -> None:
        self.automatic = "enabled"
        self.primary, self.looks = "qscreen-x-001", 2
        self.failed_over: list[dict[str, str]] = []

    def describe_replication_groups(self, ReplicationGroupId: str) -> dict[str, Any]:  # noqa: N803
        status = "available"
        if self.failed_over:
            self.looks -= 1
            status = "modifying" if self.looks > 0 else "available"
            self.primary = self.primary if self.looks > 0 else "qscreen-x-002"
        members = [
            {
                "CacheClusterId": f"qscreen-x-00{n}",
                "CurrentRole": "primary" if self.primary.endswith(str(n)) else "replica",
            }
            for n in (1, 2)
        ]
        shard = {"NodeGroupId": "0001", "NodeGroupMembers": members}
        found = {"Status": status, "AutomaticFailover": self.automatic, "NodeGroups": [shard]}
        return {"ReplicationGroups": [found]}

    def test_failover(self, **asked: str) -> None:
        self.failed_over.append(asked)


class World:
    """What the drill meets."""

    def __init__(self, clients: dict[str, Any]) -> None:
        self.store, self.group = Store(), Group()
        clients["elasticache"] = self.group
        self.resources: list[Any] = [GROUP]
        self.states: list[dict[str, State]] = []
        self.said: list[str] = []
        self.clock = 0.0

    def inventory(self, *_: Any) -> Any:
        return parse_inventory({"version": 4, "serial": 1, "resources": self.resources})

    def looked(self, *_: Any) -> dict[str, CheckAnswer]:
        states = self.states.pop(0) if len(self.states) > 1 else (self.states or [{}])[0]
        found = {}
        for check in (one for one in ALL if one.id in CHECKS):
            finding = Finding("thing", states.get(check.id, State.HEALTHY), "as it was seen")
            found[check.id] = CheckAnswer.of(Result(check, (finding,), 0.1))
        return found

    def sleep(self, seconds: float) -> None:
        self.clock += seconds

    def drill(self, environment: str = "local", **wanted: float) -> LoseCacheAnswer:
        settings = replace(load_settings(environment))
        return lose_cache(
            settings, Aws(settings), WantedLoss(**wanted), confirm=self.said.append,
            notice=self.said.append,
        )  # fmt: skip


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch, rows: list[str]) -> Iterator[World]:
    del rows
    with moto_cloud(monkeypatch) as clients:
        made = World(clients)
        monkeypatch.setattr(subject, "read_state", made.inventory)
        monkeypatch.setattr(subject, "_looked", made.looked)
        monkeypatch.setattr(subject, "cache_client", lambda at: made.store)
        monkeypatch.setattr(subject.time, "sleep", made.sleep)
        monkeypatch.setattr(subject.time, "monotonic", lambda: made.clock)
        yield made


def proofs(answer: LoseCacheAnswer) -> dict[str, bool | None]:
    return {one.what: one.holds for one in answer.proofs}


def test_an_emptied_cache_that_fills_again_holds(world: World, rows: list[str]) -> None:
    world.store.filled_by = {b"session:c"}
    answer = world.drill()
    assert (answer.how, answer.entries, answer.exit_code) == ("emptied", 2, 0)
    assert world.store.keys == {b"session:c"}
    assert set(proofs(answer).values()) == {True}
    assert "every entry" in world.said[0]
    assert rows == ["begun", "holds"]


def test_nobody_who_needs_it_is_no_proof_that_it_fills(world: World) -> None:
    answer = world.drill(refill_seconds=3)
    assert (answer.holds, proofs(answer)["it is filled again"]) == (True, None)
    assert 3 <= world.clock < 10


def test_how_long_it_was_away_is_told_and_held_to_the_limit(world: World) -> None:
    world.store.refused = 4
    answer = world.drill(rto_limit_seconds=1)
    assert 2 < answer.rto_seconds < 10
    assert (answer.holds, answer.exit_code) == (True, 2)
    assert answer.missed


def test_a_cache_that_does_not_come_back_in_time_fails_the_drill(
    world: World, rows: list[str]
) -> None:
    world.store.refused = 10**9
    answer = world.drill(limit_seconds=20, refill_seconds=0)
    assert (answer.exit_code, world.clock) == (1, pytest.approx(20, abs=1))
    assert "not within 20 s: connection refused" in answer.faults[0]
    assert rows == ["begun", "does not hold"]


@pytest.mark.parametrize(
    ("before", "after", "holds"),
    [
        (State.HEALTHY, State.UNHEALTHY, False),
        (State.HEALTHY, State.UNKNOWN, False),
        (State.UNKNOWN, State.UNHEALTHY, False),
        (State.UNHEALTHY, State.UNHEALTHY, None),
        (State.UNKNOWN, State.UNKNOWN, None),
        (State.NOT_APPLICABLE, State.NOT_APPLICABLE, None),
    ],
)
def test_what_is_worse_than_before_fails_the_drill(
    world: World, before: State, after: State, holds: bool | None
) -> None:
    name = "network.api-dependencies"
    world.states = [{name: before}, {name: after}]
    answer = world.drill()
    (found,) = [one for one in answer.proofs if name in one.what]
    assert (found.holds, answer.holds) == (holds, holds is not False)


def test_what_is_worse_for_a_moment_is_looked_at_again(world: World) -> None:
    world.states = [{}, {"network.api-answers": State.UNKNOWN}, {}]
    assert world.drill().holds is True


@pytest.mark.parametrize(
    ("environment", "states"),
    [
        ("local", {"data.cache": State.UNHEALTHY}),
        ("local", {"data.cache-answers": State.UNKNOWN}),
        ("prod", {"data.cache": State.UNKNOWN}),
    ],
)
def test_a_cache_that_is_not_well_is_left_alone(
    world: World, rows: list[str], environment: str, states: dict[str, State]
) -> None:
    world.states = [states]
    with pytest.raises(DrillError, match="left alone") as caught:
        world.drill(environment)
    assert "docs/runbooks/redis.md" in caught.value.next_step
    assert (len(world.store.keys), world.group.failed_over, rows) == (2, [], [])


def test_without_a_cache_there_is_nothing_to_drill(world: World, rows: list[str]) -> None:
    world.resources = []
    with pytest.raises(DrillError, match="no cache in environment local"):
        world.drill()
    assert rows == []


def test_who_does_not_confirm_loses_nothing(
    world: World, rows: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    class No(list[str]):
        def append(self, text: str) -> None:
            raise KeyboardInterrupt(text)

    world.said = No()
    with pytest.raises(KeyboardInterrupt):
        world.drill()
    assert (len(world.store.keys), rows) == (2, [])


def test_in_aws_the_primary_is_failed_over_once(world: World) -> None:
    answer = world.drill("prod")
    asked = {"ReplicationGroupId": "qscreen-x", "NodeGroupId": "0001"}
    assert world.group.failed_over == [asked]
    assert (answer.how, answer.entries, answer.holds) == ("failed over", None, True)
    assert proofs(answer)["it is filled again"] is None
    assert "qscreen-x-001 goes" in world.said[0]
    assert len(world.store.keys) == 2


def test_a_failover_that_does_not_end_fails_the_drill(world: World) -> None:
    world.group.looks = 10**9
    answer = world.drill("prod", limit_seconds=60)
    assert answer.exit_code == 1
    assert "its status is modifying" in answer.faults[0]


def test_a_cache_without_a_replica_is_not_failed_over(world: World, rows: list[str]) -> None:
    world.group.automatic = "disabled"
    with pytest.raises(DrillError, match="no replica") as caught:
        world.drill("prod")
    assert "nodes" in caught.value.next_step
    assert (world.group.failed_over, rows) == ([], [])
