"""A drill removes what it made, whatever happens; RDS is moto's, the verdict is scripted."""

import io
import json
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws
from moto.core import DEFAULT_ACCOUNT_ID
from moto.ec2.models import ec2_backends
from moto.rds.models import rds_backends

from qops.drills.answers import ComparisonAnswer, RestoreDbAnswer
from qops.drills.cleaning import clean
from qops.drills.errors import DrillError, LeftoverError
from qops.drills.instances import TAG, Copies
from qops.drills.restoring import Wanted, restore_database
from qops.drills.showing import as_markdown
from qops.errors import RefusedError, UsageError
from qops.settings import load_settings

PREFIX, REGION = "qscreen-local", "ap-northeast-2"
WHOLE: dict[str, Any] = {
    "holds": True,
    "structure": {"same": True, "missing": [], "extra": []},
    "tables": [
        {"table": "runs", "rows": 3, "same": 1, "changed": 1, "deleted": 1, "lost": 0, "newer": 2}
        | {"holds": True}
    ],
    "audit": {"rows": 7, "intact": True, "message": None, "last": "0" * 64},
    "latest": "2026-11-30T09:00:00+00:00",
}
LOST: dict[str, Any] = {
    **WHOLE,
    "holds": False,
    "tables": [{**WHOLE["tables"][0], "changed": 0, "deleted": 0, "lost": 2, "holds": False}],
}


class World:
    """Clients of moto's RDS, and a function that compares as a test says."""

    def __init__(self, rds: Any) -> None:
        self.rds = rds
        self.answer: dict[str, Any] | BaseException = WHOLE
        self.compared: list[dict[str, Any]] = []
        self.refusals: dict[str, list[str]] = {}

    def refuse(self, model: Any, **_: Any) -> None:
        codes = self.refusals.get(model.name)
        if codes:
            code = codes.pop(0)
            if code == "Ctrl-C":
                raise KeyboardInterrupt
            raise ClientError({"Error": {"Code": code, "Message": "no"}}, model.name)

    account = DEFAULT_ACCOUNT_ID

    def client(self, service: str, **_: Any) -> Any:
        if service in {"dynamodb", "s3"}:
            return boto3.client(
                service, REGION, aws_access_key_id="test", aws_secret_access_key="test"
            )
        return self.rds if service == "rds" else self

    def invoke(self, **asked: Any) -> dict[str, Any]:
        assert asked["FunctionName"] == f"{PREFIX}-migrate:live"
        self.compared.append(json.loads(asked["Payload"])["compare"])
        if isinstance(self.answer, BaseException):
            raise self.answer
        failed = {"FunctionError": "Unhandled"} if "errorMessage" in self.answer else {}
        return {**failed, "Payload": io.BytesIO(json.dumps(self.answer).encode())}

    def instances(self) -> list[str]:
        return [
            one["DBInstanceIdentifier"] for one in self.rds.describe_db_instances()["DBInstances"]
        ]

    def snapshots(self) -> list[str]:
        found = self.rds.describe_db_snapshots(SnapshotType="manual")["DBSnapshots"]
        return [one["DBSnapshotIdentifier"] for one in found]


@pytest.fixture(scope="module")
def client() -> Any:
    """Making a client takes longer than a test."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("AWS_ENDPOINT_URL", raising=False)
        return boto3.client("rds", REGION, aws_access_key_id="test", aws_secret_access_key="test")


@pytest.fixture
def world(client: Any) -> Iterator[World]:
    with mock_aws():
        made = World(client)
        client.meta.events.register("before-call.rds", made.refuse)
        made.rds.create_db_parameter_group(
            DBParameterGroupName="pg", DBParameterGroupFamily="postgres16", Description="d"
        )
        subnets = [one.id for one in ec2_backends[DEFAULT_ACCOUNT_ID][REGION].describe_subnets()]
        made.rds.create_db_subnet_group(
            DBSubnetGroupName="sg", DBSubnetGroupDescription="d", SubnetIds=subnets
        )
        made.rds.create_db_instance(
            DBInstanceIdentifier=PREFIX,
            Engine="postgres",
            DBInstanceClass="db.t4g.micro",
            AllocatedStorage=20,
            MasterUsername="qscreen_admin",
            MasterUserPassword="word-word",
            DBParameterGroupName="pg",
            DBSubnetGroupName="sg",
            BackupRetentionPeriod=1,
            Tags=[{"Key": "Environment", "Value": "local"}],
        )
        yield made
        client.meta.events.unregister("before-call.rds", made.refuse)


Drill = Callable[..., RestoreDbAnswer]


@pytest.fixture
def drill(world: World, rows: list[str], said: list[str]) -> Drill:
    """Carries a drill out without asking."""
    del rows

    def act(confirm: Callable[[str], None] = lambda _: None, **wanted: Any) -> RestoreDbAnswer:
        return restore_database(
            load_settings("local"),
            world,  # type: ignore[arg-type]
            Wanted(**wanted),
            confirm=confirm,
            notice=said.append,
        )

    return act


def test_the_newest_snapshot_is_restored_like_its_database_and_removed(
    world: World, drill: Drill, rows: list[str]
) -> None:
    world.rds.create_db_snapshot(DBInstanceIdentifier=PREFIX, DBSnapshotIdentifier="older")
    world.rds.create_db_snapshot(DBInstanceIdentifier=PREFIX, DBSnapshotIdentifier="newest")
    seen: dict[str, Any] = {}
    world.answer = WHOLE
    invoke = world.invoke

    def looking(**asked: Any) -> dict[str, Any]:
        (name,) = set(world.instances()) - {PREFIX}
        seen.update(world.rds.describe_db_instances(DBInstanceIdentifier=name)["DBInstances"][0])
        return invoke(**asked)

    world.invoke = looking  # type: ignore[method-assign]
    answer = drill()
    assert answer.backup == "newest"
    tags = {tag["Key"]: tag["Value"] for tag in seen["TagList"]}
    assert tags == {"Environment": "local", TAG: answer.drill}
    assert seen["DBInstanceClass"] == "db.t4g.micro"
    assert seen["DBParameterGroups"][0]["DBParameterGroupName"] == "pg"
    assert seen["DBSubnetGroup"]["DBSubnetGroupName"] == "sg"
    assert seen["DeletionProtection"] is False
    place = {"host": seen["Endpoint"]["Address"], "port": seen["Endpoint"]["Port"]}
    assert world.compared == [place]
    assert world.instances() == [PREFIX]
    assert sorted(world.snapshots()) == ["newest", "older"]
    assert (answer.holds, answer.exit_code, answer.faults) == (True, 0, [])
    assert [one.name for one in answer.stages] == ["restore", "compare", "remove"]
    assert answer.rto_seconds >= 0
    assert rows == ["begun", "holds"]
    page = as_markdown(answer)
    assert "| runs | 3 | 1 | 1 | 1 | 0 | 2 | yes |" in page


@pytest.mark.parametrize("wanted", [{"fresh": True}, {"latest": True}])
def test_other_backups_can_be_asked_for_and_nothing_of_them_stays(
    world: World, drill: Drill, wanted: dict[str, Any]
) -> None:
    answer = drill(**wanted)
    assert answer.backup == (answer.copy_name if wanted.get("fresh") else "latest restorable time")
    assert world.instances() == [PREFIX]
    assert world.snapshots() == []


@pytest.mark.parametrize(
    ("limits", "missed"),
    [
        ({"rto_limit_seconds": 9000.0, "rpo_limit_seconds": 9000.0}, []),
        ({"rto_limit_seconds": 0.0}, ["RTO"]),
    ],
)
def test_limits_that_are_missed_are_findings(
    world: World, drill: Drill, limits: dict[str, Any], missed: list[str]
) -> None:
    answer = drill(fresh=True, **limits)
    late = RestoreDbAnswer.model_validate(
        {**answer.model_dump(), "rto_seconds": max(answer.rto_seconds, 1.0)}
    )
    assert [one.split()[0] for one in late.missed] == missed
    assert late.exit_code == (2 if missed else 0)


def test_a_copy_that_lost_rows_fails_the_drill_and_is_removed(
    world: World, drill: Drill, rows: list[str]
) -> None:
    world.answer = LOST
    answer = drill(fresh=True)
    assert (answer.holds, answer.exit_code) == (False, 1)
    assert answer.faults == ["runs: 2 rows of before the backup are missing"]
    assert world.instances() == [PREFIX]
    assert rows[-1] == "does not hold"


@pytest.mark.parametrize(
    ("spoil", "error", "words"),
    [
        (
            {"answer": {"errorType": "UncomparableError", "errorMessage": "older"}},
            DrillError,
            "older",
        ),
        ({"answer": {"applied": [], "current": "4"}}, DrillError, "different versions"),
        ({"answer": KeyboardInterrupt()}, KeyboardInterrupt, ""),
        ({"RestoreDBInstanceFromDBSnapshot": ["AccessDenied"]}, DrillError, "InvokeFunction"),
        ({"RestoreDBInstanceFromDBSnapshot": ["InstanceQuotaExceeded"]}, DrillError, "quota"),
        ({"RestoreDBInstanceFromDBSnapshot": ["Ctrl-C"]}, KeyboardInterrupt, ""),
        ({"CreateDBSnapshot": ["SnapshotQuotaExceeded"]}, DrillError, "quota"),
    ],
)
def test_nothing_is_left_behind_when_a_drill_ends_early(
    world: World,
    drill: Drill,
    rows: list[str],
    spoil: dict[str, Any],
    error: type[BaseException],
    words: str,
) -> None:
    world.answer = spoil.pop("answer", WHOLE)
    world.refusals = spoil
    with pytest.raises(error) as found:
        drill(fresh=True)
    assert words in str(found.value)
    assert world.instances() == [PREFIX]
    assert world.snapshots() == []
    assert rows == ["begun", "interrupted" if error is KeyboardInterrupt else "failed"]


def test_a_copy_that_cannot_be_removed_is_named_and_clean_finds_it(
    world: World, drill: Drill, said: list[str]
) -> None:
    world.refusals = {"DeleteDBInstance": ["AccessDenied"], "DeleteDBSnapshot": ["AccessDenied"]}
    with pytest.raises(LeftoverError, match="still there"):
        drill(fresh=True)
    (left,) = set(world.instances()) - {PREFIX}
    assert world.snapshots() == [left]
    # Somebody else's instance of a like name bears no tag.
    world.rds.create_db_instance(
        DBInstanceIdentifier=f"{PREFIX}-drill-mine",
        Engine="postgres",
        DBInstanceClass="db.t4g.micro",
    )
    asked: list[str] = []
    answer = clean(
        load_settings("local"),
        world,  # type: ignore[arg-type]
        limit_seconds=30,
        confirm=asked.append,
        notice=said.append,
    )
    assert [(one.kind, one.name, one.removed) for one in answer.leftovers] == [
        ("instance", left, True),
        ("snapshot", left, True),
    ]
    assert left in asked[0]
    assert answer.exit_code == 0
    assert sorted(world.instances()) == [PREFIX, f"{PREFIX}-drill-mine"]
    with pytest.raises(LeftoverError, match="no drill made it"):
        Copies(world, PREFIX, said.append).remove(f"{PREFIX}-drill-mine", 1)  # type: ignore[arg-type]
    with pytest.raises(LeftoverError, match="no drill made it"):
        Copies(world, PREFIX, said.append).remove(PREFIX, 1)  # type: ignore[arg-type]


def test_a_copy_that_is_still_being_made_is_removed_once_it_can_be(
    world: World, drill: Drill
) -> None:
    world.refusals = {"DeleteDBInstance": ["InvalidDBInstanceState", "InvalidDBInstanceState"]}
    drill(fresh=True)
    assert world.instances() == [PREFIX]


def test_a_person_who_says_no_has_made_nothing(world: World, drill: Drill, rows: list[str]) -> None:
    def no(_: str) -> None:
        raise RefusedError("Nothing was done.")

    with pytest.raises(RefusedError):
        drill(no, fresh=True)
    assert (world.instances(), world.snapshots(), rows) == ([PREFIX], [], [])


@pytest.mark.parametrize(
    ("wanted", "words"),
    [({"snapshot": "nosuch"}, "has no snapshot nosuch"), ({"snapshot": None}, "--fresh")],
)
def test_without_a_backup_the_ways_to_one_are_named(
    world: World, drill: Drill, wanted: dict[str, Any], words: str
) -> None:
    for snapshot in world.rds.describe_db_snapshots()["DBSnapshots"]:
        world.refusals = {}
        backend_delete(snapshot["DBSnapshotIdentifier"])
    with pytest.raises(DrillError) as found:
        drill(**wanted)
    assert words in str(found.value)


def backend_delete(name: str) -> None:
    rds_backends[DEFAULT_ACCOUNT_ID][REGION].database_snapshots.pop(name)


def test_without_a_database_the_way_to_one_is_named(world: World, drill: Drill) -> None:
    world.rds.delete_db_instance(DBInstanceIdentifier=PREFIX, SkipFinalSnapshot=True)
    with pytest.raises(DrillError, match="There is no database"):
        drill()


def test_two_backups_at_once_make_no_sense() -> None:
    with pytest.raises(UsageError, match="exclude"):
        Wanted(latest=True, fresh=True)


def test_what_is_wrong_with_a_copy_is_told_line_by_line() -> None:
    from qops.drills.comparing import faults_of

    found = ComparisonAnswer.model_validate(
        {
            **WHOLE,
            "structure": {"same": False, "missing": ["index a"], "extra": ["table b"]},
            "audit": {"rows": 1, "intact": False, "message": "entry 2 is missing", "last": "f"},
            "tables": [{**WHOLE["tables"][0], "table": "audit_log", "holds": False}],
        }
    )
    faults = faults_of(found)
    assert [fault.split(":")[0] for fault in faults] == [
        "the schema lacks",
        "the schema has besides",
        "the copy's audit chain is broken",
        "audit_log",
    ]
