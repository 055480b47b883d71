"""``qops drill clean``: what drills have left behind, of every kind."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from qops.drills.answers import CleanAnswer, LeftoverAnswer
from qops.drills.buckets import leftovers, remove_leftovers
from qops.drills.errors import DrillError, LeftoverError
from qops.drills.instances import Copies
from qops.drills.running import Patience
from qops.drills.tables import TableCopies
from qops.platform.aws import Aws
from qops.platform.deployment import Notice
from qops.settings import Settings


@dataclass(frozen=True, slots=True)
class _Leftover:
    kind: str
    name: str
    drill: str
    status: str
    remove: Callable[[], None]


def clean(
    settings: Settings,
    aws: Aws,
    *,
    limit_seconds: float,
    confirm: Callable[[str], None],
    notice: Notice,
) -> CleanAnswer:
    """Remove what drills have left behind.

    Args:
        settings: Which environment.
        aws: Its clients.
        limit_seconds: Longest time for each, seconds.
        confirm: Called with what will be removed; raises to refuse.
        notice: Called with a line for the person.

    Returns:
        What there was; a service that could not be asked does not keep the others from being.
    """
    found, unseen = _found(settings, aws, limit_seconds, notice)
    if found:
        names = ", ".join(f"{one.kind} {one.name}" for one in found)
        confirm(f"Removes for good what drills left in {settings.environment}: {names}.")
    answers = []
    for one in found:
        try:
            one.remove()
            removed = True
        except LeftoverError as error:
            notice(f"! {error}")
            removed = False
        answers.append(
            LeftoverAnswer(
                kind=one.kind, name=one.name, drill=one.drill, status=one.status, removed=removed
            )
        )
    return CleanAnswer(environment=settings.environment, leftovers=answers, unseen=unseen)


def _found(
    settings: Settings, aws: Aws, limit_seconds: float, notice: Notice
) -> tuple[list[_Leftover], list[str]]:
    instances = Copies(aws, settings.prefix, notice)
    tables = TableCopies(aws, settings.prefix, Patience(limit_seconds, notice))

    def of_database() -> Iterator[_Leftover]:
        for kind, name, drill, status in instances.left_behind():
            remove = (
                partial(instances.remove, name, limit_seconds)
                if kind == "instance"
                else partial(instances.remove_snapshot, name)
            )
            yield _Leftover(kind, name, drill, status, remove)

    def of_tables() -> Iterator[_Leftover]:
        for name, drill, status in tables.left_behind():
            yield _Leftover("table", name, drill, status, partial(tables.remove, name))

    def of_buckets() -> Iterator[_Leftover]:
        for name, count in leftovers(aws, settings.prefix):
            remove = partial(remove_leftovers, aws, name)
            yield _Leftover("objects", name, "", f"{count} versions", remove)

    found, unseen = [], []
    for look in (of_database, of_tables, of_buckets):
        try:
            found += list(look())
        except DrillError as error:
            notice(f"! {error}")
            unseen.append(f"{error.what} {error.why}")
    return found, unseen
