"""Objects are lost and restored from their versions, and nothing of it stays; S3 is moto's."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError
from fake_cloud import REGION, moto_cloud
from moto.core import DEFAULT_ACCOUNT_ID

from qops.drills.answers import RestoreBucketsAnswer
from qops.drills.buckets import BUCKETS, WantedBuckets, restore_buckets
from qops.drills.cleaning import clean
from qops.drills.errors import DrillError, LeftoverError
from qops.drills.objects import FOLDER, Objects
from qops.errors import UsageError
from qops.platform.aws import Aws
from qops.settings import load_settings

ROOT = Path(__file__).resolve().parents[4]
KEY = "arn:aws:kms:ap-northeast-2:123456789012:key/data"


def named(purpose: str, environment: str = "dev") -> str:
    return f"qscreen-{environment}-{purpose}-{DEFAULT_ACCOUNT_ID}"


class World:
    """Buckets as the platform makes them; moto copies nothing, so a test does where it matters."""

    def __init__(self) -> None:
        self.aws = Aws(load_settings("dev"))
        self.s3 = self.aws.client("s3")
        self.refused: dict[str, str] = {}
        self.s3.meta.events.register("before-call.s3", self._refuse)
        self.s3.meta.events.register("provide-client-params.s3.CopyObject", self._default_key)
        for purpose in ("templates", "screenshots", "logs"):
            self.bucket(named(purpose))
        self.bucket(named("audit"), lock=True)
        self.bucket(named("templates", "other"))

    def bucket(self, name: str, *, lock: bool = False) -> None:
        self.s3.create_bucket(
            Bucket=name,
            CreateBucketConfiguration={"LocationConstraint": REGION},
            ObjectLockEnabledForBucket=lock,
        )
        self.s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
        rule = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": KEY}
        self.s3.put_bucket_encryption(
            Bucket=name,
            ServerSideEncryptionConfiguration={
                "Rules": [{"ApplyServerSideEncryptionByDefault": rule}]
            },
        )

    def copy_into_recovery(self) -> str:
        copy = named("templates-recovery")
        self.bucket(copy)
        rule = {
            "ID": "everything",
            "Priority": 0,
            "Status": "Enabled",
            "Filter": {"Prefix": ""},
            "DeleteMarkerReplication": {"Status": "Enabled"},
            "Destination": {"Bucket": f"arn:aws:s3:::{copy}"},
        }
        self.s3.put_bucket_replication(
            Bucket=named("templates"),
            ReplicationConfiguration={"Role": "arn:aws:iam::1:role/r", "Rules": [rule]},
        )
        return copy

    def _default_key(self, params: dict[str, Any], **_: Any) -> dict[str, Any]:
        """S3 encrypts a copied object as the bucket says, moto does not."""
        return {**params, "ServerSideEncryption": "aws:kms", "SSEKMSKeyId": KEY}

    def _refuse(self, model: Any, **_: Any) -> None:
        code = self.refused.get(model.name)
        if code == "Ctrl-C":
            raise KeyboardInterrupt
        if code:
            raise ClientError({"Error": {"Code": code, "Message": "no"}}, model.name)

    def entries(self, bucket: str) -> list[tuple[str, str]]:
        found = self.s3.list_object_versions(Bucket=bucket)
        both = [*found.get("Versions", ()), *found.get("DeleteMarkers", ())]
        return sorted((one["Key"], one["VersionId"]) for one in both)

    def everything(self) -> dict[str, list[tuple[str, str]]]:
        names = [one["Name"] for one in self.s3.list_buckets()["Buckets"]]
        return {name: self.entries(name) for name in names}


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch, rows: list[str]) -> Iterator[World]:
    del rows
    with moto_cloud(monkeypatch):
        yield World()


Drill = Callable[..., RestoreBucketsAnswer]


@pytest.fixture
def drill(world: World, said: list[str]) -> Drill:
    """Carries a drill out without asking; what would be asked is said."""

    def act(*names: str, **wanted: Any) -> RestoreBucketsAnswer:
        return restore_buckets(
            load_settings("dev"), world.aws, WantedBuckets(names, **wanted),
            confirm=said.append, notice=said.append,
        )  # fmt: skip

    return act


def test_the_buckets_are_those_that_terraform_makes() -> None:
    data = (ROOT / "modules" / "data" / "buckets.tf").read_text()
    client = (ROOT / "modules" / "client" / "releases.tf").read_text()
    made = set(re.findall(r"(?m)^    ([a-z]+) = \{$", data.partition("\n  }\n")[0]))
    made |= set(re.findall(r'(?m)^  name +\= "([a-z-]+)"$', data + client))
    assert made == set(BUCKETS)


def test_objects_are_restored_from_their_versions_and_nothing_stays(world, drill, rows) -> None:
    world.s3.put_object(Bucket=named("templates"), Key="templates/kim/a", Body=b"old")
    world.s3.put_object(Bucket=named("templates"), Key="templates/kim/a", Body=b"new")
    world.s3.put_object(Bucket=named("audit"), Key="entries/1", Body=b"row")
    before = world.everything()
    answer = drill()
    assert (answer.essentials, answer.exit_code) == (["buckets: holds"], 0)
    found = {one.purpose: one for one in answer.buckets}
    assert sorted(found) == ["audit", "logs", "screenshots", "templates"]
    assert [one.what for one in found["templates"].proofs if one.holds] == [
        "encrypted as the bucket says",
        "a deleted object is restored from its version",
        "an overwritten object is restored from its version",
    ]
    assert {name: one.written for name, one in found.items()} == {
        "audit": False, "logs": False, "screenshots": True, "templates": True,
    }  # fmt: skip
    assert found["audit"].locked
    assert (found["templates"].versions_tried, found["audit"].versions_tried) == (2, 1)
    assert world.everything() == before
    assert rows == ["begun", "holds"]


@pytest.mark.parametrize(
    ("break_it", "fault"),
    [
        ("versions", "versioning is off"),
        ("bytes", "an overwritten object is restored from its version: no, its bytes differ"),
        ("metadata", "its metadata differ"),
        ("key", "another key"),
        ("unreadable", "unreadable: templates/kim/a"),
    ],
)
def test_what_cannot_be_restored_is_told(world, drill, monkeypatch, break_it, fault) -> None:
    bucket = named("templates")
    world.s3.put_object(Bucket=bucket, Key="templates/kim/a", Body=b"old")
    if break_it == "versions":
        world.s3.put_bucket_versioning(
            Bucket=bucket, VersioningConfiguration={"Status": "Suspended"}
        )
    elif break_it == "key":
        bucket_of = Objects.bucket
        monkeypatch.setattr(
            Objects, "bucket", lambda *words: replace(bucket_of(*words), key=f"{KEY}-2")
        )
    elif break_it == "unreadable":
        get = Objects.get

        def only_ours(self: Objects, *words: Any) -> Any:
            world.refused = {}
            try:
                return get(self, *words)
            finally:
                world.refused = {"GetObject": "KMS.DisabledException"}

        monkeypatch.setattr(Objects, "get", only_ours)
        monkeypatch.setattr(Objects, "is_there", lambda *_: False)
    else:
        spoiled = {"bytes": {"Body": b"other"}, "metadata": {"Metadata": {"other": "1"}}}

        def restore(self: Objects, name: str, key: str, version: str) -> None:
            old = self.s3.get_object(Bucket=name, Key=key, VersionId=version)
            self.s3.put_object(
                Bucket=name, Key=key,
                **{"Body": old["Body"].read(), "Metadata": old["Metadata"], **spoiled[break_it]},
            )  # fmt: skip

        monkeypatch.setattr(Objects, "restore", restore)
    before = world.everything()
    answer = drill("templates")
    assert (answer.holds, answer.exit_code) == (False, 1)
    assert fault in "; ".join(answer.buckets[0].faults)
    assert world.everything() == before


@pytest.mark.parametrize(("status", "holds"), [("COMPLETED", True), ("FAILED", False)])
def test_the_copy_in_the_recovery_region_is_compared_and_cleaned(
    world, drill, monkeypatch, status, holds
) -> None:
    copy = world.copy_into_recovery()
    before = world.everything()
    get, delete = Objects.get, Objects.delete
    seen: list[str] = []

    def replicate(self: Objects, bucket: str, key: str, version: str) -> str:
        if status == "COMPLETED" and not seen:
            old = get(self, bucket, key, version)
            self.put(copy, key, old.body, old.metadata)
            seen.append(key)
        return status

    def deleting(self: Objects, bucket: str, key: str) -> str:
        if seen:  # moto marks what was never there without a word
            self.s3.delete_object(Bucket=copy, Key=key)
        return delete(self, bucket, key)

    def reading(self: Objects, bucket: str, key: str, version: str | None = None) -> Any:
        # Copies of S3 bear the version of the original, those of moto do not.
        return get(self, bucket, key, None if bucket == copy else version)

    monkeypatch.setattr(Objects, "replication", replicate)
    monkeypatch.setattr(Objects, "delete", deleting)
    monkeypatch.setattr(Objects, "get", reading)
    answer = drill("templates", limit_seconds=20.0 if holds else 0.0)
    proofs = {one.what: one for one in answer.buckets[0].proofs}
    assert proofs["its copy in the recovery region is the same"].holds is holds
    assert proofs["its deletion is copied too"].holds is holds
    assert answer.exit_code == (0 if holds else 1)
    assert world.everything() == before


def test_a_copy_that_does_not_arrive_is_a_fault_and_not_the_end(world, drill, monkeypatch) -> None:
    world.copy_into_recovery()
    monkeypatch.setattr(Objects, "replication", lambda *_: None)
    answer = drill("templates", limit_seconds=0.0)
    assert "is still PENDING" in "; ".join(answer.buckets[0].faults)
    assert answer.exit_code == 1


@pytest.mark.parametrize(
    ("operation", "code", "error"),
    [
        ("CopyObject", "AccessDenied", DrillError),
        ("CopyObject", "SlowDown", DrillError),
        ("CopyObject", "Ctrl-C", KeyboardInterrupt),
        ("PutObject", "AccessDenied", DrillError),
    ],
)
def test_nothing_is_left_behind_when_a_drill_ends_early(
    world, drill, rows, operation, code, error
) -> None:
    before = world.everything()
    world.refused = {operation: code}
    with pytest.raises(error):
        drill()
    assert world.everything() == before
    assert rows == ["begun", "interrupted" if error is KeyboardInterrupt else "failed"]


def test_what_a_killed_drill_left_is_cleaned_and_nothing_else(world, drill, said) -> None:
    world.s3.put_object(Bucket=named("templates"), Key="templates/kim/a", Body=b"1")
    other = f"{FOLDER}drill-20261130t010203z/deleted"
    world.s3.put_object(Bucket=named("templates", "other"), Key=other, Body=b"1")
    before = world.everything()
    world.refused = {"DeleteObjects": "AccessDenied"}
    with pytest.raises(LeftoverError, match="still there"):
        drill("templates")
    assert world.everything() != before
    world.refused = {}
    answer = clean(
        load_settings("dev"), world.aws, limit_seconds=30, confirm=said.append, notice=said.append
    )
    assert [(one.kind, one.name, one.removed) for one in answer.leftovers] == [
        ("objects", named("templates"), True)
    ]
    assert world.everything() == before
    with pytest.raises(LeftoverError, match="was not removed"):
        Objects(world.s3).remove_all(named("templates"), "templates/")


def test_unknown_and_missing_buckets_are_told(drill) -> None:
    with pytest.raises(UsageError, match="no bucket"):
        WantedBuckets(names=("template",))
    with pytest.raises(DrillError, match="There is no bucket qscreen-dev-releases"):
        drill("releases")
