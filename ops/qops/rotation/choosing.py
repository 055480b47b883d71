"""``qops rotate`` and ``qops secrets``: which secrets, one after the other, recorded."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from qops.errors import QopsError, UsageError
from qops.platform.aws import Aws
from qops.platform.deployment import Notice
from qops.platform.operations import Operation
from qops.rotation.answers import (
    ConsumerAnswer,
    Outcome,
    RotateAnswer,
    RotatedSecret,
    SecretRow,
    SecretsAnswer,
)
from qops.rotation.consumers import consumers_of
from qops.rotation.errors import calling, under_way
from qops.rotation.rotating import Rotating
from qops.rotation.secrets import Secret, choose, read_secrets, require_rotatable
from qops.settings import Settings


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the person asks for.

    Attributes:
        names: Secrets that were named.
        due: All that need it.
        all: All that have a rotation function.
        dry_run: Tell only.
        follow: Go on with a rotation that has begun.
        abandon: Give such a rotation up.
        keep_former: Leave the former credential valid until the next rotation.
        limit_seconds: Longest time for the four steps, seconds.
    """

    names: tuple[str, ...] = ()
    due: bool = False
    all: bool = False
    dry_run: bool = False
    follow: bool = False
    abandon: bool = False
    keep_former: bool = False
    limit_seconds: float = 300.0

    def __post_init__(self) -> None:
        """Refuse what excludes each other.

        Raises:
            UsageError: Not exactly one way to choose, or to act, was given.
        """
        if [bool(self.names), self.due, self.all].count(True) != 1:
            raise UsageError(
                "Say which secrets: names, --due or --all, one of these.",
                next_step="qops secrets lists them with their age; qops rotate postgres rotates "
                "one.",
            )
        if self.follow and self.abandon:
            raise UsageError(
                "--follow and --abandon exclude each other.",
                next_step="Go on with the rotation, or give it up.",
            )
        if (self.follow or self.abandon) and not self.names:
            raise UsageError(
                "--follow and --abandon want the secret's name.",
                next_step="qops secrets shows which rotations are under way.",
            )


def list_secrets(settings: Settings, aws: Aws) -> SecretsAnswer:
    """Tell the age of every secret.

    Args:
        settings: Which environment.
        aws: Its clients.
    """
    with calling(f"{settings.prefix}/*", "list the secrets"):
        secrets = read_secrets(settings, aws)
    now = datetime.now(UTC)
    return SecretsAnswer(
        environment=settings.environment, at=now, secrets=[_row(one, now) for one in secrets]
    )


def rotate(
    settings: Settings,
    aws: Aws,
    wanted: Wanted,
    *,
    confirm: Callable[[tuple[Secret, ...]], None],
    notice: Notice,
) -> RotateAnswer:
    """Rotate secrets, one after the other.

    Args:
        settings: Which environment.
        aws: Its clients.
        wanted: Which, and how.
        confirm: Called with them before anything changes; raises to refuse.
        notice: Called with a line for the person.

    Returns:
        What became of each. One that fails does not keep the others from their turn.

    Raises:
        QopsError: None was begun: one is unknown, cannot be rotated, or is being rotated.
    """
    now = datetime.now(UTC)
    with calling(f"{settings.prefix}/*", "list the secrets"):
        chosen = _chosen(read_secrets(settings, aws), wanted, now)
    for secret in chosen:
        with calling(secret.name, "look at its rotation function"):
            require_rotatable(aws, secret)
        if secret.under_way and not (wanted.follow or wanted.abandon or wanted.dry_run):
            raise under_way(secret.short, secret.under_way)
    work = [
        Rotating(
            settings,
            aws,
            secret,
            _reason(secret, wanted, now),
            consumers_of(settings, aws, secret),
            notice,
            keep_former=wanted.keep_former,
            limit_seconds=wanted.limit_seconds,
        )
        for secret in chosen
    ]
    if wanted.dry_run:
        done = [_planned(one, now) for one in work]
    else:
        if chosen:
            confirm(chosen)
        done = [_recorded(settings, aws, one, wanted, notice) for one in work]
    return RotateAnswer(environment=settings.environment, dry_run=wanted.dry_run, secrets=done)


def _chosen(secrets: tuple[Secret, ...], wanted: Wanted, now: datetime) -> tuple[Secret, ...]:
    if wanted.names:
        return choose(secrets, wanted.names)
    rotatable = [one for one in secrets if one.function is not None and one.deleted is None]
    return tuple(one for one in rotatable if wanted.all or one.fault(now))


def _recorded(
    settings: Settings, aws: Aws, one: Rotating, wanted: Wanted, notice: Notice
) -> RotatedSecret:
    operation = Operation(settings, aws, kind="secret.rotate", notice=notice)
    operation.begin(one.secret.name, reason=one.reason, previous=one.secret.current)
    notice(f"{one.secret.name}: {one.reason}")
    try:
        if wanted.abandon:
            done = one.abandon()
        elif wanted.follow:
            done = one.follow()
        else:
            done = one.rotate()
    except KeyboardInterrupt as error:
        operation.end("interrupted", error)
        notice(one.where_it_stands())
        raise
    except QopsError as error:
        operation.end("failed", error)
        if len(wanted.names) == 1:
            raise
        return one.refused(error)
    except Exception as error:
        operation.end("failed", error)
        notice(one.where_it_stands())
        raise
    operation.end(
        str(done.outcome),
        version=done.version,
        present_works=done.present_works,
        former=str(done.former),
    )
    return done


def _planned(one: Rotating, now: datetime) -> RotatedSecret:
    age = one.secret.age(now)
    return RotatedSecret(
        secret=one.secret.name,
        outcome=Outcome.PLANNED,
        reason=one.reason,
        age_days=_days(age),
        previous=one.secret.current,
        consumers=[ConsumerAnswer(kind=used.kind, name=used.name) for used in one.consumers],
        message=f"By {one.secret.function_name}"
        + (
            "; the former key stays valid for its overlap."
            if one.outside
            else "; the former credential is kept."
            if one.keep_former
            else "; the former credential is ended once the new one is proven."
        ),
    )


def _reason(secret: Secret, wanted: Wanted, now: datetime) -> str:
    return secret.fault(now) or ("asked for by name" if wanted.names else "asked for, with all")


def _row(secret: Secret, now: datetime) -> SecretRow:
    fault = secret.fault(now)
    detail = fault
    if not fault:
        detail = (
            "a rotation is under way"
            if secret.under_way
            else "rotated with what it belongs to"
            if secret.function is None
            else ""
        )
    return SecretRow(
        name=secret.name,
        state="overdue" if fault else "fine",
        detail=detail,
        age_days=_days(secret.age(now)),
        every_days=_days(secret.every) if secret.enabled else None,
        last_rotated=secret.rotated,
        next_rotation=secret.next if secret.enabled else None,
        function=secret.function_name,
        under_way=secret.under_way,
    )


def _days(span: timedelta | None) -> float | None:
    return None if span is None else round(span.total_seconds() / 86400, 2)


def names_of(secrets: Iterable[Secret]) -> str:
    """Secrets as a person reads them.

    Args:
        secrets: The secrets.
    """
    return ", ".join(one.short for one in secrets)
