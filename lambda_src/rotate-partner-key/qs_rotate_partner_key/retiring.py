"""The end of keys that a newer one has followed."""

import os
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from qs_cloud import clients
from qs_cloud.calls import calling
from qs_cloud.clock import utc_now
from qs_cloud.config import seconds_variable
from qs_cloud.errors import CloudCallError
from qs_cloud.rotation import RotationError
from qs_cloud.stages import CURRENT, PENDING
from qs_cloud.telemetry import count, fault, log_ids, logger
from qs_rotate_partner_key.gateway import (
    ApiKey,
    calls_with,
    delete_key,
    keys_named,
    plan_named,
)
from qs_rotate_partner_key.partner import Partner, parse_secret

_ABSENT = "ResourceNotFoundException"


class KeysRemainError(Exception):
    """Keys of some partners could not be deleted; the next pass tries again."""


def retire_keys(partners: Iterable[Partner]) -> int:
    """Delete keys that are neither the present nor the next one, once they have been followed.

    They end when the overlap is over and the partner has come with the present one; at the
    deadline in any case, which is said loudly if he has not.

    Args:
        partners: The partners.

    Returns:
        How many keys were deleted.

    Raises:
        KeysRemainError: If a partner's keys could not be dealt with; the others' were.
    """
    overlap = timedelta(seconds=seconds_variable("QS_KEY_OVERLAP_SECONDS"))
    deadline = timedelta(seconds=seconds_variable("QS_KEY_DEADLINE_SECONDS"))
    deleted, failed = 0, []
    for partner in partners:
        with log_ids(partner=partner.name):
            try:
                deleted += _retire(partner, overlap, deadline)
            except (CloudCallError, RotationError) as error:
                logger().error("Partner's former keys remain", extra=fault(error))
                failed.append(partner.name)
    count("PartnerKeysRetired", deleted)
    if failed:
        raise KeysRemainError(
            f"Former API keys of {', '.join(failed)} could not be deleted. Those of the others "
            "were. The log has the causes; the next pass tries again."
        )
    return deleted


def _retire(partner: Partner, overlap: timedelta, deadline: timedelta) -> int:
    with calling("look at the partner's secret"):
        secret = clients.secretsmanager().describe_secret(SecretId=partner.secret_arn)
    if not any(CURRENT in stages for stages in secret.get("VersionIdsToStages", {}).values()):
        return 0
    # Moving the stages is the last thing a rotation changes; the overlap counts from there.
    changed = secret["LastChangedDate"]
    if utc_now() - changed < overlap:
        return 0
    current = _key_name(partner, CURRENT)
    kept = {current, _key_name(partner, PENDING)}
    keys = list(keys_named(partner.key_prefix))
    former = [key for key in keys if key.name not in kept]
    if not former or not _may_end(partner, keys, current, changed, deadline):
        return 0
    for key in former:
        delete_key(key.id)
        logger().info("Former key deleted", extra={"key_id": key.id})
    return len(former)


def _may_end(
    partner: Partner,
    keys: Iterable[ApiKey],
    current: str | None,
    changed: datetime,
    deadline: timedelta,
) -> bool:
    """Let a former key end once the partner has come with the present one, or had time enough."""
    if _has_come(partner, next((key.id for key in keys if key.name == current), None), changed):
        return True
    until = changed + deadline
    if utc_now() < until:
        logger().warning(
            "Partner has not come with the new key; the former one stays valid",
            extra={"until": until.isoformat()},
        )
        count("PartnerKeysUnproven")
        return False
    logger().error(
        "Former key ends at its deadline, though the partner has not come with the new one",
        extra={"deadline": until.isoformat()},
    )
    count("PartnerKeysEndedUnproven")
    return True


def _has_come(partner: Partner, key_id: str | None, changed: datetime) -> bool:
    # API Gateway counts by the day, and the rotation's own try of the key counts as well.
    first = changed.astimezone(UTC).date()
    if os.environ.get("QS_PARTNER_PROBE_URL"):
        first += timedelta(days=1)
    today = utc_now().date()
    if key_id is None or first > today:
        return False
    try:
        plan_id = plan_named(partner.plan_name)
        return plan_id is not None and calls_with(key_id, plan_id, first, today) > 0
    except CloudCallError as error:
        # What is not known is no proof; the deadline holds all the same.
        logger().warning("Calls with the partner's key were not counted", extra=fault(error))
        return False


def _key_name(partner: Partner, stage: str) -> str | None:
    try:
        with calling("read the partner's secret"):
            answer = clients.secretsmanager().get_secret_value(
                SecretId=partner.secret_arn, VersionStage=stage
            )
    except CloudCallError as error:
        if error.code == _ABSENT:
            return None
        raise
    return parse_secret(answer.get("SecretString", "")).key_name(partner)
