"""Storage, databases and backups: what is only declared, and what is mended."""

from __future__ import annotations

from typing import Any

import pytest

from qops.local.router.registry import Fault


def test_a_setting_of_a_bucket_is_kept_until_the_bucket_goes(desk: Any) -> None:
    where = {"Bucket": "b", "Id": "all"}
    setting = {"Id": "all", "Status": "Enabled"}
    desk.operate(
        "s3",
        "PutBucketIntelligentTieringConfiguration",
        IntelligentTieringConfiguration=setting,
        **where,
    )
    found = desk.operate("s3", "GetBucketIntelligentTieringConfiguration", **where)
    assert found == {"IntelligentTieringConfiguration": setting}
    listed = desk.operate("s3", "ListBucketIntelligentTieringConfigurations", Bucket="b")
    assert listed["IntelligentTieringConfigurationList"] == [setting]
    desk.mend("s3", "DeleteBucket", {"Bucket": "b"}, {})
    with pytest.raises(Fault) as caught:
        desk.operate("s3", "GetBucketIntelligentTieringConfiguration", **where)
    assert (caught.value.code, caught.value.status) == ("NoSuchConfiguration", 404)


def test_a_setting_of_a_bucket_that_is_not_empty_stays(desk: Any) -> None:
    where = {"Bucket": "b", "Id": "all"}
    desk.operate("s3", "PutBucketMetricsConfiguration", MetricsConfiguration={"Id": "all"}, **where)
    desk.backends.answers["s3", "ListObjectVersions"] = {"Versions": [{"Key": "k"}]}
    desk.mend("s3", "DeleteBucket", {"Bucket": "b"}, {})
    assert desk.operate("s3", "GetBucketMetricsConfiguration", **where)


def test_versions_of_a_locked_bucket_are_not_suspended(desk: Any) -> None:
    suspend = {"Bucket": "b", "VersioningConfiguration": {"Status": "Suspended"}}
    with pytest.raises(Fault, match="Object Lock") as caught:
        desk.mend("s3", "PutBucketVersioning", suspend, {})
    assert caught.value.status == 409

    def unlocked(_name: str, _params: dict[str, Any]) -> dict[str, Any]:
        raise Fault("ObjectLockConfigurationNotFoundError", "none", 404)

    desk.backends.answers["s3", "GetObjectLockConfiguration"] = unlocked
    assert desk.mend("s3", "PutBucketVersioning", suspend, {}) == {}


def test_insights_of_a_table_and_of_its_index_are_apart(desk: Any) -> None:
    arn = "arn:aws:dynamodb:x:1:table/t"
    desk.operate(
        "dynamodb",
        "UpdateContributorInsights",
        TableName=arn,
        IndexName="i",
        ContributorInsightsAction="ENABLE",
    )
    of_index = desk.operate("dynamodb", "DescribeContributorInsights", TableName="t", IndexName="i")
    assert of_index["ContributorInsightsStatus"] == "ENABLED"
    of_table = desk.operate("dynamodb", "DescribeContributorInsights", TableName="t")
    assert of_table["ContributorInsightsStatus"] == "DISABLED"


def test_a_recovery_period_is_answered_while_recovery_is_on(desk: Any) -> None:
    def answer(status: str) -> dict[str, Any]:
        recovery = {"PointInTimeRecoveryStatus": status}
        return {"ContinuousBackupsDescription": {"PointInTimeRecoveryDescription": recovery}}

    wanted = {"PointInTimeRecoveryEnabled": True, "RecoveryPeriodInDays": 7}
    params = {"TableName": "t", "PointInTimeRecoverySpecification": wanted}
    desk.mend("dynamodb", "UpdateContinuousBackups", params, answer("ENABLED"))
    on = desk.mend("dynamodb", "DescribeContinuousBackups", {"TableName": "t"}, answer("ENABLED"))
    described = on["ContinuousBackupsDescription"]["PointInTimeRecoveryDescription"]
    assert described["RecoveryPeriodInDays"] == 7
    off = answer("DISABLED")
    assert desk.mend("dynamodb", "DescribeContinuousBackups", {"TableName": "t"}, off) == off


def test_a_backup_plan_outlives_no_selection(desk: Any) -> None:
    desk.operate("backup", "CreateBackupVault", BackupVaultName="v", BackupVaultTags={"a": "b"})
    desk.operate(
        "backup", "PutBackupVaultLockConfiguration", BackupVaultName="v", MinRetentionDays=7
    )
    vault = desk.operate("backup", "DescribeBackupVault", BackupVaultName="v")
    assert (vault["Locked"], vault["MinRetentionDays"]) == (True, 7)
    with pytest.raises(Fault, match="no policy"):
        desk.operate("backup", "GetBackupVaultAccessPolicy", BackupVaultName="v")
    plan = {"BackupPlanName": "p", "Rules": [{"RuleName": "daily"}]}
    made = desk.operate("backup", "CreateBackupPlan", BackupPlan=plan)
    where = {"BackupPlanId": made["BackupPlanId"]}
    selection = desk.operate("backup", "CreateBackupSelection", BackupSelection={}, **where)
    with pytest.raises(Fault, match="must be deleted prior"):
        desk.operate("backup", "DeleteBackupPlan", **where)
    changed = desk.operate("backup", "UpdateBackupPlan", BackupPlan=plan, **where)
    assert changed["VersionId"] != made["VersionId"]
    desk.operate("backup", "DeleteBackupSelection", SelectionId=selection["SelectionId"], **where)
    desk.operate("backup", "DeleteBackupPlan", **where)
    desk.operate("backup", "DeleteBackupVault", BackupVaultName="v")
    with pytest.raises(Fault):
        desk.operate("backup", "DescribeBackupVault", BackupVaultName="v")


def test_a_database_names_the_authority_that_was_asked_for(desk: Any) -> None:
    params = {"DBInstanceIdentifier": "d", "CACertificateIdentifier": "rds-ca-ecc384-g1"}
    desk.mend("rds", "ModifyDBInstance", params, {"DBInstance": {}})
    desk.backends.answers["rds", "DescribeDBInstances"] = {
        "DBInstances": [{"DBInstanceIdentifier": "d", "CACertificateIdentifier": "old"}]
    }
    found = desk.operate("rds", "DescribeDBInstances")["DBInstances"][0]
    assert found["CACertificateIdentifier"] == "rds-ca-ecc384-g1"
