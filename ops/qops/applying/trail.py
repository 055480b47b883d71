"""The trail: who approved and applied what, hash-chained, kept in the bucket of the state.

Each row is an object of its own, ``<state key without .tfstate>.audit/<sequence>.json``, written
under the condition that there is none yet: two writers cannot both append the same row, and in AWS
the policy of the roles demands the condition. A witness of the last row stays on this machine, so
that rows missing at the end are noticed too.
"""

import json
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

from pydantic import ValidationError

from qops.errors import QopsError
from qscreen.audit import (
    GENESIS_HASH,
    AuditEntry,
    AuditRow,
    ChainFault,
    ChainVerification,
    Scalar,
    chain_row,
    verify_chain,
)

APPROVED, STARTED, ENDED = "plan.approve", "apply.start", "apply.end"
RESTORE_APPROVED, RESTORED, UNRESTORED = "restore.approve", "state.restore", "state.unrestored"
UNLOCKED = "state.unlock"
ROLLBACK_STARTED, ROLLBACK_ENDED = "rollback.start", "rollback.end"
_TRIES = 5
_READERS = 8
"""Rows that are read at a time: a year has thousands, and every apply reads all of them."""


class TrailError(QopsError):
    """The trail cannot be read or written."""

    code = "audit_trail"


class RowTakenError(Exception):
    """Another writer has appended the row first."""


class RowStore(Protocol):
    """Where rows are kept."""

    def names(self) -> list[str]:
        """Names of all rows, in their order."""

    def read(self, name: str) -> bytes:
        """The content of a row."""

    def add(self, name: str, content: bytes) -> None:
        """Write a row that is not there yet.

        Raises:
            RowTakenError: It is there.
        """


class S3Rows:
    """Rows in S3."""

    def __init__(self, client: Any, bucket: str, state_key: str) -> None:
        """Point at the place.

        Args:
            client: S3 client.
            bucket: Bucket of the state.
            state_key: Key of the state; the rows lie beside it.
        """
        self._client = client
        self._bucket = bucket
        self.prefix = f"{state_key.removesuffix('.tfstate')}.audit/"

    def names(self) -> list[str]:
        """Names of all rows, in their order."""
        pages = self._client.get_paginator("list_objects_v2").paginate(
            Bucket=self._bucket, Prefix=self.prefix
        )
        try:
            found = [item["Key"] for page in pages for item in page.get("Contents", ())]
        except self._client.exceptions.NoSuchBucket:
            return []
        return sorted(key.removeprefix(self.prefix) for key in found)

    def read(self, name: str) -> bytes:
        """The content of a row."""
        answer = self._client.get_object(Bucket=self._bucket, Key=self.prefix + name)
        content: bytes = answer["Body"].read()
        return content

    def add(self, name: str, content: bytes) -> None:
        """Write a row that is not there yet.

        Raises:
            RowTakenError: It is there.
        """
        try:
            self._client.put_object(
                Bucket=self._bucket,
                Key=self.prefix + name,
                Body=content,
                ContentType="application/json",
                IfNoneMatch="*",
            )
        except self._client.exceptions.ClientError as error:
            if error.response.get("Error", {}).get("Code") in {
                "PreconditionFailed",
                "ConditionalRequestConflict",
            }:
                raise RowTakenError(name) from error
            raise


@dataclass(frozen=True, slots=True)
class TrailVerdict:
    """Whether the trail holds.

    Attributes:
        rows: The rows that could be read, in order.
        chain: The verdict on the chain, the witness included.
        unfinished: Applies and rollbacks that began and never ended.
    """

    rows: tuple[AuditRow, ...]
    chain: ChainVerification
    unfinished: tuple[AuditRow, ...] = ()


@dataclass(slots=True)
class Trail:
    """The trail of one environment.

    Attributes:
        store: Where its rows are.
        witness: File on this machine that remembers the last row.
        generation: Life of the local cloud that holds the rows; empty in AWS.
    """

    store: RowStore
    witness: Path
    generation: str = ""

    def append(
        self, *, actor: str, action: str, subject: str, detail: Mapping[str, Scalar]
    ) -> AuditRow:
        """Append a row.

        Args:
            actor: Who acts.
            action: One of the actions of this module.
            subject: What it is done to.
            detail: What else is to be remembered; nothing secret.

        Returns:
            The row as it is stored.

        Raises:
            TrailError: Other writers were faster each time, or the last row cannot be read.
        """
        for _ in range(_TRIES):
            names = self.store.names()
            sequence, previous = 1, GENESIS_HASH
            if names:
                last = self._row(names[-1])
                sequence, previous = last.entry.sequence + 1, last.hash
            entry = AuditEntry(
                sequence=sequence,
                at=datetime.now(UTC),
                actor=actor[:200],
                action=action,
                subject=subject,
                detail=dict(detail),
            )
            row = chain_row(previous, entry)
            try:
                self.store.add(_name(sequence), row.model_dump_json(indent=2).encode())
            except RowTakenError:
                continue
            self._remember(row)
            return row
        raise TrailError(
            "Nothing could be appended to the audit trail.",
            why=f"Other writers were faster {_TRIES} times.",
            next_step="Wait until the other applies have ended, then try again.",
        )

    def verify(self) -> TrailVerdict:
        """Check all rows against each other, and against the witness."""
        rows: list[AuditRow] = []
        with ThreadPoolExecutor(_READERS) as pool:
            reading = [pool.submit(self._row, name) for name in self.store.names()]
        for place, row in enumerate(reading, start=1):
            try:
                rows.append(row.result())
            except TrailError as error:
                verdict = verify_chain(rows)
                broken = ChainVerification(
                    intact=False,
                    checked=verdict.checked,
                    last_hash=verdict.last_hash,
                    broken_at=place,
                    fault=ChainFault.ALTERED,
                    message=error.why,
                )
                return TrailVerdict(tuple(rows), broken if verdict.intact else verdict)
        return TrailVerdict(tuple(rows), self._witnessed(rows), _unfinished(rows))

    def approval(self, plan: str, seal: str) -> AuditRow | None:
        """The approval of a plan; None when there is none.

        Args:
            plan: SHA-256 of the plan.
            seal: Digest of its seal.

        Raises:
            TrailError: The trail is broken, so that no approval in it can be trusted.
        """
        return self.approval_of(APPROVED, plan, seal=seal)

    def approval_of(self, action: str, subject: str, **detail: Scalar) -> AuditRow | None:
        """The latest approval of something; None when there is none.

        Args:
            action: The kind of approval.
            subject: What was approved.
            detail: What the row has to say besides.

        Raises:
            TrailError: The trail is broken, so that no approval in it can be trusted.
        """
        verdict = self.verify()
        require_intact(verdict)
        return next(
            (
                row
                for row in reversed(verdict.rows)
                if row.entry.action == action
                and row.entry.subject == subject
                and detail.items() <= row.entry.detail.items()
            ),
            None,
        )

    def _row(self, name: str) -> AuditRow:
        try:
            return AuditRow.model_validate_json(self.store.read(name))
        except ValidationError as error:
            raise TrailError(
                f"Row {name} of the audit trail cannot be read.",
                why=f"{name} is no row: {error.errors()[0]['msg']}.",
                next_step="Restore its earlier version in the state bucket, then: qops audit",
            ) from error

    def _witnessed(self, rows: list[AuditRow]) -> ChainVerification:
        verdict = verify_chain(rows)
        seen = self._seen()
        if not verdict.intact or seen is None:
            return verdict
        sequence, expected = seen
        found = rows[sequence - 1].hash if len(rows) >= sequence else None
        if found == expected:
            return verdict
        return ChainVerification(
            intact=False,
            checked=min(len(rows), sequence - 1),
            last_hash=verdict.last_hash,
            broken_at=sequence,
            fault=ChainFault.GAP if found is None else ChainFault.ALTERED,
            message=f"row {sequence} was written from this machine and "
            + ("is missing" if found is None else "is another one now"),
        )

    def _seen(self) -> tuple[int, str] | None:
        try:
            data = json.loads(self.witness.read_text(encoding="utf-8"))
            if data["generation"] != self.generation:
                return None
            return int(data["sequence"]), str(data["hash"])
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def _remember(self, row: AuditRow) -> None:
        self.witness.parent.mkdir(parents=True, exist_ok=True)
        temporary = self.witness.with_name(f"{self.witness.name}.new")
        temporary.write_text(
            json.dumps(
                {
                    "generation": self.generation,
                    "sequence": row.entry.sequence,
                    "hash": row.hash,
                }
            ),
            encoding="utf-8",
        )
        temporary.replace(self.witness)


def require_intact(verdict: TrailVerdict) -> None:
    """Refuse to rely on a broken trail.

    Args:
        verdict: The verdict on it.

    Raises:
        TrailError: It is broken.
    """
    if not verdict.chain.intact:
        raise TrailError(
            "The audit trail is broken.",
            why=f"{verdict.chain.message} (row {verdict.chain.broken_at}).",
            next_step="Find out who changed it: the bucket keeps earlier versions and CloudTrail "
            "names the caller. Restore the rows, then: qops audit",
        )


def _unfinished(rows: list[AuditRow]) -> tuple[AuditRow, ...]:
    ends, starts = {ENDED, ROLLBACK_ENDED}, {STARTED, ROLLBACK_STARTED}
    ended = {row.entry.detail.get("started") for row in rows if row.entry.action in ends}
    return tuple(
        row for row in rows if row.entry.action in starts and row.entry.sequence not in ended
    )


def _name(sequence: int) -> str:
    return f"{sequence:08d}.json"
