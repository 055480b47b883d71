"""Secrets are rotated, and the cache is lost, while runs go on; the servers tell what opens."""

import json
import signal
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pg8000.native
import pytest
import redis
from e2e_device import enrol
from e2e_endpoint import client
from e2e_qops import begin, qops
from e2e_stores import connect

Secret = dict[str, Any]
PATIENCE = 150.0


pytestmark = pytest.mark.usefixtures("own_cloud")


class Traffic:
    """Runs through the whole platform, one after the other: each reads a cached plan's place in
    Redis, and ends with a row in PostgreSQL and its session in Redis."""

    def __init__(self, api: httpx.Client) -> None:
        self._api = api
        self._device = enrol(api, f"traffic-{uuid.uuid4().hex[:6]}")
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._work)
        self.done: list[str] = []
        self.failed: list[str] = []

    def __enter__(self) -> "Traffic":
        self._thread.start()
        end = time.monotonic() + PATIENCE
        while not self.done and not self.failed:
            assert time.monotonic() < end, "no run came through before the rotation"
            time.sleep(0.1)
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join(PATIENCE)
        assert not self._thread.is_alive()

    def _work(self) -> None:
        while not self._stop.is_set():
            try:
                self.done.append(self._run())
            except Exception as error:
                self.failed.append(repr(error))

    def _run(self) -> str:
        answer = self._api.post(
            "/v1/runs",
            headers={"Idempotency-Key": str(uuid.uuid4())},
            json={"goal": "Press ctrl+s", "device_id": self._device.device_id, "mode": "auto"},
        )
        run_id = str(answer.raise_for_status().json()["run_id"])
        for play in (
            lambda command: self._device.answer_observe(command["id"]),
            self._device.answer_perform,
        ):
            result = play(self._device.command_of(run_id))
            assert result.is_success, (
                result.text,
                self._api.get(f"/v1/runs/{run_id}").json(),
            )
        end = time.monotonic() + PATIENCE
        while True:
            run = self._api.get(f"/v1/runs/{run_id}").raise_for_status().json()
            if run["status"] in {"succeeded", "failed", "cancelled"}:
                assert run["status"] == "succeeded", run
                return run_id
            assert time.monotonic() < end, f"run {run_id} is still {run['status']}"
            time.sleep(0.1)


def value(prefix: str, name: str, **which: str) -> Secret:
    answer = client("secretsmanager").get_secret_value(SecretId=f"{prefix}/{name}", **which)
    return {**json.loads(answer["SecretString"]), "version": answer["VersionId"]}


def opens_postgres(secret: Secret) -> bool:
    try:
        connect(secret).close()
    except pg8000.native.DatabaseError as error:
        if error.args[0]["C"] not in {"28P01", "28000"}:
            raise
        return False
    return True


@contextmanager
def store_of(secret: Secret) -> Iterator[redis.Redis]:
    with redis.Redis(
        host=secret["host"],
        port=int(secret["port"]),
        username=secret["username"],
        password=secret["password"],
        decode_responses=True,
    ) as store:
        yield store


def opens_redis(secret: Secret) -> bool:
    with store_of(secret) as store:
        try:
            return bool(store.ping())
        except redis.AuthenticationError:
            return False


CONSUMERS = ("recorder", "planner")
"""Functions of which every run makes use, and which use Redis."""

OPENS: dict[str, Callable[[Secret], bool]] = {"postgres": opens_postgres, "redis": opens_redis}


def unlink_all(store: redis.Redis) -> None:
    for key in list(store.scan_iter()):
        store.unlink(key)


def drill_the_loss(store: redis.Redis) -> None:
    code, answer = qops("drill", "lose-cache", "--refill", f"{PATIENCE:g}", "--yes")
    found = answer["result"]
    assert (found["how"], found["holds"]) == ("emptied", code == 0)
    assert found["entries"] >= 1
    # How fast the API answers is the machine's affair; what is the cache's own has to hold.
    proofs = {one["what"]: one["holds"] for one in found["proofs"]}
    assert proofs.pop("it answers again")
    assert proofs.pop("it is filled again")
    own = [holds for what, holds in proofs.items() if "(data.cache" in what]
    assert own == [True, True]


def test_losing_the_whole_cache_costs_no_run_and_it_is_filled_again(
    api: httpx.Client, prefix: str, administrator: pg8000.native.Connection
) -> None:
    """Nothing in Redis is the only copy (docs/runbooks/redis.md)."""
    secret = value(prefix, "redis")
    with store_of(secret) as store, Traffic(api) as traffic:
        for lose in (unlink_all, drill_the_loss, unlink_all):
            assert list(store.scan_iter("session:*")), "a run came through, and its session is kept"
            lose(store)
            came_to = len(traffic.done)
            end = time.monotonic() + PATIENCE
            while len(traffic.done) < came_to + 2 and not traffic.failed:
                assert time.monotonic() < end, "no run came through after the loss"
                time.sleep(0.1)
        assert traffic.failed == []
        assert list(store.scan_iter("session:*")), "it was filled again"
    ((recorded,),) = administrator.run(
        "SELECT count(*) FROM runs WHERE run_id = ANY(:ids) AND status = 'succeeded'",
        ids=traffic.done,
    )
    assert recorded == len(traffic.done) >= 7


def test_rotation_under_traffic_costs_no_run_and_the_old_passwords_are_refused(
    api: httpx.Client, prefix: str, administrator: pg8000.native.Connection
) -> None:
    before = {name: value(prefix, name) for name in OPENS}
    assert all(OPENS[name](secret) for name, secret in before.items())
    with Traffic(api) as traffic:
        with store_of(before["redis"]) as store:
            # A cache that was lost a moment ago learns only by and by who came in.
            end = time.monotonic() + PATIENCE
            while not all(store.exists(f"consumer:{prefix}-{one}") for one in CONSUMERS):
                assert time.monotonic() < end, "no word of who came in"
                time.sleep(0.5)
        came_before = len(traffic.done)
        code, answer = qops("rotate", *OPENS, "--yes")
        came_during = len(traffic.done) - came_before
        after = {name: value(prefix, name) for name in OPENS}
        # Whoever lives on a connection of before has to show the new password now.
        administrator.run(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = :former",
            former=before["postgres"]["username"],
        )
        came_to = len(traffic.done)
        end = time.monotonic() + PATIENCE
        while len(traffic.done) < came_to + 2 and not traffic.failed:
            assert time.monotonic() < end, "no run came through after the rotation"
            time.sleep(0.1)
    assert (code, traffic.failed) == (0, []), answer
    assert came_during >= 1
    for name, opens in OPENS.items():
        assert not opens(before[name]), name
        assert opens(after[name]), name
    told = {one["secret"].rpartition("/")[2]: one for one in answer["result"]["secrets"]}
    for name, one in told.items():
        assert (one["outcome"], one["former"], one["present_works"]) == ("rotated", "refused", True)
        assert one["version"] == after[name]["version"] != before[name]["version"]
        assert one["steps"] == ["createSecret", "setSecret", "testSecret", "finishSecret"]
    recorder = next(
        one for one in told["postgres"]["consumers"] if one["name"] == f"{prefix}-recorder"
    )
    assert (recorder["sessions_new"] or 0) + (recorder["sessions_former"] or 0) >= 1
    came_in = {one["name"]: one["came_in"] for one in told["redis"]["consumers"]}
    assert all(came_in[f"{prefix}-{one}"] in {"new", "former"} for one in CONSUMERS)
    ((recorded,),) = administrator.run(
        "SELECT count(*) FROM runs WHERE run_id = ANY(:ids) AND status = 'succeeded'",
        ids=traffic.done,
    )
    assert recorded == len(traffic.done)
    rows = qops("audit")[1]["result"]["rows"]
    ends = [row for row in rows if row["action"] == "secret.rotate.end"][-2:]
    assert [row["detail"]["result"] for row in ends] == ["rotated", "rotated"]


@pytest.fixture
def sabotaged(prefix: str, administrator: pg8000.native.Connection) -> Iterator[str]:
    """The user whose turn is next can be given a password, and is not let in with it."""
    present = value(prefix, "postgres")["username"]
    following = next(one for one in ("qscreen_app_a", "qscreen_app_b") if one != present)
    administrator.run(f"ALTER ROLE {following} VALID UNTIL '2000-01-01'")
    yield following
    administrator.run(f"ALTER ROLE {following} VALID UNTIL 'infinity'")


def test_a_sabotaged_test_step_leaves_the_old_credential_in_use_and_says_so(
    api: httpx.Client, prefix: str, sabotaged: str, administrator: pg8000.native.Connection
) -> None:
    before = value(prefix, "postgres")
    with Traffic(api) as traffic:
        code, answer = qops("rotate", "postgres", "--yes")
    assert (code, traffic.failed) == (1, [])
    (one,) = answer["result"]["secrets"]
    assert (one["outcome"], one["present_works"]) == ("failed", True)
    assert one["steps"] == ["createSecret", "setSecret"] * (len(one["steps"]) // 2)
    assert f"PostgreSQL refuses the new password of {sabotaged}" in one["failures"][0]
    assert one["failures"][0].startswith("testSecret: ")
    assert "works and stays in use" in one["message"]
    assert value(prefix, "postgres") == before
    assert opens_postgres(before)
    # What was given up opens nothing, not even once its user may log in again.
    administrator.run(f"ALTER ROLE {sabotaged} VALID UNTIL 'infinity'")
    assert not opens_postgres(value(prefix, "postgres", VersionId=one["version"]))
    stages = client("secretsmanager").describe_secret(SecretId=f"{prefix}/postgres")
    assert (
        one["version"] not in stages["VersionIdsToStages"]
        or not (stages["VersionIdsToStages"][one["version"]])
    )
    code, answer = qops("rotate", "postgres", "--yes")
    assert code == 0, answer
    assert value(prefix, "postgres")["username"] == sabotaged


def test_an_interrupted_rotation_says_where_it_stands_and_can_be_given_up(
    prefix: str, sabotaged: str
) -> None:
    del sabotaged
    before = value(prefix, "postgres")
    running = begin("rotate", "postgres", "--yes")
    assert running.stderr is not None
    seen = ""
    while "AWSPENDING" not in seen:
        line = running.stderr.readline()
        assert line, seen
        seen += line
    running.send_signal(signal.SIGINT)
    _, rest = running.communicate(timeout=300)
    assert running.returncode == 130, seen + rest
    assert "qops rotate postgres --follow" in rest
    assert "the present credential stays valid" in rest
    code, answer = qops("rotate", "postgres", "--yes")
    assert (code, answer["error"]["code"]) == (1, "rotation_under_way")
    code, answer = qops("rotate", "postgres", "--abandon", "--yes")
    assert code == 0, answer
    assert answer["result"]["secrets"][0]["present_works"] is True
    assert value(prefix, "postgres") == before
    assert opens_postgres(before)
