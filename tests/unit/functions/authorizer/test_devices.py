"""Requests of devices: whose they are, and whether they may still call."""

from dataclasses import replace
from io import StringIO
from types import ModuleType
from typing import Any

import pytest
from qs_authorizer.devices import MAX_AGE_SECONDS, MAX_KEPT, Devices, Refusal, Standing, look_up
from signed_requests import CREDENTIALS, HEARTBEAT, Clock, Table, decided, event, token

from qs_cloud import clients
from qs_cloud.errors import CloudCallError


@pytest.mark.parametrize("resource", [CREDENTIALS, HEARTBEAT])
def test_an_active_device_of_the_caller_may_call(handler: ModuleType, resource: str) -> None:
    assert decided(handler, resource, "dev-1", token())


@pytest.mark.parametrize("resource", [CREDENTIALS, HEARTBEAT])
@pytest.mark.parametrize(
    ("standing", "why"),
    [
        (Standing("user-1", "revoked"), "revoked"),
        (Standing("user-2", "active"), "foreign"),
        (Standing("user-2", "revoked"), "foreign"),
        (None, "unknown"),
    ],
)
def test_a_device_that_may_not_call_is_denied(
    handler: ModuleType,
    table: Table,
    log: StringIO,
    resource: str,
    standing: Standing | None,
    why: str,
) -> None:
    table.devices = {"dev-1": standing} if standing else {}
    assert not decided(handler, resource, "dev-1", token(**{"cognito:groups": ["admin"]}))
    assert f'"why":"{why}"' in log.getvalue()


def test_a_revoked_device_can_still_be_looked_at_and_revoked_again(
    handler: ModuleType, table: Table
) -> None:
    table.devices["dev-1"] = Standing("user-1", "revoked")
    assert decided(handler, "/v1/devices/{device_id}", "dev-1", token(), "GET")
    assert decided(handler, "/v1/devices/{device_id}", "dev-1", token(), "DELETE")
    assert table.asked == []


def test_without_the_scope_no_device_is_looked_up(handler: ModuleType, table: Table) -> None:
    narrow = token(scope="qscreen/runs.read")
    assert not decided(handler, HEARTBEAT, "dev-1", narrow)
    assert table.asked == []


def test_a_revocation_is_noticed_within_seconds(
    handler: ModuleType, table: Table, clock: Clock
) -> None:
    bearer = token()
    assert decided(handler, HEARTBEAT, "dev-1", bearer)
    table.devices["dev-1"] = Standing("user-1", "revoked")
    clock.now += MAX_AGE_SECONDS
    assert decided(handler, HEARTBEAT, "dev-1", bearer)
    assert table.asked == ["dev-1"]
    clock.now += 0.1
    assert not decided(handler, HEARTBEAT, "dev-1", bearer)
    assert table.asked == ["dev-1", "dev-1"]


def test_what_is_known_of_one_device_says_nothing_of_another(
    handler: ModuleType, table: Table
) -> None:
    table.devices["dev-2"] = Standing("user-1", "revoked")
    bearer = token()
    assert decided(handler, HEARTBEAT, "dev-1", bearer)
    assert not decided(handler, HEARTBEAT, "dev-2", bearer)
    assert decided(handler, HEARTBEAT, "dev-1", bearer)


def test_the_same_device_is_judged_for_each_caller(handler: ModuleType, table: Table) -> None:
    assert decided(handler, HEARTBEAT, "dev-1", token())
    assert not decided(handler, HEARTBEAT, "dev-1", token(sub="user-2"))
    assert table.asked == ["dev-1"]


def test_only_so_many_devices_are_kept(clock: Clock) -> None:
    table = Table()
    devices = Devices("devices", load=table, clock=clock)
    for number in range(MAX_KEPT + 10):
        assert devices.refusal(f"dev-x{number}", "user-1") is Refusal.UNKNOWN
    assert len(devices._kept) == MAX_KEPT
    devices.refusal(f"dev-x{MAX_KEPT + 9}", "user-1")
    assert len(table.asked) == MAX_KEPT + 10


def test_the_devices_table_decides(aws: None, dynamodb: Any, environment: None) -> None:
    devices = Devices("qscreen-test-devices")
    for number, (owner, status) in enumerate(
        [("user-1", "active"), ("user-1", "revoked"), ("user-2", "active")]
    ):
        dynamodb.put_item(
            TableName="qscreen-test-devices",
            Item={
                "device_id": {"S": f"dev-{number}"},
                "owner": {"S": owner},
                "status": {"S": status},
                "enrolled_at": {"S": "2026-11-23T09:00:00+00:00"},
            },
        )
    names = [*(f"dev-{number}" for number in range(4)), "dev-" + 3000 * "0"]
    found = [devices.refusal(name, "user-1") for name in names]
    assert found == [None, Refusal.REVOKED, Refusal.FOREIGN, Refusal.UNKNOWN, Refusal.UNKNOWN]


def test_a_table_that_does_not_answer_lets_nobody_through(handler: ModuleType, aws: None) -> None:
    handler._authorizer = replace(
        handler._authorizer, devices=Devices("no-such-table", load=look_up)
    )
    with pytest.raises(CloudCallError, match="read the device"):
        decided(handler, HEARTBEAT, "dev-1", token())


def test_requests_of_people_need_no_client(
    handler: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse() -> None:
        raise AssertionError("a client was made")

    monkeypatch.setattr(clients, "dynamodb", refuse)
    handler._authorizer = replace(handler._authorizer, devices=Devices("devices"))
    assert handler.handler(event(f"Bearer {token()}"), None)["principalId"] == "user-1"
