"""The audit hash chain.

Each entry's hash covers the entry and the hash before it, so no entry can be changed, removed
or moved without breaking every hash that follows. The hash is

    SHA-256( UTF-8( canonical JSON of {"entry": <entry>, "previous": <hash before>} ) )

in lower-case hexadecimal. Canonical JSON is RFC 8785: no white space, members sorted by the
UTF-16 code units of their names, the shortest escapes, numbers as ECMAScript prints them. The
time `at` is written in UTC with microseconds and `Z`, which is what PostgreSQL keeps.
"""

import hashlib
import json
import math
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

from pydantic import Field, field_validator

from qscreen.wire.base import Timestamp, WireModel

Scalar = str | bool | int | float | None
"""A JSON scalar."""

GENESIS_HASH = "0" * 64
"""The hash before the first entry; no SHA-256 of an entry can be expected to be all zeros."""

_MAX_SAFE_INTEGER = 2**53 - 1  # RFC 8785, section 3.2.2.3: numbers are IEEE 754 doubles.

Hash = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class AuditEntry(WireModel):
    """One audited fact: who did what to what, and when."""

    sequence: int = Field(ge=1, le=_MAX_SAFE_INTEGER, description="Place in the chain, from 1.")
    at: Timestamp
    actor: str = Field(min_length=1, max_length=200, description="Who acted.")
    action: str = Field(min_length=1, max_length=200, description="What was done.")
    subject: str = Field(min_length=1, max_length=200, description="To what it was done.")
    detail: dict[str, Scalar] = Field(default_factory=dict)

    @field_validator("detail")
    @classmethod
    def _has_canonical_numbers(cls, detail: dict[str, Scalar]) -> dict[str, Scalar]:
        for name, value in detail.items():
            if isinstance(value, float) and not math.isfinite(value):
                raise ValueError(f"detail.{name} is {value}: JSON has finite numbers only")
            if isinstance(value, int) and abs(value) > _MAX_SAFE_INTEGER:
                raise ValueError(
                    f"detail.{name} is beyond 2^53-1, where JSON numbers are no longer exact: "
                    "pass it as a string"
                )
        return detail


class AuditRow(WireModel):
    """An entry as it is stored, with the two hashes that chain it."""

    entry: AuditEntry
    previous_hash: Hash
    hash: Hash


class ChainFault(StrEnum):
    """Ways in which a chain can be broken."""

    GAP = "gap"
    ALTERED = "altered"
    REORDERED = "reordered"


class ChainVerification(WireModel):
    """Whether a chain holds, and if not, where it breaks first."""

    intact: bool
    checked: int = Field(ge=0, description="Rows that hold, from the start.")
    last_hash: Hash = Field(description="Hash of the last row that holds.")
    broken_at: int | None = Field(
        default=None, description="Sequence at which the chain breaks first."
    )
    fault: ChainFault | None = None
    message: str | None = Field(default=None, description="What is wrong, in one sentence.")


def entry_hash(previous_hash: str, entry: AuditEntry) -> str:
    """Compute the hash of an entry.

    Args:
        previous_hash: Hash of the entry before it; `GENESIS_HASH` for the first.
        entry: The entry.

    Returns:
        64 lower-case hexadecimal digits.
    """
    document: dict[str, object] = {"entry": _as_json(entry), "previous": previous_hash}
    return hashlib.sha256(canonical_json(document).encode()).hexdigest()


def chain_row(previous_hash: str, entry: AuditEntry) -> AuditRow:
    """Make the row that appends an entry to a chain.

    Args:
        previous_hash: Hash of the chain's last row; `GENESIS_HASH` when the chain is empty.
        entry: The entry to append.

    Returns:
        The row to store.
    """
    return AuditRow(entry=entry, previous_hash=previous_hash, hash=entry_hash(previous_hash, entry))


def verify_chain(
    rows: Iterable[AuditRow],
    *,
    first_sequence: int = 1,
    previous_hash: str = GENESIS_HASH,
    expected_last_hash: str | None = None,
) -> ChainVerification:
    """Check rows against each other, in the order in which they are given.

    Args:
        rows: The rows, ordered as stored.
        first_sequence: Sequence that the first row must have; above 1 to check a part.
        previous_hash: Hash before the first row.
        expected_last_hash: Hash the chain must end in, where a witness outside the table is
            kept; without one, rows missing at the very end cannot be noticed.

    Returns:
        The verdict with the first broken place.
    """
    remaining = list(rows)
    expected = first_sequence
    for place, row in enumerate(remaining):
        fault, message = _fault_of(row, expected, previous_hash, remaining[place + 1 :])
        if fault is not None:
            return ChainVerification(
                intact=False,
                checked=place,
                last_hash=previous_hash,
                broken_at=expected,
                fault=fault,
                message=message,
            )
        previous_hash = row.hash
        expected += 1
    if expected_last_hash is not None and expected_last_hash != previous_hash:
        return ChainVerification(
            intact=False,
            checked=len(remaining),
            last_hash=previous_hash,
            broken_at=expected,
            fault=ChainFault.GAP,
            message=f"the chain ends before entry {expected}: its end is missing or replaced",
        )
    return ChainVerification(intact=True, checked=len(remaining), last_hash=previous_hash)


def _fault_of(
    row: AuditRow, expected: int, previous_hash: str, later: list[AuditRow]
) -> tuple[ChainFault | None, str | None]:
    found = row.entry.sequence
    if found < expected:
        return ChainFault.REORDERED, f"entry {found} stands where entry {expected} belongs"
    if found > expected:
        if any(other.entry.sequence == expected for other in later):
            return ChainFault.REORDERED, f"entry {expected} stands after entry {found}"
        return ChainFault.GAP, f"entry {expected} is missing: entry {found} follows directly"
    if entry_hash(row.previous_hash, row.entry) != row.hash:
        return ChainFault.ALTERED, f"entry {found} is not what its hash was made of"
    if row.previous_hash != previous_hash:
        return (
            ChainFault.ALTERED,
            f"entry {found} was chained to another entry than the one before it",
        )
    return None, None


def _as_json(entry: AuditEntry) -> dict[str, object]:
    return {
        "sequence": entry.sequence,
        "at": _utc(entry.at),
        "actor": entry.actor,
        "action": entry.action,
        "subject": entry.subject,
        "detail": dict(entry.detail),
    }


def _utc(at: datetime) -> str:
    return at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def canonical_json(value: object) -> str:
    """Write a value as RFC 8785 canonical JSON.

    Args:
        value: None, bool, int, float, str, or a mapping with string keys of such values.

    Returns:
        The canonical text.

    Raises:
        TypeError: The value has no form in JSON.
        ValueError: A number is not finite.
    """
    if value is None or isinstance(value, bool | str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return _ecmascript_number(value)
    if isinstance(value, Mapping):
        names = sorted(value, key=lambda name: str(name).encode("utf-16-be"))
        members = (f"{canonical_json(str(name))}:{canonical_json(value[name])}" for name in names)
        return "{" + ",".join(members) + "}"
    raise TypeError(f"{type(value).__name__} has no canonical JSON form")


def _ecmascript_number(value: float) -> str:
    """Print a double as ECMAScript's Number::toString does (ECMA-262, section 6.1.6.1.20)."""
    if not math.isfinite(value):
        raise ValueError(f"{value} is not a JSON number")
    if value == 0:
        return "0"
    # repr gives the shortest digits that round-trip, the same digits that ECMAScript asks for.
    sign, digits, exponent = Decimal(repr(value)).normalize().as_tuple()
    shown = "".join(map(str, digits))
    point = len(shown) + int(exponent)  # value = 0.<shown> x 10^point
    if 0 < point <= 21:
        text = (
            shown.ljust(point, "0") if point >= len(shown) else f"{shown[:point]}.{shown[point:]}"
        )
    elif -6 < point <= 0:
        text = "0." + "0" * -point + shown
    else:
        mantissa = shown[0] + (f".{shown[1:]}" if len(shown) > 1 else "")
        text = f"{mantissa}e{point - 1:+d}"
    return f"-{text}" if sign else text
