"""The secrets of an environment, as Secrets Manager describes them."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from qops.errors import UsageError
from qops.platform.aws import Aws
from qops.rotation.errors import SecretUnusableError
from qops.settings import Settings

CURRENT, PENDING, PREVIOUS = "AWSCURRENT", "AWSPENDING", "AWSPREVIOUS"
STUCK = timedelta(hours=1)
"""A rotation takes a minute or two; Secrets Manager's own tries end long before."""

_RATE = re.compile(r"rate\((\d+) (hour|day)s?\)")


@dataclass(frozen=True, slots=True)
class Secret:
    """One secret.

    Attributes:
        name: Its name.
        arn: Its ARN.
        function: ARN of the function that rotates it; None for a secret that no function rotates.
        enabled: Whether its schedule is on.
        every: Pause between two rotations; None where the schedule is no plain pause.
        stages: Labels by version.
        created: When it was made.
        rotated: When a rotation last succeeded.
        changed: When it last changed.
        next: When the schedule rotates it next.
        deleted: When it goes, if it is scheduled for deletion.
    """

    name: str
    arn: str
    function: str | None
    enabled: bool
    every: timedelta | None
    stages: Mapping[str, tuple[str, ...]]
    created: datetime
    rotated: datetime | None
    changed: datetime | None
    next: datetime | None
    deleted: datetime | None

    @property
    def short(self) -> str:
        """Its name without the environment's prefix."""
        return self.name.rpartition("/")[2]

    @property
    def current(self) -> str | None:
        """The present version."""
        return self.version(CURRENT)

    @property
    def under_way(self) -> str | None:
        """The version that a rotation is making; None when none is under way."""
        pending = self.version(PENDING)
        return pending if pending != self.current else None

    @property
    def function_name(self) -> str:
        """Name of the function that rotates it."""
        return (self.function or "").partition(":function:")[2].split(":")[0]

    def version(self, stage: str) -> str | None:
        """The version that has a label."""
        return next((one for one, labels in self.stages.items() if stage in labels), None)

    def age(self, now: datetime) -> timedelta | None:
        """How old the present value is; None without one."""
        if self.current is None:
            return None
        return now - (self.rotated or self.changed or self.created)

    def fault(self, now: datetime) -> str:
        """Why it needs attention; empty when it does not.

        Args:
            now: The time.
        """
        if self.deleted is not None:
            return f"scheduled for deletion on {self.deleted:%Y-%m-%d}"
        age = self.age(now)
        if age is None:
            return "has no value yet"
        if self.function is None:
            return ""
        if not self.enabled:
            return "its rotation is off"
        if self.under_way is not None and now - (self.changed or self.created) > STUCK:
            return "a rotation began and never ended"
        if self.every is not None and age > self.every:
            return f"overdue: {age.days} days old, to be rotated every {self.every.days}"
        if self.next is not None and self.next < now:
            return f"overdue since {self.next:%Y-%m-%d}"
        return ""


def read_secrets(settings: Settings, aws: Aws) -> tuple[Secret, ...]:
    """All secrets of an environment, by name.

    Args:
        settings: Which environment.
        aws: Its clients.
    """
    prefix = f"{settings.prefix}/"
    pages = aws.client("secretsmanager").get_paginator("list_secrets")
    found = (
        item
        for page in pages.paginate(
            Filters=[{"Key": "name", "Values": [prefix]}], IncludePlannedDeletion=True
        )
        for item in page["SecretList"]
        # The filter takes what begins with it in any case of letters.
        if item["Name"].startswith(prefix)
    )
    return tuple(sorted((_secret(item) for item in found), key=lambda one: one.name))


def look_again(aws: Aws, secret: Secret) -> Secret:
    """The same secret as it is now.

    Args:
        aws: The environment's clients.
        secret: As it was.
    """
    found = aws.client("secretsmanager").describe_secret(SecretId=secret.arn)
    newer = _secret({"CreatedDate": secret.created, **found})
    return replace(newer, next=newer.next or secret.next)


def choose(secrets: Iterable[Secret], names: Iterable[str]) -> tuple[Secret, ...]:
    """The secrets that a person names.

    Args:
        secrets: All of the environment.
        names: Full names, or those without the environment's prefix.

    Raises:
        UsageError: There is no such secret.
    """
    known = tuple(secrets)
    chosen: dict[str, Secret] = {}
    for name in names:
        secret = next((one for one in known if name in {one.name, one.short, one.arn}), None)
        if secret is None:
            raise UsageError(
                f"There is no secret {name!r}.",
                why=f"The environment has {', '.join(one.short for one in known) or 'none'}.",
                next_step="Name one of them; qops secrets lists them. Nothing there? qops up.",
            )
        chosen[secret.name] = secret
    return tuple(chosen.values())


def require_rotatable(aws: Aws, secret: Secret) -> None:
    """Refuse a secret that cannot be rotated, before anything is changed.

    Args:
        aws: The environment's clients.
        secret: The secret.

    Raises:
        SecretUnusableError: It is scheduled for deletion, or has no rotation function.
    """
    if secret.deleted is not None:
        raise SecretUnusableError(
            f"{secret.name} is scheduled for deletion on {secret.deleted:%Y-%m-%d}.",
            why="Nothing reads such a secret, so nothing could use its new value.",
            next_step=f"Is it still needed: aws secretsmanager restore-secret --secret-id "
            f"{secret.name}, then rotate it.",
        )
    if secret.function is None:
        raise SecretUnusableError(
            f"{secret.name} has no rotation function.",
            why="It is rotated with what it belongs to."
            if secret.short.endswith("-admin")
            else "Its rotation is not configured.",
            next_step="The administrator's password changes with database.password_version in the "
            "environment's tfvars, by qops plan and qops apply; anything else: qops apply.",
        )
    client = aws.client("lambda")
    try:
        client.get_function_configuration(FunctionName=secret.function)
    except client.exceptions.ResourceNotFoundException as error:
        raise SecretUnusableError(
            f"The rotation function of {secret.name} is missing: {secret.function_name}.",
            why="Its secret names it, and Lambda does not know it.",
            next_step="Put it back: qops plan and qops apply (locally qops up).",
        ) from error


def _secret(item: Mapping[str, Any]) -> Secret:
    rules = item.get("RotationRules") or {}
    stages = item.get("VersionIdsToStages") or item.get("SecretVersionsToStages") or {}
    return Secret(
        name=item["Name"],
        arn=item["ARN"],
        function=item.get("RotationLambdaARN") or None,
        enabled=bool(item.get("RotationEnabled")),
        every=_pause(rules),
        stages={version: tuple(labels) for version, labels in stages.items() if labels},
        created=item["CreatedDate"].astimezone(UTC),
        rotated=_moment(item.get("LastRotatedDate")),
        changed=_moment(item.get("LastChangedDate")),
        next=_moment(item.get("NextRotationDate")),
        deleted=_moment(item.get("DeletedDate")),
    )


def _moment(value: datetime | None) -> datetime | None:
    return value.astimezone(UTC) if value is not None else None


def _pause(rules: Mapping[str, Any]) -> timedelta | None:
    if days := rules.get("AutomaticallyAfterDays"):
        return timedelta(days=int(days))
    found = _RATE.fullmatch(str(rules.get("ScheduleExpression") or "").strip())
    return timedelta(**{f"{found.group(2)}s": int(found.group(1))}) if found else None
