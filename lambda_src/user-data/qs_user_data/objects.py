"""Objects of the buckets, in all their versions."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from qs_cloud import clients
from qs_cloud.calls import calling
from qs_cloud.command_record import run_prefix
from qs_cloud.errors import CloudCallError
from qs_user_data.store import Found, Person

if TYPE_CHECKING:
    from mypy_boto3_s3.type_defs import ObjectIdentifierTypeDef

OWN_FOLDERS = ("exports", "settings", "templates", "uploads")
"""Folders in which each user has one of his own."""


@dataclass(frozen=True, slots=True)
class Objects:
    """The objects of one bucket that belong to a user.

    Attributes:
        name: Name in steps and certificates.
        bucket: Name of the bucket.
    """

    name: str
    bucket: str
    keeps_ids: bool = False

    def find(self, person: Person) -> Iterator[Found]:
        """See ``Store``; the present versions only, and no export of before."""
        for prefix in _prefixes(person):
            if prefix.startswith("exports/"):
                continue
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
        for prefix in _prefixes(person):
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


def _prefixes(person: Person) -> Iterator[str]:
    for folder in OWN_FOLDERS:
        yield f"{folder}/{person.user_id}/"
    for run_id in sorted(person.run_ids):
        yield run_prefix(run_id)
    for device_id in sorted(person.device_ids):
        yield f"devices/{device_id}/"
