"""The hash chain against vectors that were not computed by it."""

import hashlib
import json
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from qscreen.audit import (
    GENESIS_HASH,
    AuditEntry,
    AuditRow,
    ChainFault,
    canonical_json,
    chain_row,
    entry_hash,
    verify_chain,
)

AT = datetime(2026, 11, 23, 9, 0, 0, 5, tzinfo=UTC)


def entry(sequence: int, **detail: str | int | float | bool | None) -> AuditEntry:
    return AuditEntry(
        sequence=sequence,
        at=AT + timedelta(seconds=sequence),
        actor="user-1",
        action="run.finished",
        subject=f"run-{sequence}",
        detail=detail,
    )


def chain(length: int) -> list[AuditRow]:
    rows: list[AuditRow] = []
    previous = GENESIS_HASH
    for sequence in range(1, length + 1):
        rows.append(chain_row(previous, entry(sequence, steps=sequence)))
        previous = rows[-1].hash
    return rows


def test_hash_of_a_document_written_by_hand() -> None:
    first = AuditEntry(
        sequence=1,
        at=datetime(2026, 11, 23, 18, 0, 0, 5, tzinfo=timezone(timedelta(hours=9))),
        actor="홍길동",
        action="run.finished",
        subject="run-1",
        detail={"ok": True, "ms": 1200.0, "note": 'say "hi"\n', "none": None, "b": 1.5e-7},
    )
    written = (
        '{"entry":{"action":"run.finished","actor":"홍길동","at":"2026-11-23T09:00:00.000005Z",'
        '"detail":{"b":1.5e-7,"ms":1200,"none":null,"note":"say \\"hi\\"\\n","ok":true},'
        '"sequence":1,"subject":"run-1"},"previous":"' + "0" * 64 + '"}'
    )
    assert entry_hash(GENESIS_HASH, first) == hashlib.sha256(written.encode()).hexdigest()


def test_hash_is_the_one_that_sha256sum_printed() -> None:
    # printf '{"entry":{"action":"a","actor":"u","at":"2026-01-01T00:00:00.000000Z","detail":{},
    # "sequence":1,"subject":"s"},"previous":"000...0"}' | sha256sum   (one line)
    first = AuditEntry(
        sequence=1, at=datetime(2026, 1, 1, tzinfo=UTC), actor="u", action="a", subject="s"
    )
    assert entry_hash(GENESIS_HASH, first) == SHA256SUM


SHA256SUM = "0dad4832a62c94134f62abf40d63e6d7a9a24aac383896f40ec106acb67a116b"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        # RFC 8785, appendix B: IEEE 754 samples.
        (0.0, "0"),
        (-0.0, "0"),
        (5e-324, "5e-324"),
        (1.7976931348623157e308, "1.7976931348623157e+308"),
        (9007199254740992.0, "9007199254740992"),
        (295147905179352830000.0, "295147905179352830000"),
        (9.999999999999997e22, "9.999999999999997e+22"),
        (1e23, "1e+23"),
        (999999999999999700000.0, "999999999999999700000"),
        (1e21, "1e+21"),
        (9.999999999999997e-7, "9.999999999999997e-7"),
        (0.000001, "0.000001"),
        (333333333.3333332, "333333333.3333332"),
        (-0.0000033333333333333333, "-0.0000033333333333333333"),
        (4.5, "4.5"),
        (2e-3, "0.002"),
        # RFC 8785, section 3.2.3: names are sorted by UTF-16 code units.
        (
            {"€": "a", "\r": "b", "\ufb33": "c", "1": "d", "😀": "e", "\x80": "f", "ö": "g"},
            '{"\\r":"b","1":"d","\x80":"f","ö":"g","€":"a","😀":"e","\ufb33":"c"}',
        ),
        ("\x0f\n'A'\"\\/", '"\\u000f\\n\'A\'\\"\\\\/"'),
        (True, "true"),
        (None, "null"),
        (-7, "-7"),
    ],
)
def test_canonical_json(value: object, text: str) -> None:
    assert canonical_json(value) == text


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_canonical_numbers_round_trip(value: float) -> None:
    assert float(json.loads(canonical_json(value))) == value


@given(st.dictionaries(st.text(), st.one_of(st.text(), st.booleans(), st.none())))
def test_canonical_objects_round_trip(value: dict[str, str | bool | None]) -> None:
    assert json.loads(canonical_json(value)) == value


def test_canonical_json_refuses_what_json_has_not() -> None:
    with pytest.raises(TypeError, match="bytes"):
        canonical_json(b"x")
    with pytest.raises(ValueError, match="not a JSON number"):
        canonical_json(float("inf"))


@pytest.mark.parametrize("number", [float("nan"), float("inf"), 2**53])
def test_entry_refuses_numbers_that_json_cannot_keep(number: float) -> None:
    with pytest.raises(ValidationError):
        entry(1, number=number)


def test_float_and_int_of_the_same_value_hash_alike() -> None:
    # PostgreSQL's jsonb does not keep the difference.
    assert entry_hash(GENESIS_HASH, entry(1, n=2)) == entry_hash(GENESIS_HASH, entry(1, n=2.0))


def test_intact_chain() -> None:
    rows = chain(5)
    result = verify_chain(rows, expected_last_hash=rows[-1].hash)
    assert result.intact
    assert (result.checked, result.last_hash, result.broken_at) == (5, rows[-1].hash, None)


def test_empty_chain_is_intact() -> None:
    result = verify_chain([])
    assert result.intact
    assert result.last_hash == GENESIS_HASH


def test_part_of_a_chain() -> None:
    rows = chain(5)
    assert verify_chain(rows[2:], first_sequence=3, previous_hash=rows[1].hash).intact
    assert not verify_chain(rows[2:], first_sequence=3, previous_hash=rows[0].hash).intact


@pytest.mark.parametrize("removed", [0, 1, 3])
def test_gap(removed: int) -> None:
    rows = chain(5)
    del rows[removed]
    result = verify_chain(rows)
    assert not result.intact
    assert (result.fault, result.broken_at) == (ChainFault.GAP, removed + 1)


def test_missing_end_is_a_gap_for_a_witness() -> None:
    rows = chain(5)
    result = verify_chain(rows[:4], expected_last_hash=rows[4].hash)
    assert (result.intact, result.fault, result.broken_at) == (False, ChainFault.GAP, 5)


@pytest.mark.parametrize("place", [0, 2, 4])
@pytest.mark.parametrize(
    "change",
    [
        {"actor": "user-2"},
        {"action": "run.failed"},
        {"subject": "run-9"},
        {"detail": {"steps": 99}},
        {"at": AT},
    ],
)
def test_altered(place: int, change: dict[str, object]) -> None:
    rows = chain(5)
    forged = rows[place].entry.model_copy(update=change)
    rows[place] = rows[place].model_copy(update={"entry": forged})
    result = verify_chain(rows)
    assert (result.fault, result.broken_at) == (ChainFault.ALTERED, place + 1)
    assert result.checked == place


def test_altered_and_hashed_anew_breaks_at_the_next_row() -> None:
    rows = chain(5)
    rows[1] = chain_row(rows[0].hash, entry(2, steps=99))
    result = verify_chain(rows)
    assert (result.fault, result.broken_at) == (ChainFault.ALTERED, 3)


def test_reordered() -> None:
    rows = chain(5)
    rows[1], rows[3] = rows[3], rows[1]
    result = verify_chain(rows)
    assert (result.fault, result.broken_at) == (ChainFault.REORDERED, 2)


def test_repeated_row_is_reordered() -> None:
    rows = chain(3)
    rows.append(rows[1])
    result = verify_chain(rows)
    assert (result.fault, result.broken_at) == (ChainFault.REORDERED, 4)


def test_swapped_and_renumbered_is_altered() -> None:
    rows = chain(3)
    swapped = [
        rows[0],
        rows[2].model_copy(update={"entry": rows[2].entry.model_copy(update={"sequence": 2})}),
        rows[1].model_copy(update={"entry": rows[1].entry.model_copy(update={"sequence": 3})}),
    ]
    assert verify_chain(swapped).fault is ChainFault.ALTERED


scalars = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
    st.booleans(),
    st.none(),
    st.integers(-(2**53) + 1, 2**53 - 1),
    st.floats(allow_nan=False, allow_infinity=False),
)
names = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20)
details = st.dictionaries(names, scalars, max_size=4)
facts = st.lists(st.tuples(names, names, names, details), min_size=2, max_size=8)


def chain_of(told: list[tuple[str, str, str, dict[str, object]]]) -> list[AuditRow]:
    rows: list[AuditRow] = []
    previous = GENESIS_HASH
    for sequence, (actor, action, subject, detail) in enumerate(told, 1):
        fact = AuditEntry.model_validate(
            {
                "sequence": sequence,
                "at": AT + timedelta(seconds=sequence),
                "actor": actor,
                "action": action,
                "subject": subject,
                "detail": detail,
            }
        )
        rows.append(chain_row(previous, fact))
        previous = rows[-1].hash
    return rows


@given(facts)
def test_any_chain_is_intact_and_so_is_its_copy(
    told: list[tuple[str, str, str, dict[str, object]]],
) -> None:
    rows = chain_of(told)
    assert verify_chain(rows, expected_last_hash=rows[-1].hash).intact
    copied = [AuditRow.model_validate_json(row.model_dump_json()) for row in rows]
    assert verify_chain(copied, expected_last_hash=rows[-1].hash).intact
    assert chain_of([(a, b, c, dict(reversed(list(d.items())))) for a, b, c, d in told]) == rows


@given(facts, st.data())
def test_any_change_of_a_chain_is_found_at_its_place_or_before_its_end(
    told: list[tuple[str, str, str, dict[str, object]]], data: st.DataObject
) -> None:
    rows = chain_of(told)
    last = rows[-1].hash
    at = data.draw(st.integers(0, len(rows) - 1))
    match data.draw(st.sampled_from(["remove", "alter", "repeat", "swap", "rehash"])):
        case "remove":
            del rows[at]
        case "alter":
            forged = rows[at].entry.model_copy(update={"subject": rows[at].entry.subject + "x"})
            rows[at] = rows[at].model_copy(update={"entry": forged})
        case "repeat":
            rows.insert(at, rows[at])
        case "swap":
            other = (at + 1) % len(rows)
            rows[at], rows[other] = rows[other], rows[at]
        case "rehash":
            forged = rows[at].entry.model_copy(update={"subject": rows[at].entry.subject + "x"})
            rows[at] = chain_row(rows[at - 1].hash if at else GENESIS_HASH, forged)
    result = verify_chain(rows, expected_last_hash=last)
    assert not result.intact
    assert result.fault is not None
    assert result.broken_at is not None
    assert result.checked <= len(rows)
