"""``qops drill restore-buckets``: deleted and overwritten objects, from their versions and copies.

A drill writes objects of its own, for those of users may not be copied to where an erasure would
not look. In a bucket with object lock nothing is written, for it could not be removed again, and
none where AWS services deliver: there a byte of each of some versions is read, which proves that
they are there and that their key still opens them.
"""

import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from qops.drills.answers import BucketAnswer, ProofAnswer, RestoreBucketsAnswer
from qops.drills.errors import DrillError, calling
from qops.drills.objects import FOLDER, Bucket, Objects
from qops.drills.running import (
    Patience,
    Stages,
    new_id,
    recorded,
    removed_afterwards,
    require_known,
)
from qops.platform.aws import Aws
from qops.platform.deployment import Notice
from qops.settings import Settings

WRITTEN = ("artifacts", "releases", "screenshots", "settings", "templates")
"""Buckets of the platform that a drill writes into, by purpose, unless they are locked."""
READ = ("access-logs", "audit", "cloudtrail", "logs")
"""Buckets that are only read."""
BUCKETS = (*WRITTEN, *READ)

_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True)
class WantedBuckets:
    """What the person asks for.

    Attributes:
        names: Purposes of buckets; all that there are when empty.
        sample: How many versions are tried in each bucket.
        limit_seconds: Longest time for the copy in the recovery region, seconds.
    """

    names: tuple[str, ...] = ()
    sample: int = 20
    limit_seconds: float = 900.0

    def __post_init__(self) -> None:
        """Refuse what is no bucket.

        Raises:
            UsageError: A name is none of the platform's buckets.
        """
        require_known("bucket", self.names, BUCKETS)


def restore_buckets(
    settings: Settings,
    aws: Aws,
    wanted: WantedBuckets,
    *,
    confirm: Callable[[str], None],
    notice: Notice,
) -> RestoreBucketsAnswer:
    """Delete, overwrite and restore objects of the drill's own in each bucket; try old versions.

    Args:
        settings: Which environment.
        aws: Its clients.
        wanted: Which buckets.
        confirm: Called with what will be done; raises to refuse.
        notice: Called with a line for the person.

    Returns:
        The verdict.

    Raises:
        DrillError: The drill could not be carried out; its objects were removed.
        LeftoverError: An object of the drill is still there.
    """
    objects = Objects(aws.client("s3"))
    buckets = _chosen(objects, f"{settings.prefix}-", f"-{aws.account}", wanted.names)
    drill = new_id()
    written = ", ".join(one.purpose for one in buckets if _is_written(one)) or "none"
    confirm(
        f"Writes, overwrites, deletes and restores objects {FOLDER}{drill}/... in {written} of "
        f"{settings.environment} and removes them with all their versions; in each bucket it reads "
        f"one byte of up to {wanted.sample} versions."
    )
    work = _Drill(settings, wanted, objects, drill, notice)
    return recorded(
        settings,
        aws,
        notice,
        kind="restore-buckets",
        detail={"drill": drill, "buckets": ", ".join(one.purpose for one in buckets)},
        work=lambda: work.run(buckets),
        ended=lambda answer: ("holds" if answer.holds else "does not hold", {}),
    )


@dataclass(slots=True)
class _Drill:
    """One drill, from the first object to the removal of all that it made."""

    settings: Settings
    wanted: WantedBuckets
    objects: Objects
    drill: str
    notice: Notice
    stages: Stages = field(default_factory=Stages)
    touched: list[str] = field(default_factory=list)

    def run(self, buckets: list[Bucket]) -> RestoreBucketsAnswer:
        answers = []
        with removed_afterwards(self._remove, self.notice):
            for bucket in buckets:
                with self.stages.stage(bucket.purpose):
                    answers.append(self._one(bucket))
                faults = answers[-1].faults
                self.notice(f"  {bucket.purpose}: {'; '.join(faults) or 'holds'}")
        return RestoreBucketsAnswer(
            environment=self.settings.environment,
            drill=self.drill,
            holds=all(one.holds for one in answers),
            buckets=answers,
            stages=self.stages.done,
        )

    def _one(self, bucket: Bucket) -> BucketAnswer:
        proofs: list[ProofAnswer] = []
        if not bucket.versioned:
            proofs.append(
                ProofAnswer(
                    what="versions are kept",
                    holds=False,
                    why="versioning is off: what is overwritten or deleted is gone",
                )
            )
        elif _is_written(bucket):
            self.touched += [bucket.name, *([bucket.copy] if bucket.copy else [])]
            proofs += self._proofs(bucket)
        tried = self.objects.sample(bucket.name, self.wanted.sample)
        return BucketAnswer(
            bucket=bucket.name,
            purpose=bucket.purpose,
            written=_is_written(bucket) and bucket.versioned,
            locked=bucket.locked,
            copy_name=bucket.copy,
            proofs=proofs,
            versions_tried=tried.tried,
            versions_archived=tried.archived,
            versions_unreadable=tried.unreadable,
        )

    def _proofs(self, bucket: Bucket) -> Iterator[ProofAnswer]:
        deleted, overwritten = (
            f"{FOLDER}{self.drill}/{name}" for name in ("deleted", "overwritten")
        )
        first, other = (secrets.token_bytes(_BYTES) for _ in range(2))
        marks = {"drill": self.drill, "note": "as it was"}
        version = self.objects.put(bucket.name, deleted, first, marks)
        was = self.objects.get(bucket.name, deleted)
        with _timed("encrypted as the bucket says") as proof:
            proof.of(was.differences(first, marks, bucket.key))
        yield proof.answer
        if bucket.copy:
            yield self._in_copy(
                "its copy in the recovery region is the same",
                lambda copy: self._copied(bucket, copy, deleted, version, first, marks),
                bucket.copy,
            )
        marker = self.objects.delete(bucket.name, deleted)
        if bucket.copy:
            # Its marker must not arrive after all the rest of the drill was removed there.
            yield self._in_copy(
                "its deletion is copied too",
                lambda copy: self._deletion_copied(copy, deleted),
                bucket.copy,
            )
        with _timed("a deleted object is restored from its version") as proof:
            still = self.objects.is_there(bucket.name, deleted)
            self.objects.delete_version(bucket.name, deleted, marker)
            again = self.objects.get(bucket.name, deleted)
            proof.of(
                (["it could still be read after it was deleted"] if still else [])
                + again.differences(first, marks, bucket.key)
            )
        yield proof.answer
        kept = self.objects.put(bucket.name, overwritten, first, marks)
        self.objects.put(bucket.name, overwritten, other, {"drill": "overwritten"})
        with _timed("an overwritten object is restored from its version") as proof:
            now = self.objects.get(bucket.name, overwritten)
            self.objects.restore(bucket.name, overwritten, kept)
            again = self.objects.get(bucket.name, overwritten)
            proof.of(
                now.differences(other, {"drill": "overwritten"}, bucket.key)
                + again.differences(first, marks, bucket.key)
            )
        yield proof.answer
        if bucket.copy:
            # One that comes after all the rest was removed there would stay.
            yield self._in_copy(
                "its other copies arrive", lambda _: self._settle(bucket), bucket.copy
            )

    def _in_copy(self, what: str, look: Callable[[str], list[str]], copy: str) -> ProofAnswer:
        if self.settings.local:
            return ProofAnswer(what=what, holds=None, why="the local cloud copies no objects")
        with _timed(what) as proof:
            try:
                proof.of(look(copy))
            except DrillError as error:
                proof.of([f"{error.what} {error.why}".strip()])
        return proof.answer

    def _copied(
        self,
        bucket: Bucket,
        copy: str,
        key: str,
        version: str,
        body: bytes,
        marks: dict[str, str],
    ) -> list[str]:
        status = self._replicated(bucket, key, version)
        if status != "COMPLETED":
            return [f"S3 says {status} of it (docs/runbooks/buckets.md#replication)"]
        return self.objects.get(copy, key, version).differences(body, marks, None)

    def _deletion_copied(self, copy: str, key: str) -> list[str]:
        def status() -> str:
            there = any("Size" not in one for one in self.objects.entries(copy, key))
            return "copied" if there else "not copied yet"

        Patience(self.wanted.limit_seconds, self.notice).wait(
            f"deletion in {copy}", status, good=frozenset({"copied"})
        )
        return []

    def _replicated(self, bucket: Bucket, key: str, version: str) -> str:
        return Patience(self.wanted.limit_seconds, self.notice).wait(
            f"copy of {bucket.purpose}",
            lambda: self.objects.replication(bucket.name, key, version) or "PENDING",
            good=frozenset({"COMPLETED", "FAILED", "REPLICA"}),
        )

    def _settle(self, bucket: Bucket) -> list[str]:
        own = self.objects.versions(bucket.name, f"{FOLDER}{self.drill}/")
        failed = [key for key, one in own if self._replicated(bucket, key, one) == "FAILED"]
        return [f"S3 says FAILED of {len(failed)} versions"] if failed else []

    def _remove(self) -> None:
        with self.stages.stage("remove"):
            for name in self.touched:
                self.objects.remove_all(name, f"{FOLDER}{self.drill}/")


class _Proof:
    """A proof while it is made."""

    def __init__(self, what: str) -> None:
        self.answer = ProofAnswer(what=what, holds=None)

    def of(self, faults: list[str]) -> None:
        self.answer = self.answer.model_copy(update={"holds": not faults, "why": "; ".join(faults)})


@contextmanager
def _timed(what: str) -> Iterator[_Proof]:
    proof, began = _Proof(what), time.monotonic()
    yield proof
    proof.answer = proof.answer.model_copy(update={"seconds": round(time.monotonic() - began, 2)})


def _is_written(bucket: Bucket) -> bool:
    return bucket.purpose in WRITTEN and not bucket.locked


def _chosen(objects: Objects, before: str, after: str, names: tuple[str, ...]) -> list[Bucket]:
    with calling("list the buckets"):
        there = objects.names()
    wanted = names or tuple(one for one in BUCKETS if f"{before}{one}{after}" in there)
    missing = [one for one in wanted if f"{before}{one}{after}" not in there]
    if missing or not wanted:
        raise DrillError(
            f"There is no bucket {before}{missing[0] if missing else '...'}{after}.",
            why="S3 does not list it: the platform is not applied, or was lost.",
            next_step="Apply it (qops up, qops apply).",
        )
    return [objects.bucket(f"{before}{one}{after}", one) for one in wanted]


def leftovers(aws: Aws, prefix: str) -> list[tuple[str, int]]:
    """Buckets in which a drill has left objects, and how many versions.

    Args:
        aws: The environment's clients.
        prefix: Prefix of the environment's names.
    """
    objects = Objects(aws.client("s3"))
    names = [
        f"{prefix}-{purpose}{copy}-{aws.account}"
        for purpose in WRITTEN
        for copy in ("", "-recovery")
    ]
    with calling("look for what drills left behind"):
        there = objects.names()
        found = [
            (name, sum(1 for _ in objects.entries(name, FOLDER))) for name in names if name in there
        ]
    return [(name, count) for name, count in found if count]


def remove_leftovers(aws: Aws, name: str) -> None:
    """Remove what drills have left in a bucket.

    Args:
        aws: The environment's clients.
        name: The bucket.

    Raises:
        LeftoverError: Something is still there.
    """
    Objects(aws.client("s3")).remove_all(name, FOLDER)
