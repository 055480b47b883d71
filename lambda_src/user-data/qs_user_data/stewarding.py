"""Requests about one user's data, from the first check to the answer."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from qs_cloud.audit_chain import append, lock_chain
from qs_cloud.audit_trail import AuditTrail
from qs_cloud.change import Change
from qs_cloud.clock import utc_now
from qs_cloud.config import variable
from qs_cloud.device_queue import delete_queue
from qs_cloud.postgres import Database, application_database
from qs_cloud.run_record import FINAL_STATUSES
from qs_cloud.table import Table, devices_table
from qs_cloud.telemetry import log_ids, logger
from qs_user_data.audit_outbox import PARTITIONS, AuditOutbox
from qs_user_data.cached import CachedKeys, SharedKeys
from qs_user_data.copies import Copies, copies_from_environment
from qs_user_data.erasing import Eraser, TimeOverError, requester
from qs_user_data.exporting import export
from qs_user_data.history import AuditIdentity, History
from qs_user_data.objects import Objects
from qs_user_data.remains import Remains
from qs_user_data.request import Request
from qs_user_data.schedules import ScheduledRuns
from qs_user_data.steps import Ledger, hash_of
from qs_user_data.store import Person, Store
from qs_user_data.tables import MentioningItems, OwnedItems
from qscreen.audit import Scalar
from qscreen.wire import Device, DeviceStatus


class RunsActiveError(Exception):
    """Runs of the user are not finished."""


@dataclass(frozen=True, slots=True)
class Steward:
    """Erases and exports.

    Attributes:
        runs: Items of the runs table.
        devices: Items of the devices table.
        device_table: The devices table itself.
        history: Finished runs in PostgreSQL.
        others: The other stores, in the order in which they are emptied.
        shared: What nobody can say whose it is.
        copies: Copies in the recovery region, if there is one. They are emptied after the others,
            so that a region that is away keeps nothing else, and before the runs, by whose ids
            they are found.
        identity: Who a user is in the audit.
        database: PostgreSQL.
        remains: What the platform keeps in spite of an erasure.
        audit_bucket: Where certificates lie.
        export_bucket: Where exports lie.
    """

    runs: OwnedItems
    devices: OwnedItems
    device_table: Table[Device]
    history: History
    others: tuple[Store, ...]
    shared: tuple[Store, ...]
    copies: tuple[Copies, ...]
    identity: AuditIdentity
    database: Database
    remains: Remains
    audit_bucket: str
    export_bucket: str

    @classmethod
    def from_environment(cls) -> "Steward":
        """Make the steward that the function's environment describes.

        Returns:
            The steward.

        Raises:
            ConfigurationError: If a variable is missing.
        """
        database = application_database()
        configuration = variable("QS_CONFIGURATION_TABLE")
        screenshots = variable("QS_SCREENSHOTS_BUCKET")
        others: tuple[Store, ...] = (
            ScheduledRuns(configuration, variable("QS_SCHEDULE_GROUP")),
            AuditOutbox(AuditTrail.from_environment()),
            Objects("screenshots", screenshots),
            Objects("templates", variable("QS_TEMPLATES_BUCKET")),
            Objects("settings", variable("QS_SETTINGS_BUCKET")),
            CachedKeys("redis", variable("QS_CACHE_SECRET_ARN")),
            MentioningItems("dynamodb.commands", variable("QS_COMMANDS_TABLE"), ("command_id",)),
            MentioningItems("dynamodb.idempotency", variable("QS_IDEMPOTENCY_TABLE"), ("id",)),
            MentioningItems("dynamodb.sessions", variable("QS_SESSIONS_TABLE"), ("session_id",)),
            MentioningItems(
                "dynamodb.configuration", configuration, ("server", "name"), PARTITIONS
            ),
        )
        return cls(
            runs=OwnedItems("dynamodb.runs", variable("QS_RUNS_TABLE"), "run_id"),
            devices=OwnedItems("dynamodb.devices", variable("QS_DEVICES_TABLE"), "device_id"),
            device_table=devices_table(variable("QS_DEVICES_TABLE")),
            history=History(database),
            others=others,
            shared=(SharedKeys("redis.shared", variable("QS_CACHE_SECRET_ARN")),),
            copies=copies_from_environment(),
            identity=AuditIdentity(database),
            database=database,
            remains=Remains.from_environment(),
            audit_bucket=variable("QS_AUDIT_BUCKET"),
            export_bucket=screenshots,
        )

    def erase(self, request: Request, remaining: Callable[[], float]) -> dict[str, Any]:
        """Erase a user's data, or say what there is.

        Args:
            request: The request.
            remaining: Says how many seconds there still are.

        Returns:
            The function's answer.

        Raises:
            RunsActiveError: If runs of the user are not finished.
            TracesRemainError: If something is always found again.
            DatabaseUnavailableError: If PostgreSQL cannot be reached.
            CacheUnavailableError: If Redis cannot be reached.
            CloudCallError: If a service cannot be reached.
        """
        self._refuse_active_runs(request.user_id)
        person = self._person(request.user_id)
        ledger = Ledger(self.database)
        if request.dry_run:
            return {"state": "dry_run", "stores": self._counts(person)}
        opened = ledger.open(request.user_id)
        if opened is None:
            last = ledger.last(request.user_id)
            if last is not None and not any(self._counts(person).values()):
                certificate = {"key": last.key, "sha256": last.sha256}
                return {"state": "done", "erasure_id": last.id, "certificate": certificate}
            who = requester(self.database, request.requested_by)
            opened = ledger.begin(request.user_id, who, utc_now())
            self._note(who, "user.erasure.requested", opened.id)
        with log_ids(erasure_id=opened.id):
            self._stop_devices(request.user_id)
            # A run may have been asked for between the first look and the end of the devices.
            self._refuse_active_runs(request.user_id)
            person = self._person(request.user_id)
            eraser = Eraser(
                (*self.others, *self.copies, self.runs, self.devices, self.history),
                self.shared,
                self.identity,
                ledger,
                self.database,
                self.remains,
                self.audit_bucket,
            )
            answer: dict[str, Any] = {"state": "done", "erasure_id": opened.id}
            try:
                made = eraser.erase(opened, person, remaining)
            except TimeOverError:
                logger().info("Erasure goes on with the next invocation")
                answer["state"] = "unfinished"
            else:
                answer["certificate"] = {"key": made.key, "sha256": made.sha256}
            steps = ledger.steps(opened)
            return answer | {"stores": {name: step["deleted"] for name, step in steps.items()}}

    def export(self, request: Request, remaining: Callable[[], float]) -> dict[str, Any]:
        """Copy a user's data to where they can be handed out.

        Args:
            request: The request.
            remaining: Says how many seconds there still are.

        Returns:
            The function's answer.

        Raises:
            DatabaseUnavailableError: If PostgreSQL cannot be reached.
            CacheUnavailableError: If Redis cannot be reached.
            CloudCallError: If a service cannot be reached.
        """
        person = self._person(request.user_id)
        if request.dry_run:
            return {"state": "dry_run", "stores": self._counts(person)}
        now = utc_now()
        # By day: an invocation that goes on finds what the first has copied.
        export_id = f"{now:%Y%m%d}-{hash_of(request.user_id)[:12]}"
        who = requester(self.database, request.requested_by)
        whose = requester(self.database, request.user_id)
        self._note(who, "user.export.requested", whose)
        done = export(self.export_bucket, export_id, self._all, person, remaining)
        self._note(who, "user.exported", whose, {"sha256": done.sha256, "complete": done.complete})
        return {
            "state": "done" if done.complete else "unfinished",
            "bucket": self.export_bucket,
            "prefix": done.prefix,
            "objects": done.counts,
            "sha256": done.sha256,
        }

    def _note(
        self,
        actor: str,
        action: str,
        subject: str,
        detail: Mapping[str, Scalar] = MappingProxyType({}),
    ) -> None:
        with self.database.transaction() as connection:
            lock_chain(connection)
            append(
                connection,
                at=utc_now(),
                actor=actor,
                action=action,
                subject=subject,
                detail=detail,
            )

    @property
    def _all(self) -> tuple[Store, ...]:
        """What an export holds: a copy is the same once more."""
        return (*self.others, self.runs, self.devices, self.history, self.identity)

    def _person(self, user_id: str) -> Person:
        in_table = {str(item["run_id"]) for item in self.runs.items(user_id)}
        devices = {str(item["device_id"]) for item in self.devices.items(user_id)}
        return Person(user_id, self.history.run_ids(user_id) | in_table, frozenset(devices))

    def _counts(self, person: Person) -> Mapping[str, int]:
        stores = (*self._all, *self.copies)
        return {store.name: sum(1 for _ in store.find(person)) for store in stores}

    def _refuse_active_runs(self, user_id: str) -> None:
        active = [
            str(item["run_id"])
            for item in self.runs.items(user_id)
            if item["status"] not in FINAL_STATUSES
        ]
        if active:
            raise RunsActiveError(
                f"{len(active)} runs of the user are not finished, {active[0]} among them. "
                "Nothing was deleted. Cancel them or wait for their end, then invoke this again."
            )

    def _stop_devices(self, user_id: str) -> None:
        """Nothing more may be started: devices are revoked, and their queues go."""
        for item in self.devices.items(user_id):
            if item["status"] == DeviceStatus.ACTIVE.value:
                self.device_table.change(
                    str(item["device_id"]), Change(set={"status": DeviceStatus.REVOKED.value})
                )
            if item.get("queue_url"):
                delete_queue(str(item["queue_url"]))
