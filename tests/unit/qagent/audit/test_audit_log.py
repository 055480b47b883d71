"""The local audit log: appended, carried on, and every tampering found."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from qagent.audit import AuditLog, verify
from qagent.audit.log import CURRENT, WITNESS, rotated
from qagent.home import HomeError
from qscreen.audit import GENESIS_HASH, AuditRow, verify_chain


def filled(folder: Path, count: int = 5, rotate_bytes: int = 5_000_000) -> AuditLog:
    log = AuditLog(folder, rotate_bytes)
    for number in range(1, count + 1):
        log.append("local:a test", "step", f"run-{number}", {"outcome": "confirmed", "ms": 1.5})
    return log


def lines(folder: Path) -> list[str]:
    return (folder / CURRENT).read_text(encoding="utf-8").splitlines(keepends=True)


def test_an_untouched_log_is_intact_and_names_its_end(tmp_path: Path) -> None:
    assert verify(tmp_path).checked == 0
    filled(tmp_path)
    found = verify(tmp_path)
    last = json.loads(lines(tmp_path)[-1])
    assert (found.intact, found.checked, found.last_hash) == (True, 5, last["hash"])
    assert json.loads(lines(tmp_path)[0])["previous_hash"] == GENESIS_HASH
    assert (tmp_path / CURRENT).stat().st_mode & 0o777 == 0o600


def edited(found: list[str]) -> list[str]:
    return [*found[:2], found[2].replace("confirmed", "refused"), *found[3:]]


def rewritten(found: list[str]) -> list[str]:
    """Somebody knows the format and makes the edited row's own hash fit."""
    from qscreen.audit import chain_row

    row = AuditRow.model_validate_json(found[2].replace("confirmed", "refused"))
    again = chain_row(row.previous_hash, row.entry)
    return [*found[:2], json.dumps(again.model_dump(mode="json")) + "\n", *found[3:]]


@pytest.mark.parametrize(
    ("tamper", "fault", "line"),
    [
        (edited, "altered", 3),
        (rewritten, "altered", 4),
        (lambda found: [*found[:2], *found[3:]], "gap", 3),
        (lambda found: found[1:], "gap", 1),
        (lambda found: [found[0], found[2], found[1], *found[3:]], "reordered", 2),
        (lambda found: found[:-1], "truncated", 5),
        (lambda _: [], "truncated", 1),
        (lambda found: [*found[:-1], found[-1][:40]], "damaged", 5),
        (lambda found: [*found[:2], "\n", *found[2:]], "damaged", 3),
        (lambda found: [*found, found[-1]], "reordered", 6),
    ],
)
def test_every_tampering_is_found_where_it_is(
    tmp_path: Path, tamper: Callable[[list[str]], list[str]], fault: str, line: int
) -> None:
    filled(tmp_path)
    (tmp_path / CURRENT).write_text("".join(tamper(lines(tmp_path))), encoding="utf-8")
    found = verify(tmp_path)
    assert not found.intact
    assert (found.fault, found.line, found.file) == (fault, line, CURRENT)
    if fault in {"gap", "altered", "reordered"}:
        rows = [AuditRow.model_validate_json(one) for one in lines(tmp_path)]
        assert found.message == verify_chain(rows).message


def test_without_its_witness_a_log_is_not_trusted(tmp_path: Path) -> None:
    filled(tmp_path)
    (tmp_path / WITNESS).unlink()
    assert verify(tmp_path).fault == "witness"
    (tmp_path / WITNESS).write_text('{"sequence": 5, "hash": "0"}', encoding="utf-8")
    assert verify(tmp_path).fault == "witness"
    (tmp_path / WITNESS).write_text("[]", encoding="utf-8")
    assert verify(tmp_path).fault == "witness"


def test_a_hash_noted_elsewhere_finds_a_log_cut_with_its_witness(tmp_path: Path) -> None:
    filled(tmp_path)
    noted = verify(tmp_path).last_hash
    shorter = tmp_path / "shorter"
    filled(shorter, 4)
    assert verify(shorter).intact
    assert verify(shorter, noted).fault == "truncated"
    assert verify(tmp_path, noted).intact


def test_the_chain_goes_on_through_rotated_files(tmp_path: Path) -> None:
    filled(tmp_path, 12, rotate_bytes=1000)
    aside = rotated(tmp_path)
    assert len(aside) >= 2
    assert verify(tmp_path).checked == 12
    AuditLog(tmp_path, 1000).append("local:a test", "step", "run-13")
    assert verify(tmp_path).checked == 13
    aside[1].unlink()
    assert verify(tmp_path).fault == "gap"


def test_a_row_that_a_crash_cut_is_dropped_and_the_chain_goes_on(tmp_path: Path) -> None:
    log = filled(tmp_path, 2)
    whole = lines(tmp_path)
    with (tmp_path / CURRENT).open("a", encoding="utf-8") as file:
        file.write('{"entry": {"sequence": 3, "at"')
    log.append("local:a test", "step", "run-3")
    assert verify(tmp_path).checked == 3
    assert lines(tmp_path)[:2] == whole


def test_a_crash_before_the_witness_leaves_the_log_intact(tmp_path: Path) -> None:
    filled(tmp_path, 2)
    witness = (tmp_path / WITNESS).read_bytes()
    filled(tmp_path, 1)
    (tmp_path / WITNESS).write_bytes(witness)
    assert verify(tmp_path).intact


def test_a_log_that_ends_in_nonsense_is_not_written_to(tmp_path: Path) -> None:
    log = filled(tmp_path, 2)
    with (tmp_path / CURRENT).open("a", encoding="utf-8") as file:
        file.write("nonsense\n")
    with pytest.raises(HomeError, match="audit verify"):
        log.append("local:a test", "step", "run-3")


_APPEND = """
import sys
from pathlib import Path
from qagent.audit import AuditLog
log = AuditLog(Path(sys.argv[1]))
for number in range(10):
    log.append("local:another process", "step", f"run-{number}")
"""


def test_processes_share_one_chain(tmp_path: Path) -> None:
    command = [sys.executable, "-c", _APPEND, str(tmp_path)]
    for process in [subprocess.Popen(command) for _ in range(2)]:
        assert process.wait(120) == 0
    assert verify(tmp_path).checked == 20
