"""``qops state restore`` and ``qops state approve``: back to a version that S3 has kept."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from qops.applying.trail import RESTORE_APPROVED, RESTORED, UNRESTORED, TrailError
from qops.errors import RefusedError, UsageError
from qops.platform.answers import TrailRow
from qops.platform.applying import REVIEWED
from qops.platform.recovery import StateRecord
from qops.platform.workspace import errored_state, prepare_workspace
from qops.settings import Settings
from qops.state.answers import StateRestoreAnswer
from qops.state.comparing import StateChange, compare
from qops.state.document import StateDocument, UnreadableStateError, read_state
from qops.state.locks import require_unlocked, state_lock
from qops.state.place import StatePlace
from qscreen.audit import AuditRow, Scalar

_LOOKED_AT = 50
"""So many versions are looked at for a serial, or for one that can be read."""

_LONGEST_SERIAL = 9
"""Digits: longer ones are an id of S3's."""


@dataclass(frozen=True, slots=True)
class Restoration:
    """What a restoring would do.

    Attributes:
        environment: Name of the environment.
        version: S3's id of the version, or the file.
        target: That version.
        current: The state as it is; None when it cannot be read, or is gone.
        unreadable: Why it cannot be read; empty when it can.
        serial: Serial that the restored state gets.
        changes: What the state would know otherwise.
    """

    environment: str
    version: str
    target: StateDocument
    current: StateDocument | None
    unreadable: str
    serial: int
    changes: list[StateChange]
    content: bytes = field(repr=False)
    tag: str | None = field(repr=False)

    @property
    def digest(self) -> str:
        """SHA-256 over the version and over what it would replace: what an approval is of."""
        return hashlib.sha256(self.content + (self.tag or "").encode()).hexdigest()


def approve_restore(
    settings: Settings,
    version: str,
    *,
    own: bool,
    confirm: Callable[[Restoration], None],
    file: Path | None = None,
) -> StateRestoreAnswer:
    """Record that a person has reviewed what a restoring would do.

    Args:
        settings: Which environment.
        version: Id or serial of the version.
        own: Whether who approves may restore as well; it is recorded.
        confirm: Called with what it would do; raises to refuse.
        file: A state in a file, instead of a version.

    Raises:
        QopsError: The version cannot be restored, or a person said no.
    """
    place = StatePlace(settings)
    found = _restoration(place, version, file)
    confirm(found)
    row = _append(place, RESTORE_APPROVED, found, own=own)
    return _answer(found, row)


def _record_failure(
    place: StatePlace, environment: str, row: AuditRow, error: BaseException
) -> None:
    try:
        place.trail.append(
            actor=place.actor,
            action=UNRESTORED,
            subject=environment,
            detail={"started": row.entry.sequence, "error": type(error).__name__},
        )
    except Exception as problem:
        raise TrailError(
            "The state could not be written, and the trail, which says that it was, not be told.",
            why=f"{type(error).__name__}: {error}; {type(problem).__name__}: {problem}",
            next_step="See which version is the newest: qops state versions "
            f"--env {environment}. Then restore again.",
        ) from error


def restore(
    settings: Settings,
    version: str,
    *,
    confirm: Callable[[Restoration], None],
    file: Path | None = None,
) -> StateRestoreAnswer:
    """Write a former version of the state, or a file, as the newest one, and record it.

    No resource is touched: only what Terraform knows of them changes.

    Args:
        settings: Which environment.
        version: Id or serial of the version.
        confirm: Called with what it would do; raises to refuse.
        file: A state in a file, instead of a version; it is removed when it is the one that
            Terraform has left because it could not write the state.

    Raises:
        UnreadableStateError: The version is not whole.
        StateLockedError: Somebody holds the state.
        RefusedError: It is of another lineage, nobody approved it, or a person said no.
        UsageError: There is no such version.
    """
    place = StatePlace(settings)
    require_unlocked(place.lock())
    found = _restoration(place, version, file)
    approval = _approval(place, found)
    confirm(found)
    with state_lock(settings, place.aws.client("s3"), place.store, "restore"):
        row = _append(
            place, RESTORED, found, approved_by=approval.entry.actor if approval else None
        )
        try:
            place.store.write(found.target.with_serial(found.serial), over=found.tag)
        except BaseException as error:
            _record_failure(place, settings.environment, row, error)
            raise
    left = errored_state(settings)
    if file is not None and left.is_file() and file.absolute() == left:
        left.unlink()
    if settings.local:
        # What was applied last is no longer what the state says: `qops up` must look again.
        record = StateRecord(prepare_workspace(settings))
        record.end(place.generation, digest="")
    return _answer(found, row)


def _restoration(place: StatePlace, version: str, file: Path | None) -> Restoration:
    store = place.store
    if (not version) is (file is None):
        raise UsageError(
            "Name one version, or one file.",
            next_step="qops state restore VERSION, or qops state restore --file FILE",
        )
    if file is None:
        version = _version_id(place, version)
        name, content = f"Version {version}", store.read(version)
    else:
        version = name = str(file)
        content = file.read_bytes()
    held = store.current()
    # The first apply of all may have been unable to write what it made.
    target = read_state(content, name, first=file is not None and held is None)
    current, unreadable = None, ""
    if held is None:
        unreadable = "it was deleted"
    else:
        if held[0] == content:
            raise RefusedError(
                f"{name} is the state as it is.",
                next_step="Choose a former one: qops state versions",
            )
        try:
            current = read_state(held[0], store.name)
        except UnreadableStateError as error:
            unreadable = error.why
    known = current or _newest_readable(place)
    if known is not None and known.version.lineage != target.version.lineage:
        raise RefusedError(
            f"{name} is of another state.",
            why=f"Its lineage is {target.version.lineage}, that of the state is "
            f"{known.version.lineage}: it was made anew in between, of other resources.",
            next_step="Choose a version of the same lineage: qops state versions",
        )
    serials = [target.version.serial, *([known.version.serial] if known else [])]
    return Restoration(
        environment=place.settings.environment,
        version=version,
        target=target,
        current=current,
        unreadable=unreadable,
        serial=max(serials) + 1,
        changes=compare(current, target),
        content=content,
        tag=held[1] if held else None,
    )


def _version_id(place: StatePlace, version: str) -> str:
    """The id of a version that is named by its serial."""
    if not version.isdecimal() or len(version) > _LONGEST_SERIAL:
        return version
    for one in place.store.versions(_LOOKED_AT):
        document = None if one.deleted else _readable(place, one.id)
        if document is not None and document.version.serial == int(version):
            return one.id
    raise UsageError(
        f"No version has the serial {version}.",
        why=f"The newest {_LOOKED_AT} versions were looked at.",
        next_step="Take a serial or an id from: qops state versions",
    )


def _newest_readable(place: StatePlace) -> StateDocument | None:
    found = (
        _readable(place, one.id) for one in place.store.versions(_LOOKED_AT) if not one.deleted
    )
    return next((one for one in found if one is not None), None)


def _readable(place: StatePlace, version: str) -> StateDocument | None:
    try:
        return read_state(place.store.read(version), version)
    except UnreadableStateError:
        return None


def _approval(place: StatePlace, found: Restoration) -> AuditRow | None:
    environment = place.settings.environment
    if environment not in REVIEWED:
        return None
    approve = f"qops state approve {found.version} --env {environment}"
    row = place.trail.approval_of(RESTORE_APPROVED, found.digest)
    if row is None:
        raise RefusedError(
            f"Nobody has approved this restoring for {environment}.",
            why="The trail has no approval of this version over the state as it is now.",
            next_step=f"Let somebody review it: {approve}",
        )
    if row.entry.actor == place.actor and row.entry.detail.get("own") is not True:
        raise RefusedError(
            "You have approved this restoring yourself.",
            why=f"Row {row.entry.sequence} of the trail is by {row.entry.actor}.",
            next_step=f"Let somebody else do either; where you are alone: {approve} --own, which "
            "is recorded.",
        )
    return row


def _append(place: StatePlace, action: str, found: Restoration, **more: Scalar) -> AuditRow:
    kinds = [one.kind for one in found.changes]
    return place.trail.append(
        actor=place.actor,
        action=action,
        subject=found.digest,
        detail={
            "version": found.version,
            "from": found.current.version.serial if found.current else None,
            "of": found.target.version.serial,
            "serial": found.serial,
            "counts": ", ".join(
                f"{kinds.count(kind)} {kind}"
                for kind in ("disappears", "changes", "appears")
                if kind in kinds
            )
            or "no differences",
            **more,
        },
    )


def _answer(found: Restoration, row: AuditRow) -> StateRestoreAnswer:
    return StateRestoreAnswer(
        version=found.version,
        serial_before=found.current.version.serial if found.current else None,
        serial=found.serial,
        changes=found.changes,
        unreadable=found.unreadable or None,
        audit=TrailRow.of(row),
    )
