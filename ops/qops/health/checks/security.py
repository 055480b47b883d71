"""Checks of the layer security: keys, secrets, the trail."""

from collections.abc import Iterator

from qops.health.model import Check, Finding, Layer, Severity
from qops.health.surroundings import Surroundings, healthy, judged, not_applicable, unhealthy
from qops.inventory.model import Resource

SECRET_AGE_DAYS = 45.0
"""``secret_age_days`` of the layer observability where no alarm says it."""


def _keys(at: Surroundings) -> Iterator[Finding]:
    def look(key: Resource) -> Finding:
        found = at.client("kms").describe_key(KeyId=key.text("arn"))["KeyMetadata"]
        detail = f"its state is {found['KeyState']}"
        if found.get("DeletionDate"):
            detail += f", deleted on {found['DeletionDate']:%Y-%m-%d}"
        return judged(key.text("description"), found["KeyState"] == "Enabled", detail)

    yield from at.each(at.inventory.of("aws_kms_key"), "description", look)


def _rotation(at: Surroundings) -> Iterator[Finding]:
    def look(key: Resource) -> Finding:
        name = key.text("description")
        if not key.attributes.get("enable_key_rotation"):
            return not_applicable(name, "configured without rotation")
        found = at.client("kms").get_key_rotation_status(KeyId=key.text("arn"))
        days = found.get("RotationPeriodInDays")
        often = f" every {days} days" if days else ""
        on = bool(found["KeyRotationEnabled"])
        return judged(name, on, f"rotates{often}" if on else "does not rotate")

    yield from at.each(at.inventory.of("aws_kms_key"), "description", look)


def _secrets(at: Surroundings) -> Iterator[Finding]:
    rotated = {
        one.text("secret_id") for one in at.inventory.of("aws_secretsmanager_secret_rotation")
    }

    def look(secret: Resource) -> Finding:
        name, arn = secret.text("name"), secret.text("arn")
        found = at.client("secretsmanager").describe_secret(SecretId=arn)
        if found.get("DeletedDate"):
            return unhealthy(name, f"scheduled for deletion on {found['DeletedDate']:%Y-%m-%d}")
        changed = found.get("LastRotatedDate") or found.get("LastChangedDate")
        if arn not in rotated:
            return healthy(name, "rotated with what it belongs to, not by a schedule")
        if not found.get("RotationEnabled"):
            return unhealthy(name, "its rotation is off")
        if changed is None:
            return unhealthy(name, "it has no value yet")
        days = (at.now() - changed).total_seconds() / 86400
        limit = at.promise(f"secret-{name.rpartition('/')[2]}-age", SECRET_AGE_DAYS)
        return judged(name, days <= limit, f"{days:.0f} days old, promised {limit:.0f}")

    yield from at.each(at.inventory.of("aws_secretsmanager_secret"), "name", look)


def _trail(at: Surroundings) -> Iterator[Finding]:
    def look(trail: Resource) -> Finding:
        found = at.client("cloudtrail").get_trail_status(Name=trail.text("arn"))
        if not found["IsLogging"]:
            return unhealthy(trail.text("name"), "it does not log")
        problem = found.get("LatestDeliveryError")
        if problem:
            return unhealthy(trail.text("name"), f"its logs are not delivered: {problem}")
        return healthy(trail.text("name"), "logs and delivers")

    yield from at.each(at.inventory.of("aws_cloudtrail"), "name", look)


CHECKS = (
    Check(
        id="security.keys",
        layer=Layer.SECURITY,
        severity=Severity.CRITICAL,
        title="Keys are enabled",
        meaning="What is encrypted with the key cannot be read; after a deletion never again.",
        repair="Cancel the deletion, enable the key, and look in the trail for who did it.",
        runbook="keys.md#disabled-or-to-be-deleted",
        look=_keys,
    ),
    Check(
        id="security.key-rotation",
        layer=Layer.SECURITY,
        severity=Severity.MEDIUM,
        title="Keys rotate",
        meaning="The key's material is no longer changed every year.",
        repair="Plan and apply: Terraform turns the rotation on.",
        runbook="keys.md#rotation",
        look=_rotation,
    ),
    Check(
        id="security.secret-age",
        layer=Layer.SECURITY,
        severity=Severity.HIGH,
        title="Age of secrets",
        meaning="A secret is older than promised: its rotation is off or fails.",
        repair="Read the log of the rotation function, then rotate the secret.",
        runbook="secrets.md#age",
        look=_secrets,
    ),
    Check(
        id="security.trail",
        layer=Layer.SECURITY,
        severity=Severity.HIGH,
        title="CloudTrail records",
        meaning="Nobody will know who changes what from now on.",
        repair="Start the logging again, then look for who stopped it in the last events.",
        runbook="trail.md",
        look=_trail,
    ),
)
"""The checks of this layer."""
