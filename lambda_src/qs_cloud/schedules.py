"""Schedules: a document in the configuration table, and a schedule of EventBridge Scheduler.

The document comes first and goes last: what starts runs can always be seen and deleted. Each
occurrence puts a job on the jobs queue, with the role that may do nothing else.
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from qs_cloud import clients
from qs_cloud.calls import calling, error_code, refused
from qs_cloud.clock import stamp
from qs_cloud.config import variable
from qs_cloud.configuration import Documents
from qs_cloud.errors import CloudCallError
from qs_cloud.filling import fill
from qs_cloud.messages import message_of
from qs_cloud.refusal import RefusedError, Why, missing
from qs_cloud.telemetry import count, logger
from qs_cloud.templates import Templates
from qscreen.wire import (
    ProblemError,
    Schedule,
    ScheduleList,
    ScheduleRequest,
    ScheduleState,
)

SCHEDULED_TIME = "<aws.scheduler.scheduled-time>"
"""EventBridge Scheduler writes the time of the occurrence in its place."""

_GONE = "ResourceNotFoundException"
_THERE = "ConflictException"
_WRONG = "ValidationException"
_MAX_AGE_SECONDS = 3600
_RETRIES = 5


@dataclass(frozen=True, slots=True)
class ScheduleTarget:
    """Where schedules live and what they reach.

    Attributes:
        group: Group of the schedules.
        role_arn: Role with which they send jobs.
        queue_arn: The jobs queue.
        dead_letters_arn: Queue of what could not be sent.
        key_arn: KMS key of their content.
    """

    group: str
    role_arn: str
    queue_arn: str
    dead_letters_arn: str
    key_arn: str

    @classmethod
    def from_environment(cls) -> "ScheduleTarget":
        """Read the function's environment.

        Returns:
            The target.

        Raises:
            ConfigurationError: If a variable is missing.
        """
        return cls(
            group=variable("QS_SCHEDULE_GROUP"),
            role_arn=variable("QS_SCHEDULE_ROLE_ARN"),
            queue_arn=variable("QS_JOBS_QUEUE_ARN"),
            dead_letters_arn=variable("QS_DEAD_LETTERS_QUEUE_ARN"),
            key_arn=variable("QS_DATA_KEY_ARN"),
        )


@dataclass(frozen=True, slots=True)
class Schedules:
    """The schedules of all users.

    Attributes:
        table: Name of the configuration table.
        templates: What they run.
        target: Where they live.
    """

    table: str
    templates: Templates
    target: ScheduleTarget

    @property
    def _documents(self) -> Documents:
        return Documents(self.table, "schedule")

    def create(
        self,
        owner: str,
        groups: frozenset[str],
        key: str,
        request: ScheduleRequest,
        at: datetime,
    ) -> Schedule:
        """Make a schedule; the template and the inputs must fit already now.

        Args:
            owner: Cognito ``sub`` of the user who asks.
            groups: Groups of the user; each run is started with them.
            key: The user's key of the request; a repeat makes nothing twice.
            request: What it is to be.
            at: When it was asked for.

        Returns:
            The schedule, or the one that the same request made before.

        Raises:
            RefusedError: If there is no such template for the user, the inputs do not fit, the
                expression or the time zone is wrong, or the key was used before.
            CloudCallError: If a service cannot be reached; repeating the request is safe.
        """
        template = self.templates.get(owner, request.template_id)
        fill(template.goal, template.inputs, request.inputs)
        digest = hashlib.sha256(f"{owner}\n{key}".encode()).hexdigest()
        schedule = Schedule(
            schedule_id=f"sch-{digest[:20]}",
            owner=owner,
            **dict(request),
            created_at=datetime.fromisoformat(stamp(at)),
        )
        created = self._documents.put(
            owner, schedule.schedule_id, {"document": schedule.model_dump_json()}, new=True
        )
        if not created:
            made = self.get(owner, schedule.schedule_id)
            if made.model_copy(update={"created_at": schedule.created_at}) != schedule:
                raise RefusedError(
                    Why.CONFLICT,
                    f"The key of the schedule {made.schedule_id} was used before, for another one.",
                    "Use a new key with a new schedule; repeat the exact request to get its own.",
                )
            schedule = made
        try:
            self._begin(schedule, groups)
        except CloudCallError as error:
            if created and refused(error.__cause__):
                # Nobody must see a schedule that starts nothing, nor have one that is not seen:
                # an earlier try of the same call may have made it.
                self._end(schedule.schedule_id)
                self._documents.delete(owner, schedule.schedule_id)
            raise
        logger().info("Schedule made", extra={"schedule_id": schedule.schedule_id})
        count("SchedulesMade")
        return schedule

    def get(self, owner: str, schedule_id: str) -> Schedule:
        """Read a schedule.

        Args:
            owner: Cognito ``sub`` of the user who asks.
            schedule_id: Id of the schedule.

        Returns:
            The schedule.

        Raises:
            RefusedError: If there is none for the user.
            CloudCallError: If the table cannot be reached.
        """
        values = self._documents.get(owner, schedule_id)
        if values is None:
            raise missing("schedule", schedule_id)
        return _schedule(values)

    def page(self, owner: str, limit: int, start: str | None) -> tuple[ScheduleList, str | None]:
        """List a user's schedules, by id.

        Args:
            owner: Cognito ``sub`` of the user.
            limit: At most so many.
            start: Id after which the page begins.

        Returns:
            The page without its token, and the id at which it ended (None at the end).

        Raises:
            CloudCallError: If the table cannot be reached.
        """
        found, last = self._documents.page(owner, limit, start)
        return ScheduleList(items=tuple(_schedule(values) for values in found)), last

    def delete(self, owner: str, schedule_id: str) -> Schedule:
        """Delete a schedule; runs that it started go on.

        Args:
            owner: Cognito ``sub`` of the user who asks.
            schedule_id: Id of the schedule.

        Returns:
            The schedule as it was.

        Raises:
            RefusedError: If there is none for the user.
            CloudCallError: If a service cannot be reached; repeating the request is safe.
        """
        schedule = self.get(owner, schedule_id)
        self._end(schedule_id)
        self._documents.delete(owner, schedule_id)
        logger().info("Schedule deleted", extra={"schedule_id": schedule_id})
        return schedule

    def demand_unused(self, owner: str, template_id: str) -> None:
        """Refuse to take a template away from the schedules that run it.

        Args:
            owner: Cognito ``sub`` of the user.
            template_id: Id of the template.

        Raises:
            RefusedError: If a schedule of the user names it.
            CloudCallError: If the table cannot be reached.
        """
        start: str | None = None
        while True:
            page, start = self.page(owner, 100, start)
            users = [one.schedule_id for one in page.items if one.template_id == template_id]
            if users:
                raise RefusedError(
                    Why.CONFLICT,
                    f"The template {template_id} is run by the schedule {users[0]}.",
                    "Delete the schedule first.",
                )
            if start is None:
                return

    def _begin(self, schedule: Schedule, groups: frozenset[str]) -> None:
        from botocore.exceptions import ClientError

        target = self.target
        with calling("make the schedule"):
            try:
                clients.scheduler().create_schedule(
                    Name=schedule.schedule_id,
                    GroupName=target.group,
                    ScheduleExpression=schedule.expression,
                    ScheduleExpressionTimezone=schedule.timezone,
                    State="ENABLED" if schedule.state is ScheduleState.ENABLED else "DISABLED",
                    FlexibleTimeWindow={"Mode": "OFF"},
                    KmsKeyArn=target.key_arn,
                    Target={
                        "Arn": target.queue_arn,
                        "RoleArn": target.role_arn,
                        "Input": _message(schedule, groups),
                        "DeadLetterConfig": {"Arn": target.dead_letters_arn},
                        "RetryPolicy": {
                            "MaximumEventAgeInSeconds": _MAX_AGE_SECONDS,
                            "MaximumRetryAttempts": _RETRIES,
                        },
                    },
                )
            except ClientError as error:
                if error_code(error) == _THERE:
                    return
                if error_code(error) != _WRONG:
                    raise
                self._documents.delete(schedule.owner, schedule.schedule_id)
                raise _wrong_time() from error

    def _end(self, schedule_id: str) -> None:
        from botocore.exceptions import ClientError

        with calling("delete the schedule"):
            try:
                clients.scheduler().delete_schedule(Name=schedule_id, GroupName=self.target.group)
            except ClientError as error:
                if error_code(error) != _GONE:
                    raise


def _message(schedule: Schedule, groups: frozenset[str]) -> str:
    message = {
        "kind": "start_run",
        "job_id": schedule.schedule_id,
        "owner": schedule.owner,
        "groups": sorted(groups),
        "occurrence": SCHEDULED_TIME,
        "request": {
            "template_id": schedule.template_id,
            "inputs": dict(schedule.inputs),
            "device_id": schedule.device_id,
            "mode": schedule.mode.value,
        },
    }
    return message_of(json.dumps(message, ensure_ascii=False))


def _schedule(values: dict[str, Any]) -> Schedule:
    return Schedule.model_validate_json(values["document"])


def _wrong_time() -> RefusedError:
    detail = "EventBridge Scheduler does not take the expression or the time zone."
    return RefusedError(
        Why.WRONG,
        detail,
        "Write rate(1 hour), cron(0 9 ? * MON-FRI *) or at(2026-11-23T09:00:00), and an IANA "
        "time zone such as Asia/Seoul.",
        (ProblemError(path="/expression", detail=detail),),
    )
