"""A platform inside this process: moto's stores, a state that names them, answers of our own.

What moto cannot answer is answered here, and held to AWS's own description of the answer.
"""

import io
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import httpx
import pytest
from botocore.exceptions import EndpointConnectionError
from botocore.stub import Stubber
from moto import mock_aws

from qops.health.checks import CHECKS
from qops.health.model import Check
from qops.health.running import Result, run_checks
from qops.health.surroundings import Surroundings
from qops.inventory.documents import parse_inventory
from qops.inventory.model import Inventory
from qops.settings import load_settings

REGION = "ap-northeast-2"
PREFIX = "qscreen-local"
ACCOUNT = "123456789012"
API = "https://api.example.com/local"
MAPPING = "0" * 36
NOW = datetime.now(UTC)


_clients: dict[str, Any] = {}
"""Making a client takes longer than a test: they are made once."""

_present: list["World"] = []


class World:
    """Clients of the platform, what they answer, and the state."""

    def __init__(self) -> None:
        self.answers: dict[tuple[str, str], Any] = {}
        self.metrics: dict[str, float] = {}
        self.down = False
        self.region = REGION
        self.account = ACCOUNT
        self.resources: list[dict[str, Any]] = []
        self.outputs: dict[str, Any] = {}
        self.environment = "local"
        _present.clear()
        _present.append(self)

    def client(self, service: str) -> Any:
        if service not in _clients:
            made = boto3.client(
                service, REGION, aws_access_key_id="test", aws_secret_access_key="test"
            )
            made.meta.events.register("before-call", _ask_present)
            _clients[service] = made
        return _clients[service]

    def answer(self, service: str, operation: str, answer: Any) -> None:
        """Answer an operation: with a document, or by raising an error."""
        if isinstance(answer, dict):
            with Stubber(self.client(service)) as stub:
                stub.add_response(_method(operation), answer)  # raises if AWS never says that
        self.answers[service, operation] = answer

    def asked(self, model: Any, **_: Any) -> Any:
        """What botocore's event before a call gets; None leaves the call to moto."""
        service = model.service_model.service_name
        if self.down:
            raise EndpointConnectionError(endpoint_url=f"https://{service}.test")
        known = self.answers.get((service, model.name))
        if known is None:
            return None
        if isinstance(known, Exception):
            raise known
        answer = known() if callable(known) else known
        return _Http(), {**answer, "ResponseMetadata": {"HTTPStatusCode": 200}}

    def add(
        self,
        kind: str,
        label: str = "this",
        module: str = "data",
        **attributes: Any,
    ) -> None:
        """Put a resource into the state, under a label of the configuration."""
        self.resources.append(
            {
                "mode": "managed",
                "module": f"module.{module}",
                "type": kind,
                "name": label,
                "instances": [{"attributes": attributes, "index_key": len(self.resources)}],
            }
        )

    @property
    def inventory(self) -> Inventory:
        outputs = {name: {"value": value} for name, value in self.outputs.items()}
        return parse_inventory(
            {"version": 4, "serial": 7, "outputs": outputs, "resources": self.resources}
        )

    def look(self, name: str) -> Result:
        """Run one check."""
        check = one(name)
        at = Surroundings(load_settings(self.environment), self, self.inventory)  # type: ignore[arg-type]
        (result,) = run_checks([check], at)
        return result


def _ask_present(**call: Any) -> Any:
    return _present[0].asked(**call)


class _Http:
    status_code = 200
    headers: dict[str, str] = {}  # noqa: RUF012


def _method(operation: str) -> str:
    from botocore import xform_name

    return str(xform_name(operation))


def one(name: str) -> Check:
    return next(check for check in CHECKS if check.id == name)


@pytest.fixture
def empty(monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """No platform at all, in an account inside this process."""
    with mock_aws():
        yield World()


@pytest.fixture
def metrics(monkeypatch: pytest.MonkeyPatch) -> dict[str, float]:
    """Figures by name of the metric; none are known unless a test puts them in."""
    figures: dict[str, float] = {}

    def metric(self: Surroundings, namespace: str, name: str, *_: Any, **__: Any) -> float | None:
        self.client("cloudwatch").describe_alarms(MaxRecords=1)  # may it be asked at all?
        return figures.get(name)

    monkeypatch.setattr(Surroundings, "metric", metric)
    return figures


@pytest.fixture
def web(monkeypatch: pytest.MonkeyPatch, empty: World) -> dict[str, Any]:
    """The API as HTTP clients see it: status, body, delay in seconds."""
    seen: dict[str, Any] = {"status": 200, "body": {"status": "ok"}}

    def handle(request: httpx.Request) -> httpx.Response:
        if empty.down:
            raise httpx.ConnectError("connection refused")
        return httpx.Response(seen["status"], json=seen["body"])

    transport = httpx.MockTransport(handle)
    real = httpx.Client
    monkeypatch.setattr(httpx, "Client", lambda **_: real(transport=transport))
    monkeypatch.setattr(httpx, "get", lambda url, **_: real(transport=transport).get(url))
    return seen


@pytest.fixture
def world(
    request: pytest.FixtureRequest, empty: World, metrics: dict[str, float], web: dict[str, Any]
) -> World:
    """A platform, all of it healthy; of it what the layer of the test's check looks at."""
    empty.metrics = metrics
    callspec = getattr(request.node, "callspec", None)
    name = str(callspec.params.get("name", "")) if callspec else ""
    for build in _PARTS.get(name.partition(".")[0], _ALL):
        build(empty)
    return empty


def _client(at: World) -> None:
    cognito = at.client("cognito-idp")
    pool = cognito.create_user_pool(PoolName=PREFIX)["UserPool"]["Id"]
    app = cognito.create_user_pool_client(UserPoolId=pool, ClientName="agent")
    at.add("aws_cognito_user_pool", module="client", id=pool, name=PREFIX)
    at.add(
        "aws_cognito_user_pool_client",
        module="client",
        id=app["UserPoolClient"]["ClientId"],
        name="agent",
    )
    ssm = at.client("ssm")
    release = json.dumps({"version": "0.2.1", "commit": "a" * 40})
    ssm.put_parameter(Name="/qscreen/local/release", Type="String", Value=release)
    models = {
        # As the module ai writes it where the platform has profiles of its own.
        "planner": {
            "model_id": "anthropic.one",
            "fallbacks": [f"arn:aws:bedrock:{REGION}:{ACCOUNT}:application-inference-profile/a"],
            "system_profiles": ["apac.anthropic.one", "global.anthropic.two"],
        },
        "fast": {
            "model_id": "anthropic.two",
            "fallbacks": [],
            "system_profiles": ["apac.anthropic.two"],
        },
    }
    ssm.put_parameter(Name="/qscreen/local/models", Type="String", Value=json.dumps(models))


def _network(at: World) -> None:
    at.outputs |= {"api_url": API, "functions": {"api": f"{PREFIX}-api"}}
    at.add("aws_api_gateway_rest_api", module="network", name=PREFIX)
    at.add("aws_api_gateway_stage", module="network", stage_name="local")
    at.answer("cloudwatch", "GetMetricStatistics", {"Datapoints": []})
    arn = f"arn:aws:acm:{REGION}:{ACCOUNT}:certificate/c1"
    at.add("aws_acm_certificate", module="network", arn=arn)
    certificate(at, days=200)
    acl = f"arn:aws:wafv2:{REGION}:{ACCOUNT}:regional/webacl/{PREFIX}/w1"
    at.add(
        "aws_wafv2_web_acl_association",
        module="network",
        resource_arn="arn:aws:apigateway:stage",
        web_acl_arn=acl,
    )
    web_acl(at, acl)


def certificate(at: World, *, days: int, status: str = "ISSUED") -> None:
    end = NOW + timedelta(days=days, hours=1)
    found = {"DomainName": "api.example.com", "Status": status, "NotAfter": end}
    at.answer("acm", "DescribeCertificate", {"Certificate": found})


def web_acl(at: World, arn: str | None) -> None:
    found = {
        "Name": PREFIX,
        "Id": "w1",
        "ARN": arn,
        "DefaultAction": {"Allow": {}},
        "VisibilityConfig": {
            "SampledRequestsEnabled": True,
            "CloudWatchMetricsEnabled": True,
            "MetricName": "m",
        },
    }
    at.answer("wafv2", "GetWebACLForResource", {"WebACL": found} if arn else {})


def _ai(at: World) -> None:
    model(at, "ACTIVE")
    at.add("aws_bedrock_guardrail", module="ai", guardrail_id="g1", name=PREFIX)
    guardrail(at, "READY")


def model(at: World, status: str, days: int | None = None) -> None:
    life: dict[str, Any] = {"status": status}
    if days is not None:
        life["endOfLifeTime"] = NOW + timedelta(days=days, hours=1)
    arn = f"arn:aws:bedrock:{REGION}::foundation-model/anthropic.one"
    details = {"modelArn": arn, "modelId": "anthropic.one", "modelLifecycle": life}
    at.answer("bedrock", "GetFoundationModel", {"modelDetails": details})


def guardrail(at: World, status: str) -> None:
    at.answer(
        "bedrock",
        "GetGuardrail",
        {
            "name": PREFIX,
            "guardrailId": "g1",
            "guardrailArn": f"arn:aws:bedrock:{REGION}:{ACCOUNT}:guardrail/g1",
            "version": "1",
            "status": status,
            "createdAt": NOW,
            "updatedAt": NOW,
            "blockedInputMessaging": "no",
            "blockedOutputsMessaging": "no",
        },
    )


def _compute(at: World) -> None:
    name = f"{PREFIX}-api"
    at.add("aws_lambda_function", module="compute", function_name=name)
    at.add("aws_lambda_alias", module="compute", function_name=name, name="live")
    function(at, State="Active", LastUpdateStatus="Successful")
    deep_health(at, "healthy")
    at.metrics |= {"Invocations": 100, "Errors": 1, "Throttles": 0, "ConcurrentExecutions": 50}
    for machine, kind in (("run", "STANDARD"), ("analysis", "EXPRESS")):
        arn = f"arn:aws:states:{REGION}:{ACCOUNT}:stateMachine:{PREFIX}-{machine}"
        at.add(
            "aws_sfn_state_machine",
            machine,
            "compute",
            arn=arn,
            type=kind,
            name=f"{PREFIX}-{machine}",
        )
    state_machine(at, "ACTIVE")
    executions(at, ["SUCCEEDED", "SUCCEEDED", "FAILED"])
    at.add("aws_lambda_event_source_mapping", module="compute", uuid=MAPPING)
    mapping(at, "Enabled")
    at.add(
        "aws_scheduler_schedule",
        module="compute",
        group_name=PREFIX,
        state="ENABLED",
        name=f"{PREFIX}-reap",
    )
    scheduler = at.client("scheduler")
    scheduler.create_schedule_group(Name=PREFIX)
    scheduler.create_schedule(
        Name=f"{PREFIX}-reap",
        GroupName=PREFIX,
        ScheduleExpression="rate(5 minutes)",
        FlexibleTimeWindow={"Mode": "OFF"},
        Target=SCHEDULE_TARGET,
    )
    concurrency(at, most=1000, free=900)


SCHEDULE_TARGET = {
    "Arn": f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:reap",
    "RoleArn": f"arn:aws:iam::{ACCOUNT}:role/scheduler",
}


def function(at: World, **fields: str) -> None:
    at.answer("lambda", "GetFunctionConfiguration", {"FunctionName": f"{PREFIX}-api", **fields})


def deep_health(at: World, state: str, *, status: int = 200) -> None:
    body = {
        "status": "ok",
        "version": "0.2.1",
        "environment": "local",
        "checked_at": "2026-11-30T00:00:00Z",
        "checks": [{"name": "table runs", "state": state, "milliseconds": 3.0, "detail": None}],
    }
    payload = json.dumps({"statusCode": status, "body": json.dumps(body)}).encode()
    at.answers["lambda", "Invoke"] = lambda: {"StatusCode": 200, "Payload": io.BytesIO(payload)}


def state_machine(at: World, status: str) -> None:
    arn = f"arn:aws:states:{REGION}:{ACCOUNT}:stateMachine:{PREFIX}-run"
    at.answer(
        "stepfunctions",
        "DescribeStateMachine",
        {
            "stateMachineArn": arn,
            "name": f"{PREFIX}-run",
            "status": status,
            "definition": "{}",
            "roleArn": f"arn:aws:iam::{ACCOUNT}:role/run",
            "type": "STANDARD",
            "creationDate": NOW,
        },
    )


def executions(at: World, statuses: list[str]) -> None:
    arn = f"arn:aws:states:{REGION}:{ACCOUNT}:execution:{PREFIX}-run"
    at.answer(
        "stepfunctions",
        "ListExecutions",
        {
            "executions": [
                {
                    "executionArn": f"{arn}:{number}",
                    "stateMachineArn": arn,
                    "name": str(number),
                    "status": status,
                    "startDate": datetime.now(UTC),
                }
                for number, status in enumerate(statuses)
            ]
        },
    )


def mapping(at: World, state: str) -> None:
    source = f"arn:aws:sqs:{REGION}:{ACCOUNT}:{PREFIX}-jobs"
    at.answer(
        "lambda",
        "GetEventSourceMapping",
        {"UUID": MAPPING, "State": state, "EventSourceArn": source},
    )


def concurrency(at: World, *, most: int, free: int) -> None:
    limit = {"ConcurrentExecutions": most, "UnreservedConcurrentExecutions": free}
    at.answer("lambda", "GetAccountSettings", {"AccountLimit": limit})


def _queues(at: World) -> None:
    sqs = at.client("sqs")
    for name in ("jobs", "jobs_dead_letters"):
        shown = f"{PREFIX}-{name.replace('_', '-')}"
        url = sqs.create_queue(QueueName=shown)["QueueUrl"]
        at.add("aws_sqs_queue", name, "compute", url=url, name=shown)
    at.metrics["ApproximateAgeOfOldestMessage"] = 3


def _data(at: World) -> None:
    dynamodb = at.client("dynamodb")
    name = f"{PREFIX}-devices"
    dynamodb.create_table(
        TableName=name,
        KeySchema=[{"AttributeName": "device_id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "device_id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    recovery(at, on=True)
    at.add("aws_dynamodb_table", point_in_time_recovery=[{"enabled": True}], name=name)
    at.outputs["tables"] = {"devices": name}
    for number in range(3):
        device(at, f"dev-{number}")
    rds = at.client("rds")
    rds.create_db_instance(
        DBInstanceIdentifier=PREFIX,
        DBInstanceClass="db.t4g.micro",
        Engine="postgres",
        AllocatedStorage=20,
        MasterUsername="admin1",
        MasterUserPassword="a-password",
        BackupRetentionPeriod=7,
        MultiAZ=True,
    )
    at.add("aws_db_instance", identifier=PREFIX, backup_retention_period=7, multi_az=True)
    rds.create_db_parameter_group(
        DBParameterGroupName=PREFIX, DBParameterGroupFamily="postgres16", Description="d"
    )
    force_ssl(at, "1")
    at.add(
        "aws_db_parameter_group", parameter=[{"name": "rds.force_ssl", "value": "1"}], name=PREFIX
    )
    cache(at, "available")
    at.add(
        "aws_elasticache_replication_group",
        replication_group_id=PREFIX,
        num_cache_clusters=2,
        member_clusters=[f"{PREFIX}-001", f"{PREFIX}-002"],
    )


def recovery(at: World, *, on: bool) -> None:
    at.client("dynamodb").update_continuous_backups(
        TableName=f"{PREFIX}-devices",
        PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": on},
    )


def device(at: World, name: str, *, ago: float = 10, version: str = "0.2.0") -> None:
    seen = (datetime.now(UTC) - timedelta(seconds=ago)).isoformat()
    at.client("dynamodb").put_item(
        TableName=f"{PREFIX}-devices",
        Item={
            "device_id": {"S": name},
            "status": {"S": "active"},
            "last_seen_at": {"S": seen},
            "agent_version": {"S": version},
        },
    )


def force_ssl(at: World, value: str) -> None:
    at.client("rds").modify_db_parameter_group(
        DBParameterGroupName=PREFIX,
        Parameters=[
            {
                "ParameterName": "rds.force_ssl",
                "ParameterValue": value,
                "ApplyMethod": "immediate",
            }
        ],
    )


def cache(at: World, status: str, nodes: int = 2) -> None:
    group = {
        "ReplicationGroupId": PREFIX,
        "Status": status,
        "MemberClusters": [f"{PREFIX}-{number:03d}" for number in range(1, nodes + 1)],
    }
    at.answer("elasticache", "DescribeReplicationGroups", {"ReplicationGroups": [group]})


BUCKET = f"{PREFIX}-screenshots"
KEY = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/k1"


def _buckets(at: World) -> None:
    s3 = at.client("s3")
    s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})
    s3.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
    at.add("aws_s3_bucket", bucket=BUCKET)
    at.add(
        "aws_s3_bucket_versioning",
        bucket=BUCKET,
        versioning_configuration=[{"status": "Enabled"}],
    )
    encryption(at, KEY)
    default = {"sse_algorithm": "aws:kms", "kms_master_key_id": KEY}
    at.add(
        "aws_s3_bucket_server_side_encryption_configuration",
        bucket=BUCKET,
        rule=[{"apply_server_side_encryption_by_default": [default]}],
    )
    public(at, closed=True)
    at.add("aws_s3_bucket_public_access_block", bucket=BUCKET)
    replication(at, "Enabled")
    at.add("aws_s3_bucket_replication_configuration", bucket=BUCKET)


def encryption(at: World, key: str) -> None:
    default = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key}
    at.client("s3").put_bucket_encryption(
        Bucket=BUCKET,
        ServerSideEncryptionConfiguration={
            "Rules": [{"ApplyServerSideEncryptionByDefault": default}]
        },
    )


def public(at: World, *, closed: bool) -> None:
    at.client("s3").put_public_access_block(
        Bucket=BUCKET,
        PublicAccessBlockConfiguration={
            "BlockPublicAcls": True,
            "IgnorePublicAcls": True,
            "BlockPublicPolicy": closed,
            "RestrictPublicBuckets": True,
        },
    )


def replication(at: World, status: str) -> None:
    rule = {
        "ID": "copy",
        "Priority": 0,
        "Status": status,
        "Filter": {"Prefix": ""},
        "DeleteMarkerReplication": {"Status": "Disabled"},
        "Destination": {"Bucket": "arn:aws:s3:::copies"},
    }
    found = {"Role": f"arn:aws:iam::{ACCOUNT}:role/copy", "Rules": [rule]}
    at.answer("s3", "GetBucketReplication", {"ReplicationConfiguration": found})


def _security(at: World) -> None:
    key = at.client("kms").create_key(Description="data")["KeyMetadata"]["Arn"]
    at.client("kms").enable_key_rotation(KeyId=key)
    at.add("aws_kms_key", module="security", arn=key, description="data", enable_key_rotation=True)
    arn = f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:{PREFIX}/postgres-abc"
    at.add("aws_secretsmanager_secret", "postgres", "data", arn=arn, name=f"{PREFIX}/postgres")
    at.add("aws_secretsmanager_secret_rotation", "postgres", "security", secret_id=arn)
    secret(at, days=3)
    trail = f"arn:aws:cloudtrail:{REGION}:{ACCOUNT}:trail/{PREFIX}"
    at.add("aws_cloudtrail", module="observability", arn=trail, name=PREFIX)
    at.answer("cloudtrail", "GetTrailStatus", {"IsLogging": True})


def secret(at: World, *, days: int, rotates: bool = True, **more: Any) -> None:
    at.answer(
        "secretsmanager",
        "DescribeSecret",
        {
            "Name": f"{PREFIX}/postgres",
            "RotationEnabled": rotates,
            "LastRotatedDate": datetime.now(UTC) - timedelta(days=days),
            **more,
        },
    )


def _rest(at: World) -> None:
    alarm(at)
    topic = at.client("sns").create_topic(Name=f"{PREFIX}-alarms")["TopicArn"]
    at.add(
        "aws_cloudwatch_metric_alarm",
        module="observability",
        alarm_name=f"{PREFIX}-api-errors",
        alarm_actions=[topic],
        actions_enabled=True,
        threshold=1,
    )
    at.client("logs").create_log_group(logGroupName=f"/aws/lambda/{PREFIX}-api")
    at.client("logs").put_retention_policy(
        logGroupName=f"/aws/lambda/{PREFIX}-api", retentionInDays=365
    )
    at.add(
        "aws_cloudwatch_log_group",
        module="compute",
        retention_in_days=365,
        name=f"/aws/lambda/{PREFIX}-api",
    )
    logged(at, minutes_ago=2)
    at.add("aws_sns_topic", module="devops", arn=topic, name=f"{PREFIX}-alarms")
    at.add("aws_sns_topic_subscription", module="devops", topic_arn=topic)
    subscriptions(at, confirmed=1, pending=0)
    at.add("aws_codepipeline", module="devops", name=PREFIX)
    pipeline(at, "Succeeded")
    at.client("backup").create_backup_vault(BackupVaultName=PREFIX)
    at.add("aws_backup_vault", module="data", name=PREFIX)
    backup_jobs(at, "COMPLETED")
    at.add("aws_vpc", module="network")
    quota(at, 5)


def alarm(at: World, **more: Any) -> None:
    at.client("cloudwatch").put_metric_alarm(
        AlarmName=f"{PREFIX}-api-errors",
        MetricName="m",
        Namespace="n",
        Statistic="Sum",
        Period=60,
        EvaluationPeriods=1,
        Threshold=1,
        ComparisonOperator="GreaterThanThreshold",
        **more,
    )


def logged(at: World, minutes_ago: float | None) -> None:
    streams = []
    if minutes_ago is not None:
        at_ms = int((datetime.now(UTC) - timedelta(minutes=minutes_ago)).timestamp() * 1000)
        streams = [{"logStreamName": "s", "lastIngestionTime": at_ms}]
    at.answer("logs", "DescribeLogStreams", {"logStreams": streams})


def subscriptions(at: World, *, confirmed: int, pending: int) -> None:
    counts = {"SubscriptionsConfirmed": str(confirmed), "SubscriptionsPending": str(pending)}
    at.answer("sns", "GetTopicAttributes", {"Attributes": counts})


def pipeline(at: World, status: str) -> None:
    stage = {
        "stageName": "Test",
        "latestExecution": {"pipelineExecutionId": "e1", "status": status},
    }
    at.answer("codepipeline", "GetPipelineState", {"stageStates": [stage]})


def backup_jobs(at: World, state: str) -> None:
    job = {"BackupJobId": "b1", "State": state, "ResourceArn": f"arn:aws:rds:r:a:db:{PREFIX}"}
    at.answer("backup", "ListBackupJobs", {"BackupJobs": [job]})


def quota(at: World, value: float) -> None:
    found = {"QuotaName": "VPCs per Region", "Value": value, "QuotaCode": "L-F678F1CE"}
    at.answer("service-quotas", "GetServiceQuota", {"Quota": found})


_ALL = (_client, _network, _ai, _compute, _queues, _data, _buckets, _security, _rest)
_PARTS: dict[str, tuple[Callable[[World], None], ...]] = {
    "client": (_client, _data),
    "network": (_network, _compute),
    "ai": (_client, _ai),
    "compute": (_compute, _queues),
    "data": (_data, _buckets),
    "security": (_security,),
    "observability": (_compute, _rest),
    "devops": (_client, _compute, _rest),
}
