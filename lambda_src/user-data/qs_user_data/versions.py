"""Versions of objects, delete markers among them: what a bucket holds until each is deleted."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from qs_cloud.calls import calling
from qs_cloud.errors import CloudCallError
from qs_cloud.kept import Whose, folders_of
from qs_user_data.store import Person

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import ObjectIdentifierTypeDef


def prefixes_of(purpose: str, person: Person, *, exported: bool = False) -> Iterator[str]:
    """Name the beginnings of the keys that belong to a user.

    Args:
        purpose: Purpose of the bucket.
        person: The user.
        exported: Whether to leave out what no export holds.

    Yields:
        The beginnings, each a whole folder.
    """
    ids = {
        Whose.USER: (person.user_id,),
        Whose.RUN: sorted(person.run_ids),
        Whose.DEVICE: sorted(person.device_ids),
    }
    for name, folder in folders_of(purpose).items():
        if folder.exported or not exported:
            yield from (f"{name}/{one}/" for one in ids[folder.whose])


def versions_below(
    client: "S3Client", bucket: str, prefix: str, whose: str
) -> "Iterator[list[ObjectIdentifierTypeDef]]":
    """List the versions below a prefix, page by page.

    Args:
        client: Client of the bucket's region.
        bucket: Name of the bucket.
        prefix: Beginning of the keys.
        whose: What they are, for the text of an error.

    Yields:
        Versions and delete markers of one page; a page may have none.

    Raises:
        CloudCallError: If the bucket cannot be reached.
    """
    place: dict[str, str] = {}
    while True:
        arguments: dict[str, Any] = dict(place)
        with calling(f"list the versions of {whose}"):
            answer = client.list_object_versions(Bucket=bucket, Prefix=prefix, **arguments)
        yield [
            {"Key": one["Key"], "VersionId": one["VersionId"]}
            for one in (*answer.get("Versions", ()), *answer.get("DeleteMarkers", ()))
        ]
        if not answer.get("IsTruncated"):
            return
        place = {
            "KeyMarker": answer["NextKeyMarker"],
            "VersionIdMarker": answer["NextVersionIdMarker"],
        }


def erase_below(
    client: "S3Client", bucket: str, prefix: str, whose: str
) -> Iterator[tuple[str, ...]]:
    """Delete the versions below a prefix.

    Args:
        client: Client of the bucket's region.
        bucket: Name of the bucket.
        prefix: Beginning of the keys.
        whose: What they are, for the text of an error.

    Yields:
        Names of what was deleted, after each bit.

    Raises:
        CloudCallError: If the bucket cannot be reached, or refuses even one of them.
    """
    # Listed anew after each bit: what was listed before is gone.
    while versions := next(filter(None, versions_below(client, bucket, prefix, whose)), None):
        with calling(f"delete {whose}"):
            answer = client.delete_objects(
                Bucket=bucket, Delete={"Objects": versions, "Quiet": True}
            )
        if errors := answer.get("Errors"):
            raise CloudCallError(f"delete {whose}", str(errors[0].get("Code", "Unknown")))
        yield tuple(f"{one['Key']}@{one.get('VersionId')}" for one in versions)
