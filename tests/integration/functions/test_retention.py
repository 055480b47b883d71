"""Retention on a real PostgreSQL; tables and buckets in this process (moto)."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from qs_migrate.migrating import MIGRATIONS, migrate
from qs_retention import old_runs, orphans
from qs_retention.keeping import Keeper, RetentionIncompleteError

from qs_cloud import clients
from qs_cloud.config import ConfigurationError
from qs_cloud.postgres import Database

BUCKET = "qscreen-test-screenshots"
NOW = datetime.now(UTC)


@pytest.fixture
def keeper(platform: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("QS_SCREENSHOTS_BUCKET", BUCKET)
    monkeypatch.setenv("QS_TEMPLATES_BUCKET", BUCKET)
    monkeypatch.setenv("QS_CONFIGURATION_TABLE", "qscreen-test-configuration")
    monkeypatch.setenv("QS_HISTORY_DAYS", "90")
    clients.s3().create_bucket(
        Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "ap-northeast-2"}
    )
    clients.s3().put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
    database = Database("qscreen-test/postgres")
    migrate(database, MIGRATIONS)
    database.close()
    found = Keeper.from_environment()
    yield found
    found.database.close()


def keep(keeper: Keeper, seconds: float = 300) -> dict[str, int]:
    return keeper.keep(lambda: seconds)


def history(platform: Any, run_id: str, days: int) -> None:
    platform.sql(
        "INSERT INTO runs (run_id, owner, device_id, goal, mode, status, attempts, stages, "
        "created_at, finished_at) VALUES (:run_id, 'u', 'd', 'g', 'auto', 'succeeded', 1, '[]', "
        ":at, :at)",
        run_id=run_id,
        at=NOW - timedelta(days=days),
    )
    platform.sql(
        "INSERT INTO run_steps (run_id, position, step_id, kind, action, because, tries) "
        "VALUES (:run_id, 1, 's1', 'type_text', '{}', 'x', 1)",
        run_id=run_id,
    )


def item(run_id: str, days: int, status: str = "succeeded") -> None:
    at = (NOW - timedelta(days=days)).isoformat(timespec="microseconds")
    clients.dynamodb().put_item(
        TableName="qscreen-test-runs",
        Item={"run_id": {"S": run_id}, "status": {"S": status}, "updated_at": {"S": at}},
    )


def picture(run_id: str, versions: int = 2) -> None:
    for _ in range(versions):
        clients.s3().put_object(Bucket=BUCKET, Key=f"runs/{run_id}/cmd/s1.png", Body=b"x")


def known(platform: Any) -> tuple[set[str], set[str], set[str]]:
    rows = {row[0] for row in platform.sql("SELECT run_id FROM runs")}
    scanned = clients.dynamodb().scan(TableName="qscreen-test-runs")["Items"]
    listed = clients.s3().list_object_versions(Bucket=BUCKET)
    keys = [one["Key"] for one in (*listed.get("Versions", []), *listed.get("DeleteMarkers", []))]
    return (
        rows,
        {one["run_id"]["S"] for one in scanned},
        {key.split("/")[1] for key in keys},
    )


def test_what_is_old_goes_and_what_is_young_or_open_stays(platform: Any, keeper: Keeper) -> None:
    for run_id, days in (("old", 91), ("older", 400), ("young", 89)):
        history(platform, run_id, days)
        item(run_id, days)
        picture(run_id)
    item("open", 400, "waiting_confirmation")
    picture("open")
    picture("nobodys")
    assert keep(keeper) == {"history": 2, "runs": 2, "objects": 6, "templates": 0}
    assert known(platform) == ({"young"}, {"young", "open"}, {"young", "open"})
    assert platform.sql("SELECT DISTINCT run_id FROM run_steps") == [["young"]]
    assert keep(keeper) == {"history": 0, "runs": 0, "objects": 0, "templates": 0}


def test_objects_of_a_run_that_only_the_history_knows_stay(platform: Any, keeper: Keeper) -> None:
    history(platform, "told", 10)
    picture("told")
    assert keep(keeper)["objects"] == 0
    assert known(platform)[2] == {"told"}


def test_other_folders_are_nobodys_business(platform: Any, keeper: Keeper) -> None:
    for key in ("uploads/u/upl/a.csv", "devices/d/x.png", "exports/u/e/data.json"):
        clients.s3().put_object(Bucket=BUCKET, Key=key, Body=b"x")
    assert keep(keeper)["objects"] == 0
    assert clients.s3().list_objects_v2(Bucket=BUCKET)["KeyCount"] == 3


def test_a_pass_is_bounded_and_the_next_one_goes_on(
    platform: Any, keeper: Keeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(old_runs, "PAGE", 2)
    monkeypatch.setattr(old_runs, "MOST_PAGES", 1)
    monkeypatch.setattr(orphans, "PAGE", 2)
    monkeypatch.setattr(orphans, "MOST_PAGES", 1)
    for place in range(5):
        item(f"run-{place}", 400)
        picture(f"orphan-{place}", 1)
    passes = [keep(keeper) for _ in range(4)]
    assert [done["runs"] for done in passes][:3] == [2, 2, 1]
    assert [done["objects"] for done in passes][:3] == [2, 2, 1]
    assert known(platform) == (set(), set(), set())


def test_without_time_nothing_is_begun(platform: Any, keeper: Keeper) -> None:
    history(platform, "old", 400)
    item("old", 400)
    picture("nobodys")
    assert keep(keeper, seconds=1) == {"history": 0, "runs": 0, "objects": 0, "templates": 0}
    assert known(platform) == ({"old"}, {"old"}, {"nobodys"})


def test_a_part_that_fails_keeps_no_other_from_being_done(platform: Any, keeper: Keeper) -> None:
    history(platform, "old", 400)
    picture("nobodys")
    clients.dynamodb().delete_table(TableName="qscreen-test-runs")
    with pytest.raises(RetentionIncompleteError, match="runs, objects"):
        keep(keeper)
    assert platform.sql("SELECT count(*) FROM runs") == [[0]]
    # Without the table nobody knows whether a run is somewhere: its objects stay.
    assert clients.s3().list_objects_v2(Bucket=BUCKET)["KeyCount"] == 1


def test_the_database_itself_keeps_the_last_month(platform: Any, keeper: Keeper) -> None:
    history(platform, "young", 10)
    with pytest.raises(Exception, match="last 30 days"):
        platform.sql("SELECT expire_runs(now(), 10)")
    assert platform.sql("SELECT count(*) FROM runs") == [[1]]


@pytest.mark.parametrize("days", ["29", "ninety", "-1"])
def test_days_that_are_none_are_refused(
    platform: Any, monkeypatch: pytest.MonkeyPatch, days: str
) -> None:
    monkeypatch.setenv("QS_SCREENSHOTS_BUCKET", BUCKET)
    monkeypatch.setenv("QS_HISTORY_DAYS", days)
    with pytest.raises(ConfigurationError, match="30 or more days"):
        Keeper.from_environment()


def test_the_handler_does_a_pass(platform: Any, keeper: Keeper, load_handler: Any) -> None:
    module = load_handler("retention")
    context = SimpleNamespace(get_remaining_time_in_millis=lambda: 300_000)
    assert module.handler({}, context) == {"history": 0, "runs": 0, "objects": 0, "templates": 0}
    module._keeper.database.close()
