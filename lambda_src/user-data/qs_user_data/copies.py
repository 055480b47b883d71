"""Copies of objects in the recovery region.

S3 copies new versions and delete markers there, but never the deletion of one version
(https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-what-is-isnot-replicated.html):
what an erasure deletes for good in the platform's own region would outlive it in the other.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from qs_cloud import clients
from qs_cloud.config import ConfigurationError, optional_variable, variable
from qs_cloud.kept import FOLDERS, Whose
from qs_user_data.store import Found, Person, name_in
from qs_user_data.versions import erase_below, prefixes_of, versions_below

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

COPIED = frozenset(folder.bucket for folder in FOLDERS.values() if folder.whose is not Whose.AUDIT)
"""Purposes of the buckets with objects of users, all of which have a copy where any has."""


@dataclass(frozen=True, slots=True)
class Copies:
    """The copies of one bucket's objects that belong to a user.

    Attributes:
        purpose: Purpose of the bucket that is copied.
        bucket: Name of the bucket with the copies.
        region: Region of that bucket.
    """

    purpose: str
    bucket: str
    region: str
    keeps_ids: bool = False

    @property
    def name(self) -> str:
        """Name in steps and certificates."""
        return name_in(f"s3.{self.purpose}", self.region)

    def find(self, person: Person) -> Iterator[Found]:
        """See ``Store``; every version, for the copy may have one that the original lost."""
        for prefix in prefixes_of(self.purpose, person):
            for page in versions_below(self._client, self.bucket, prefix, self._whose):
                for one in page:
                    yield Found(
                        f"{one['Key']}@{one.get('VersionId')}",
                        {"bucket": self.bucket, "region": self.region, "key": one["Key"]},
                    )

    def erase(self, person: Person) -> Iterator[tuple[str, ...]]:
        """See ``Store``; versions and their delete markers."""
        for prefix in prefixes_of(self.purpose, person):
            yield from erase_below(self._client, self.bucket, prefix, self._whose)

    @property
    def _client(self) -> "S3Client":
        return clients.s3_in(self.region)

    @property
    def _whose(self) -> str:
        return f"copies of the user's objects in {self.region}"


def copies_from_environment() -> tuple[Copies, ...]:
    """Read where the copies are.

    Returns:
        One store for each bucket that has a copy; none where the platform has no recovery region.

    Raises:
        ConfigurationError: If a recovery region is named, but not the bucket of each copy.
    """
    region = optional_variable("QS_RECOVERY_REGION")
    if region is None:
        return ()
    text = variable("QS_RECOVERY_BUCKETS")
    try:
        buckets = json.loads(text)
    except ValueError:
        buckets = None
    if not isinstance(buckets, dict) or set(buckets) != COPIED or not all(buckets.values()):
        raise ConfigurationError(
            "The variable QS_RECOVERY_BUCKETS must be JSON that names a bucket for each of "
            f"{', '.join(sorted(COPIED))}, not {text!r}: an erasure would leave copies behind. "
            "Correct it in the function's environment and deploy again."
        )
    return tuple(Copies(purpose, str(buckets[purpose]), region) for purpose in sorted(buckets))
