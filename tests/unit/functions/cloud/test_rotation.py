"""The steps of a rotation against Secrets Manager (moto), with a door that keeps count."""

import uuid
from typing import Any

import pytest
from moto.core import DEFAULT_ACCOUNT_ID
from moto.secretsmanager.models import secretsmanager_backends

from qs_cloud import clients
from qs_cloud.credentials import serve
from qs_cloud.errors import BadPayloadError
from qs_cloud.rotation import RotationError, read_request, rotate

STEPS = ("createSecret", "setSecret", "testSecret", "finishSecret")


class Door:
    def __init__(self) -> None:
        self.done: list[tuple[str, ...]] = []
        self.made = 0

    def create(self, current: str | None) -> str:
        self.made += 1
        self.done.append(("create", str(current)))
        return f"v{self.made}"

    def set(self, current: str | None, pending: str) -> None:
        self.done.append(("set", str(current), pending))

    def test(self, pending: str) -> None:
        self.done.append(("test", pending))


@pytest.fixture
def door() -> Door:
    return Door()


@pytest.fixture
def secret(aws: None) -> str:
    clients.secretsmanager().create_secret(Name="s", SecretString="v0")
    return "s"


def stage(secret: str) -> str:
    token = str(uuid.uuid4())
    found = secretsmanager_backends[DEFAULT_ACCOUNT_ID]["ap-northeast-2"].secrets[secret]
    found.remove_version_stages_from_old_versions(["AWSPENDING"])
    found.versions[token] = {
        "createdate": 0,
        "version_id": token,
        "version_stages": ["AWSPENDING"],
    }
    return token


def send(secret: str, token: str, step: str, door: Door) -> None:
    event = {"SecretId": secret, "ClientRequestToken": token, "Step": step, "RotationToken": "x"}
    rotate(read_request(event), door)


def value(secret: str, stage: str = "AWSCURRENT") -> str:
    client = clients.secretsmanager()
    return client.get_secret_value(SecretId=secret, VersionStage=stage)["SecretString"]


def test_the_next_value_becomes_current_with_the_last_step_only(secret: str, door: Door) -> None:
    token = stage(secret)
    for step in STEPS:
        assert value(secret) == "v0"
        send(secret, token, step, door)
    assert value(secret) == "v1"
    assert value(secret, "AWSPREVIOUS") == "v0"
    assert door.done == [("create", "v0"), ("set", "v0", "v1"), ("test", "v1")]


def test_a_step_that_comes_again_makes_no_other_value(secret: str, door: Door) -> None:
    token = stage(secret)
    send(secret, token, "createSecret", door)
    send(secret, token, "createSecret", door)
    assert door.made == 1


def test_a_finished_rotation_that_comes_again_touches_nothing(secret: str, door: Door) -> None:
    token = stage(secret)
    for step in STEPS:
        send(secret, token, step, door)
    before = list(door.done)
    for step in STEPS:
        send(secret, token, step, door)
    assert door.done == before
    assert value(secret) == "v1"


def test_a_secret_without_a_value_gets_its_first(aws: None, door: Door) -> None:
    clients.secretsmanager().create_secret(Name="s")
    token = str(uuid.uuid4())
    for step in STEPS:
        send("s", token, step, door)
        send("s", token, step, door)
    assert value("s") == "v1"
    # It opened the door before it was written, because it was current from then on.
    assert door.done[:2] == [("create", "None"), ("set", "None", "v1")]
    assert {done[-1] for done in door.done[1:]} == {"v1"}


@pytest.mark.parametrize("step", STEPS)
def test_a_token_that_no_rotation_staged_is_refused(secret: str, door: Door, step: str) -> None:
    with pytest.raises(RotationError, match="token"):
        send(secret, str(uuid.uuid4()), step, door)
    assert door.done == []
    assert value(secret) == "v0"


@pytest.mark.parametrize("step", ["setSecret", "testSecret"])
def test_a_step_before_its_turn_is_refused(secret: str, door: Door, step: str) -> None:
    with pytest.raises(RotationError, match="createSecret"):
        send(secret, stage(secret), step, door)
    assert door.done == []


def test_why_a_step_failed_is_logged_with_its_token_and_without_a_librarys_words(
    secret: str, door: Door, caplog: pytest.LogCaptureFixture
) -> None:
    token = str(uuid.uuid4())
    event = {"SecretId": secret, "ClientRequestToken": token, "Step": "setSecret"}
    with pytest.raises(RotationError):
        serve(event, lambda _: door)  # type: ignore[arg-type, return-value]
    told = vars(caplog.records[-1])
    assert (told["step"], told["why"][:9]) == ("setSecret", "The token")
    token = stage(secret)
    event = {"SecretId": secret, "ClientRequestToken": token, "Step": "createSecret"}
    door.create = lambda _: int("hunter2")  # type: ignore[assignment, method-assign, return-value]
    with pytest.raises(ValueError, match="hunter2"):
        serve(event, lambda _: door)  # type: ignore[arg-type, return-value]
    told = vars(caplog.records[-1])
    assert (told["step"], told["why"]) == ("createSecret", "ValueError")
    assert "hunter2" not in str(told["error"]) + str(told["places"])


@pytest.mark.parametrize(
    "event",
    [
        {"SecretId": "s", "Task": "dance"},
        {"SecretId": "s", "Task": "prove", "Versions": ["v"] * 6},
        {"SecretId": "", "Task": "retire"},
        {"SecretId": "s", "Task": "retire", "Step": "setSecret"},
    ],
)
def test_what_is_no_task_is_refused(event: dict[str, Any]) -> None:
    with pytest.raises(BadPayloadError, match="about credentials"):
        serve(event, lambda _: pytest.fail("the door was asked"))


@pytest.mark.parametrize(
    ("event", "words"),
    [
        ({}, "SecretId"),
        ({"SecretId": "s", "ClientRequestToken": "t", "Step": "danceSecret"}, "Step"),
        ({"SecretId": "s", "ClientRequestToken": "", "Step": "setSecret"}, "ClientRequestToken"),
    ],
)
def test_what_is_no_step_is_refused(event: dict[str, Any], words: str) -> None:
    with pytest.raises(BadPayloadError, match=words):
        read_request(event)
