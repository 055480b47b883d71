"""The audit's events on their way to the bus: the act counts, and no event is lost."""

from collections.abc import Callable
from typing import Any

import pytest
from aws_seam import Answered, AwsSeam, HungUp, Refused, Silent
from qs_authorizer.denials import Denials

from qs_cloud.audit_trail import AuditTrail
from qscreen.api.routes import ROUTES

Aws = Callable[[str], Any]
BUS = ("events", "PutEvents")
DEVICE = {"name": "desk", "platform": "linux", "agent_version": "1", "screenshots_allowed": True}
IN_PART = Answered({"FailedEntryCount": 1, "Entries": [{"ErrorCode": "ThrottlingException"}]})


def outbox(aws: Aws) -> list[Any]:
    found = aws("dynamodb").scan(TableName="qscreen-test-configuration")["Items"]
    return [one for one in found if one["server"]["S"].startswith("audit#")]


@pytest.mark.parametrize(
    "trouble",
    [Refused("ThrottlingException"), IN_PART, HungUp(), Silent()],
    ids=["throttled", "in-part", "hung-up", "silent"],
)
def test_a_bus_that_takes_no_event_delays_its_audit_only(
    seam: AwsSeam, api: Any, aws: Aws, stopwatch: Any, trouble: Any
) -> None:
    seam.always(*BUS, trouble)
    with stopwatch() as took:
        assert api("POST", "/v1/devices", DEVICE, Idempotency_Key="d1").status == 201
    assert took.seconds < 10
    assert len(outbox(aws)) == 1


def test_a_bus_that_is_throttled_for_a_moment_delays_nothing(
    seam: AwsSeam, api: Any, aws: Aws
) -> None:
    seam.next(*BUS, Refused("ThrottlingException"))
    assert api("POST", "/v1/devices", DEVICE, Idempotency_Key="d1").status == 201
    assert outbox(aws) == []


def test_an_act_that_could_not_be_noted_is_not_begun(seam: AwsSeam, api: Any, aws: Aws) -> None:
    seam.always("dynamodb", "PutItem", Refused("ProvisionedThroughputExceededException"))
    api("POST", "/v1/devices", DEVICE, Idempotency_Key="d1").demand_problem(503)
    assert seam.asked("sqs", "CreateQueue") == 0
    assert len(aws("dynamodb").scan(TableName="qscreen-test-devices")["Items"]) == 1


def test_events_that_were_left_are_sent_by_the_next_pass(seam: AwsSeam, api: Any, aws: Aws) -> None:
    seam.always(*BUS, Refused("ThrottlingException"))
    assert api("POST", "/v1/devices", DEVICE, Idempotency_Key="d1").status == 201
    seam.mend()
    trail = AuditTrail.from_environment()
    (left,) = trail.waiting()
    trail.send(left)
    assert left.event.name == "Device Enrolled"
    assert outbox(aws) == []


def test_a_denial_that_can_be_told_nowhere_is_counted_and_stays_a_denial(
    seam: AwsSeam, capsys: pytest.CaptureFixture[str]
) -> None:
    seam.always(*BUS, Refused("ThrottlingException"))
    seam.always("dynamodb", "PutItem", Refused("ThrottlingException"))
    route = next(route for route in ROUTES if route.operation_id == "cancelRun")
    request = {"requestContext": {"requestId": "r"}, "pathParameters": {"run_id": "run-1"}}
    Denials.from_environment().tell(route, "user-1", request)
    assert '"AuditEventsLost":[1.0]' in capsys.readouterr().out
