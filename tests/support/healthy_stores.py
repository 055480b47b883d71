"""What keeps and watches, laid healthy into a platform of health tests, and made ill."""

from datetime import UTC, datetime, timedelta
from typing import Any

from health_world import ACCOUNT, PREFIX, REGION, World


def lay_data(at: World) -> None:
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


def lay_buckets(at: World) -> None:
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


def lay_security(at: World) -> None:
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


def lay_rest(at: World) -> None:
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
