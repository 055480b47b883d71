"""Writes releases down: what runs after an apply, and what ran before it unrecorded."""

import json
from collections.abc import Callable
from typing import TypeVar

from qops.applying.seal import Seal
from qops.applying.trail import Trail
from qops.errors import PrerequisiteError, QopsError
from qops.platform.aws import Aws
from qops.releases.checkouts import is_clean
from qops.releases.model import (
    APPLIED,
    FOUND,
    NO_COMMIT,
    RECORDED,
    detail_of,
    releases_of,
)
from qops.releases.observing import Platform, observe, read_platform
from qops.settings import Settings
from qscreen.audit import AuditRow

T = TypeVar("T")


def record_found(
    settings: Settings,
    aws: Aws,
    trail: Trail,
    *,
    place: tuple[str, str],
    actor: str,
    notice: Callable[[str], None],
) -> None:
    """Record what runs before an apply, if no release says it: a pipeline or a hand made it.

    Args:
        settings: Which environment.
        aws: Its clients.
        trail: Where it is recorded.
        place: Bucket and key of the state.
        actor: Who applies.
        notice: Called with a line when it cannot be told; that stops no apply.
    """

    def look() -> None:
        try:
            platform = read_platform(settings, aws, place=place)
        except PrerequisiteError:
            return  # the first apply: nothing runs
        running = observe(platform, aws)
        known = releases_of(trail.verify().rows)
        if not known or not known[-1].running.same_as(running):
            detail = detail_of(running, kind=FOUND, commit=_commit_told(settings, platform, aws))
            trail.append(actor=actor, action=RECORDED, subject=settings.environment, detail=detail)

    _attempt(look, "What runs before the apply could not be recorded", notice)


def record_applied(
    settings: Settings,
    aws: Aws,
    trail: Trail,
    seal: Seal,
    *,
    place: tuple[str, str],
    actor: str,
    schema: str,
    notice: Callable[[str], None],
) -> AuditRow | None:
    """Record the release that an apply has made.

    Args:
        settings: Which environment.
        aws: Its clients.
        trail: Where it is recorded.
        seal: The seal of the plan that was applied.
        place: Bucket and key of the state.
        actor: Who applied.
        schema: Version of the database's schema.
        notice: Called with a line when it cannot be told: the apply is done all the same.

    Returns:
        The row; None when it could not be recorded.
    """

    def look() -> AuditRow:
        running = observe(read_platform(settings, aws, place=place), aws)
        return trail.append(
            actor=actor,
            action=RECORDED,
            subject=settings.environment,
            detail=detail_of(
                running,
                kind=APPLIED,
                commit=seal.commit,
                clean=is_clean(settings.repository),
                plan=seal.plan,
                schema=schema,
            ),
        )

    return _attempt(look, "The release could not be recorded, so nobody can go back to it", notice)


def _attempt(look: Callable[[], T], what: str, notice: Callable[[str], None]) -> T | None:
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        return look()
    except QopsError as error:
        notice(f"! {what}: {error.what} {error.why}".rstrip())
    except (BotoCoreError, ClientError) as error:
        notice(f"! {what}: {error}")
    return None


def _commit_told(settings: Settings, platform: Platform, aws: Aws) -> str:
    """The commit as the platform itself tells it: the pipeline's record first, then Terraform's."""
    own = f"/qscreen/{settings.environment}/release"
    for name in (platform.record, own):
        if not name:
            continue
        answer = aws.client("ssm").get_parameters(Names=[name])["Parameters"]
        try:
            commit = str(json.loads(answer[0]["Value"])["commit"])
        except (LookupError, ValueError, TypeError):
            continue
        if len(commit) == len(NO_COMMIT):
            return commit
    return NO_COMMIT
