"""Copies of entries in the bucket with object lock: one object each, chained as the rows are."""

from dataclasses import dataclass
from datetime import UTC
from typing import Any

from qs_cloud import clients
from qs_cloud.calls import calling
from qs_cloud.errors import CloudCallError
from qscreen.audit import AuditRow, canonical_json

CONTENT_TYPE = "application/json"
FOLDER = "entries/"
_PRESENT = frozenset({"PreconditionFailed", "412"})
_ABSENT = frozenset({"NoSuchKey", "404"})


class CopyDiffersError(Exception):
    """What lies in the bucket under an entry's key is not the entry."""


@dataclass(frozen=True, slots=True)
class Copies:
    """The locked bucket.

    Attributes:
        bucket: Its name.
    """

    bucket: str

    def put(self, row: AuditRow) -> str:
        """Copy an entry, unless its copy is there.

        Args:
            row: The entry as it is stored.

        Returns:
            Key of the copy.

        Raises:
            CopyDiffersError: If something else lies there.
            CloudCallError: If the bucket cannot be reached.
        """
        key, body = key_of(row), body_of(row)
        try:
            with calling("copy the audit entry"):
                clients.s3().put_object(
                    Bucket=self.bucket,
                    Key=key,
                    Body=body,
                    ContentType=CONTENT_TYPE,
                    # A locked bucket takes no object without a checksum.
                    ChecksumAlgorithm="SHA256",
                    IfNoneMatch="*",
                )
        except CloudCallError as error:
            if error.code not in _PRESENT:
                raise
            if self.get(row) != body:
                raise CopyDiffersError(
                    f"The object {key} is not entry {row.entry.sequence} of the audit. Nothing "
                    "was overwritten. Compare its versions with the row in PostgreSQL; one of "
                    "them was changed."
                ) from error
        return key

    def get(self, row: AuditRow) -> bytes | None:
        """Read the copy of an entry.

        Args:
            row: The entry.

        Returns:
            The copy; None if there is none.

        Raises:
            CloudCallError: If the bucket cannot be reached.
        """
        try:
            with calling("read the copy of the audit entry"):
                answer = clients.s3().get_object(Bucket=self.bucket, Key=key_of(row))
                return answer["Body"].read()
        except CloudCallError as error:
            if error.code in _ABSENT:
                return None
            raise

    def after(self, sequence: int) -> tuple[AuditRow, ...]:
        """Read the copies of later entries.

        Args:
            sequence: Entries after this one.

        Returns:
            The rows as they were copied, in their order.

        Raises:
            CloudCallError: If the bucket cannot be reached.
        """
        keys: dict[int, str] = {}
        token = ""
        while True:
            arguments: dict[str, Any] = {"ContinuationToken": token} if token else {}
            with calling("list the copies of audit entries"):
                answer = clients.s3().list_objects_v2(
                    Bucket=self.bucket, Prefix=FOLDER, **arguments
                )
            for one in answer.get("Contents", ()):
                place = int(one["Key"].rsplit("/", 1)[1].removesuffix(".json"))
                if place > sequence:
                    keys[place] = one["Key"]
            token = answer.get("NextContinuationToken", "")
            if not token:
                break
        return tuple(self._row(keys[place]) for place in sorted(keys))

    def _row(self, key: str) -> AuditRow:
        with calling("read the copy of an audit entry"):
            body = clients.s3().get_object(Bucket=self.bucket, Key=key)["Body"].read()
        return AuditRow.model_validate_json(body)


def key_of(row: AuditRow) -> str:
    """Name the copy of an entry: by day, and by place, so that a gap is seen in a listing.

    Args:
        row: The entry.

    Returns:
        Key in the bucket.
    """
    return f"{FOLDER}{row.entry.at.astimezone(UTC):%Y/%m/%d}/{row.entry.sequence:020d}.json"


def body_of(row: AuditRow) -> bytes:
    """Write the copy of an entry.

    Args:
        row: The entry.

    Returns:
        Canonical JSON with the entry and both hashes; the same bytes each time.
    """
    entry = row.entry.model_dump(mode="json")
    entry["at"] = row.entry.at.astimezone(UTC).isoformat(timespec="microseconds")
    document = {"entry": entry, "previous_hash": row.previous_hash, "hash": row.hash}
    return canonical_json(document).encode()
