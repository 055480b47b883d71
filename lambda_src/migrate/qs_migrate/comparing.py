"""Comparing a restored copy of the database with the database itself.

A backup that was never restored is a hope. The copy is compared row by row, by digests that the
servers make; no content leaves them. What was written after the backup is told apart from what the
backup has lost: each table has a moment at which its rows were written.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from qs_cloud import clients
from qs_cloud.audit_chain import pages
from qs_cloud.calls import calling
from qs_cloud.errors import BadPayloadError, CloudCallError
from qs_cloud.postgres import (
    Connection,
    CredentialsRefusedError,
    Database,
    DatabaseSecret,
    parse_secret,
)
from qs_cloud.stages import CURRENT, PREVIOUS
from qs_migrate.catalogue import keys_of, schema_of
from qscreen.audit import GENESIS_HASH, verify_chain

ANSWER_SECONDS = 120
"""The first rows of a table come once all of it is sorted."""
PAGE_ROWS = 2000
GRACE = timedelta(seconds=5)
"""A transaction that had begun when the backup was made may have ended after it."""

_MOMENTS = {
    "audit_copies": "t.copied_at",
    "audit_identities": "t.created_at",
    "audit_log": "t.at",
    "erasure_steps": "(SELECT e.started_at FROM erasures e WHERE e.erasure_id = t.erasure_id)",
    "erasures": "t.started_at",
    "job_cursors": "t.changed_at",
    "run_steps": "(SELECT r.recorded_at FROM runs r WHERE r.run_id = t.run_id)",
    "runs": "t.recorded_at",
    "schema_migrations": "t.applied_at",
}
"""When a row of each table was written."""

KEPT = frozenset({"audit_log", "schema_migrations"})
"""Tables whose rows nobody may change or delete: a difference is a loss on either side."""


class UncomparableError(Exception):
    """The databases cannot be compared; neither was changed."""


class CopyPlace(BaseModel):
    """Where the copy answers."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    host: str = Field(min_length=1)
    port: int = Field(ge=1, le=65535)


@dataclass(slots=True)
class TableComparison:
    """One table of both databases.

    Attributes:
        table: Its name.
        rows: Rows of the copy.
        same: Rows that are the same in both.
        changed: Rows that the database has changed since, or that the copy has otherwise.
        deleted: Rows of the copy that the database has no more.
        lost: Rows that the database had when the backup was made, and the copy has not.
        newer: Rows that came after the backup.
    """

    table: str
    rows: int = 0
    same: int = 0
    changed: int = 0
    deleted: int = 0
    lost: int = 0
    newer: int = 0

    def answer(self) -> dict[str, object]:
        """Write the part of the function's answer."""
        kept = self.table in KEPT
        return {
            **{name: getattr(self, name) for name in self.__slots__},
            "holds": not self.lost and not (kept and (self.changed or self.deleted)),
        }


_Row = tuple[str, str, datetime | None]


def read_place(value: object) -> CopyPlace:
    """Read where the copy is.

    Args:
        value: ``{"host", "port"}``.

    Returns:
        The typed place.

    Raises:
        BadPayloadError: If it is none.
    """
    try:
        return CopyPlace.model_validate(value)
    except ValidationError as error:
        fields = sorted({".".join(map(str, fault["loc"])) for fault in error.errors()})
        raise BadPayloadError(
            f"The copy to compare is not usable at {', '.join(fields) or 'the whole'}. It is "
            '{"compare": {"host", "port"}}.'
        ) from None


def compare(secret_arn: str, place: CopyPlace) -> dict[str, Any]:
    """Compare a restored copy with the database.

    Args:
        secret_arn: ARN of the administrator's secret, which has the address of the database.
        place: Where the copy answers.

    Returns:
        ``{"holds", "structure", "tables", "audit", "latest"}``.

    Raises:
        UncomparableError: If the place is the database itself, the copy takes no password that the
            secret still knows, or a table has no moment.
        DatabaseUnavailableError: If either cannot be reached.
    """
    current = _secret(secret_arn, CURRENT)
    if current is None:
        raise UncomparableError("The administrator's secret has no value. Apply the platform.")
    if (current.host, current.port) == (place.host, place.port):
        raise UncomparableError(
            "The copy would be the database itself. Name where the restored instance answers."
        )
    source = Database(current, answer_seconds=ANSWER_SECONDS)
    copy = _copy(secret_arn, current, place)
    try:
        with source.connection() as left, copy.connection() as right:
            for connection in (left, right):
                connection.run("SET TimeZone = 'UTC'")
                connection.run("START TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            return _compared(left, right)
    finally:
        source.close()
        copy.close()


def _secret(arn: str, stage: str) -> DatabaseSecret | None:
    client = clients.secretsmanager()
    try:
        with calling("read the secret of PostgreSQL's administrator"):
            answer = client.get_secret_value(SecretId=arn, VersionStage=stage)
    except CloudCallError as error:
        if error.code == "ResourceNotFoundException":
            return None
        raise
    return parse_secret(answer.get("SecretString", ""))


def _copy(arn: str, current: DatabaseSecret, place: CopyPlace) -> Database:
    # The copy has the passwords of the time of the backup.
    for known in (current, _secret(arn, PREVIOUS)):
        if known is None:
            continue
        there = {"host": place.host, "port": place.port}
        database = Database(known.model_copy(update=there), answer_seconds=ANSWER_SECONDS)
        try:
            with database.connection() as connection:
                connection.run("SELECT 1")
        except CredentialsRefusedError:
            continue
        return database
    raise UncomparableError(
        "The copy takes neither the present nor the previous password of the administrator: it is "
        "older than both. Give it the present one (rds modify-db-instance), or take a newer backup."
    )


def _compared(source: Connection, copy: Connection) -> dict[str, Any]:
    ours, theirs = schema_of(source), schema_of(copy)
    keys = keys_of(copy)
    unknown = sorted(set(keys) - set(_MOMENTS))
    if unknown:
        raise UncomparableError(
            f"Nothing says when rows of {', '.join(unknown)} were written. Name the moment in "
            "qs_migrate.comparing and deploy again."
        )
    present = keys_of(source)
    tables = [_table(source, copy, name, keys[name]) for name in sorted(set(keys) & set(present))]
    audit = _audit(copy)
    missing, extra = sorted(ours - theirs), sorted(theirs - ours)
    return {
        "holds": not missing
        and not extra
        and bool(audit["intact"])
        and all(table.answer()["holds"] for table in tables),
        "structure": {"same": not missing and not extra, "missing": missing, "extra": extra},
        "tables": [table.answer() for table in tables],
        "audit": audit,
        "latest": _latest(copy, keys),
    }


def _table(source: Connection, copy: Connection, table: str, key: Sequence[str]) -> TableComparison:
    found, latest = TableComparison(table), _bound(copy, table)

    def only_in_source(row: _Row) -> None:
        moment = row[2]
        if latest is None or moment is None or moment > latest - GRACE:
            found.newer += 1
        else:
            found.lost += 1

    def in_both(mine: _Row, theirs: _Row) -> None:
        if mine[1] == theirs[1]:
            found.same += 1
        else:
            found.changed += 1

    def only_in_copy(_: _Row) -> None:
        found.deleted += 1

    _merge(
        _rows(source, table, key), _rows(copy, table, key), only_in_source, in_both, only_in_copy
    )
    found.rows = found.same + found.changed + found.deleted
    return found


def _merge(
    left: Iterator[_Row],
    right: Iterator[_Row],
    only_left: Callable[[_Row], None],
    both: Callable[[_Row, _Row], None],
    only_right: Callable[[_Row], None],
) -> None:
    one, other = next(left, None), next(right, None)
    while one is not None or other is not None:
        if other is None or (one is not None and one[0] < other[0]):
            assert one is not None
            only_left(one)
            one = next(left, None)
        elif one is None or other[0] < one[0]:
            only_right(other)
            other = next(right, None)
        else:
            both(one, other)
            one, other = next(left, None), next(right, None)


def _rows(connection: Connection, table: str, key: Sequence[str]) -> Iterator[_Row]:
    # In hexadecimal, so that both servers and this program sort alike whatever the collation.
    name = "||'/'||".join(f"t.{column}::text" for column in key)
    connection.run(
        f"DECLARE compared_{table} NO SCROLL CURSOR FOR "  # noqa: S608 - names of the catalogue
        f"SELECT encode(convert_to({name}, 'UTF8'), 'hex') COLLATE \"C\" AS name, "
        f"encode(sha256(convert_to(t::text, 'UTF8')), 'hex'), {_MOMENTS[table]} "
        f"FROM {table} t ORDER BY name"
    )
    while page := connection.run(f"FETCH {PAGE_ROWS} FROM compared_{table}"):
        for found, digest, moment in page:
            yield str(found), str(digest), moment
    connection.run(f"CLOSE compared_{table}")


def _bound(copy: Connection, table: str) -> datetime | None:
    rows = copy.run(f"SELECT max({_MOMENTS[table]}) FROM {table} t")  # noqa: S608
    moment: datetime | None = rows[0][0] if rows else None
    return moment


def _latest(copy: Connection, keys: dict[str, tuple[str, ...]]) -> str | None:
    moments = [moment for table in keys if (moment := _bound(copy, table)) is not None]
    return max(moments).isoformat() if moments else None


def _audit(copy: Connection) -> dict[str, object]:
    checked, last = 0, GENESIS_HASH
    for page in pages(copy, 1, PAGE_ROWS):
        verdict = verify_chain(page, first_sequence=checked + 1, previous_hash=last)
        checked, last = checked + verdict.checked, verdict.last_hash
        if not verdict.intact:
            return {"rows": checked, "intact": False, "message": verdict.message, "last": last}
    return {"rows": checked, "intact": True, "message": None, "last": last}
