"""The lock of a state: who holds it, and whether they still live.

In AWS it is the object ``<state key>.tflock``, which Terraform's S3 backend writes under the
condition that there is none (``use_lockfile``) and which a killed Terraform leaves behind. On the
local cloud it is a lock of the operating system (see ``platform.local_state``), which goes with its
process; the file says who.
"""

import json
import os
import socket
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

import psutil

from qops.errors import RefusedError
from qops.platform.local_state import held, lock_file
from qops.platform.lock_info import OWN, own_info
from qops.settings import Settings
from qops.state.store import StateStore
from qops.terraform.errors import StateLockedError

SUFFIX = ".tflock"

_PROGRAMS = frozenset({"terraform", "tofu", "terraform.exe", "tofu.exe"})

_START_SECONDS = 600.0
"""So long before its lock a Terraform may have started: it reads its configuration first."""


class Holder(StrEnum):
    """What is known of a lock's holder."""

    ALIVE = "alive"
    """Its process runs on this machine."""
    PERHAPS = "perhaps alive"
    """Its machine is this one, and a Terraform runs here on this state that may be it."""
    GONE = "gone"
    """Its machine is this one, and no Terraform runs here on this state."""
    ELSEWHERE = "elsewhere"
    """It is of another machine: nothing can be told from here."""


@dataclass(frozen=True, slots=True)
class Lock:
    """A lock that is held, in Terraform's words.

    Attributes:
        id: Its id; empty when its content cannot be read.
        operation: What it is held for, e.g. ``OperationTypeApply``.
        who: ``user@host``.
        created: Since when.
        place: The object or the file.
        holder: What is known of who holds it.
        processes: Pids on this machine that are it, or may be.
    """

    id: str
    operation: str
    who: str
    created: datetime
    place: str
    holder: Holder
    processes: tuple[int, ...] = ()

    def age_seconds(self) -> float:
        """How long it has been held."""
        return (datetime.now(UTC) - self.created).total_seconds()


class StateLock:
    """The lock object beside a state in S3."""

    def __init__(self, client: Any, store: StateStore) -> None:
        """Point at the object.

        Args:
            client: S3 client.
            store: The state that it guards.
        """
        self._client = client
        self._bucket = store.bucket
        self._key = store.key + SUFFIX

    def read(self) -> Lock | None:
        """The lock; None when nobody holds it."""
        from botocore.exceptions import ClientError

        try:
            answer = self._client.get_object(Bucket=self._bucket, Key=self._key)
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") not in {"NoSuchKey", "NoSuchBucket"}:
                raise
            return None
        place = f"s3://{self._bucket}/{self._key}"
        state = self._bucket, self._key.removesuffix(SUFFIX)
        return lock_of(answer["Body"].read(), place, answer["LastModified"], state)

    def remove(self) -> None:
        """Take the lock away, whoever holds it."""
        self._client.delete_object(Bucket=self._bucket, Key=self._key)

    @contextmanager
    def hold(self, operation: str) -> Iterator[None]:
        """Hold the lock as Terraform does, so that neither works beside the other.

        Args:
            operation: What for.

        Raises:
            StateLockedError: Somebody holds it.
        """
        from botocore.exceptions import ClientError

        info = own_info(operation, f"{self._bucket}/{self._key.removesuffix(SUFFIX)}")
        try:
            self._client.put_object(
                Bucket=self._bucket,
                Key=self._key,
                Body=json.dumps(info).encode(),
                ContentType="application/json",
                IfNoneMatch="*",
            )
        except ClientError as error:
            if error.response["Error"]["Code"] not in {
                "PreconditionFailed",
                "ConditionalRequestConflict",
            }:
                raise
            found = self.read()
            raise locked(found) from error
        try:
            yield
        finally:
            found = self.read()
            if found is not None and found.id == info["ID"]:
                self.remove()


def lock_of(
    content: bytes, place: str, written: datetime, state: tuple[str, str] = ("", "")
) -> Lock:
    """Read a lock and look whether its holder lives.

    Args:
        content: What the object or the file holds.
        place: Where it is, for people.
        written: When it was written; stands for a date that cannot be read.
        state: Bucket and key of the state that is locked.
    """
    try:
        info: Mapping[str, Any] = json.loads(content)
        created = datetime.fromisoformat(str(info["Created"]))
    except (ValueError, KeyError, TypeError):
        info, created = {}, written
    who = str(info.get("Who") or "")
    holder, processes = _holder(who, created, str(info.get("Info") or ""), state)
    return Lock(
        id=str(info.get("ID") or ""),
        operation=str(info.get("Operation") or "unknown"),
        who=who or "unknown",
        created=created if created.tzinfo else created.replace(tzinfo=UTC),
        place=place,
        holder=holder,
        processes=processes,
    )


def local_lock(settings: Settings) -> Lock | None:
    """The lock of the local state; None when no living process holds it.

    Args:
        settings: The local environment.
    """
    file = lock_file(settings)
    try:
        content, written = file.read_bytes(), file.stat().st_mtime
    except OSError:
        return None
    if not content:
        return None
    lock = lock_of(content, str(file), datetime.fromtimestamp(written, UTC))
    return lock if lock.holder is Holder.ALIVE else None  # the system has freed it


def state_lock(
    settings: Settings, client: Any, store: StateStore, operation: str
) -> AbstractContextManager[None]:
    """Hold the state of an environment by the lock that its Terraform takes.

    Args:
        settings: Which environment.
        client: S3 client.
        store: The state.
        operation: What for.

    Raises:
        StateLockedError: Somebody holds it, when the block is entered.
    """
    if settings.local:
        return held(lock_file(settings), operation)
    return StateLock(client, store).hold(operation)


def find_lock(settings: Settings, client: Any, store: StateStore) -> Lock | None:
    """The lock that is held on an environment's state; None when there is none.

    Args:
        settings: Which environment.
        client: S3 client.
        store: The state.
    """
    own = local_lock(settings) if settings.local else None
    return own or StateLock(client, store).read()


def require_unlocked(lock: Lock | None) -> None:
    """Refuse to go on beside somebody who holds the state.

    Args:
        lock: What was found.

    Raises:
        StateLockedError: It is held.
    """
    if lock is not None:
        raise locked(lock)


def locked(lock: Lock | None) -> StateLockedError:
    """The error that tells who holds a lock.

    Args:
        lock: The lock; None when it was given back meanwhile.
    """
    told = "Somebody held it a moment ago."
    if lock is not None:
        told = f"{lock.who} holds it since {lock.created:%Y-%m-%d %H:%M:%SZ} for {lock.operation}."
    return StateLockedError(
        "The state is locked.",
        output=[told],
        next_step="Wait until they have ended; who it is and whether they live: qops state locks",
    )


def require_removable(lock: Lock, *, named: str | None, least_seconds: float) -> None:
    """Refuse to take a lock away from somebody who may be at work.

    Args:
        lock: The lock.
        named: The id that was given on the command line.
        least_seconds: A lock that is younger is taken away only by its id.

    Raises:
        RefusedError: Its holder lives or may live, it is young, or another id was given.
    """
    by_id = f"If you are sure that it is nobody's: qops state unlock --id {lock.id or 'unknown'}"
    if named is not None and named != (lock.id or "unknown"):
        raise RefusedError(
            "The lock is another one.",
            why=f"{named} was named, {lock.id or 'one without a readable id'} is held.",
            next_step="Look again: qops state locks",
        )
    if lock.holder is Holder.ALIVE:
        raise RefusedError(
            "The lock's holder is at work on this machine.",
            why=f"Process {_pids(lock)} of {lock.who} holds it for {lock.operation}.",
            next_step="Wait, or end that process with SIGINT (Ctrl-C): it writes its state first.",
        )
    if named is not None:
        return
    if lock.holder is Holder.PERHAPS:
        raise RefusedError(
            "The lock's holder may be at work on this machine.",
            why=f"{lock.who} is of this machine, and Terraform runs here: process {_pids(lock)}.",
            next_step=f"Wait until it has ended. {by_id}",
        )
    if lock.age_seconds() < least_seconds:
        raise RefusedError(
            f"The lock is only {lock.age_seconds() / 60:.0f} minutes old.",
            why=f"{lock.who} took it for {lock.operation}; an apply takes so long.",
            next_step=f"Wait until it is {least_seconds / 60:.0f} minutes old. {by_id}",
        )


def _pids(lock: Lock) -> str:
    return ", ".join(map(str, lock.processes))


def _holder(
    who: str, created: datetime, info: str, state: tuple[str, str]
) -> tuple[Holder, tuple[int, ...]]:
    if who.rpartition("@")[2] != socket.gethostname():
        return Holder.ELSEWHERE, ()
    own = OWN.match(info)
    if own is not None:
        pid = int(own[1])
        return (Holder.ALIVE, (pid,)) if _lives(pid, float(own[2])) else (Holder.GONE, ())
    taken = created.timestamp()
    found = tuple(
        process.pid
        for process in psutil.process_iter(["name", "create_time"])
        if (process.info["name"] or "") in _PROGRAMS
        and -1.0 <= taken - (process.info["create_time"] or 0.0) <= _START_SECONDS
        and _may_be_at(process, state)
    )
    return (Holder.PERHAPS, found) if found else (Holder.GONE, ())


def _may_be_at(process: psutil.Process, state: tuple[str, str]) -> bool:
    """Whether a Terraform is set up for a state; also when it does not let itself be looked at."""
    try:
        data = process.environ().get("TF_DATA_DIR") or ".terraform"
        file = Path(process.cwd(), data, "terraform.tfstate")
        backend = json.loads(file.read_text(encoding="utf-8"))["backend"]["config"]
        return bool((backend["bucket"], backend["key"]) == state)
    except psutil.NoSuchProcess:
        return False
    except (PermissionError, psutil.AccessDenied):
        return True
    except (OSError, ValueError, KeyError, TypeError):
        return False  # another backend, or none


def _lives(pid: int, since: float) -> bool:
    if pid == os.getpid():
        return True
    try:
        process = psutil.Process(pid)
        return abs(process.create_time() - since) < 1 and process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False
