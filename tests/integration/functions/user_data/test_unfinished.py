"""Erasures that could not be ended at once: nothing is called erased that is not."""

from collections.abc import Callable
from typing import Any

import boto3
import pytest
from aws_seam import AwsSeam, HungUp, Refused, aws_seam
from laid_user import (
    AUDIT,
    COPIES,
    RECOVERY,
    SCHEDULER,
    STORES,
    USER,
    ask,
    certificate_of,
    holders,
    present_password,
    put,
)
from qs_user_data import erasing
from qs_user_data.stewarding import Steward
from redis import Redis

from qs_cloud import clients
from qs_cloud.cache import CacheUnavailableError
from qs_cloud.config import ConfigurationError
from qs_cloud.errors import CloudCallError


def test_it_goes_on_where_the_time_was_over(platform: Any, redis: Redis, steward: Steward) -> None:
    answers = []
    for _ in range(40):
        answers.append(ask(steward, seconds=erasing.RESERVE_SECONDS - 1))
        if answers[-1]["state"] == "done":
            break
    assert answers[0]["state"] == "unfinished"
    assert len({answer["erasure_id"] for answer in answers}) == 1
    assert answers[-1]["state"] == "done"
    assert answers[-1]["stores"] == STORES
    # One invocation let the identity go by which the next would have counted them.
    assert certificate_of(answers[-1])["retained"][0]["count"] == 1
    assert holders(platform, redis, USER) == set()


def test_a_store_that_is_away_ends_it_and_the_next_invocation_goes_on(
    platform: Any, redis: Redis, steward: Steward
) -> None:
    platform.set_cache_passwords("another-password-of-the-cache")
    with pytest.raises(CacheUnavailableError):
        ask(steward)
    ((open_since,),) = platform.sql("SELECT started_at FROM erasures WHERE finished_at IS NULL")
    platform.set_cache_passwords(present_password())
    assert ask(steward)["stores"] == STORES
    assert platform.sql("SELECT started_at FROM erasures") == [[open_since]]


def test_s3_that_refuses_one_object_is_no_success(
    platform: Any, steward: Steward, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = clients.s3()

    class Refusing:
        def __getattr__(self, name: str) -> Any:
            return getattr(real, name)

        def delete_objects(self, **_: Any) -> dict[str, Any]:
            return {"Errors": [{"Key": "k", "Code": "AccessDenied"}]}

    monkeypatch.setattr(clients, "s3", Refusing)
    with pytest.raises(CloudCallError, match="AccessDenied"):
        ask(steward)
    assert platform.sql("SELECT count(*) FROM erasures WHERE finished_at IS NULL") == [[1]]


def test_copies_that_are_out_of_reach_leave_the_erasure_unfinished_until_they_are_not(
    platform: Any, redis: Redis, steward: Steward, monkeypatch: pytest.MonkeyPatch
) -> None:
    with aws_seam() as server, monkeypatch.context() as patch:
        away = boto3.session.Session().client(
            "s3", region_name=RECOVERY, endpoint_url=server.url, config=clients._config()
        )
        patch.setattr(clients, "s3_in", lambda region: {RECOVERY: away}[region])
        for behaviour, code in (
            (HungUp(), "ConnectionClosedError"),
            (Refused("SlowDown", status=503), "SlowDown"),
            (Refused("AccessDenied", status=403), "AccessDenied"),
        ):
            server.always("s3", "ListObjectVersions", behaviour)
            with pytest.raises(CloudCallError, match=f"ap-northeast-1.*{code}"):
                ask(steward)
        assert server.asked("s3", "ListObjectVersions") == 3 + 3 + 1
    ((erasure_id, finished),) = platform.sql("SELECT erasure_id, finished_at FROM erasures")
    assert finished is None
    # Nothing else waits for it, but what the copies are found by.
    assert {store for store in holders(platform, redis, USER) if store.startswith("s3")} == {
        f"s3 {bucket}" for bucket in COPIES.values()
    }
    assert clients.s3().list_objects_v2(Bucket=AUDIT, Prefix="erasures/")["KeyCount"] == 0
    answer = ask(steward)
    assert (answer["state"], answer["erasure_id"]) == ("done", erasure_id)
    assert answer["stores"] == STORES
    assert holders(platform, redis, USER) == set()


TROUBLES = (
    # In the order in which an erasure asks: each invocation comes as far as the next of them.
    ("dynamodb", "Query", HungUp()),
    ("sqs", "DeleteQueue", HungUp()),
    ("scheduler", "DeleteSchedule", Refused("ThrottlingException", status=429)),
    ("events", "PutEvents", Refused("ThrottlingException")),
    ("s3", "ListObjectVersions", HungUp()),
    ("s3", "DeleteObjects", Refused("SlowDown", status=503)),
    ("secretsmanager", "GetSecretValue", Refused("ThrottlingException")),
    ("dynamodb", "Scan", Refused("ThrottlingException")),
    ("dynamodb", "DeleteItem", Refused("ProvisionedThroughputExceededException")),
    ("s3", "PutObject", HungUp()),
)


def test_a_service_that_is_away_leaves_it_unfinished_and_the_next_invocation_goes_on(
    seam: Callable[[], AwsSeam],
    platform: Any,
    redis: Redis,
    steward: Steward,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(clients, "scheduler", SCHEDULER)
    SCHEDULER().create_schedule_group(Name="qscreen-test")
    SCHEDULER().create_schedule(
        GroupName="qscreen-test",
        Name="sch-1",
        ScheduleExpression="rate(1 day)",
        FlexibleTimeWindow={"Mode": "OFF"},
        Target={
            "Arn": "arn:aws:sqs:ap-northeast-2:123456789012:jobs",
            "RoleArn": "arn:aws:iam::123456789012:role/schedules",
        },
    )
    services = seam()
    for service, operation, trouble in TROUBLES:
        services.always(service, operation, trouble)
        before = services.asked(service, operation)
        with pytest.raises(CloudCallError):
            ask(steward)
        # It is tried again before it is given up.
        assert services.asked(service, operation) - before >= 2, (service, operation)
        services.mend()
        assert clients.s3().list_objects_v2(Bucket=AUDIT, Prefix="erasures/")["KeyCount"] == 0
        assert platform.sql("SELECT count(*) FROM erasures WHERE finished_at IS NOT NULL") == [[0]]
    answer = ask(steward)
    assert answer["state"] == "done"
    # What earlier invocations have deleted counts, too; nothing is deleted twice.
    assert answer["stores"] == STORES
    assert holders(platform, redis, USER) == set()
    assert platform.sql("SELECT count(*) FROM erasures") == [[1]]


def test_a_copy_that_arrives_after_an_erasure_is_another_one(steward: Steward) -> None:
    first = ask(steward)
    key = f"templates/{USER}/tpl-1/1.json"
    clients.s3_in(RECOVERY).put_object(Bucket=COPIES["templates"], Key=key, Body=b"late")
    clients.s3_in(RECOVERY).delete_object(Bucket=COPIES["templates"], Key=key)
    second = ask(steward)
    assert second["erasure_id"] != first["erasure_id"]
    assert second["stores"]["s3.templates@ap-northeast-1"] == 2


def test_a_platform_without_a_recovery_region_has_no_copies(
    steward: Steward, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("QS_RECOVERY_REGION")
    monkeypatch.delenv("QS_RECOVERY_BUCKETS")
    alone = Steward.from_environment()
    answer = ask(alone)
    alone.database.close()
    assert answer["stores"] == {name: n for name, n in STORES.items() if "@" not in name}
    (_, locked) = certificate_of(answer)["retained"]
    assert locked["regions"] == ["ap-northeast-2"]


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("QS_RECOVERY_BUCKETS", '{"screenshots": "one", "templates": "two"}'),
        ("QS_RECOVERY_BUCKETS", '{"screenshots": "1", "templates": "2", "settings": ""}'),
        ("QS_RECOVERY_BUCKETS", "none"),
        ("QS_KEPT_DAYS", '{"backups": 35}'),
        ("QS_KEPT_DAYS", '{"audit_lock": 365, "backup": 35}'),
        ("QS_KEPT_DAYS", '{"audit_lock": "365"}'),
        ("QS_KEPT_DAYS", "365"),
    ],
)
def test_a_setting_with_which_something_would_be_left_or_untold_is_refused(
    steward: Steward, monkeypatch: pytest.MonkeyPatch, variable: str, value: str
) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(ConfigurationError, match=rf"{variable} must be JSON"):
        Steward.from_environment()


def test_what_appears_as_fast_as_it_is_deleted_is_told(
    steward: Steward, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = erasing.Eraser._pass

    def appearing(self: Any, *arguments: Any) -> int:
        done = real(self, *arguments)
        put("sessions", session_id="ses-new", owner=USER, created_at="2026-11-26T09:00:00Z")
        return done

    monkeypatch.setattr(erasing.Eraser, "_pass", appearing)
    with pytest.raises(erasing.TracesRemainError, match="Close the account"):
        ask(steward)


def test_plans_that_others_make_meanwhile_keep_no_erasure_from_its_end(
    redis: Redis, steward: Steward, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, passes = erasing.Eraser._pass, 0

    def busy(self: Any, *arguments: Any) -> int:
        nonlocal passes
        passes += 1
        redis.set(f"plan:v1:of-another-{passes}", "made anew")
        return real(self, *arguments)

    monkeypatch.setattr(erasing.Eraser, "_pass", busy)
    answer = ask(steward)
    assert (answer["state"], passes) == ("done", 2)
    assert answer["stores"] == {**STORES, "redis.shared": 2 + passes}
