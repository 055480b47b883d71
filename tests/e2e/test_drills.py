"""What is kept is really restored, compared, and removed, however the drill ends."""

import signal
from collections.abc import Callable
from typing import Any

import pg8000.native
import pytest
from e2e_device import ScriptedDevice
from e2e_endpoint import client
from e2e_qops import begin, qops
from e2e_waiting import PATIENCE, until

pytestmark = pytest.mark.usefixtures("own_cloud")


def left(prefix: str) -> list[str]:
    """Instances and snapshots besides the database itself."""
    rds = client("rds")
    instances = rds.describe_db_instances()["DBInstances"]
    snapshots = rds.describe_db_snapshots(DBInstanceIdentifier=prefix)["DBSnapshots"]
    found = [one["DBInstanceIdentifier"] for one in instances]
    found += [one["DBSnapshotIdentifier"] for one in snapshots]
    return sorted(name for name in found if name.startswith(f"{prefix}-"))


def test_a_backup_is_restored_compared_and_removed(
    prefix: str,
    device: ScriptedDevice,
    start_run: Callable[..., dict[str, Any]],
    wait_final: Callable[..., dict[str, Any]],
    administrator: pg8000.native.Connection,
) -> None:
    run = start_run(device.device_id, "Press ctrl+s")
    device.answer_observe(device.command_of(run["run_id"])["id"])
    device.answer_perform(device.command_of(run["run_id"]))
    assert wait_final(run["run_id"])["status"] == "succeeded"
    count = "SELECT (SELECT count(*) FROM runs), (SELECT max(sequence) FROM audit_log)"
    ((runs, sequence),) = administrator.run(count)
    code, answer = qops("drill", "restore-db", "--fresh", "--yes")
    ((runs_after, sequence_after),) = administrator.run(count)
    found = answer["result"]
    assert (code, found["holds"], found["faults"]) == (0, True, [])
    tables = {one["table"]: one for one in found["comparison"]["tables"]}
    # Other tests may have written meanwhile; what the copy holds lies between.
    assert 1 <= runs <= tables["runs"]["rows"] <= runs_after
    assert 1 <= sequence <= found["comparison"]["audit"]["rows"] <= sequence_after
    assert tables["audit_log"]["same"] == found["comparison"]["audit"]["rows"]
    assert found["rto_seconds"] > 0
    assert left(prefix) == []
    rows = qops("audit")[1]["result"]["rows"]
    ends = [row for row in rows if row["action"] == "drill.restore-db.end"]
    assert ends[-1]["detail"]["result"] == "holds"


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_a_drill_that_is_ended_early_leaves_nothing_or_what_clean_finds(
    prefix: str, how: signal.Signals
) -> None:
    running = begin("drill", "restore-db", "--fresh", "--yes")
    assert running.stderr is not None
    seen = ""
    while "instance" not in seen:
        line = running.stderr.readline()
        assert line, seen
        seen += line
    running.send_signal(how)
    _, rest = running.communicate(timeout=300)
    if how is signal.SIGINT:
        assert running.returncode == 130, rest
        assert "removing the copy" in rest
        assert left(prefix) == []
    else:
        assert len(left(prefix)) == 2
    code, answer = qops("drill", "clean", "--yes")
    kinds = sorted(one["kind"] for one in answer["result"]["leftovers"] if one["removed"])
    assert (code, kinds) == (0, [] if how is signal.SIGINT else ["instance", "snapshot"])
    until(lambda: not left(prefix), PATIENCE, "something is left")


def test_without_a_snapshot_the_ways_to_one_are_named() -> None:
    code, answer = qops("drill", "restore-db", "--yes")
    assert (code, answer["error"]["code"]) == (1, "drill")
    assert "--fresh" in answer["error"]["next_step"]


def tables() -> list[str]:
    return sorted(client("dynamodb").list_tables()["TableNames"])


def test_tables_are_restored_compared_and_removed(
    prefix: str, device: ScriptedDevice, start_run: Callable[..., dict[str, Any]]
) -> None:
    run = start_run(device.device_id, "Press ctrl+s")
    before = tables()
    code, answer = qops("drill", "restore-tables", "--yes")
    found = {one["table"]: one for one in answer["result"]["tables"]}
    assert (code, answer["result"]["holds"]) == (0, True), answer
    assert len(found) == 6
    assert found[f"{prefix}-devices"]["items"] >= 1
    assert found[f"{prefix}-runs"]["items"] >= 1, run
    assert tables() == before
    ends = [
        row
        for row in qops("audit")[1]["result"]["rows"]
        if row["action"] == "drill.restore-tables.end"
    ]
    assert ends[-1]["detail"]["result"] == "holds"


def entries(bucket: str) -> list[tuple[str, str]]:
    """Versions and delete markers of a bucket."""
    pages = client("s3").get_paginator("list_object_versions").paginate(Bucket=bucket)
    return sorted(
        (one["Key"], one["VersionId"])
        for page in pages
        for one in (*page.get("Versions", ()), *page.get("DeleteMarkers", ()))
    )


def test_objects_are_restored_and_the_buckets_are_as_before(prefix: str) -> None:
    account = client("sts").get_caller_identity()["Account"]
    names = [f"{prefix}-{purpose}-{account}" for purpose in ("templates", "settings", "audit")]
    before = {name: entries(name) for name in names}
    code, answer = qops("drill", "restore-buckets", "--yes")
    found = {one["purpose"]: one for one in answer["result"]["buckets"]}
    assert (code, answer["result"]["holds"]) == (0, True), answer
    for purpose in ("templates", "settings", "screenshots", "artifacts"):
        held = [one for one in found[purpose]["proofs"] if one["holds"]]
        assert len(held) == 3, found[purpose]
    assert found["artifacts"]["versions_tried"] > 0, "packages of the functions"
    assert (found["audit"]["locked"], found["audit"]["written"]) == (True, False)
    after = {name: entries(name) for name in names}
    # Entries of the audit are written all the time; what was there is untouched.
    assert set(before[names[2]]) <= set(after[names[2]])
    assert (after[names[0]], after[names[1]]) == (before[names[0]], before[names[1]])
    assert not [key for key, _ in after[names[2]] if key.startswith("qops-drill/")]


@pytest.mark.parametrize(
    ("words", "sign", "kind"),
    [
        (("restore-tables",), "-drill-", "table"),
        (("restore-buckets",), "artifacts: holds", "objects"),
    ],
)
def test_what_a_killed_drill_leaves_is_found_by_clean(
    words: tuple[str, ...], sign: str, kind: str
) -> None:
    before = tables()
    running = begin("drill", *words, "--yes")
    assert running.stderr is not None
    seen = ""
    while sign not in seen:
        line = running.stderr.readline()
        assert line, seen
        seen += line
    running.kill()
    running.communicate(timeout=300)
    code, answer = qops("drill", "clean", "--yes")
    found = answer["result"]["leftovers"]
    assert (code, {one["kind"] for one in found}) == (0, {kind}), answer
    assert tables() == before
    assert qops("drill", "clean", "--yes")[1]["result"]["leftovers"] == []
