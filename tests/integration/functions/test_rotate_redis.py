"""The rotation on a real server; ElastiCache is played by whoever may set its users."""

import json
import threading
from types import SimpleNamespace
from typing import Any

import pytest
from local_cloud_support import eventually
from qs_rotate_redis.cache_user import CacheUser
from redis import Redis
from redis.exceptions import AuthenticationError

from qs_cloud import clients
from qs_cloud.cache import Cache, CacheUnavailableError
from qs_cloud.rotation import RotationError

SECRET = "qscreen-test/redis"


class ElastiCache:
    """The two operations the function calls, with the states between."""

    def __init__(self, engines: Any) -> None:
        self.engines = engines
        self.pending: list[str] = []
        self.states: list[str] = []
        self.asked: list[list[str]] = []
        self.refusals: list[Exception] = []

    def describe_users(self, **asked: Any) -> dict[str, Any]:
        assert asked == {"UserId": "qscreen-test"}
        status = self.states.pop(0) if self.states else "active"
        if status == "active" and self.pending:
            self.engines.set_cache_passwords(*self.pending)
            self.pending = []
        return {"Users": [{"UserId": "qscreen-test", "Status": status}]}

    def modify_user(self, **asked: Any) -> dict[str, Any]:
        assert asked["UserId"] == "qscreen-test"
        assert asked["AuthenticationMode"]["Type"] == "password"
        if self.refusals:
            raise self.refusals.pop(0)
        passwords = asked["AuthenticationMode"]["Passwords"]
        assert 1 <= len(passwords) <= 2
        assert all(16 <= len(password) <= 128 for password in passwords)
        self.asked.append(passwords)
        self.pending = passwords
        self.states = ["modifying", "modifying"]
        return {}


@pytest.fixture
def elasticache(platform: Any, monkeypatch: pytest.MonkeyPatch) -> ElastiCache:
    found = ElastiCache(platform)
    monkeypatch.setattr(clients, "elasticache", lambda: found)
    return found


class Time:
    left = 300.0

    def remaining(self) -> float:
        return self.left

    def sleep(self, seconds: float) -> None:
        self.left -= seconds


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def user(elasticache: ElastiCache, time: Time) -> CacheUser:
    return CacheUser("qscreen-test", time.remaining, time.sleep)


def current() -> dict[str, Any]:
    text = clients.secretsmanager().get_secret_value(SecretId=SECRET, VersionStage="AWSCURRENT")[
        "SecretString"
    ]
    value: dict[str, Any] = json.loads(text)
    return value


def opens(value: dict[str, Any]) -> bool:
    with Redis(
        value["host"], value["port"], username=value["username"], password=value["password"]
    ) as client:
        try:
            return bool(client.ping())
        except AuthenticationError:
            return False


def test_both_passwords_hold_until_the_next_rotation(
    user: CacheUser, elasticache: ElastiCache, secrets_rotation: Any
) -> None:
    first = current()
    secrets_rotation(SECRET).run(user)
    second = current()
    assert second["password"] != first["password"]
    assert {**second, "password": ""} == {**first, "password": ""}
    assert opens(first)
    assert opens(second)
    secrets_rotation(SECRET).run(user)
    third = current()
    assert [opens(value) for value in (first, second, third)] == [False, True, True]


def test_an_operator_ends_the_former_password_and_connected_clients_stay(
    user: CacheUser, elasticache: ElastiCache, secrets_rotation: Any, load_handler: Any
) -> None:
    context = SimpleNamespace(get_remaining_time_in_millis=lambda: 60_000)

    def ask(task: str) -> dict[str, bool]:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("qs_rotate_redis.cache_user.POLL_SECONDS", 0.01)
            answer = load_handler("rotate-redis").handler(
                {"SecretId": SECRET, "Task": task}, context
            )
        return {one["stages"][0]: one["opens"] for one in answer["versions"]}

    first, connected = current(), Cache(SECRET)
    connected.put("plan:k", "v", 60)
    secrets_rotation(SECRET).run(user)
    assert ask("prove") == {"AWSCURRENT": True, "AWSPREVIOUS": True}
    assert ask("retire") == {"AWSCURRENT": True, "AWSPREVIOUS": False}
    assert not opens(first)
    assert opens(current())
    assert connected.get("plan:k") == "v"
    clients.secretsmanager().put_secret_value(
        SecretId=SECRET, SecretString=json.dumps({**current(), "port": 1})
    )
    # Who cannot be asked has not refused.
    with pytest.raises(RotationError, match="cannot be asked"):
        ask("prove")


def test_an_operator_learns_who_has_come_in_with_the_new_password(
    user: CacheUser,
    elasticache: ElastiCache,
    secrets_rotation: Any,
    load_handler: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    context = SimpleNamespace(get_remaining_time_in_millis=lambda: 60_000)

    def come_in(function: str) -> None:
        monkeypatch.setenv("AWS_LAMBDA_FUNCTION_NAME", function)
        Cache(SECRET).put("plan:k", "v", 60)

    def came_in() -> dict[str, bool]:
        event = {"SecretId": SECRET, "Task": "prove"}
        answer = load_handler("rotate-redis").handler(event, context)
        assert {one["open"] for one in answer["sessions"]} == {False}
        return {one["program"]: one["present"] for one in answer["sessions"]}

    come_in("planner")
    come_in("recorder")
    assert came_in() == {"planner": True, "recorder": True}
    secrets_rotation(SECRET).run(user)
    assert came_in() == {"planner": False, "recorder": False}
    come_in("planner")
    assert came_in() == {"planner": True, "recorder": False}


def test_every_step_may_come_twice(
    user: CacheUser, elasticache: ElastiCache, secrets_rotation: Any
) -> None:
    first = current()
    rotation = secrets_rotation(SECRET)
    for step in ("createSecret", "setSecret", "testSecret", "finishSecret"):
        rotation.send(step, user)
        rotation.send(step, user)
    second = current()
    rotation.run(user)
    assert current() == second
    assert opens(first)
    assert opens(second)


@pytest.mark.parametrize("initial", ["", "short"])
def test_an_initial_password_that_elasticache_never_took_is_left_out(
    user: CacheUser, elasticache: ElastiCache, secrets_rotation: Any, initial: str
) -> None:
    clients.secretsmanager().put_secret_value(
        SecretId=SECRET, SecretString=json.dumps({**current(), "password": initial})
    )
    secrets_rotation(SECRET).run(user)
    assert [len(passwords) for passwords in elasticache.asked] == [1]
    assert opens(current())


def test_a_user_that_is_being_changed_is_waited_for(
    user: CacheUser, elasticache: ElastiCache, secrets_rotation: Any
) -> None:
    from botocore.exceptions import ClientError

    busy = ClientError({"Error": {"Code": "InvalidUserState", "Message": "no"}}, "ModifyUser")
    elasticache.states = ["modifying", "active"]
    elasticache.refusals = [busy]
    secrets_rotation(SECRET).run(user)
    assert opens(current())


def test_waiting_is_bounded(
    user: CacheUser, elasticache: ElastiCache, secrets_rotation: Any, time: Time
) -> None:
    first = current()
    rotation = secrets_rotation(SECRET)
    rotation.send("createSecret", user)
    elasticache.states = ["modifying"] * 1000
    with pytest.raises(RotationError, match="modifying"):
        rotation.send("setSecret", user)
    assert time.left > 0
    assert current() == first


def test_a_password_that_does_not_open_the_cache_is_not_made_current(
    user: CacheUser, elasticache: ElastiCache, secrets_rotation: Any, time: Time
) -> None:
    first = current()
    rotation = secrets_rotation(SECRET)
    rotation.send("createSecret", user)
    with pytest.raises(RotationError, match="AuthenticationError") as found:
        rotation.send("testSecret", user)
    assert first["password"] not in str(found.value)
    assert time.left > 200
    assert current() == first


def test_a_secret_without_a_value_says_who_writes_it(
    platform: Any, user: CacheUser, secrets_rotation: Any
) -> None:
    clients.secretsmanager().create_secret(Name="qscreen-test/empty")
    with pytest.raises(RotationError, match="data layer"):
        secrets_rotation("qscreen-test/empty").run(user)


def test_a_client_with_the_password_of_before_reads_the_secret_again(
    platform: Any, user: CacheUser, secrets_rotation: Any
) -> None:
    cache = Cache(SECRET)
    cache.put("plan:k", "v", 60)
    # Two rotations end the password that this client knows; its connection breaks as well.
    secrets_rotation(SECRET).run(user)
    secrets_rotation(SECRET).run(user)
    kill_clients(platform)
    assert cache.get("plan:k") == "v"


def kill_clients(platform: Any) -> None:
    with Redis("127.0.0.1", platform.redis.port, username="test", password="") as redis:
        redis.client_kill_filter(_type="normal", skipme=True)


def test_rotations_under_load_cost_no_request(
    platform: Any, user: CacheUser, secrets_rotation: Any
) -> None:
    stop, faults, done = threading.Event(), [], []
    kept = [Cache(SECRET) for _ in range(3)]

    def work(cache: Cache) -> None:
        while not stop.is_set():
            try:
                cache.put_fields("session:dev-1", {"a": "1"}, 60)
                Cache(SECRET).get("plan:k")
                done.append(1)
            except CacheUnavailableError as error:
                faults.append(repr(error.__cause__))

    threads = [threading.Thread(target=work, args=(cache,)) for cache in kept]
    for thread in threads:
        thread.start()
    try:
        for number in range(1, 4):
            secrets_rotation(SECRET).run(user)
            # As many as a busy machine needs time for.
            assert eventually(lambda number=number: faults or len(done) > 4 * number)
    finally:
        stop.set()
        for thread in threads:
            thread.join(60)
    assert faults == []


def test_the_function_rotates_and_logs_no_password(
    elasticache: ElastiCache,
    load_handler: Any,
    secrets_rotation: Any,
    capfd: pytest.CaptureFixture[str],
) -> None:
    first = current()
    context = SimpleNamespace(get_remaining_time_in_millis=lambda: 60_000)
    module = load_handler("rotate-redis")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("qs_rotate_redis.cache_user.POLL_SECONDS", 0.01)
        for event in secrets_rotation(SECRET).events():
            module.handler(event, context)
    assert opens(current())
    written = capfd.readouterr().out
    assert first["password"] not in written
    assert current()["password"] not in written


def test_what_the_user_may_not_do_is_a_typed_error(platform: Any) -> None:
    with pytest.raises(CacheUnavailableError):
        Cache(SECRET).get("other:key")
