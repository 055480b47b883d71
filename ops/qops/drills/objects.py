"""Objects and their versions, as a drill writes, loses, restores and removes them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from qops.drills.errors import LeftoverError, calling
from qops.drills.running import left

FOLDER = "qops-drill/"
"""First part of the key of every object that a drill makes; nothing else of the platform has it."""

_LOOKED_AT = 5000
"""Entries of a bucket among which versions to try are looked for."""
_CONTENT_TYPE = "application/x-qops-drill"
_AT_ONCE = 1000
_NO_LOCK = "ObjectLockConfigurationNotFoundError"
_NO_COPY = "ReplicationConfigurationNotFoundError"
_ARCHIVED = frozenset({"InvalidObjectState"})


@dataclass(frozen=True, slots=True)
class Bucket:
    """A bucket of the platform.

    Attributes:
        name: Its name.
        purpose: What it is for.
        versioned: Whether versions are kept.
        locked: Whether it has object lock.
        key: ARN of the KMS key of new objects; None for the keys of S3.
        copy: Bucket that its objects are copied into; None without one.
    """

    name: str
    purpose: str
    versioned: bool
    locked: bool
    key: str | None
    copy: str | None


@dataclass(frozen=True, slots=True)
class Content:
    """An object as it was read.

    Attributes:
        body: Its bytes.
        metadata: What its writer said of it.
        content_type: Its kind.
        tags: Its tags.
        key: ARN of the KMS key that encrypted it; None for the keys of S3.
    """

    body: bytes
    metadata: Mapping[str, str]
    content_type: str
    tags: Mapping[str, str]
    key: str | None

    def differences(self, body: bytes, marks: Mapping[str, str], key: str | None) -> list[str]:
        """In what it is not as a drill wrote it.

        Args:
            body: What was written.
            marks: Its metadata.
            key: Its KMS key; None where it does not matter.
        """
        faults = []
        if self.body != body:
            faults.append("its bytes differ")
        if dict(self.metadata) != dict(marks):
            faults.append("its metadata differ")
        if self.content_type != _CONTENT_TYPE:
            faults.append("its content type differs")
        if dict(self.tags) != {"qops-drill": marks["drill"]}:
            faults.append("its tags differ")
        if key is not None and self.key != key:
            faults.append("it is encrypted by another key than the bucket says")
        return faults


@dataclass(frozen=True, slots=True)
class Sampled:
    """Versions that were tried.

    Attributes:
        tried: How many.
        archived: How many lie in an archive, out of which they must be restored first.
        unreadable: Those that could not be read, each with why.
    """

    tried: int
    archived: int
    unreadable: list[str]


@dataclass(frozen=True, slots=True)
class Objects:
    """What a drill asks of S3.

    Attributes:
        s3: boto3 client.
    """

    s3: Any

    def names(self) -> set[str]:
        """Names of the account's buckets."""
        pages = self.s3.get_paginator("list_buckets").paginate()
        return {str(one["Name"]) for page in pages for one in page["Buckets"]}

    def bucket(self, name: str, purpose: str) -> Bucket:
        """A bucket with its settings.

        Args:
            name: Its name.
            purpose: What it is for.
        """
        with calling(f"look at bucket {name}"):
            versioning = self.s3.get_bucket_versioning(Bucket=name).get("Status")
            rules = self.s3.get_bucket_encryption(Bucket=name)["ServerSideEncryptionConfiguration"][
                "Rules"
            ]
            lock = self._setting("get_object_lock_configuration", _NO_LOCK, name)
            copies = self._setting("get_bucket_replication", _NO_COPY, name)
        default = rules[0].get("ApplyServerSideEncryptionByDefault", {}) if rules else {}
        targets = copies.get("ReplicationConfiguration", {}).get("Rules", ())
        return Bucket(
            name=name,
            purpose=purpose,
            versioned=versioning == "Enabled",
            locked=lock.get("ObjectLockConfiguration", {}).get("ObjectLockEnabled") == "Enabled",
            key=default.get("KMSMasterKeyID"),
            copy=next((one["Destination"]["Bucket"].rpartition(":")[2] for one in targets), None),
        )

    def put(self, bucket: str, key: str, body: bytes, marks: Mapping[str, str]) -> str:
        """Write an object; its version."""
        with calling(f"write into bucket {bucket}"):
            answer = self.s3.put_object(
                Bucket=bucket,
                Key=key,
                Body=body,
                Metadata=dict(marks),
                ContentType=_CONTENT_TYPE,
                Tagging=f"qops-drill={marks['drill']}",
            )
        return str(answer["VersionId"])

    def get(self, bucket: str, key: str, version: str | None = None) -> Content:
        """Read an object, or one of its versions."""
        which = {"Bucket": bucket, "Key": key} | ({"VersionId": version} if version else {})
        with calling(f"read from bucket {bucket}"):
            answer = self.s3.get_object(**which)
            tags = self.s3.get_object_tagging(**which)["TagSet"]
        return Content(
            body=answer["Body"].read(),
            metadata=answer["Metadata"],
            content_type=answer["ContentType"],
            tags={one["Key"]: one["Value"] for one in tags},
            key=answer.get("SSEKMSKeyId"),
        )

    def is_there(self, bucket: str, key: str) -> bool:
        """Whether an object can be read."""
        try:
            self.s3.get_object(Bucket=bucket, Key=key)
        except self.s3.exceptions.NoSuchKey:
            return False
        return True

    def delete(self, bucket: str, key: str) -> str:
        """Delete an object as a program does it; the version of its delete marker."""
        with calling(f"delete an object of bucket {bucket}"):
            return str(self.s3.delete_object(Bucket=bucket, Key=key)["VersionId"])

    def delete_version(self, bucket: str, key: str, version: str) -> None:
        """Delete a version for good; of a delete marker, this brings the object back."""
        with calling(f"delete a version from bucket {bucket}"):
            self.s3.delete_object(Bucket=bucket, Key=key, VersionId=version)

    def restore(self, bucket: str, key: str, version: str) -> None:
        """Make an older version the present one, with its metadata and tags."""
        with calling(f"restore a version in bucket {bucket}"):
            self.s3.copy_object(
                Bucket=bucket,
                Key=key,
                CopySource={"Bucket": bucket, "Key": key, "VersionId": version},
            )

    def replication(self, bucket: str, key: str, version: str) -> str | None:
        """S3's word on the copy of a version; None without one."""
        found = self.s3.head_object(Bucket=bucket, Key=key, VersionId=version)
        status: str | None = found.get("ReplicationStatus")
        # The API reference names both words.
        return "COMPLETED" if status == "COMPLETE" else status

    def entries(self, bucket: str, prefix: str) -> Iterator[dict[str, Any]]:
        """Versions and delete markers under a prefix."""
        pages = self.s3.get_paginator("list_object_versions").paginate(Bucket=bucket, Prefix=prefix)
        for page in pages:
            yield from page.get("Versions", ())
            yield from page.get("DeleteMarkers", ())

    def versions(self, bucket: str, prefix: str) -> list[tuple[str, str]]:
        """Keys and versions under a prefix, without delete markers."""
        found = self.entries(bucket, prefix)
        return [(one["Key"], one["VersionId"]) for one in found if "Size" in one]

    def remove_all(self, bucket: str, prefix: str) -> None:
        """Remove everything under a drill's prefix, with all versions.

        Raises:
            LeftoverError: It is no drill's prefix, or something is still there.
        """
        from botocore.exceptions import BotoCoreError, ClientError

        if not prefix.startswith(FOLDER):
            raise LeftoverError(f"{prefix} was not removed.", why=f"It is not in {FOLDER}.")
        what = f"{prefix} in bucket {bucket}"
        try:
            found = [
                {"Key": one["Key"], "VersionId": one["VersionId"]}
                for one in self.entries(bucket, prefix)
            ]
            for place in range(0, len(found), _AT_ONCE):
                answer = self.s3.delete_objects(
                    Bucket=bucket,
                    Delete={"Objects": found[place : place + _AT_ONCE], "Quiet": True},
                )
                for fault in answer.get("Errors", ()):
                    raise left(what, f"{fault.get('Code')}: {fault.get('Message')}")
        except (BotoCoreError, ClientError) as error:
            raise left(what, str(error)) from error

    def sample(self, bucket: str, count: int) -> Sampled:
        """Read a byte of some versions, those that are no longer the present ones first.

        Args:
            bucket: The bucket.
            count: How many.
        """
        from botocore.exceptions import ClientError

        with calling(f"list the versions in bucket {bucket}"):
            seen = islice(self.entries(bucket, ""), _LOOKED_AT)
            found = [one for one in seen if one.get("Size") and not one["Key"].startswith(FOLDER)]
        # Sorting is stable: the order of the bucket stays within both.
        chosen = sorted(found, key=lambda one: bool(one["IsLatest"]))[:count]
        archived, unreadable = 0, []
        for one in chosen:
            try:
                answer = self.s3.get_object(
                    Bucket=bucket, Key=one["Key"], VersionId=one["VersionId"], Range="bytes=0-0"
                )
                answer["Body"].read(1)
                answer["Body"].close()
                # A server may give the whole where a part was asked for.
                told = answer.get("ContentRange", "").rpartition("/")[2] or answer["ContentLength"]
                size = int(told)
                why = "" if size == one["Size"] else f"{size} bytes of {one['Size']}"
            except ClientError as error:
                code = error.response.get("Error", {}).get("Code", "")
                archived += code in _ARCHIVED
                why = "" if code in _ARCHIVED else str(error)
            if why:
                unreadable.append(f"{one['Key']} ({one['VersionId']}): {why}")
        return Sampled(len(chosen), archived, unreadable)

    def _setting(self, call: str, absent: str, bucket: str) -> dict[str, Any]:
        from botocore.exceptions import ClientError

        try:
            answer: dict[str, Any] = getattr(self.s3, call)(Bucket=bucket)
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") != absent:
                raise
            return {}
        return answer
