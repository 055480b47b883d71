"""Objects of the buckets, in all their versions."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from qs_cloud import clients
from qs_cloud.calls import calling
from qs_user_data.store import Found, Person
from qs_user_data.versions import erase_below, prefixes_of


@dataclass(frozen=True, slots=True)
class Objects:
    """The objects of one bucket that belong to a user.

    Attributes:
        purpose: Purpose of the bucket.
        bucket: Name of the bucket.
    """

    purpose: str
    bucket: str
    keeps_ids: bool = False

    @property
    def name(self) -> str:
        """Name in steps and certificates."""
        return f"s3.{self.purpose}"

    def find(self, person: Person) -> Iterator[Found]:
        """See ``Store``; the present versions only, and no export of before."""
        for prefix in prefixes_of(self.purpose, person, exported=True):
            token = ""
            while True:
                arguments: dict[str, Any] = {"ContinuationToken": token} if token else {}
                with calling("list the user's objects"):
                    answer = clients.s3().list_objects_v2(
                        Bucket=self.bucket, Prefix=prefix, **arguments
                    )
                for one in answer.get("Contents", ()):
                    yield Found(
                        one["Key"],
                        {
                            "bucket": self.bucket,
                            "key": one["Key"],
                            "bytes": one["Size"],
                            "changed_at": one["LastModified"].isoformat(),
                        },
                    )
                token = answer.get("NextContinuationToken", "")
                if not token:
                    break

    def erase(self, person: Person) -> Iterator[tuple[str, ...]]:
        """See ``Store``; versions and their delete markers."""
        for prefix in prefixes_of(self.purpose, person):
            yield from erase_below(clients.s3(), self.bucket, prefix, "the user's objects")
