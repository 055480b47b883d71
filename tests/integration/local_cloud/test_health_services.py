"""The rest of the checks of health on a running local cloud; and which it cannot hold."""

from __future__ import annotations

import ast
import json
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from certificates import certificate
from health_lab import Lab

from qops.health.checks import CHECKS
from qops.health.model import State
from qops.local.ports import free_ports

PREFIX = "qscreen-local"
METRICS = {
    "compute.function-throttles": (
        "aws_lambda_function", "function_name", "AWS/Lambda", "Throttles", "FunctionName", 3.0,
        "3 invocations throttled",
    ),
    "data.table-throttles": (
        "aws_dynamodb_table", "name", "AWS/DynamoDB", "WriteThrottleEvents", "TableName", 2.0,
        "2 writes throttled",
    ),
}  # fmt: skip
"""Checks of a metric alone: resource, attribute, namespace, metric, dimension, value, finding."""


def measure(lab: Lab, namespace: str, metric: str, value: float, **about: str) -> None:
    """Put a figure where AWS puts its own."""
    dimensions = [{"Name": name, "Value": text} for name, text in about.items()]
    datum = {"MetricName": metric, "Value": value, "Dimensions": dimensions}
    lab.client("cloudwatch").put_metric_data(Namespace=namespace, MetricData=[datum])


@pytest.mark.parametrize("name", METRICS)
def test_what_a_metric_tells(lab: Lab, name: str) -> None:
    kind, attribute, namespace, metric, dimension, value, why = METRICS[name]
    lab.add(kind, **{attribute: "health-measured"})
    damage = {dimension: "health-measured"}
    lab.breaks(name, lambda: measure(lab, namespace, metric, value, **damage), why)


def test_errors_of_functions(lab: Lab) -> None:
    name = "health-failing"
    lab.add("aws_lambda_function", function_name=name)
    assert lab.look("compute.function-errors").state is State.NOT_APPLICABLE
    measure(lab, "AWS/Lambda", "Invocations", 20, FunctionName=name)
    lab.breaks(
        "compute.function-errors",
        lambda: measure(lab, "AWS/Lambda", "Errors", 2, FunctionName=name),
        "2 of 20 invocations failed",
    )


def test_concurrency_of_lambda(lab: Lab) -> None:
    lab.add("aws_lambda_function", function_name="health-any")
    lab.breaks(
        "devops.lambda-concurrency",
        lambda: measure(lab, "AWS/Lambda", "ConcurrentExecutions", 10_000),
        "peak 10000 of",
    )


def test_latency_that_the_gateway_measured(lab: Lab) -> None:
    lab.add("aws_api_gateway_stage", stage_name="local")
    lab.also("aws_api_gateway_rest_api", name="health-api")
    about = {"ApiName": "health-api", "Stage": "local"}
    measure(lab, "AWS/ApiGateway", "Latency", 20, **about)

    def slow() -> None:
        for _ in range(20):
            measure(lab, "AWS/ApiGateway", "Latency", 4000, **about)

    lab.breaks("network.api-latency-measured", slow, "p95 4000 ms of all requests")


def test_age_of_messages(lab: Lab) -> None:
    url = lab.client("sqs").create_queue(QueueName="health-aged")["QueueUrl"]
    lab.add("aws_sqs_queue", "jobs", url=url, name="health-aged")
    lab.breaks(
        "compute.queue-age",
        lambda: measure(
            lab, "AWS/SQS", "ApproximateAgeOfOldestMessage", 900, QueueName="health-aged"
        ),
        "waits for 900 s, promised 300 s",
    )


def test_flow_of_logs(lab: Lab) -> None:
    logs, group, name = lab.client("logs"), "/aws/lambda/health-logging", "health-logging"
    logs.create_log_group(logGroupName=group)
    logs.create_log_stream(logGroupName=group, logStreamName="one")
    now = int(datetime.now(UTC).timestamp() * 1000)
    logs.put_log_events(
        logGroupName=group, logStreamName="one", logEvents=[{"timestamp": now, "message": "hi"}]
    )
    measure(lab, "AWS/Lambda", "Invocations", 5, FunctionName=name)
    lab.add("aws_lambda_function", function_name=name)
    lab.breaks(
        "observability.log-flow",
        lambda: logs.delete_log_stream(logGroupName=group, logStreamName="one"),
        "invoked 5 times and logged nothing",
    )


def test_event_sources(lab: Lab, function: Callable[..., str]) -> None:
    sqs, lambda_ = lab.client("sqs"), lab.client("lambda")
    url = sqs.create_queue(QueueName="health-source")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]
    function("health-worker", "def handler(event, context):\n    return 1\n")
    made = lambda_.create_event_source_mapping(
        EventSourceArn=arn["QueueArn"], FunctionName="health-worker"
    )["UUID"]
    lab.add("aws_lambda_event_source_mapping", uuid=made)
    lab.breaks(
        "compute.event-sources",
        lambda: lambda_.update_event_source_mapping(UUID=made, Enabled=False),
        "its state is Disabl",
    )
    lambda_.delete_event_source_mapping(UUID=made)


def test_the_user_pool(lab: Lab) -> None:
    pools = lab.client("cognito-idp")
    pool = pools.create_user_pool(PoolName="health")["UserPool"]["Id"]
    made = pools.create_user_pool_client(UserPoolId=pool, ClientName="health")["UserPoolClient"]
    lab.add("aws_cognito_user_pool", id=pool, name="health")
    lab.also("aws_cognito_user_pool_client", id=made["ClientId"])
    lab.breaks(
        "client.user-pool",
        lambda: pools.delete_user_pool_client(UserPoolId=pool, ClientId=made["ClientId"]),
        "does not exist",
    )
    pools.delete_user_pool(UserPoolId=pool)


@pytest.fixture
def devices(lab: Lab) -> Iterator[Callable[..., object]]:
    """Enrols devices, in a table of this test's own."""
    dynamodb, name = lab.client("dynamodb"), "health-devices"
    dynamodb.create_table(
        TableName=name,
        KeySchema=[{"AttributeName": "device_id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "device_id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    lab.outputs["tables"] = {"devices": name}

    def enrol(device: str, *, ago: float = 0, version: str = "0.2.0") -> object:
        seen = datetime.now(UTC) - timedelta(seconds=ago)
        values = {"device_id": device, "status": "active", "agent_version": version,
                  "last_seen_at": seen.isoformat()}  # fmt: skip
        item = {key: {"S": value} for key, value in values.items()}
        return dynamodb.put_item(TableName=name, Item=item)

    yield enrol
    dynamodb.delete_table(TableName=name)


def parameter(lab: Lab, name: str, value: str) -> object:
    return lab.client("ssm").put_parameter(
        Name=f"/qscreen/local/{name}", Value=value, Type="String", Overwrite=True
    )


def test_silent_devices(lab: Lab, devices: Callable[..., object]) -> None:
    devices("dev-1")
    devices("dev-2", ago=3 * 86400)
    lab.breaks(
        "client.devices-silent",
        lambda: [devices(f"dev-{number}", ago=1000) for number in (3, 4)],
        "2 of 3 devices of this day are silent for more than 300 s: dev-3, dev-4",
    )


def test_releases_and_agents(lab: Lab, devices: Callable[..., object]) -> None:
    parameter(lab, "release", json.dumps({"version": "0.2.1", "commit": "3f5a" * 10}))
    devices("dev-1")
    lab.breaks(
        "client.agent-versions",
        lambda: devices("dev-1", version="0.1.9"),
        "agent 0.1.9, release 0.2.1",
    )
    lab.breaks("devops.release", lambda: parameter(lab, "release", "{}"), "does not name a release")


API = """
import json
STATE = {state!r}
CHECK = {{"name": "table runs", "state": STATE, "milliseconds": 3.0, "detail": "AccessDenied"}}
def handler(event, context):
    body = {{"status": "ok" if STATE == "healthy" else "degraded", "version": "0.2.1",
            "environment": "local", "checked_at": "2026-11-30T06:00:00Z", "checks": [CHECK]}}
    return {{"statusCode": 200, "body": json.dumps(body)}}
"""


def test_what_the_api_depends_on(lab: Lab, function: Callable[..., str]) -> None:
    lambda_ = lab.client("lambda")
    lab.outputs["functions"] = {"api": "health-api"}
    for state in ("healthy", "unhealthy"):
        function(f"health-api-{state}", API.format(state=state))
    versions = {
        state: lambda_.publish_version(FunctionName=f"health-api-{state}")["Version"]
        for state in ("healthy", "unhealthy")
    }
    for state, version in versions.items():
        lambda_.create_alias(
            FunctionName=f"health-api-{state}", Name="live", FunctionVersion=version
        )
    lab.outputs["functions"]["api"] = "health-api-healthy"
    lab.breaks(
        "network.api-dependencies",
        lambda: lab.outputs["functions"].update(api="health-api-unhealthy"),
        "3 ms, AccessDenied",
    )


SLOW = """
import json, time
asked = 0
def handler(event, context):
    global asked
    asked += 1
    if asked % 9 == 0:
        time.sleep({seconds})
    return {{"statusCode": {status}, "body": json.dumps({{"status": "ok"}})}}
"""


def serve(lab: Lab, function: Callable[..., str], seconds: float = 0.0, status: int = 200) -> None:
    """Put an API with a route of health into the local cloud, in place of the one before.

    Each ninth answer takes its seconds: two of the twenty that are measured.
    """
    name = f"health-api-{seconds:g}-{status}".replace(".", "-")
    arn = function(name, SLOW.format(seconds=seconds, status=status))
    base = "arn:aws:apigateway:ap-northeast-2:lambda:path/2015-03-31/functions"
    integration = {
        "type": "aws_proxy", "httpMethod": "POST", "uri": f"{base}/{arn}/invocations",
    }  # fmt: skip
    route = {"get": {"x-amazon-apigateway-integration": integration}}
    document = {
        "openapi": "3.0.1", "info": {"title": name, "version": "1"}, "paths": {"/v1/health": route},
    }  # fmt: skip
    gateway = lab.client("apigateway")
    api = gateway.create_rest_api(name=name)["id"]
    gateway.put_rest_api(restApiId=api, mode="overwrite", body=json.dumps(document))
    gateway.create_deployment(restApiId=api, stageName="local")
    lab.client("lambda").add_permission(
        FunctionName=name, StatementId="gateway", Action="lambda:InvokeFunction",
        Principal="apigateway.amazonaws.com",
    )  # fmt: skip
    lab.outputs["api_url"] = f"http://127.0.0.1:{lab.port}/restapis/{api}/local/_user_request_"


@pytest.mark.parametrize(
    ("name", "damage", "why"),
    [
        ("network.api-answers", {"status": 503}, "status 503"),
        ("network.api-latency", {"seconds": 3.1}, "promised 3000 ms"),
    ],
)
def test_the_api(
    lab: Lab, function: Callable[..., str], name: str, damage: dict[str, float], why: str
) -> None:
    # A promise that a busy machine keeps too.
    lab.add("aws_cloudwatch_metric_alarm", alarm_name=f"{PREFIX}-api-latency", threshold=3000)
    serve(lab, function, seconds=0.001 if "latency" in name else 0.0)
    good = lab.look(name)
    assert good.state is State.HEALTHY, good.findings
    serve(lab, function, **damage)  # type: ignore[arg-type]
    bad = lab.look(name)
    assert bad.state is State.UNHEALTHY, bad.findings
    assert why in bad.findings[0].detail


def test_certificates(lab: Lab) -> None:
    acm = lab.client("acm")

    def put(days: int, **where: str) -> str:
        made = certificate(lasts=timedelta(days=days))
        found = acm.import_certificate(Certificate=made.pem, PrivateKey=made.key, **where)
        return str(found["CertificateArn"])

    arn = put(200)
    lab.add("aws_acm_certificate", arn=arn)
    lab.breaks("network.certificates", lambda: put(20, CertificateArn=arn), "days to")


class Front:
    """Serves TLS with the certificate that lies in a file."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.server = socket.create_server(("127.0.0.1", 0))
        self.port = self.server.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def show(self, days: int) -> None:
        certificate(lasts=timedelta(days=days)).write(self.folder)

    def _serve(self) -> None:
        while True:
            try:
                raw, _ = self.server.accept()
            except OSError:
                return
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(self.folder / "server.pem")
            try:
                with context.wrap_socket(raw, server_side=True) as tls:
                    tls.recv(1)
            except OSError:
                raw.close()


@pytest.fixture
def front(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Front]:
    """A server whose certificate this process trusts."""
    served = Front(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "server.pem"))
    yield served
    served.server.close()


def test_the_certificate_that_is_shown(lab: Lab, front: Front) -> None:
    lab.outputs["api_url"] = f"https://127.0.0.1:{front.port}/local"
    front.show(200)
    seen = lab.look("network.served-certificate")
    assert seen.state is State.HEALTHY, seen.findings
    front.show(5)
    soon = lab.look("network.served-certificate")
    assert soon.state is State.UNHEALTHY
    assert "days to" in soon.findings[0].detail
    lab.outputs["api_url"] = f"https://127.0.0.1:{free_ports(1)[0]}/local"
    assert lab.look("network.served-certificate").state is State.UNKNOWN


def test_the_web_acl(lab: Lab) -> None:
    waf = lab.client("wafv2")
    seen = {"SampledRequestsEnabled": False, "CloudWatchMetricsEnabled": False, "MetricName": "m"}
    acl = waf.create_web_acl(
        Name="health", Scope="REGIONAL", DefaultAction={"Allow": {}}, VisibilityConfig=seen
    )["Summary"]["ARN"]
    stage = "arn:aws:apigateway:ap-northeast-2::/restapis/health/stages/local"
    waf.associate_web_acl(WebACLArn=acl, ResourceArn=stage)
    lab.add("aws_wafv2_web_acl_association", resource_arn=stage, web_acl_arn=acl)
    lab.breaks(
        "network.web-acl",
        lambda: waf.disassociate_web_acl(ResourceArn=stage),
        "no web ACL guards it",
    )


def test_the_guardrail(lab: Lab) -> None:
    bedrock = lab.client("bedrock")
    words = {"wordsConfig": [{"text": "health"}]}
    made = bedrock.create_guardrail(
        name="health", blockedInputMessaging="no", blockedOutputsMessaging="no",
        wordPolicyConfig=words,
    )["guardrailId"]  # fmt: skip
    lab.add("aws_bedrock_guardrail", guardrail_id=made, name="health")
    lab.breaks(
        "ai.guardrail",
        lambda: bedrock.delete_guardrail(guardrailIdentifier=made),
        "does not exist",
    )


def test_copies_of_buckets(lab: Lab) -> None:
    s3 = lab.client("s3")
    for name in ("health-copied", "health-copy"):
        where = {"LocationConstraint": "ap-northeast-2"}
        s3.create_bucket(Bucket=name, CreateBucketConfiguration=where)
        s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})

    def copy(status: str) -> object:
        rule = {"ID": "all", "Status": status, "Prefix": "", "Priority": 1,
                "Destination": {"Bucket": "arn:aws:s3:::health-copy"}}  # fmt: skip
        role = "arn:aws:iam::000000000000:role/health"
        return s3.put_bucket_replication(
            Bucket="health-copied", ReplicationConfiguration={"Role": role, "Rules": [rule]}
        )

    copy("Enabled")
    lab.add("aws_s3_bucket_replication_configuration", bucket="health-copied")
    lab.breaks("data.bucket-replication", lambda: copy("Disabled"), "rules that are off: all")


def test_the_standby_of_postgresql(lab: Lab) -> None:
    rds = lab.client("rds")
    rds.create_db_instance(
        DBInstanceIdentifier="health-standby", Engine="postgres", EngineVersion="16.4",
        DBInstanceClass="db.t4g.micro", AllocatedStorage=20, MasterUsername="qscreen",
        MasterUserPassword="a-long-password", MultiAZ=True,
    )  # fmt: skip
    lab.add("aws_db_instance", identifier="health-standby", multi_az=True)
    lab.breaks(
        "data.database-replication",
        lambda: rds.modify_db_instance(
            DBInstanceIdentifier="health-standby", MultiAZ=False, ApplyImmediately=True
        ),
        "its standby is gone",
    )
    rds.delete_db_instance(DBInstanceIdentifier="health-standby", SkipFinalSnapshot=True)


def test_tls_of_postgresql(lab: Lab) -> None:
    rds = lab.client("rds")
    rds.create_db_parameter_group(
        DBParameterGroupName="health", DBParameterGroupFamily="postgres16", Description="health"
    )

    def force(value: str) -> object:
        wanted = {"ParameterName": "rds.force_ssl", "ParameterValue": value,
                  "ApplyMethod": "immediate"}  # fmt: skip
        return rds.modify_db_parameter_group(DBParameterGroupName="health", Parameters=[wanted])

    force("1")
    told = [{"name": "rds.force_ssl", "value": "1"}]
    lab.add("aws_db_parameter_group", name="health", parameter=told)
    lab.breaks("data.database-tls", lambda: force("0"), "rds.force_ssl is 0")


def test_quotas(lab: Lab) -> None:
    lab.add("aws_vpc", "one")
    lab.breaks(
        "devops.quotas",
        lambda: [lab.also("aws_vpc", f"more-{number}") for number in range(4)],
        "the platform alone uses 5 of 5",
    )


def test_the_pipeline(lab: Lab, role: Callable[..., str]) -> None:
    pipelines = lab.client("codepipeline")
    nothing = {"Effect": "Deny", "Action": "*", "Resource": "*"}
    kind = {"category": "Source", "owner": "AWS", "provider": "S3", "version": "1"}
    stages = [
        {"name": name, "actions": [{"name": name, "actionTypeId": kind}]}
        for name in ("Source", "Deploy")
    ]
    pipelines.create_pipeline(
        pipeline={
            "name": "health", "stages": stages,
            "roleArn": role("health-pipe", {"Service": "codepipeline.amazonaws.com"}, [nothing]),
            "artifactStore": {"type": "S3", "location": "health-artifacts"},
        }
    )  # fmt: skip
    lab.add("aws_codepipeline", name="health")
    lab.breaks(
        "devops.pipeline",
        lambda: pipelines.start_pipeline_execution(name="health"),
        "failed in Source",
    )
    pipelines.delete_pipeline(name="health")


def test_backup_jobs(lab: Lab) -> None:
    backup = lab.client("backup")
    backup.create_backup_vault(BackupVaultName="health")
    lab.add("aws_backup_vault", name="health")
    table = "arn:aws:dynamodb:ap-northeast-2:000000000000:table/health-runs"

    def start() -> None:
        job = backup.start_backup_job(
            BackupVaultName="health", ResourceArn=table,
            IamRoleArn="arn:aws:iam::000000000000:role/health",
        )["BackupJobId"]  # fmt: skip
        assert backup.describe_backup_job(BackupJobId=job)["State"] == "FAILED"

    lab.breaks("devops.backup-jobs", start, "1 of 1 jobs of two days failed: table/health-runs")
    backup.delete_backup_vault(BackupVaultName="health")


def test_who_is_told(lab: Lab) -> None:
    sns, sqs = lab.client("sns"), lab.client("sqs")
    topic = sns.create_topic(Name="health-told")["TopicArn"]
    url = sqs.create_queue(QueueName="health-told")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn["QueueArn"])
    lab.add("aws_sns_topic", arn=topic, name="health-told")
    lab.also("aws_sns_topic_subscription", topic_arn=topic)
    lab.breaks(
        "devops.subscriptions",
        lambda: sns.subscribe(TopicArn=topic, Protocol="email", Endpoint="kim@example.com"),
        "1 pending",
    )


def test_the_life_of_models(lab: Lab) -> None:
    ssm = lab.client("ssm")

    def play(model: str) -> None:
        value = json.dumps({"planner": {"model_id": model}})
        ssm.put_parameter(Name="/qscreen/local/models", Value=value, Type="String", Overwrite=True)

    play("anthropic.claude-sonnet-4-6")
    # Its life in Bedrock ended in 2026.
    retired = "anthropic.claude-3-5-sonnet-20240620-v1:0"
    lab.breaks("ai.model-life", lambda: play(retired), "its life is over")
    ssm.delete_parameter(Name="/qscreen/local/models")


def test_what_cannot_be_asked_is_unknown(lab: Lab) -> None:
    """The one that neither `lab.breaks` nor an API that nobody serves holds to it."""
    arn = "arn:aws:states:ap-northeast-2:000000000000:stateMachine:health"
    lab.add("aws_sfn_state_machine", arn=arn, name="health", type="STANDARD")
    away = lab.look("compute.executions", port=free_ports(1)[0])
    assert away.state is State.UNKNOWN, away.findings


ELSEWHERE = {
    "compute.executions": "test_state_machines",
    "network.api-answers": "test_the_api",
    "network.api-latency": "test_the_api",
    "network.served-certificate": "test_the_certificate_that_is_shown",
}
"""Checks that are broken step by step rather than by ``lab.breaks``."""


def test_every_check_is_broken_here() -> None:
    broken = {*METRICS, *ELSEWHERE}
    for file in Path(__file__).parent.glob("test_health*.py"):
        for call in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if not isinstance(call, ast.Call) or getattr(call.func, "attr", "") != "breaks":
                continue
            if isinstance(call.args[0], ast.Constant):
                broken.add(call.args[0].value)
    assert broken == {check.id for check in CHECKS}
