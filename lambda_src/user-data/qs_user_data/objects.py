"""Objects of the buckets, in all their versions."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from qs_cloud import clients
from qs_cloud.calls import calling
from qs_cloud.errors import CloudCallError
from qs_cloud.kept import Whose, folders_of
from qs_user_data.store import Found, Person

if TYPE_CHECKING:
    from mypy_boto3_s3.type_defs import ObjectIdentifierTypeDef


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
        for prefix in self._prefixes(person, exported=True):
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
        for prefix in self._prefixes(person):
            # Listed anew after each bit: what was listed before is gone.
            while versions := self._versions(prefix):
                with calling("delete the user's objects"):
                    answer = clients.s3().delete_objects(
                        Bucket=self.bucket, Delete={"Objects": versions, "Quiet": True}
                    )
                if errors := answer.get("Errors"):
                    raise CloudCallError(
                        "delete the user's objects", str(errors[0].get("Code", "Unknown"))
                    )
                yield tuple(f"{one['Key']}@{one.get('VersionId')}" for one in versions)

    def _versions(self, prefix: str) -> "list[ObjectIdentifierTypeDef]":
        with calling("list the versions of the user's objects"):
            answer = clients.s3().list_object_versions(Bucket=self.bucket, Prefix=prefix)
        return [
            {"Key": one["Key"], "VersionId": one["VersionId"]}
            for one in (*answer.get("Versions", ()), *answer.get("DeleteMarkers", ()))
        ]

    def _prefixes(self, person: Person, *, exported: bool = False) -> Iterator[str]:
        ids = {
            Whose.USER: (person.user_id,),
            Whose.RUN: sorted(person.run_ids),
            Whose.DEVICE: sorted(person.device_ids),
        }
        for name, folder in folders_of(self.purpose).items():
            if folder.exported or not exported:
                yield from (f"{name}/{one}/" for one in ids[folder.whose])
