"""The platform's own jobs whose services fail on the wire."""

import json
import time
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from aws_seam import Answered, AwsSeam, Changed, Refused
from moto.core import DEFAULT_ACCOUNT_ID
from moto.secretsmanager.models import secretsmanager_backends

from qs_cloud.command_record import new_command_values
from qs_cloud.errors import CloudCallError
from qs_cloud.items import to_item
from qscreen.wire import Command, CommandKind

Aws = Callable[[str], Any]
Load = Callable[[str], ModuleType]
THROTTLED = Refused("ThrottlingException")
TOO_MANY = Refused("TooManyRequestsException", status=429)
STEPS = ("createSecret", "setSecret", "testSecret", "finishSecret")
PARTNER = "qscreen-test/partner-acme"


@pytest.fixture
def reap(seam: AwsSeam, load_handler: Load, aws: Aws, context: SimpleNamespace) -> Any:
    """One pass over a platform in which a revoked device has left its queue behind."""
    models = {"planner": {"model_id": "m1"}}
    aws("ssm").put_parameter(Name="/qscreen/test/models", Type="String", Value=json.dumps(models))
    aws("secretsmanager").create_secret(Name="qscreen-test/redis", SecretString="{}")
    aws("dynamodb").update_item(
        TableName="qscreen-test-devices",
        Key={"device_id": {"S": "dev-1"}},
        UpdateExpression="SET #s = :s",
        ExpressionAttributeNames={"#s": "status"},
        ExpressionAttributeValues={":s": {"S": "revoked"}},
    )
    context.get_remaining_time_in_millis = lambda: 120_000
    handler = load_handler("reap-devices").handler
    return lambda: handler({}, context)


def queues(aws: Aws) -> list[str]:
    found = aws("sqs").list_queues(QueueNamePrefix="qscreen-test-device")
    return list(found.get("QueueUrls", []))


@pytest.mark.parametrize(
    ("service", "operation", "part"),
    [
        ("secretsmanager", "ListSecretVersionIds", "secrets"),
        ("ssm", "GetParameter", "models"),
    ],
)
def test_a_part_whose_service_is_away_keeps_no_other_from_being_done(
    seam: AwsSeam, reap: Any, aws: Aws, service: str, operation: str, part: str
) -> None:
    seam.always("bedrock", "GetFoundationModel", Answered({"modelDetails": {}}))
    seam.always(service, operation, THROTTLED)
    with pytest.raises(Exception, match=f"failed: {part}") as found:
        reap()
    assert type(found.value).__name__ == "ReapingIncompleteError"
    assert seam.asked(service, operation) == 3
    assert queues(aws) == []


def test_tables_that_are_away_fail_their_parts_and_the_next_pass_does_them(
    seam: AwsSeam, reap: Any, aws: Aws
) -> None:
    seam.always("bedrock", "GetFoundationModel", Answered({"modelDetails": {}}))
    seam.always("dynamodb", "Scan", THROTTLED)
    with pytest.raises(Exception, match=r"failed: .*queues") as found:
        reap()
    assert type(found.value).__name__ == "ReapingIncompleteError"
    assert len(queues(aws)) == 1
    seam.mend()
    seam.always("bedrock", "GetFoundationModel", Answered({"modelDetails": {}}))
    assert reap()["queues_deleted"] == 1


def test_a_task_that_cannot_be_told_is_told_by_the_next_pass(
    seam: AwsSeam, reap: Any, aws: Aws
) -> None:
    seam.always("bedrock", "GetFoundationModel", Answered({"modelDetails": {}}))
    issued = datetime.now(UTC) - timedelta(minutes=10)
    command = Command(
        id="cmd-lost",
        run_id="run-1",
        device_id="dev-2",
        kind=CommandKind.OBSERVE,
        issued_at=issued,
        expires_at=issued + timedelta(seconds=60),
        heartbeat_seconds=30,
    )
    item = to_item(new_command_values(command, "o", "the-token"))
    aws("dynamodb").put_item(TableName="qscreen-test-commands", Item=item)
    unavailable = Refused("ServiceUnavailable", status=503)
    seam.next("stepfunctions", "SendTaskFailure", *[unavailable] * 3)
    with pytest.raises(Exception, match="failed: commands"):
        reap()
    assert queues(aws) == []
    seam.always("stepfunctions", "SendTaskFailure", Answered({}))
    assert reap()["commands_ended"] == 1


def test_bedrock_that_knows_no_model_fails_nothing(seam: AwsSeam, reap: Any, aws: Aws) -> None:
    seam.always("bedrock", "GetFoundationModel", Refused("AccessDeniedException", status=403))
    assert reap()["queues_deleted"] == 1


def test_a_queue_that_could_not_be_deleted_is_deleted_by_the_next_pass(
    seam: AwsSeam, reap: Any, aws: Aws
) -> None:
    seam.always("bedrock", "GetFoundationModel", Answered({"modelDetails": {}}))
    seam.next("sqs", "DeleteQueue", *[THROTTLED] * 3)
    with pytest.raises(Exception, match="failed: queues"):
        reap()
    assert len(queues(aws)) == 1
    assert reap()["queues_deleted"] == 1


@pytest.fixture
def partner(
    seam: AwsSeam,
    load_handler: Load,
    aws: Aws,
    context: SimpleNamespace,
    monkeypatch: pytest.MonkeyPatch,
) -> Callable[[], None]:
    """One rotation of a partner's key, as Secrets Manager drives it."""
    arn = aws("secretsmanager").create_secret(Name=PARTNER)["ARN"]
    monkeypatch.setenv("QS_PARTNERS", json.dumps({"acme": arn}))
    monkeypatch.setenv("QS_KEY_OVERLAP_SECONDS", "86400")
    monkeypatch.setenv("QS_KEY_DEADLINE_SECONDS", "1209600")
    monkeypatch.delenv("QS_PARTNER_PROBE_URL", raising=False)
    aws("apigateway").create_usage_plan(name="qscreen-test-acme")
    context.get_remaining_time_in_millis = lambda: 180_000
    handler = load_handler("rotate-partner-key").handler

    def rotate() -> None:
        token = str(uuid.uuid4())
        stored = secretsmanager_backends[DEFAULT_ACCOUNT_ID]["ap-northeast-2"].secrets[PARTNER]
        if stored.versions:
            stored.remove_version_stages_from_old_versions(["AWSPENDING"])
            stored.versions[token] = {
                "createdate": 0,
                "version_id": token,
                "version_stages": ["AWSPENDING"],
            }
        for step in STEPS:
            event = {"SecretId": arn, "ClientRequestToken": token, "Step": step}
            handler(event, context)

    return rotate


def keys(aws: Aws) -> list[str]:
    return [one["id"] for one in aws("apigateway").get_api_keys()["items"]]


def current(aws: Aws) -> str:
    return str(
        aws("secretsmanager").get_secret_value(SecretId=PARTNER, VersionStage="AWSCURRENT")[
            "SecretString"
        ]
    )


def test_a_rotation_goes_through_throttling(
    seam: AwsSeam, partner: Callable[[], None], aws: Aws
) -> None:
    seam.next("apigateway", "CreateApiKey", TOO_MANY, TOO_MANY)
    seam.next("secretsmanager", "PutSecretValue", THROTTLED)
    partner()
    assert len(keys(aws)) == 1
    assert current(aws)


@pytest.mark.parametrize(
    ("service", "operation"),
    [
        ("apigateway", "CreateApiKey"),
        ("apigateway", "CreateUsagePlanKey"),
        ("secretsmanager", "UpdateSecretVersionStage"),
    ],
)
def test_a_rotation_that_cannot_go_on_keeps_the_present_key_and_the_next_one_heals(
    seam: AwsSeam, partner: Callable[[], None], aws: Aws, service: str, operation: str
) -> None:
    partner()
    before = current(aws)
    seam.always(service, operation, TOO_MANY)
    with pytest.raises(CloudCallError, match="TooManyRequestsException"):
        partner()
    assert current(aws) == before
    seam.mend()
    partner()
    assert current(aws) != before


@pytest.mark.parametrize(
    ("counted", "left"),
    [
        (Answered({"items": {}}), 2),
        (Answered({"items": {"KEY": [[0, 100], [3, 97]]}}), 1),
        (TOO_MANY, 2),
    ],
)
def test_a_former_key_ends_once_the_gateway_has_counted_calls_with_the_new_one(
    seam: AwsSeam,
    partner: Callable[[], None],
    aws: Aws,
    load_handler: Load,
    context: SimpleNamespace,
    monkeypatch: pytest.MonkeyPatch,
    counted: Answered | Refused,
    left: int,
) -> None:
    partner()
    (former,) = keys(aws)
    partner()
    (new,) = set(keys(aws)) - {former}
    if isinstance(counted, Answered):
        counted = Answered(json.loads(json.dumps(counted.content).replace("KEY", new)))
    seam.always("apigateway", "GetUsage", counted)
    monkeypatch.setenv("QS_KEY_OVERLAP_SECONDS", "1")
    time.sleep(1.1)
    load_handler("rotate-partner-key").handler({"schedule": "rotate-partner-key"}, context)
    assert len(keys(aws)) == left
    assert new in keys(aws)


@pytest.fixture
def over_engines(
    platform: Any, server: AwsSeam, forget: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> Any:
    """Real PostgreSQL with its schema, and the server in the stead of AWS."""
    from qs_migrate.migrating import MIGRATIONS, migrate

    from qs_cloud.postgres import Database

    database = Database("qscreen-test/postgres")
    migrate(database, MIGRATIONS)
    database.close()
    monkeypatch.setenv("AWS_ENDPOINT_URL", server.url)
    forget()
    server.calls.clear()
    yield platform
    unused = server.unused()
    server.mend()
    forget()
    assert unused == []


OLD = datetime.now(UTC) - timedelta(days=400)
OBJECTS = "qscreen-test-objects"


@pytest.fixture
def retention(
    over_engines: Any,
    aws: Aws,
    load_handler: Load,
    context: SimpleNamespace,
    monkeypatch: pytest.MonkeyPatch,
) -> Any:
    """A pass over one old run in the table, and objects of a run that nobody knows."""
    monkeypatch.setenv("QS_HISTORY_DAYS", "365")
    monkeypatch.setenv("QS_SCREENSHOTS_BUCKET", OBJECTS)
    aws("s3").create_bucket(
        Bucket=OBJECTS, CreateBucketConfiguration={"LocationConstraint": "ap-northeast-2"}
    )
    monkeypatch.setenv("QS_TEMPLATES_BUCKET", OBJECTS)
    monkeypatch.setenv("QS_CONFIGURATION_TABLE", "qscreen-test-configuration")
    aws("dynamodb").create_table(
        TableName="qscreen-test-configuration",
        KeySchema=[
            {"AttributeName": "server", "KeyType": "HASH"},
            {"AttributeName": "name", "KeyType": "RANGE"},
        ],
        AttributeDefinitions=[
            {"AttributeName": name, "AttributeType": "S"} for name in ("server", "name")
        ],
        BillingMode="PAY_PER_REQUEST",
    )
    for run_id in ("run-orphan", "run-known"):
        aws("s3").put_object(Bucket=OBJECTS, Key=f"runs/{run_id}/cmd/s1.png", Body=b"x")
    for run_id, at in (("run-old", OLD), ("run-known", datetime.now(UTC))):
        aws("dynamodb").put_item(
            TableName="qscreen-test-runs",
            Item={
                "run_id": {"S": run_id},
                "status": {"S": "succeeded"},
                "updated_at": {"S": at.isoformat(timespec="microseconds")},
            },
        )
    context.get_remaining_time_in_millis = lambda: 300_000
    module = load_handler("retention")
    yield lambda: module.handler({}, context)
    module._keeper.database.close()


def folders(aws: Aws) -> list[str]:
    found = aws("s3").list_objects_v2(Bucket=OBJECTS).get("Contents", [])
    return [one["Key"].split("/")[1] for one in found]


def test_objects_that_are_not_deleted_in_part_fail_their_part_only(
    server: AwsSeam, retention: Any, aws: Aws
) -> None:
    denied = {"Key": "runs/run-orphan/cmd/s1.png", "Code": "InternalError", "Message": "later"}
    server.next("s3", "DeleteObjects", Answered({"Errors": [denied]}))
    with pytest.raises(Exception, match="failed: objects"):
        retention()
    found = aws("dynamodb").scan(TableName="qscreen-test-runs")["Items"]
    assert [one["run_id"]["S"] for one in found] == ["run-known"]
    assert folders(aws) == ["run-known", "run-orphan"]
    retention()
    assert folders(aws) == ["run-known"]


def test_runs_that_a_batch_goes_on_leaving_out_are_not_taken_for_unknown(
    server: AwsSeam, retention: Any, aws: Aws
) -> None:
    keys = [{"run_id": {"S": "run-known"}}]
    left = {"qscreen-test-runs": {"Keys": keys, "ConsistentRead": True}}
    nothing = Changed({"Responses": {}, "UnprocessedKeys": left})
    server.always("dynamodb", "BatchGetItem", nothing)
    with pytest.raises(Exception, match="failed: objects"):
        retention()
    assert folders(aws) == ["run-known", "run-orphan"]
    assert server.asked("dynamodb", "BatchGetItem") < 20


def test_versions_that_s3_refused_to_delete_are_deleted_by_a_later_pass(
    server: AwsSeam, retention: Any, aws: Aws, monkeypatch: pytest.MonkeyPatch
) -> None:
    from qs_cloud.templates import Templates
    from qscreen.wire import TemplateRequest

    monkeypatch.setattr("qs_cloud.templates.MAX_VERSIONS", 1)
    templates = Templates("qscreen-test-configuration", OBJECTS, "alias/aws/s3")
    now = datetime.now(UTC)
    first, second = (TemplateRequest(title=title, goal="Press 'OK'") for title in ("a", "b"))
    made, gone = (templates.create("user-1", key, first, now) for key in ("k1", "k2"))
    server.always("s3", "DeleteObject", Refused("SlowDown", status=503))
    templates.update("user-1", made.template_id, made.etag, second, now)
    templates.delete("user-1", gone.template_id, None)

    def left() -> list[str]:
        found = aws("s3").list_objects_v2(Bucket=OBJECTS, Prefix="templates/")["Contents"]
        return [one["Key"].split("/", 2)[2][:-26] for one in found]

    three = sorted(
        [f"{made.template_id}/000001", f"{made.template_id}/000002", f"{gone.template_id}/000001"]
    )
    assert left() == three
    assert retention()["templates"] == 0
    monkeypatch.setattr("qs_retention.keeping.UNLISTED_FOR", timedelta(seconds=-60))
    with pytest.raises(Exception, match="failed: templates"):
        retention()
    assert left() == three
    server.mend()
    assert retention()["templates"] == 2
    assert left() == [f"{made.template_id}/000002"]
    assert templates.get("user-1", made.template_id).title == "b"
