import json
import threading
from pathlib import Path

import boto3
import pytest
from moto import mock_aws

from qops.applying.trail import (
    APPROVED,
    ENDED,
    STARTED,
    RowTakenError,
    S3Rows,
    Trail,
    TrailError,
)
from qscreen.audit import ChainFault


class Rows:
    """Rows in memory, with the one promise that S3 gives: a row is written once."""

    def __init__(self) -> None:
        self.rows: dict[str, bytes] = {}
        self._lock = threading.Lock()

    def names(self) -> list[str]:
        return sorted(self.rows)

    def read(self, name: str) -> bytes:
        return self.rows[name]

    def add(self, name: str, content: bytes) -> None:
        with self._lock:
            if name in self.rows:
                raise RowTakenError(name)
            self.rows[name] = content


@pytest.fixture
def rows() -> Rows:
    return Rows()


@pytest.fixture
def trail(rows: Rows, tmp_path: Path) -> Trail:
    return Trail(rows, tmp_path / "witness.json")


def start(trail: Trail, who: str = "ann"):
    return trail.append(actor=who, action=STARTED, subject="prod", detail={"plan": "a" * 64})


def end(trail: Trail, sequence: int):
    detail = {"started": sequence, "result": "done"}
    return trail.append(actor="ann", action=ENDED, subject="prod", detail=detail)


def test_rows_are_read_several_at_a_time(trail: Trail, rows: Rows, monkeypatch) -> None:
    for _ in range(4):
        start(trail)
    together = threading.Barrier(2, timeout=60)
    read = rows.read

    def waits_for_another(name: str) -> bytes:
        together.wait()
        return read(name)

    monkeypatch.setattr(rows, "read", waits_for_another)
    verdict = trail.verify()
    assert verdict.chain.intact
    assert [row.entry.sequence for row in verdict.rows] == [1, 2, 3, 4]


def test_an_empty_trail_holds(trail: Trail) -> None:
    verdict = trail.verify()
    assert verdict.chain.intact
    assert verdict.rows == ()


def test_rows_are_chained_and_verified(trail: Trail, rows: Rows) -> None:
    first = start(trail)
    second = end(trail, first.entry.sequence)
    assert second.previous_hash == first.hash
    assert rows.names() == ["00000001.json", "00000002.json"]
    verdict = trail.verify()
    assert (verdict.chain.intact, verdict.chain.checked, verdict.unfinished) == (True, 2, ())


def test_an_apply_that_never_ended_is_told(trail: Trail) -> None:
    end(trail, start(trail).entry.sequence)
    killed = start(trail)
    assert trail.verify().unfinished == (killed,)


def test_a_changed_row_is_found(trail: Trail, rows: Rows) -> None:
    start(trail)
    start(trail)
    rows.rows["00000001.json"] = rows.rows["00000001.json"].replace(b"ann", b"bob")
    chain = trail.verify().chain
    assert (chain.intact, chain.broken_at, chain.fault) == (False, 1, ChainFault.ALTERED)


def test_a_row_that_is_no_row_is_found(trail: Trail, rows: Rows) -> None:
    start(trail)
    start(trail)
    rows.rows["00000002.json"] = b"{}"
    chain = trail.verify().chain
    assert (chain.intact, chain.checked, chain.broken_at) == (False, 1, 2)
    with pytest.raises(TrailError, match=r"00000002\.json"):
        start(trail)


def test_a_removed_row_is_found_in_the_middle_and_at_the_end(trail: Trail, rows: Rows) -> None:
    for _ in range(3):
        start(trail)
    kept = rows.rows.pop("00000003.json")
    chain = trail.verify().chain
    assert (chain.intact, chain.fault) == (False, ChainFault.GAP)
    assert "written from this machine and is missing" in str(chain.message)
    rows.rows["00000003.json"] = kept
    del rows.rows["00000002.json"]
    assert trail.verify().chain.broken_at == 2


def test_a_chain_forged_as_a_whole_is_found_by_the_witness(
    trail: Trail, rows: Rows, tmp_path: Path
) -> None:
    start(trail)
    forged = Rows()
    start(Trail(forged, tmp_path / "other.json"), who="mallory")
    rows.rows = forged.rows
    assert not trail.verify().chain.intact
    assert Trail(rows, tmp_path / "none.json").verify().chain.intact  # nobody else would notice


def test_a_new_life_of_the_local_cloud_has_a_new_trail(rows: Rows, tmp_path: Path) -> None:
    start(Trail(rows, tmp_path / "w", "one"))
    rows.rows.clear()
    assert not Trail(rows, tmp_path / "w", "one").verify().chain.intact
    assert Trail(rows, tmp_path / "w", "two").verify().chain.intact


def test_writers_beside_each_other_lose_no_row(rows: Rows, tmp_path: Path) -> None:
    trails = [Trail(rows, tmp_path / f"w{at}") for at in range(4)]
    threads = [threading.Thread(target=start, args=(trail,)) for trail in trails]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    chain = Trail(rows, tmp_path / "none").verify().chain
    assert (chain.intact, chain.checked) == (True, 4)


def test_a_writer_that_is_always_too_late_says_so(trail: Trail, rows: Rows, monkeypatch) -> None:
    def taken(name: str, content: bytes) -> None:
        raise RowTakenError(name)

    monkeypatch.setattr(rows, "add", taken)
    with pytest.raises(TrailError, match="Nothing could be appended"):
        start(trail)


def test_only_the_approval_of_this_very_plan_counts(trail: Trail) -> None:
    def approve(plan: str, seal: str):
        return trail.append(actor="bob", action=APPROVED, subject=plan, detail={"seal": seal})

    approve("other", "s")
    approve("p", "other")
    assert trail.approval("p", "s") is None
    row = approve("p", "s")
    assert trail.approval("p", "s") == row


def test_no_approval_is_taken_from_a_broken_trail(trail: Trail, rows: Rows) -> None:
    start(trail)
    trail.append(actor="bob", action=APPROVED, subject="p", detail={"seal": "s"})
    rows.rows["00000001.json"] = rows.rows["00000001.json"].replace(b"ann", b"eve")
    with pytest.raises(TrailError, match="is broken"):
        trail.approval("p", "s")


def test_rows_in_s3_are_written_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    with mock_aws():
        client = boto3.client("s3", region_name="us-east-1")
        store = S3Rows(client, "state", "platform/dev.tfstate")
        assert store.prefix == "platform/dev.audit/"
        assert store.names() == []  # there is no bucket yet
        client.create_bucket(Bucket="state")
        client.put_object(Bucket="state", Key="platform/dev.tfstate", Body=b"{}")
        trail = Trail(store, tmp_path / "w")
        row = start(trail)
        assert store.names() == ["00000001.json"]
        assert json.loads(store.read("00000001.json"))["hash"] == row.hash
        with pytest.raises(RowTakenError):
            store.add("00000001.json", b"{}")
        assert json.loads(store.read("00000001.json"))["hash"] == row.hash
        end(trail, 1)
        assert trail.verify().chain.intact
