"""The end of keys that a newer one has followed."""

from collections.abc import Iterable
from datetime import timedelta

from qs_cloud import clients
from qs_cloud.calls import calling
from qs_cloud.clock import utc_now
from qs_cloud.config import seconds_variable
from qs_cloud.errors import CloudCallError
from qs_cloud.rotation import RotationError
from qs_cloud.stages import CURRENT, PENDING
from qs_cloud.telemetry import count, fault, log_ids, logger
from qs_rotate_partner_key.gateway import delete_key, keys_named
from qs_rotate_partner_key.partner import Partner, parse_secret

_ABSENT = "ResourceNotFoundException"


class KeysRemainError(Exception):
    """Keys of some partners could not be deleted; the next pass tries again."""


def retire_keys(partners: Iterable[Partner]) -> int:
    """Delete keys that are neither the present nor the next one, once the overlap is over.

    Args:
        partners: The partners.

    Returns:
        How many keys were deleted.

    Raises:
        KeysRemainError: If a partner's keys could not be dealt with; the others' were.
    """
    overlap = timedelta(seconds=seconds_variable("QS_KEY_OVERLAP_SECONDS"))
    deleted, failed = 0, []
    for partner in partners:
        with log_ids(partner=partner.name):
            try:
                deleted += _retire(partner, overlap)
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


def _retire(partner: Partner, overlap: timedelta) -> int:
    with calling("look at the partner's secret"):
        secret = clients.secretsmanager().describe_secret(SecretId=partner.secret_arn)
    if not any(CURRENT in stages for stages in secret.get("VersionIdsToStages", {}).values()):
        return 0
    # Moving the stages is the last thing a rotation changes; the overlap counts from there.
    if utc_now() - secret["LastChangedDate"] < overlap:
        return 0
    kept = {name for stage in (CURRENT, PENDING) if (name := _key_name(partner, stage))}
    deleted = 0
    for key in list(keys_named(partner.key_prefix)):
        if key.name not in kept:
            delete_key(key.id)
            deleted += 1
            logger().info("Former key deleted", extra={"key_id": key.id})
    return deleted


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
