"""Which row of the trail a version of the state was written under."""

from datetime import UTC, datetime, timedelta

import pytest

from qops.state.listing import written_under
from qscreen.audit import GENESIS_HASH, AuditEntry, AuditRow, Scalar, chain_row

NOON = datetime(2026, 11, 30, 12, tzinfo=UTC)


def after(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def trail(*entries: tuple[float, str, dict[str, Scalar]]) -> list[AuditRow]:
    rows: list[AuditRow] = []
    for number, (seconds, action, detail) in enumerate(entries, start=1):
        entry = AuditEntry(
            sequence=number, at=after(seconds), actor="kim", action=action, subject="prod",
            detail=detail,
        )  # fmt: skip
        rows.append(chain_row(rows[-1].hash if rows else GENESIS_HASH, entry))
    return rows


def test_what_happened_within_one_second_is_told_apart_by_the_serial() -> None:
    rows = trail(
        (0.1, "apply.start", {"serial": 0}), (0.3, "apply.end", {"started": 1}),
        (0.4, "apply.start", {"serial": 2}), (0.6, "apply.end", {"started": 3}),
        (0.7, "state.restore", {"serial": 5}),
        (0.8, "apply.start", {"serial": 5}),
    )  # fmt: skip
    # S3 cuts the part of a second off: all versions were written at noon.
    found = {serial: written_under(NOON, serial, rows) for serial in range(8)}
    assert {serial: row and row.entry.sequence for serial, row in found.items()} == {
        0: None, 1: 1, 2: 1, 3: 3, 4: 3, 5: 5, 6: 6, 7: 6,
    }  # fmt: skip


@pytest.mark.parametrize(("seconds", "row"), [(2, 1), (8, 3), (14, 3), (30, None)])
def test_without_a_serial_time_alone_tells(seconds: float, row: int | None) -> None:
    rows = trail(
        (0, "apply.start", {"serial": 0}), (4, "apply.end", {"started": 1}),
        (10, "state.restore", {"serial": 2}),
    )  # fmt: skip
    found = written_under(after(seconds), None, rows)
    assert (found and found.entry.sequence) == row
