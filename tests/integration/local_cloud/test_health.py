"""Checks of health on a running local cloud: each fails for its own reason, and for no other."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from health_lab import Lab
from local_cloud_support import eventually

from qops.health.model import State
from qops.local.ports import free_ports

PASSWORD = "a-long-password"


def test_dead_letters(lab: Lab) -> None:
    sqs = lab.client("sqs")
    url = sqs.create_queue(QueueName="health-dead-letters")["QueueUrl"]
    lab.add("aws_sqs_queue", "dead_letters", url=url, name="health-dead-letters")
    lab.breaks(
        "compute.dead-letters",
        lambda: sqs.send_message(QueueUrl=url, MessageBody="lost"),
        "1 messages, kept for 4 days",
    )


def test_a_queue_that_is_gone(lab: Lab) -> None:
    sqs = lab.client("sqs")
    url = sqs.create_queue(QueueName="health-jobs")["QueueUrl"]
    lab.add("aws_sqs_queue", "jobs", url=url, name="health-jobs")
    lab.breaks("compute.queue-depth", lambda: sqs.delete_queue(QueueUrl=url), "does not exist")


def test_tables_and_their_recovery(lab: Lab) -> None:
    dynamodb = lab.client("dynamodb")
    name = "health-runs"
    dynamodb.create_table(
        TableName=name,
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )

    def recovery(on: bool) -> None:
        dynamodb.update_continuous_backups(
            TableName=name,
            PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": on},
        )

    recovery(True)
    lab.add("aws_dynamodb_table", name=name, point_in_time_recovery=[{"enabled": True}])
    lab.breaks("data.table-recovery", lambda: recovery(False), "is DISABLED")
    lab.breaks("data.tables", lambda: dynamodb.delete_table(TableName=name), "does not exist")


def test_buckets(lab: Lab) -> None:
    s3 = lab.client("s3")
    name = "health-pictures"
    s3.create_bucket(
        Bucket=name, CreateBucketConfiguration={"LocationConstraint": "ap-northeast-2"}
    )

    def versioning(status: str) -> None:
        s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": status})

    def encryption(algorithm: str) -> None:
        default = {"SSEAlgorithm": algorithm}
        rules = [{"ApplyServerSideEncryptionByDefault": default}]
        s3.put_bucket_encryption(Bucket=name, ServerSideEncryptionConfiguration={"Rules": rules})

    closed = dict.fromkeys(
        ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"), True
    )
    versioning("Enabled")
    encryption("aws:kms")
    s3.put_public_access_block(Bucket=name, PublicAccessBlockConfiguration=closed)
    lab.add(
        "aws_s3_bucket_versioning", bucket=name, versioning_configuration=[{"status": "Enabled"}]
    )
    lab.breaks("data.bucket-versioning", lambda: versioning("Suspended"), "is Suspended")
    kind = "aws_s3_bucket_server_side_encryption_configuration"
    default = {"sse_algorithm": "aws:kms"}
    lab.add(kind, bucket=name, rule=[{"apply_server_side_encryption_by_default": [default]}])
    lab.breaks("data.bucket-encryption", lambda: encryption("AES256"), "AES256, configured aws:kms")
    lab.add("aws_s3_bucket_public_access_block", bucket=name)
    lab.breaks(
        "data.bucket-closed",
        lambda: s3.put_public_access_block(
            Bucket=name, PublicAccessBlockConfiguration={**closed, "BlockPublicPolicy": False}
        ),
        "off: BlockPublicPolicy",
    )


def test_keys(lab: Lab) -> None:
    kms = lab.client("kms")
    arn = kms.create_key(Description="health")["KeyMetadata"]["Arn"]
    kms.enable_key_rotation(KeyId=arn)
    lab.add("aws_kms_key", arn=arn, description="health", enable_key_rotation=True)
    lab.breaks(
        "security.key-rotation", lambda: kms.disable_key_rotation(KeyId=arn), "does not rotate"
    )
    lab.breaks("security.keys", lambda: kms.disable_key(KeyId=arn), "its state is Disabled")


def test_secrets(lab: Lab) -> None:
    manager = lab.client("secretsmanager")
    arn = manager.create_secret(Name="health/api", SecretString="{}")["ARN"]
    lab.add("aws_secretsmanager_secret", arn=arn, name="health/api")
    lab.breaks(
        "security.secret-age",
        lambda: manager.delete_secret(SecretId=arn, RecoveryWindowInDays=7),
        "scheduled for deletion",
    )


def test_log_groups(lab: Lab) -> None:
    logs = lab.client("logs")
    name = "/health/api"
    logs.create_log_group(logGroupName=name)
    logs.put_retention_policy(logGroupName=name, retentionInDays=365)
    lab.add("aws_cloudwatch_log_group", name=name, retention_in_days=365)
    lab.breaks(
        "observability.log-groups",
        lambda: logs.put_retention_policy(logGroupName=name, retentionInDays=7),
        "kept for 7 days, configured 365",
    )


def test_alarms(lab: Lab) -> None:
    cloudwatch = lab.client("cloudwatch")
    name = "qscreen-local-health"
    cloudwatch.put_metric_alarm(
        AlarmName=name,
        MetricName="m",
        Namespace="Health",
        Statistic="Sum",
        Period=60,
        EvaluationPeriods=1,
        Threshold=1,
        ComparisonOperator="GreaterThanThreshold",
    )
    cloudwatch.set_alarm_state(AlarmName=name, StateValue="OK", StateReason="quiet")
    lab.add("aws_cloudwatch_metric_alarm", alarm_name=name)
    lab.breaks(
        "observability.alarms",
        lambda: cloudwatch.set_alarm_state(
            AlarmName=name, StateValue="ALARM", StateReason="too many"
        ),
        "too many",
    )
    cloudwatch.delete_alarms(AlarmNames=[name])


def test_alarms_that_call_nobody(lab: Lab) -> None:
    cloudwatch = lab.client("cloudwatch")
    name = "qscreen-local-health-armed"
    topic = lab.client("sns").create_topic(Name="health-alarms")["TopicArn"]

    def alarm(on: bool) -> None:
        cloudwatch.put_metric_alarm(
            AlarmName=name,
            MetricName="m",
            Namespace="Health",
            Statistic="Sum",
            Period=60,
            EvaluationPeriods=1,
            Threshold=1,
            ComparisonOperator="GreaterThanThreshold",
            AlarmActions=[topic],
            ActionsEnabled=on,
        )

    alarm(True)
    lab.add("aws_cloudwatch_metric_alarm", alarm_name=name, alarm_actions=[topic])
    lab.breaks("observability.alarms-armed", lambda: alarm(False), "its actions are off")
    cloudwatch.delete_alarms(AlarmNames=[name])


def test_schedules(lab: Lab) -> None:
    scheduler = lab.client("scheduler")
    common = {
        "Name": "health",
        "GroupName": "default",
        "ScheduleExpression": "rate(1 day)",
        "FlexibleTimeWindow": {"Mode": "OFF"},
        "Target": {
            "Arn": "arn:aws:lambda:ap-northeast-2:000000000000:function:health",
            "RoleArn": "arn:aws:iam::000000000000:role/health",
        },
    }
    scheduler.create_schedule(**common)
    lab.add("aws_scheduler_schedule", name="health", group_name="default", state="ENABLED")
    lab.breaks(
        "compute.schedules",
        lambda: scheduler.update_schedule(**common, State="DISABLED"),
        "its state is DISABLED",
    )
    scheduler.delete_schedule(Name="health", GroupName="default")


def test_the_trail(lab: Lab) -> None:
    lab.client("s3").create_bucket(
        Bucket="health-trail",
        CreateBucketConfiguration={"LocationConstraint": "ap-northeast-2"},
    )
    cloudtrail = lab.client("cloudtrail")
    arn = cloudtrail.create_trail(Name="health", S3BucketName="health-trail")["TrailARN"]
    cloudtrail.start_logging(Name=arn)
    lab.add("aws_cloudtrail", arn=arn, name="health")
    lab.breaks("security.trail", lambda: cloudtrail.stop_logging(Name=arn), "does not log")


def test_state_machines(lab: Lab, role: Callable[..., str]) -> None:
    states = lab.client("stepfunctions")
    nothing = {"Effect": "Deny", "Action": "*", "Resource": "*"}
    definition = {"StartAt": "End", "States": {"End": {"Type": "Fail", "Error": "Health"}}}
    arn = states.create_state_machine(
        name="health",
        definition=json.dumps(definition),
        roleArn=role("health-states", {"Service": "states.amazonaws.com"}, [nothing]),
    )["stateMachineArn"]
    lab.add("aws_sfn_state_machine", arn=arn, name="health", type="STANDARD")
    assert lab.look("compute.executions").state is State.NOT_APPLICABLE
    started = states.start_execution(stateMachineArn=arn)["executionArn"]
    assert eventually(lambda: states.describe_execution(executionArn=started)["status"] == "FAILED")
    failed = lab.look("compute.executions")
    assert failed.state is State.UNHEALTHY
    assert failed.findings[0].detail == "1 of 1 executions of the last hour failed"
    lab.breaks(
        "compute.state-machines",
        lambda: states.delete_state_machine(stateMachineArn=arn),
        "does not exist",
    )


def test_functions(lab: Lab, function: Callable[..., str]) -> None:
    function("health-function", "def handler(event, context):\n    return 1\n")
    lab.client("lambda").get_waiter("function_active_v2").wait(FunctionName="health-function")
    lab.add("aws_lambda_function", function_name="health-function")
    lab.breaks(
        "compute.functions",
        lambda: lab.client("lambda").delete_function(FunctionName="health-function"),
        "does not exist",
    )


def test_an_api_that_nobody_serves_is_unknown(lab: Lab) -> None:
    lab.outputs["api_url"] = f"http://127.0.0.1:{free_ports(1)[0]}/local"
    for name in ("network.api-answers", "network.api-latency"):
        result = lab.look(name)
        assert result.state is State.UNKNOWN, result.findings
    lab.outputs["api_url"] = f"http://127.0.0.1:{lab.port}/no-api"
    assert lab.look("network.api-answers").state is State.UNHEALTHY


def secret_of(lab: Lab, purpose: str, **value: Any) -> None:
    manager = lab.client("secretsmanager")
    name, text = f"health/{purpose}", json.dumps(value)
    if purpose in lab.outputs.get("secrets", {}):
        manager.put_secret_value(SecretId=name, SecretString=text)
    else:
        arn = manager.create_secret(Name=name, SecretString=text)["ARN"]
        lab.outputs.setdefault("secrets", {})[purpose] = arn


def test_a_real_postgresql_is_asked(lab: Lab) -> None:
    import pg8000.native

    rds = lab.client("rds")
    rds.create_db_instance(
        DBInstanceIdentifier="health",
        Engine="postgres",
        EngineVersion="16.4",
        DBInstanceClass="db.t4g.micro",
        AllocatedStorage=20,
        MasterUsername="qscreen",
        MasterUserPassword=PASSWORD,
        DBName="qscreen",
        BackupRetentionPeriod=7,
    )
    found = rds.describe_db_instances(DBInstanceIdentifier="health")["DBInstances"][0]
    where = {"host": found["Endpoint"]["Address"], "port": found["Endpoint"]["Port"]}
    access = {"username": "qscreen", "dbname": "qscreen", "sslmode": "disable", **where}
    lab.add("aws_db_instance", identifier="health", backup_retention_period=7)
    secret_of(lab, "postgres", password=PASSWORD, **access)
    bare = lab.look("data.database-connects")
    assert (bare.state, "no tables" in bare.findings[0].detail) == (State.UNHEALTHY, True)
    with pg8000.native.Connection(
        "qscreen", password=PASSWORD, database="qscreen", ssl_context=False, **where
    ) as connection:
        connection.run("CREATE TABLE runs (id text)")
    lab.breaks(
        "data.database-connects",
        lambda: secret_of(lab, "postgres", password="wrong", **access),
        "refuses the password",
    )
    secret_of(lab, "postgres", password=PASSWORD, **{**access, "port": free_ports(1)[0]})
    assert lab.look("data.database-connects").state is State.UNKNOWN
    lab.breaks(
        "data.database-backups",
        lambda: rds.modify_db_instance(
            DBInstanceIdentifier="health", BackupRetentionPeriod=1, ApplyImmediately=True
        ),
        "kept for 1 days, configured 7",
    )
    lab.breaks(
        "data.database",
        lambda: rds.delete_db_instance(DBInstanceIdentifier="health", SkipFinalSnapshot=True),
        "does not exist",
    )


def test_a_real_redis_is_asked(lab: Lab) -> None:
    cache = lab.client("elasticache")
    token = "a-token-that-is-long-enough"
    cache.create_replication_group(
        ReplicationGroupId="health",
        ReplicationGroupDescription="health",
        Engine="redis",
        EngineVersion="7.1",
        CacheNodeType="cache.t4g.micro",
        NumCacheClusters=1,
        AuthToken=token,
    )
    group = cache.describe_replication_groups(ReplicationGroupId="health")["ReplicationGroups"][0]
    endpoint = group["NodeGroups"][0]["PrimaryEndpoint"]
    access = {"host": endpoint["Address"], "port": endpoint["Port"], "username": "default"}
    lab.add("aws_elasticache_replication_group", replication_group_id="health")
    secret_of(lab, "redis", password=token, tls=False, **access)
    lab.breaks(
        "data.cache-answers",
        lambda: secret_of(lab, "redis", password="wrong", tls=False, **access),
        "refuses the password",
    )
    secret_of(lab, "redis", password=token, tls=False, **{**access, "port": free_ports(1)[0]})
    assert lab.look("data.cache-answers").state is State.UNKNOWN
    lab.breaks(
        "data.cache",
        lambda: cache.delete_replication_group(ReplicationGroupId="health"),
        "does not exist",
    )
