"""The runbook that restores the database to a point in time."""

import runpy
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from moto import mock_aws
from terraform_copy import REPOSITORY

SCRIPT = REPOSITORY / "modules" / "devops" / "runbooks" / "restore_database.py"
DATABASE = "qscreen-test"
LAST = datetime.now(tz=UTC).replace(microsecond=0) - timedelta(minutes=5)
FIRST = LAST - timedelta(days=7)


class Rds:
    """moto's RDS, and the restore window that it does not keep."""

    def __init__(self, client: Any) -> None:
        self._client = client
        self.window: dict[str, datetime] | None = {"EarliestTime": FIRST, "LatestTime": LAST}

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)

    def describe_db_instance_automated_backups(self, **arguments: str) -> dict[str, Any]:
        assert arguments == {"DBInstanceIdentifier": DATABASE}
        found = [] if self.window is None else [{"RestoreWindow": self.window}]
        return {"DBInstanceAutomatedBackups": found}

    def restore_db_instance_to_point_in_time(self, **arguments: Any) -> dict[str, Any]:
        # moto keeps neither of the two.
        assert arguments["PubliclyAccessible"] is False
        assert arguments["RestoreTime"] == LAST
        answer: dict[str, Any] = self._client.restore_db_instance_to_point_in_time(**arguments)
        return answer


@pytest.fixture
def rds(monkeypatch: pytest.MonkeyPatch) -> Iterator[Rds]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "ap-northeast-2")
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    with mock_aws():
        ec2 = boto3.client("ec2")
        vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
        subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.0.0/24")["Subnet"]["SubnetId"]
        group = ec2.create_security_group(VpcId=vpc, GroupName="database", Description="d")
        client = boto3.client("rds")
        client.create_db_subnet_group(
            DBSubnetGroupName=DATABASE, DBSubnetGroupDescription="d", SubnetIds=[subnet]
        )
        client.create_db_parameter_group(
            DBParameterGroupName=f"{DATABASE}-postgres16",
            DBParameterGroupFamily="postgres16",
            Description="d",
        )
        client.create_db_instance(
            DBInstanceIdentifier=DATABASE,
            Engine="postgres",
            DBInstanceClass="db.t4g.medium",
            AllocatedStorage=20,
            MasterUsername="qscreen_admin",
            MasterUserPassword="a-password-of-a-test",
            DBSubnetGroupName=DATABASE,
            DBParameterGroupName=f"{DATABASE}-postgres16",
            VpcSecurityGroupIds=[group["GroupId"]],
            StorageEncrypted=True,
            BackupRetentionPeriod=7,
            DeletionProtection=True,
            MultiAZ=True,
            EnableIAMDatabaseAuthentication=True,
            Tags=[{"Key": "Environment", "Value": "test"}],
        )
        found = Rds(client)
        monkeypatch.setattr(boto3, "client", lambda name: found if name == "rds" else None)
        yield found


def run(handler: str, **events: str) -> dict[str, Any]:
    found = runpy.run_path(str(SCRIPT))[handler]({"database": DATABASE, **events}, None)
    assert isinstance(found, dict)
    return found


def instances(rds: Rds) -> dict[str, dict[str, Any]]:
    return {one["DBInstanceIdentifier"]: one for one in rds.describe_db_instances()["DBInstances"]}


def test_an_instance_stands_beside_the_database_and_is_protected_like_it(rds: Rds) -> None:
    target = run("start", time=LAST.isoformat())["target"]
    assert target == f"{DATABASE}-{LAST:%Y%m%dt%H%M%Sz}"
    done = run("protect", target=target)
    source, restored = (instances(rds)[name] for name in (DATABASE, target))
    assert done == {"target": target, "address": restored["Endpoint"]["Address"]}
    same = (
        *("DBInstanceClass", "MultiAZ", "StorageEncrypted", "BackupRetentionPeriod"),
        *("DeletionProtection", "IAMDatabaseAuthenticationEnabled", "VpcSecurityGroups"),
    )
    assert {name: restored[name] for name in same} == {name: source[name] for name in same}
    assert restored["DBSubnetGroup"]["DBSubnetGroupName"] == DATABASE
    assert restored["DBParameterGroups"][0]["DBParameterGroupName"] == f"{DATABASE}-postgres16"
    assert {"Key": "Environment", "Value": "test"} in restored["TagList"]


def test_an_instance_that_is_not_encrypted_like_its_source_is_refused(
    rds: Rds, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = run("start", time=LAST.isoformat())["target"]
    real = rds.describe_db_instances

    def plain(**arguments: str) -> dict[str, Any]:
        answer: dict[str, Any] = real(**arguments)
        for one in answer["DBInstances"]:
            one["StorageEncrypted"] = one["DBInstanceIdentifier"] == DATABASE
        return answer

    monkeypatch.setattr(rds, "describe_db_instances", plain, raising=False)
    with pytest.raises(ValueError, match="not encrypted like its source"):
        run("protect", target=target)


@pytest.mark.parametrize("offset", [timedelta(days=-40), timedelta(days=1)])
def test_a_time_that_was_not_kept_restores_nothing(rds: Rds, offset: timedelta) -> None:
    with pytest.raises(ValueError, match="must lie between"):
        run("start", time=(LAST + offset).isoformat())
    assert list(instances(rds)) == [DATABASE]


def test_a_time_without_offset_is_refused(rds: Rds) -> None:
    with pytest.raises(ValueError, match="needs its offset"):
        run("start", time="2026-01-31T09:00:00")


def test_a_database_without_a_backup_says_so(rds: Rds) -> None:
    rds.window = None
    with pytest.raises(ValueError, match="no backup yet"):
        run("start", time=LAST.isoformat())
    rds.modify_db_instance(DBInstanceIdentifier=DATABASE, BackupRetentionPeriod=0)
    with pytest.raises(ValueError, match="keeps no points in time"):
        run("start", time=LAST.isoformat())
