"""The versions of the state object in its bucket; S3 keeps each one that was written."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from qops.errors import PrerequisiteError, RefusedError, UsageError
from qops.platform.backend import no_state_bucket

_NOT_MET = frozenset({"PreconditionFailed", "ConditionalRequestConflict"})
_NO_VERSION = frozenset({"NoSuchVersion", "InvalidArgument", "NoSuchKey", "MethodNotAllowed"})


@dataclass(frozen=True, slots=True)
class Version:
    """One version of the state object.

    Attributes:
        id: S3's version id; ``null`` for what was written before the bucket kept versions.
        at: When it was written, as S3 says.
        size: Bytes.
        latest: Whether it is the current one.
        deleted: Whether it is a delete marker: from here on there was no state.
    """

    id: str
    at: datetime
    size: int
    latest: bool
    deleted: bool = False


class StateStore:
    """Reads and writes the state object."""

    def __init__(self, client: Any, bucket: str, key: str) -> None:
        """Point at the object; nothing is read.

        Args:
            client: S3 client.
            bucket: The bucket.
            key: The object's key.
        """
        self._client = client
        self.bucket = bucket
        self.key = key

    @property
    def name(self) -> str:
        """Address of the object for people."""
        return f"s3://{self.bucket}/{self.key}"

    def versioned(self) -> bool:
        """Whether the bucket keeps versions."""
        answer = self._client.get_bucket_versioning(Bucket=self.bucket)
        return bool(answer.get("Status") == "Enabled")

    def versions(self, limit: int) -> list[Version]:
        """The newest versions, the current one first.

        Args:
            limit: How many at most.

        Raises:
            PrerequisiteError: There is no bucket: nothing was ever applied.
        """
        from botocore.exceptions import ClientError

        try:
            return list(islice(self._versions(), limit))
        except ClientError as error:
            if _code(error) != "NoSuchBucket":
                raise
            raise no_state_bucket(self.bucket) from error

    def _versions(self) -> Iterator[Version]:
        pages = self._client.get_paginator("list_object_versions").paginate(
            Bucket=self.bucket, Prefix=self.key
        )
        for page in pages:
            found = [
                Version(
                    id=one["VersionId"],
                    at=one["LastModified"],
                    size=int(one.get("Size", 0)),
                    latest=bool(one["IsLatest"]),
                    deleted=deleted,
                )
                for kind, deleted in (("Versions", False), ("DeleteMarkers", True))
                for one in page.get(kind, ())
                if one["Key"] == self.key  # the prefix has the lock and the trail, too
            ]
            if not found:
                return
            # A page has its versions in their order, and its delete markers apart from them.
            yield from sorted(found, key=lambda one: (one.latest, one.at), reverse=True)

    def current(self) -> tuple[bytes, str] | None:
        """Body and entity tag of the state as it is; None when there is none."""
        from botocore.exceptions import ClientError

        try:
            answer = self._client.get_object(Bucket=self.bucket, Key=self.key)
        except ClientError as error:
            if _code(error) not in {"NoSuchKey", "NoSuchBucket"}:
                raise
            return None
        return answer["Body"].read(), str(answer["ETag"])

    def require_current(self) -> bytes:
        """The state as it is.

        Raises:
            PrerequisiteError: There is none.
        """
        found = self.current()
        if found is None:
            raise self._absent()
        return found[0]

    def read(self, version: str) -> bytes:
        """The content of a version.

        Args:
            version: S3's version id.

        Raises:
            UsageError: There is no such version, or it is a delete marker.
        """
        from botocore.exceptions import ClientError

        try:
            answer = self._client.get_object(Bucket=self.bucket, Key=self.key, VersionId=version)
        except ClientError as error:
            if _code(error) not in _NO_VERSION:
                raise
            raise UsageError(
                f"{self.name} has no version {version} that could be read.",
                why=str(error.response.get("Error", {}).get("Message", "")),
                next_step="Take an id from: qops state versions",
            ) from error
        content: bytes = answer["Body"].read()
        return content

    def write(self, body: bytes, *, over: str | None) -> str:
        """Write a new version, provided that the current one is still the one that was read.

        Args:
            body: The content.
            over: Entity tag of the current version; None when there was none.

        Returns:
            Id of the new version.

        Raises:
            RefusedError: Somebody has written meanwhile; nothing was done.
        """
        from botocore.exceptions import ClientError

        condition = {"IfNoneMatch": "*"} if over is None else {"IfMatch": over}
        try:
            answer = self._client.put_object(
                Bucket=self.bucket,
                Key=self.key,
                Body=body,
                ContentType="application/json",
                **condition,
            )
        except ClientError as error:
            if _code(error) not in _NOT_MET:
                raise
            raise RefusedError(
                "Nothing was written: the state is another one by now.",
                why=f"Somebody has written {self.name} since it was read.",
                next_step="Look who: qops state versions; then start again.",
            ) from error
        return str(answer.get("VersionId", "null"))

    def _absent(self) -> PrerequisiteError:
        return PrerequisiteError(
            "There is no state.",
            why=f"{self.name} does not exist: nothing is applied, or it was deleted.",
            next_step="Apply it: qops up, or qops plan and qops apply in AWS. If it was applied: "
            "qops state versions shows whether one can be restored.",
        )


def _code(error: Any) -> str:
    return str(error.response.get("Error", {}).get("Code", ""))
