"""``qops state locks`` and ``qops state unlock``: who holds the state, and how to free it."""

from collections.abc import Callable

from qops.applying.trail import UNLOCKED
from qops.errors import RefusedError
from qops.platform.answers import TrailRow
from qops.settings import Settings
from qops.state.answers import LockAnswer, StateLocksAnswer, StateUnlockAnswer
from qops.state.locks import Lock, require_removable
from qops.state.place import StatePlace


def list_locks(settings: Settings) -> StateLocksAnswer:
    """Who holds the state of an environment.

    Args:
        settings: Which environment.
    """
    place = StatePlace(settings)
    lock = place.lock()
    return StateLocksAnswer(state=place.store.name, lock=LockAnswer.of(lock) if lock else None)


def unlock(
    settings: Settings,
    *,
    named: str | None,
    least_seconds: float,
    confirm: Callable[[Lock], None],
) -> StateUnlockAnswer:
    """Take a lock away that nobody holds any more, and record it.

    Args:
        settings: Which environment.
        named: Id of the lock, which lets a young one go too.
        least_seconds: Age from which it goes without its id.
        confirm: Called with the lock; raises to refuse.

    Raises:
        RefusedError: Its holder lives or may live, it is another lock, or a person said no.
    """
    place = StatePlace(settings)
    lock = place.lock()
    if lock is None:
        return StateUnlockAnswer(state=place.store.name, removed=None, audit=None)
    require_removable(lock, named=named, least_seconds=least_seconds)
    confirm(lock)
    again = place.lock()
    if again is None or again.id != lock.id:
        raise RefusedError(
            "Nothing was done: the lock is another one by now.",
            why="Its holder has given it back, or somebody else has taken it, meanwhile.",
            next_step="Look again: qops state locks",
        )
    row = place.trail.append(
        actor=place.actor,
        action=UNLOCKED,
        subject=settings.environment,
        detail={
            "lock": lock.id,
            "who": lock.who,
            "operation": lock.operation,
            "since": lock.created.isoformat(timespec="seconds"),
            "holder": str(lock.holder),
            "named": named is not None,
        },
    )
    place.lock_object.remove()
    return StateUnlockAnswer(
        state=place.store.name, removed=LockAnswer.of(lock), audit=TrailRow.of(row)
    )
