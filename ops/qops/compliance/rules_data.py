"""Rules about what holds data: buckets, tables, databases, caches, queues, keys, secrets."""

from collections.abc import Iterable, Mapping
from typing import Any

from qops.compliance.model import (
    Evidence,
    Rule,
    Verdict,
    at_least,
    attribute,
    equals,
    evidence,
    is_false,
    is_set,
    is_true,
    listed,
    per_bucket,
    policy,
    with_setting,
)
from qops.inventory.model import KNOWN_LATER, Inventory

_ENCRYPTION = "aws_s3_bucket_server_side_encryption_configuration"
_ALGORITHM = "rule.apply_server_side_encryption_by_default.sse_algorithm"


def _demands_tls(statements: list[Mapping[str, Any]]) -> bool:
    return any(
        one.get("Effect") == "Deny"
        and one.get("Condition", {}).get("Bool", {}).get("aws:SecureTransport") == "false"
        for one in statements
    )


def _for_nobody_else(statements: list[Mapping[str, Any]]) -> bool:
    """Whether no statement allows everybody without a condition."""
    for one in statements:
        principal = one.get("Principal")
        names = principal.values() if isinstance(principal, Mapping) else [principal]
        everybody = any("*" in listed(name) for name in names)
        if one.get("Effect") == "Allow" and everybody and not one.get("Condition"):
            return False
    return True


_tls, _private = policy(_demands_tls), policy(_for_nobody_else)


def _absent_is_private(value: Any) -> bool | None:
    return True if value in (None, "") else _private(value)


def _closed(kind: str) -> Rule:
    def answer(inventory: Inventory) -> Iterable[Evidence]:
        for bucket, found in with_setting(inventory, kind):
            for name in (
                "block_public_acls",
                "ignore_public_acls",
                "block_public_policy",
                "restrict_public_buckets",
            ):
                if found is None:
                    yield Evidence(bucket.address, kind, "absent", Verdict.NOT_MET)
                    break
                value = found.attributes.get(name)
                yield evidence(found, name, value, is_true(value))

    return Rule(("aws_s3_bucket",), answer)


def _rotated(inventory: Inventory) -> Iterable[Evidence]:
    rotations = inventory.of("aws_secretsmanager_secret_rotation")
    known = {one.text("secret_id"): one for one in rotations}
    labels = {one.address.rpartition("[")[2] for one in rotations}
    for secret in inventory.of("aws_secretsmanager_secret"):
        arn = secret.text("arn")
        # In a plan the ARN is not known yet; both are keyed by the same name.
        by_label = not arn and secret.address.rpartition("[")[2] in labels
        if arn in known or by_label:
            yield Evidence(
                secret.address, "aws_secretsmanager_secret_rotation", "present", Verdict.MET
            )
        else:
            yield Evidence(
                secret.address, "aws_secretsmanager_secret_rotation", "absent", Verdict.NOT_MET
            )


def _forces_tls(inventory: Inventory) -> Iterable[Evidence]:
    for group in inventory.of("aws_db_parameter_group"):
        parameters = group.attributes.get("parameter") or ()
        value = next((one["value"] for one in parameters if one["name"] == "rds.force_ssl"), None)
        yield evidence(group, "parameter.rds.force_ssl", value, str(value) == "1")


_DB = "aws_db_instance"
_CACHE = "aws_elasticache_replication_group"
_SEARCH = "aws_opensearch_domain"
_PUBLIC_BLOCK = _closed("aws_s3_bucket_public_access_block")

RULES: dict[str, Rule] = {
    "s3_bucket_object_versioning": per_bucket(
        "aws_s3_bucket_versioning", "versioning_configuration.status", equals("Enabled")
    ),
    "s3_bucket_default_encryption": per_bucket(
        _ENCRYPTION, _ALGORITHM, equals("aws:kms", "aws:kms:dsse", "AES256")
    ),
    "s3_bucket_kms_encryption": per_bucket(
        _ENCRYPTION, _ALGORITHM, equals("aws:kms", "aws:kms:dsse")
    ),
    "s3_bucket_secure_transport_policy": per_bucket("aws_s3_bucket_policy", "policy", _tls),
    "s3_bucket_server_access_logging_enabled": per_bucket(
        "aws_s3_bucket_logging", "target_bucket", is_set
    ),
    "s3_bucket_lifecycle_enabled": per_bucket(
        "aws_s3_bucket_lifecycle_configuration", "rule.status", equals("Enabled")
    ),
    "s3_bucket_object_lock": attribute("aws_s3_bucket", "object_lock_enabled", is_true),
    "s3_bucket_acl_prohibited": per_bucket(
        "aws_s3_bucket_ownership_controls", "rule.object_ownership", equals("BucketOwnerEnforced")
    ),
    "s3_bucket_event_notifications_enabled": per_bucket(
        "aws_s3_bucket_notification", "eventbridge", is_true
    ),
    "s3_bucket_level_public_access_block": _PUBLIC_BLOCK,
    "s3_bucket_public_access": _PUBLIC_BLOCK,
    "s3_bucket_public_list_acl": _PUBLIC_BLOCK,
    "s3_bucket_public_write_acl": _PUBLIC_BLOCK,
    "s3_bucket_policy_public_write_access": per_bucket("aws_s3_bucket_policy", "policy", _private),
    "kms_cmk_rotation_enabled": attribute("aws_kms_key", "enable_key_rotation", is_true),
    "kms_key_not_publicly_accessible": attribute("aws_kms_key", "policy", _private),
    "dynamodb_tables_pitr_enabled": attribute(
        "aws_dynamodb_table", "point_in_time_recovery.enabled", is_true
    ),
    "dynamodb_tables_kms_cmk_encryption_enabled": attribute(
        "aws_dynamodb_table", "server_side_encryption.kms_key_arn", is_set
    ),
    "dynamodb_table_deletion_protection_enabled": attribute(
        "aws_dynamodb_table", "deletion_protection_enabled", is_true
    ),
    "rds_instance_storage_encrypted": attribute(_DB, "storage_encrypted", is_true),
    "rds_instance_backup_enabled": attribute(_DB, "backup_retention_period", at_least(1)),
    "rds_instance_multi_az": attribute(_DB, "multi_az", is_true),
    "rds_instance_no_public_access": attribute(_DB, "publicly_accessible", is_false),
    "rds_instance_integration_cloudwatch_logs": attribute(
        _DB, "enabled_cloudwatch_logs_exports", is_set
    ),
    "rds_instance_minor_version_upgrade_enabled": attribute(
        _DB, "auto_minor_version_upgrade", is_true
    ),
    "rds_instance_iam_authentication_enabled": attribute(
        _DB, "iam_database_authentication_enabled", is_true
    ),
    "rds_instance_deletion_protection": attribute(_DB, "deletion_protection", is_true),
    "rds_instance_copy_tags_to_snapshots": attribute(_DB, "copy_tags_to_snapshot", is_true),
    "rds_instance_enhanced_monitoring_enabled": attribute(_DB, "monitoring_interval", at_least(1)),
    "rds_instance_inside_vpc": attribute(_DB, "db_subnet_group_name", is_set),
    "rds_instance_default_admin": attribute(
        _DB, "username", lambda name: name not in (None, "admin", "postgres", KNOWN_LATER)
    ),
    "rds_instance_transport_encrypted": Rule(("aws_db_parameter_group",), _forces_tls),
    "elasticache_redis_cluster_in_transit_encryption_enabled": attribute(
        _CACHE, "transit_encryption_enabled", is_true
    ),
    "elasticache_redis_cluster_rest_encryption_enabled": attribute(
        _CACHE, "at_rest_encryption_enabled", is_true
    ),
    "elasticache_redis_cluster_backup_enabled": attribute(
        _CACHE, "snapshot_retention_limit", at_least(1)
    ),
    "elasticache_redis_cluster_automatic_failover_enabled": attribute(
        _CACHE, "automatic_failover_enabled", is_true
    ),
    "elasticache_redis_cluster_multi_az_enabled": attribute(_CACHE, "multi_az_enabled", is_true),
    "elasticache_redis_cluster_auto_minor_version_upgrades": attribute(
        _CACHE, "auto_minor_version_upgrade", is_true
    ),
    "elasticache_redis_replication_group_auth_enabled": attribute(_CACHE, "user_group_ids", is_set),
    "sqs_queues_server_side_encryption_enabled": attribute(
        "aws_sqs_queue", "kms_master_key_id", is_set
    ),
    "sqs_queues_not_publicly_accessible": attribute("aws_sqs_queue", "policy", _absent_is_private),
    "sns_topics_kms_encryption_at_rest_enabled": attribute(
        "aws_sns_topic", "kms_master_key_id", is_set
    ),
    "sns_topics_not_publicly_accessible": attribute("aws_sns_topic_policy", "policy", _private),
    "secretsmanager_automatic_rotation_enabled": Rule(("aws_secretsmanager_secret",), _rotated),
    "secretsmanager_not_publicly_accessible": attribute(
        "aws_secretsmanager_secret", "policy", _absent_is_private
    ),
    "backup_vaults_exist": attribute("aws_backup_vault", "name", is_set, required=True),
    "backup_plans_exist": attribute("aws_backup_plan", "name", is_set, required=True),
    "backup_vaults_encrypted": attribute("aws_backup_vault", "kms_key_arn", is_set),
    "opensearch_service_domains_encryption_at_rest_enabled": attribute(
        _SEARCH, "encrypt_at_rest.enabled", is_true
    ),
    "opensearch_service_domains_node_to_node_encryption_enabled": attribute(
        _SEARCH, "node_to_node_encryption.enabled", is_true
    ),
    "opensearch_service_domains_https_communications_enforced": attribute(
        _SEARCH, "domain_endpoint_options.enforce_https", is_true
    ),
    "opensearch_service_domains_not_publicly_accessible": attribute(
        _SEARCH, "vpc_options.subnet_ids", is_set
    ),
    "opensearch_service_domains_internal_user_database_enabled": attribute(
        _SEARCH, "advanced_security_options.internal_user_database_enabled", is_false
    ),
    "opensearch_service_domains_cloudwatch_logging_enabled": attribute(
        _SEARCH, "log_publishing_options.enabled", is_true
    ),
}
"""Rules by the name of the check."""
