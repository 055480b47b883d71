"""``qops state list`` and ``qops state versions``: what is in the state, and what was."""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

from qops.applying.trail import ENDED, RESTORED, STARTED, TrailVerdict
from qops.errors import UsageError
from qops.review.risk import risk_tables
from qops.settings import Settings
from qops.state.addresses import AddressPattern
from qops.state.answers import (
    StateListAnswer,
    StateResource,
    StateVersionAnswer,
    StateVersionsAnswer,
)
from qops.state.document import UnreadableStateError, read_state
from qops.state.place import StatePlace
from qops.state.store import StateStore, Version
from qops.terraform.progress import LAYERS, ROOT
from qscreen.audit import AuditRow

_READERS = 4
_SLACK = timedelta(seconds=5)
"""By which the clock of this machine and that of S3 may differ."""


def list_resources(
    settings: Settings, *, pattern: str = "", layer: str | None = None, data: bool = False
) -> StateListAnswer:
    """What the state knows.

    Args:
        settings: Which environment.
        pattern: Only addresses that match it: a part of one, or with ``*`` for anything.
        layer: Only this layer's.
        data: Data sources as well.

    Raises:
        UsageError: There is no such layer.
        PrerequisiteError: There is no state.
        UnreadableStateError: It cannot be read.
    """
    if layer is not None and layer not in (*LAYERS, ROOT):
        raise UsageError(
            f"There is no layer {layer!r}.", next_step=f"One of: {', '.join((*LAYERS, ROOT))}."
        )
    place = StatePlace(settings)
    document = read_state(place.store.require_current(), place.store.name)
    wanted = AddressPattern(pattern, part=True)
    stateful = risk_tables().stateful
    return StateListAnswer(
        state=place.store.name,
        lineage=document.version.lineage,
        serial=document.version.serial,
        terraform_version=document.terraform,
        resources=sorted(
            (
                StateResource(
                    address=one.address,
                    type=one.type,
                    layer=one.layer,
                    managed=one.managed,
                    tainted=one.tainted,
                    stateful=stateful.get(one.type) if one.managed else None,
                )
                for one in document.instances
                if (one.managed or data)
                and (layer is None or one.layer == layer)
                and wanted.matches(one.address)
            ),
            key=lambda one: (_order(one.layer), one.address),
        ),
        total=len(document.managed),
    )


def list_versions(settings: Settings, *, limit: int) -> StateVersionsAnswer:
    """The versions of the state that S3 keeps.

    Args:
        settings: Which environment.
        limit: How many at most; each one is read.

    Raises:
        PrerequisiteError: There is no bucket.
    """
    place = StatePlace(settings)
    found = place.store.versions(limit)
    verdict = place.trail.verify()
    with ThreadPoolExecutor(_READERS) as pool:
        told = list(pool.map(lambda one: _told(place.store, one, verdict), found))
    return StateVersionsAnswer(
        state=place.store.name,
        versioned=place.store.versioned(),
        versions=told,
        trail_intact=verdict.chain.intact,
    )


def _told(store: StateStore, version: Version, verdict: TrailVerdict) -> StateVersionAnswer:
    document, problem = None, None
    if not version.deleted:
        try:
            document = read_state(store.read(version.id), f"Version {version.id}")
        except UnreadableStateError as error:
            problem = error.why
    serial = document.version.serial if document else None
    row = written_under(version.at, serial, verdict.rows)
    return StateVersionAnswer(
        id=version.id,
        at=version.at,
        latest=version.latest,
        deleted=version.deleted,
        size=version.size,
        serial=serial,
        lineage=document.version.lineage if document else None,
        terraform_version=document.terraform if document else None,
        resources=len(document.managed) if document else None,
        problem=problem,
        row=row.entry.sequence if row else None,
        action=row.entry.action if row else None,
        actor=row.entry.actor if row else None,
    )


def written_under(at: datetime, serial: int | None, rows: Iterable[AuditRow]) -> AuditRow | None:
    """The row of the trail that records what was going on when a version was written.

    S3 tells whole seconds, in which more than one thing can happen; the serial tells those apart.

    Args:
        at: When it was written.
        serial: Its serial; None when it cannot be read.
        rows: The rows of the trail, in order.

    Returns:
        The apply or the restoring that was going on then, or the nearest within seconds; None where
        nothing was recorded, such as for ``qops up``.
    """
    known = list(rows)
    ends = {
        row.entry.detail.get("started"): row.entry.at for row in known if row.entry.action == ENDED
    }
    found = []
    for row in known:
        began, action = row.entry.at, row.entry.action
        if action not in {STARTED, RESTORED} or not _can_have_written(row, serial):
            continue
        ended = ends.get(row.entry.sequence, at) if action == STARTED else began
        gap = max(began - at, at - ended, timedelta())
        if gap <= _SLACK:
            over = _serial_before(row) if serial is not None else None
            found.append((-1 if over is None else over, -gap, row.entry.sequence, row))
    return max(found, key=lambda one: one[:3])[-1] if found else None


def _can_have_written(row: AuditRow, serial: int | None) -> bool:
    over = _serial_before(row)
    if serial is None or over is None:
        return True
    # An apply writes more than once, each time with the next serial.
    return serial == over + 1 if row.entry.action == RESTORED else serial > over


def _serial_before(row: AuditRow) -> int | None:
    """The serial that was there before; None where the row does not tell."""
    serial = row.entry.detail.get("serial")
    if not isinstance(serial, int):
        return None
    return serial - 1 if row.entry.action == RESTORED else serial


def _order(layer: str) -> int:
    return LAYERS.index(layer) if layer in LAYERS else len(LAYERS)
