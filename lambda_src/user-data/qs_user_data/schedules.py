"""Schedules of EventBridge Scheduler: they carry the user's id and would go on starting runs."""

from collections.abc import Iterator
from dataclasses import dataclass

from qs_cloud import clients
from qs_cloud.calls import calling
from qs_cloud.configuration import Documents
from qs_cloud.errors import CloudCallError
from qs_user_data.store import Found, Person

_ABSENT = "ResourceNotFoundException"
_PAGE = 100


@dataclass(frozen=True, slots=True)
class ScheduledRuns:
    """What starts runs of a user by the clock.

    Attributes:
        table: Name of the configuration table, which lists them.
        group: Group of the schedules.
        name: Name in steps and certificates.
    """

    table: str
    group: str
    name: str = "scheduler.schedules"
    keeps_ids: bool = False

    def find(self, person: Person) -> Iterator[Found]:
        """See ``Store``; what they hold is in the configuration table, too."""
        for name in self._names(person.user_id):
            yield Found(name, {"schedule_id": name, "group": self.group})

    def erase(self, person: Person) -> Iterator[tuple[str, ...]]:
        """See ``Store``."""
        for name in self._names(person.user_id):
            try:
                with calling("delete a schedule of the user"):
                    clients.scheduler().delete_schedule(Name=name, GroupName=self.group)
            except CloudCallError as error:
                if error.code != _ABSENT:
                    raise
            else:
                yield (name,)

    def _names(self, user_id: str) -> Iterator[str]:
        start: str | None = None
        while True:
            found, start = Documents(self.table, "schedule").page(user_id, _PAGE, start)
            for document in found:
                yield str(document["name"])
            if start is None:
                return
