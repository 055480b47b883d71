"""Checking the log: edited, removed, reordered and cut off lines are found."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from qagent.audit.log import CURRENT, WITNESS, rotated
from qagent.messages import text
from qscreen.audit import GENESIS_HASH, AuditRow, ChainFault, entry_hash, verify_chain


@dataclass(frozen=True, slots=True)
class Verification:
    """Whether the log holds, and where it breaks first.

    Attributes:
        intact: Whether it holds.
        checked: Entries that hold, from the first.
        last_hash: Hash of the last entry that holds.
        file: File of the first fault; empty when there is none.
        line: Line of the first fault, from 1.
        fault: Kind of the fault: gap, altered, reordered, damaged, truncated or witness.
        message: The fault in words.
    """

    intact: bool
    checked: int
    last_hash: str
    file: str = ""
    line: int = 0
    fault: str = ""
    message: str = ""


@dataclass(frozen=True, slots=True)
class _Place:
    file: str
    line: int


def verify(folder: Path, expected_last_hash: str | None = None) -> Verification:
    """Check the log of a folder.

    Args:
        folder: The folder.
        expected_last_hash: Hash that the log must end in, where it was noted somewhere else.

    Raises:
        OSError: A file cannot be read.
    """
    rows: list[AuditRow] = []
    places: list[_Place] = []
    damaged: tuple[_Place, str] | None = None
    for place, line in _lines(folder):
        try:
            rows.append(AuditRow.model_validate_json(line))
        except ValidationError:
            damaged = place, text("audit.fault.no_row")
            break
        places.append(place)
    chain = verify_chain(rows)
    if not chain.intact:
        place = places[chain.checked]
        return Verification(
            False,
            chain.checked,
            chain.last_hash,
            place.file,
            place.line,
            str(chain.fault),
            _words(chain.fault, rows[chain.checked], chain.checked + 1),
        )
    if damaged is not None:
        place, message = damaged
        return Verification(
            False, len(rows), chain.last_hash, place.file, place.line, "damaged", message
        )
    end = places[-1] if places else _Place(CURRENT, 0)
    fault = _fault_of_end(folder, rows, expected_last_hash)
    if fault is None:
        return Verification(True, len(rows), chain.last_hash)
    return Verification(False, len(rows), chain.last_hash, end.file, end.line + 1, *fault)


def _words(fault: ChainFault | None, row: AuditRow, expected: int) -> str:
    """What is wrong with the first row that does not hold."""
    found = row.entry.sequence
    if fault is ChainFault.GAP:
        return text("audit.fault.gap", expected=expected, found=found)
    if fault is ChainFault.REORDERED:
        key = "audit.fault.early" if found > expected else "audit.fault.late"
        return text(key, expected=expected, found=found)
    same = entry_hash(row.previous_hash, row.entry) == row.hash
    return text("audit.fault.chained" if same else "audit.fault.altered", found=found)


def _lines(folder: Path) -> Iterator[tuple[_Place, bytes]]:
    for path in (*rotated(folder), folder / CURRENT):
        if not path.exists():
            continue
        with path.open("rb") as file:
            for number, line in enumerate(file, start=1):
                yield _Place(path.name, number), line


def _fault_of_end(
    folder: Path, rows: list[AuditRow], expected: str | None
) -> tuple[str, str] | None:
    """What is wrong with the end of a chain that holds in itself."""
    last = rows[-1].hash if rows else GENESIS_HASH
    if expected is not None and expected != last:
        return "truncated", text("audit.fault.other_end")
    try:
        witness = json.loads((folder / WITNESS).read_text(encoding="utf-8"))
        sequence, noted = int(witness["sequence"]), str(witness["hash"])
    except FileNotFoundError:
        return ("witness", text("audit.fault.no_witness", file=WITNESS)) if rows else None
    except (ValueError, KeyError, TypeError):
        return "witness", text("audit.fault.bad_witness", file=WITNESS)
    if sequence > len(rows):
        return "truncated", text("audit.fault.cut", first=len(rows) + 1, last=sequence)
    # A crash leaves the witness behind; then it names an entry before the last.
    if sequence < 1 or rows[sequence - 1].hash != noted:
        return "witness", text("audit.fault.other_witness", file=WITNESS)
    return None
