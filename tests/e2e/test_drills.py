"""The database is really restored beside itself, compared, and removed, however the drill ends."""

import signal
import time
from collections.abc import Callable
from typing import Any

import pg8000.native
import pytest
from e2e_device import ScriptedDevice
from e2e_endpoint import client
from e2e_qops import begin, qops

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
    assert wait_final(run["run_id"], 120)["status"] == "succeeded"
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
    _, rest = running.communicate(timeout=120)
    if how is signal.SIGINT:
        assert running.returncode == 130, rest
        assert "removing the copy" in rest
        assert left(prefix) == []
    else:
        assert len(left(prefix)) == 2
    code, answer = qops("drill", "clean", "--yes")
    kinds = sorted(one["kind"] for one in answer["result"]["leftovers"] if one["removed"])
    assert (code, kinds) == (0, [] if how is signal.SIGINT else ["instance", "snapshot"])
    end = time.monotonic() + 30
    while left(prefix):
        assert time.monotonic() < end, left(prefix)
        time.sleep(0.5)


def test_without_a_snapshot_the_ways_to_one_are_named() -> None:
    code, answer = qops("drill", "restore-db", "--yes")
    assert (code, answer["error"]["code"]) == (1, "drill")
    assert "--fresh" in answer["error"]["next_step"]
