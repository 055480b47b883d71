"""``qops devices``: what is told of them, and whether revoking took hold."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError, NoCredentialsError
from fake_api import NOW, FakeApi, device, serving
from fake_cloud import moto_cloud
from golden_files import Golden

from qops.devices import revoking
from qops.devices.answers import (
    DeviceAnswer,
    DeviceRevokedAnswer,
    DevicesAnswer,
    DeviceShown,
)
from qops.devices.looking import QueueFacts, State, state_of
from qops.devices.revoking import Revoked
from qops.platform.aws import Aws
from qops.queues.depths import Kind, Queue
from qops.settings import load_settings
from qscreen.wire import DeviceStatus, RunStatus


class World:
    """A device with its queue."""

    def __init__(self, api: FakeApi) -> None:
        self.api = api
        self.sqs = Aws(load_settings("local")).client("sqs")
        name = "qscreen-local-device-dev-01"
        self.url = self.sqs.create_queue(QueueName=name)["QueueUrl"]
        now = datetime.now(UTC)
        api.devices["dev-01"] = device("dev-01", queue_url=self.url, last_seen_at=now)
        api.refusing["POST", "/v1/devices/dev-01/credentials"] = 404


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> Iterator[World]:
    monkeypatch.setenv("QOPS_HOME", str(tmp_path))
    monkeypatch.setattr(revoking, "POLL_SECONDS", 0.0)
    monkeypatch.setattr(revoking, "GONE_SECONDS", 0.2)
    api = FakeApi()
    with serving(api, monkeypatch), moto_cloud(monkeypatch):
        yield World(api)


@pytest.mark.parametrize(
    ("changes", "state"),
    [
        ({"last_seen_at": NOW - timedelta(seconds=179)}, State.ALIVE),
        ({"last_seen_at": NOW - timedelta(seconds=181)}, State.SILENT),
        ({"last_seen_at": None}, State.NEVER_HEARD),
        ({"status": DeviceStatus.REVOKED}, State.REVOKED),
    ],
)
def test_a_device_is_alive_while_it_says_so(changes: dict[str, Any], state: State) -> None:
    assert state_of(device("dev-01", **changes), NOW) is state


def test_a_list_tells_states_and_queues_of_those_that_are_active(world, asked) -> None:
    world.sqs.send_message(QueueUrl=world.url, MessageBody="{}")
    world.api.devices["dev-02"] = device("dev-02", status=DeviceStatus.REVOKED)
    _, document = asked("devices", "list")
    (one,) = document["result"]["devices"]
    assert (one["device_id"], one["state"], one["queue"]["waiting"]) == ("dev-01", "alive", 1)
    _, document = asked("devices", "list", "--status", "all")
    assert [one["device_id"] for one in document["result"]["devices"]] == ["dev-01", "dev-02"]
    assert document["result"]["devices"][1]["queue"] is None


def test_a_list_of_many_pages_is_whole(world, asked) -> None:
    for n in range(150):
        world.api.devices[f"dev-x{n}"] = device(f"dev-x{n}", status=DeviceStatus.REVOKED)
    _, document = asked("devices", "list", "--status", "revoked")
    assert len(document["result"]["devices"]) == 150


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (NoCredentialsError(), "Unable to locate credentials"),
        (ClientError({"Error": {"Code": "AccessDenied"}}, "GetQueueAttributes"), "AccessDenied"),
    ],
)
def test_without_rights_in_aws_the_rest_is_still_told(world, asked, error, told) -> None:
    def refuse(**_: Any) -> None:
        raise error

    world.sqs.meta.events.register("before-call.sqs.GetQueueAttributes", refuse)
    code, document = asked("devices", "show", "dev-01")
    shown = document["result"]["device"]
    assert (code, shown["state"], shown["queue"]["gone"]) == (0, "alive", False)
    assert told in shown["queue"]["problem"]


def test_open_runs_of_the_device_are_told_and_no_others(world, asked) -> None:
    world.api.add_run("run-01", status=RunStatus.ACTING)
    world.api.add_run("run-02", status=RunStatus.SUCCEEDED)
    world.api.add_run("run-03", status=RunStatus.ACTING, device_id="dev-99")
    _, document = asked("devices", "queue", "dev-01")
    assert [run["run_id"] for run in document["result"]["open_runs"]] == ["run-01"]


@pytest.mark.parametrize("command", ["show", "queue", "revoke"])
def test_an_unknown_device_is_told_with_the_nearest(world, asked, command) -> None:
    code, document = asked(
        "devices", command, "dev-10", *(["--yes"] if command == "revoke" else [])
    )
    assert code == 1
    assert "dev-01" in document["error"]["why"]


def test_a_revoked_device_gets_no_credentials_and_has_no_queue(world, asked) -> None:
    world.api.add_run("run-01", status=RunStatus.ACTING)
    world.api.revoking = lambda _: world.sqs.delete_queue(QueueUrl=world.url)
    code, document = asked("devices", "revoke", "dev-01", "--yes")
    result = document["result"]
    assert (code, result["status"], result["queue"]["gone"]) == (0, "revoked", True)
    assert (result["credentials_refused"], result["open_runs"]) == (True, ["run-01"])


def test_a_revocation_that_did_not_take_hold_is_no_success(world, asked) -> None:
    code, document = asked("devices", "revoke", "dev-01", "--yes")
    assert (code, document["result"]["queue"]["gone"]) == (1, False), "its queue is still there"
    world.api.revoking = lambda _: world.sqs.delete_queue(QueueUrl=world.url)
    world.api.refusing.clear()
    code, document = asked("devices", "revoke", "dev-01", "--yes")
    assert (code, document["result"]["credentials_refused"]) == (1, False)


def test_nothing_is_revoked_unless_somebody_types_its_id(world, asked) -> None:
    code, document = asked("devices", "revoke", "dev-01")
    assert (code, document["error"]["code"]) == (3, "refused")
    assert "cannot be undone" in document["error"]["why"]
    assert all(method == "GET" for method, _ in world.api.requests)


def test_outputs(golden: Golden) -> None:
    name = "dev-658e7b2628620cb9a213"
    queue = Queue(
        name=f"qscreen-prod-device-{name}", url="u", arn="a", kind=Kind.DEVICE, waiting=2,
        in_flight=1, delayed=0, retention_seconds=3600, dead_letters=None,
    )  # fmt: skip
    facts = QueueFacts(queue, 12.5)
    one = device(name, queue_url=f"https://sqs.test/1/{queue.name}")
    silent = one.model_copy(update={"last_seen_at": NOW - timedelta(hours=3)})
    gone = one.model_copy(update={"status": DeviceStatus.REVOKED, "last_seen_at": None})
    denied = QueueFacts(problem="GetQueueAttributes was refused: AccessDenied")
    shown = [
        DeviceShown.of(one, facts, NOW),
        DeviceShown.of(silent, denied, NOW),
        DeviceShown.of(gone, None, NOW),
    ]
    golden("devices list", DevicesAnswer(asked_at=NOW, devices=shown))
    golden("devices list", DevicesAnswer(asked_at=NOW, devices=[]), variant="empty")
    runs = tuple(
        FakeApi().add_run("run-4eced45c5eb4bbe85138", status=status, updated_at=NOW)
        for status in (RunStatus.SUCCEEDED,)
    )
    golden("devices show", DeviceAnswer.of(one, facts, runs, NOW), name)
    golden("devices show", DeviceAnswer.of(one, facts, runs, NOW), name, "-q", variant="quiet")
    golden("devices queue", DeviceAnswer.of(one, QueueFacts(), (), NOW), name)
    done = Revoked(gone, QueueFacts(), True, "There is no device for you.", runs)
    golden("devices revoke", DeviceRevokedAnswer.of(done), name, "--yes")
    held = Revoked(gone, facts, False, "The API still gives credentials.", ())
    golden("devices revoke", DeviceRevokedAnswer.of(held), name, "--yes", variant="held")
