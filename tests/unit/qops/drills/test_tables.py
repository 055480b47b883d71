"""Tables are restored beside themselves and compared item by item; DynamoDB is moto's."""

import itertools
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError
from fake_cloud import moto_cloud

from qops.drills.cleaning import clean
from qops.drills.errors import DrillError, LeftoverError
from qops.drills.items import Counted, compare, read_items
from qops.drills.running import Patience
from qops.drills.tables import TABLES, TableCopies, WantedTables, restore_tables
from qops.errors import UsageError
from qops.platform.aws import Aws
from qops.settings import load_settings

PREFIX = "qscreen-local"
RUNS = f"{PREFIX}-runs"


class World:
    """Moto's DynamoDB, which restores, with what AWS tells of a restored table."""

    def __init__(self) -> None:
        self.settings = load_settings("local")
        self.aws = Aws(self.settings)
        self.dynamodb = self.aws.client("dynamodb")
        self.refused: dict[str, list[str]] = {}
        self.spoil: Callable[[str], None] = lambda _: None
        self.billing = "PAY_PER_REQUEST"
        for name in TABLES:
            self.table(f"{PREFIX}-{name}")
        events = self.dynamodb.meta.events
        events.register("before-call.dynamodb", self._refuse)
        events.register("after-call.dynamodb.RestoreTableToPointInTime", self._restored)
        events.register("after-call.dynamodb.DescribeTable", self._described)
        events.register("after-call.dynamodb.DescribeContinuousBackups", self._points)
        self.latest = itertools.repeat(timedelta(seconds=0))

    def table(self, name: str) -> None:
        self.dynamodb.create_table(
            TableName=name,
            BillingMode="PAY_PER_REQUEST",
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        )
        self.dynamodb.update_continuous_backups(
            TableName=name, PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True}
        )

    def put(self, name: str, **more: Any) -> None:
        item = {"id": {"S": name}, "tags": {"SS": ["b", "a"]}, **more}
        self.dynamodb.put_item(TableName=RUNS, Item=item)

    def names(self) -> list[str]:
        return sorted(set(self.dynamodb.list_tables()["TableNames"]))

    def _refuse(self, model: Any, **_: Any) -> None:
        codes = self.refused.get(model.name)
        if codes:
            code = codes.pop(0)
            if code == "Ctrl-C":
                raise KeyboardInterrupt
            raise ClientError({"Error": {"Code": code, "Message": "no"}}, model.name)

    def _restored(self, parsed: dict[str, Any], **_: Any) -> None:
        self.spoil(parsed["TableDescription"]["TableName"])

    def _described(self, parsed: dict[str, Any], **_: Any) -> None:
        table = parsed.get("Table")
        source, _, drill = (table or {}).get("TableName", "").partition("-drill-")
        if table and drill and drill != "mine":
            arn = f"arn:aws:dynamodb:ap-northeast-2:1:table/{source}"
            table["RestoreSummary"] = {"SourceTableArn": arn}
            table["BillingModeSummary"] = {"BillingMode": self.billing}

    def _points(self, parsed: dict[str, Any], **_: Any) -> None:
        found = parsed["ContinuousBackupsDescription"]["PointInTimeRecoveryDescription"]
        if found["PointInTimeRecoveryStatus"] == "ENABLED":
            found["LatestRestorableDateTime"] = datetime.now(UTC) + next(self.latest)


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch, rows: list[str]) -> Iterator[World]:
    del rows
    with moto_cloud(monkeypatch):
        yield World()


@pytest.fixture
def drill(world: World, said: list[str]) -> Callable[..., Any]:
    """Carries a drill out without asking."""
    # Reading ends at a whole second of the service; a table is restorable to it from then on.
    world.latest = itertools.repeat(timedelta(seconds=5))

    def act(**wanted: Any) -> Any:
        return restore_tables(
            world.settings, world.aws, WantedTables(**wanted), confirm=said.append,
            notice=said.append,
        )  # fmt: skip

    return act


def test_all_tables_are_restored_compared_and_removed(world, drill, rows) -> None:
    for n in range(5):
        world.put(f"run-{n}")
    answer = drill()
    tables = {one.table: one for one in answer.tables}
    assert sorted(tables) == sorted(f"{PREFIX}-{name}" for name in TABLES)
    assert (tables[RUNS].items, tables[RUNS].same) == (5, 5)
    assert (answer.holds, answer.exit_code) == (True, 0)
    assert world.names() == sorted(f"{PREFIX}-{name}" for name in TABLES)
    assert rows == ["begun", "holds"]


def test_an_item_that_is_missing_or_differs_in_the_copy_fails_the_drill(world, drill, rows) -> None:
    for n in range(3):
        world.put(f"run-{n}")

    def spoil(name: str) -> None:
        world.dynamodb.delete_item(TableName=name, Key={"id": {"S": "run-0"}})
        item = {"id": {"S": "run-1"}, "tags": {"SS": ["a"]}}
        world.dynamodb.put_item(TableName=name, Item=item)
        # What happens to the table meanwhile is no fault of the copy.
        world.put("run-2", status={"S": "done"})
        world.put("run-3")

    world.spoil = spoil
    answer = drill(names=("runs",))
    (table,) = answer.tables
    assert (table.same, table.lost, table.damaged, table.moving) == (0, 1, 1, 2)
    assert (answer.holds, answer.exit_code) == (False, 1)
    assert answer.faults == [
        f"{RUNS}: 1 items are missing in the copy",
        f"{RUNS}: 1 items differ in the copy",
    ]
    assert rows[-1] == "does not hold"
    assert len(world.names()) == len(TABLES)


def test_the_copy_is_made_of_a_moment_after_the_reading(world, drill) -> None:
    """AWS is minutes behind: a copy of before the reading would lack what was written last."""
    ages = [timedelta(minutes=-5)] * 3
    world.latest = itertools.chain(ages, itertools.repeat(timedelta(seconds=5)))
    at = []
    world.spoil = at.append
    answer = drill(names=("runs",), rpo_limit_seconds=60.0)
    assert next(world.latest) > timedelta(0), "it was waited for"
    assert at
    assert 299 <= answer.rpo_seconds <= 330
    assert (answer.exit_code, answer.missed[0].split()[0]) == (2, "RPO")


@pytest.mark.parametrize(
    ("refused", "error", "words"),
    [
        ({"RestoreTableToPointInTime": ["AccessDeniedException"]}, DrillError, "needs"),
        ({"RestoreTableToPointInTime": ["LimitExceededException"]}, DrillError, "quota"),
        ({"Scan": ["ThrottlingException"]}, DrillError, "Wait a minute"),
        ({"Scan": []}, KeyboardInterrupt, ""),
    ],
)
def test_nothing_is_left_behind_when_a_drill_ends_early(
    world, drill, rows, refused, error, words
) -> None:
    world.refused = {operation: [*codes] for operation, codes in refused.items()}
    if error is KeyboardInterrupt:
        # With all copies made, while the first is read.
        world.spoil = lambda _: world.refused.update(Scan=["Ctrl-C"])
    with pytest.raises(error) as found:
        drill()
    assert words in str(found.value)
    assert len(world.names()) == len(TABLES)
    assert rows == ["begun", "interrupted" if error is KeyboardInterrupt else "failed"]


def test_a_copy_that_cannot_be_removed_is_named_and_clean_finds_it(world, drill, said) -> None:
    world.refused = {"DeleteTable": ["AccessDeniedException"]}
    with pytest.raises(LeftoverError, match="still there"):
        drill(names=("runs",))
    (copy,) = [name for name in world.names() if "-drill-" in name]
    # Somebody's own tables of a like name: not restored by a drill, or of another shape.
    mine = [f"{RUNS}-drill-mine", "qscreen-local-own-drill-20261130t010203z"]
    for name in mine:
        world.table(name)
    answer = clean(
        world.settings, world.aws, limit_seconds=30, confirm=said.append, notice=said.append
    )
    assert [(one.kind, one.name, one.removed) for one in answer.leftovers] == [
        ("table", copy, True)
    ]
    assert answer.exit_code == 0
    assert set(mine) < set(world.names())
    copies = TableCopies(world.aws, PREFIX, Patience(1, said.append))
    for name in (*mine, RUNS):
        with pytest.raises(LeftoverError, match="no drill made it"):
            copies.remove(name)


def test_a_service_that_cannot_be_asked_keeps_no_other_from_being_cleaned(
    world, drill, said
) -> None:
    world.refused = {"DeleteTable": ["AccessDeniedException"]}
    with pytest.raises(LeftoverError):
        drill(names=("runs",))
    rds = world.aws.client("rds")

    def deny(**_: Any) -> None:
        raise ClientError({"Error": {"Code": "AccessDenied", "Message": "no"}}, "Describe")

    rds.meta.events.register("before-call.rds.DescribeDBInstances", deny)
    answer = clean(
        world.settings, world.aws, limit_seconds=30, confirm=said.append, notice=said.append
    )
    assert [one.removed for one in answer.leftovers] == [True]
    assert (answer.exit_code, len(answer.unseen)) == (1, 1), "instances may be left"


def test_a_table_without_points_in_time_is_told(world, drill) -> None:
    world.dynamodb.update_continuous_backups(
        TableName=RUNS, PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": False}
    )
    with pytest.raises(DrillError, match="keeps no points in time"):
        drill()
    assert len(world.names()) == len(TABLES)


def test_settings_that_a_restoration_must_bring_back_are_compared(world, drill) -> None:
    world.billing = "PROVISIONED"
    answer = drill(names=("runs",))
    assert (answer.exit_code, answer.faults) == (1, [f"{RUNS}: billing differs"])


def test_unknown_and_missing_tables_are_told(world, drill) -> None:
    with pytest.raises(UsageError, match="no table"):
        WantedTables(names=("run",))
    world.dynamodb.delete_table(TableName=RUNS)
    with pytest.raises(DrillError, match="There is no table"):
        drill(names=("runs",))


def test_items_are_the_same_whatever_the_order_of_their_sets_and_names(world) -> None:
    described = world.dynamodb.describe_table(TableName=RUNS)["Table"]
    world.put("a", map={"M": {"x": {"N": "1"}, "y": {"L": [{"B": b"1"}]}}})
    one, _ = read_items(world.dynamodb, described)
    turned = {"map": {"M": {"y": {"L": [{"B": b"1"}]}, "x": {"N": "1"}}}, "id": {"S": "a"}}
    world.dynamodb.put_item(TableName=RUNS, Item={**turned, "tags": {"SS": ["a", "b"]}})
    two, _ = read_items(world.dynamodb, described)
    assert one == two
    world.dynamodb.put_item(TableName=RUNS, Item={**turned, "tags": {"SS": ["a"]}})
    assert read_items(world.dynamodb, described)[0] != one


def test_the_verdict_on_every_fate_of_an_item() -> None:
    before = {b"same": b"1", b"lost": b"1", b"bad": b"1", b"new": b"1", b"gone": b"1"}
    copy = {b"same": b"1", b"bad": b"2", b"new": b"2", b"passing": b"1"}
    after = {b"same": b"1", b"lost": b"1", b"bad": b"1", b"new": b"3", b"late": b"1"}
    assert compare(before, copy, after) == Counted(same=1, moving=4, lost=1, damaged=1)
