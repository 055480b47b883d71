"""Rules about what works and watches: functions, identities, trails, detectors."""

import json
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
    policy,
    read,
)
from qops.inventory.model import Inventory


def _not_everything(statements: list[Mapping[str, Any]]) -> bool:
    return not any(
        one.get("Effect") == "Allow"
        and "*" in listed(one.get("Action"))
        and "*" in listed(one.get("Resource"))
        for one in statements
    )


def _not_all_of(service: str) -> Any:
    def test(statements: list[Mapping[str, Any]]) -> bool:
        return not any(
            one.get("Effect") == "Allow"
            and {"*", f"{service}:*"} & set(map(str, listed(one.get("Action"))))
            for one in statements
        )

    return policy(test)


def _administrators(inventory: Inventory) -> Iterable[Evidence]:
    for one in inventory.of("aws_iam_role_policy_attachment"):
        arn = one.text("policy_arn")
        good = not arn.endswith(":aws:policy/AdministratorAccess")
        yield evidence(one, "policy_arn", arn, good)


def _data_events(kind: str) -> Rule:
    def answer(inventory: Inventory) -> Iterable[Evidence]:
        for trail in inventory.of("aws_cloudtrail"):
            kept = False
            for selector in trail.attributes.get("advanced_event_selector") or ():
                fields = {
                    one["field"]: one.get("equals") or []
                    for one in selector.get("field_selector") or ()
                }
                only = fields.get("readOnly", [])
                wanted = not only or only == [str(kind == "read").lower()]
                kept |= "AWS::S3::Object" in fields.get("resources.type", []) and wanted
            for selector in trail.attributes.get("event_selector") or ():
                of_objects = any(
                    one.get("type") == "AWS::S3::Object"
                    for one in selector.get("data_resource") or ()
                )
                kept |= of_objects and selector.get("read_write_type") in (
                    "All",
                    kind.title() + "Only",
                )
            yield Evidence(
                trail.address,
                "advanced_event_selector",
                f"S3 objects, {kind}: {'recorded' if kept else 'not recorded'}",
                Verdict.MET if kept else Verdict.NOT_MET,
            )

    return Rule(("aws_cloudtrail",), answer, required=True)


def _stage_guarded(inventory: Inventory) -> Iterable[Evidence]:
    links = inventory.of("aws_wafv2_web_acl_association")
    for stage in inventory.of("aws_api_gateway_stage"):
        arn = stage.text("arn")
        good = any(one.text("resource_arn") in (arn, "") for one in links)
        yield Evidence(
            stage.address,
            "aws_wafv2_web_acl_association",
            "present" if good else "absent",
            Verdict.MET if good else Verdict.NOT_MET,
        )


def _callers(inventory: Inventory) -> Iterable[Evidence]:
    for one in inventory.of("aws_lambda_permission"):
        principal = one.text("principal")
        yield evidence(one, "principal", principal, principal != "*")


def _feature(name: str) -> Rule:
    def answer(inventory: Inventory) -> Iterable[Evidence]:
        found = [
            one
            for one in inventory.of("aws_guardduty_detector_feature")
            if one.text("name") == name
        ]
        for one in found:
            yield evidence(one, "status", one.text("status"), one.text("status") == "ENABLED")
        if not found:
            for one in inventory.of("aws_guardduty_detector"):
                yield Evidence(one.address, name, "absent", Verdict.NOT_MET)

    return Rule(("aws_guardduty_detector",), answer, required=True)


def _authorized(inventory: Inventory) -> Iterable[Evidence]:
    for api in inventory.of("aws_api_gateway_rest_api"):
        try:
            document = json.loads(api.text("body"))
            schemes = document["components"]["securitySchemes"]
        except (ValueError, KeyError, TypeError):
            yield evidence(api, "body", "not known", None)
            continue
        yield evidence(api, "body.components.securitySchemes", sorted(schemes), bool(schemes))


def _prompt_attacks(inventory: Inventory) -> Iterable[Evidence]:
    for one in inventory.of("aws_bedrock_guardrail"):
        filters = read(one.attributes, "content_policy_config.filters_config")
        kinds = [each.get("type") for each in filters] if isinstance(filters, list) else []
        yield evidence(one, "content_policy_config", kinds, "PROMPT_ATTACK" in kinds)


_TRAIL = "aws_cloudtrail"
_POOL = "aws_cognito_user_pool"
_ACCOUNT = "aws_iam_account_password_policy"
_POLICIES = "aws_iam_policy"
_INLINE = "aws_iam_role_policy"
_admin = policy(_not_everything)


RULES: dict[str, Rule] = {
    "awslambda_function_inside_vpc": attribute(
        "aws_lambda_function", "vpc_config.subnet_ids", is_set
    ),
    "awslambda_function_using_supported_runtimes": attribute(
        "aws_lambda_function", "runtime", equals("python3.11", "python3.12", "python3.13")
    ),
    "awslambda_function_not_publicly_accessible": Rule(("aws_lambda_permission",), _callers),
    "cloudtrail_multi_region_enabled": attribute(
        _TRAIL, "is_multi_region_trail", is_true, required=True
    ),
    "cloudtrail_log_file_validation_enabled": attribute(
        _TRAIL, "enable_log_file_validation", is_true, required=True
    ),
    "cloudtrail_kms_encryption_enabled": attribute(_TRAIL, "kms_key_id", is_set, required=True),
    "cloudtrail_cloudwatch_logging_enabled": attribute(
        _TRAIL, "cloud_watch_logs_group_arn", is_set, required=True
    ),
    "cloudtrail_insights_exist": attribute(_TRAIL, "insight_selector", is_set, required=True),
    "cloudtrail_s3_dataevents_write_enabled": _data_events("write"),
    "cloudtrail_s3_dataevents_read_enabled": _data_events("read"),
    "cloudwatch_log_group_kms_encryption_enabled": attribute(
        "aws_cloudwatch_log_group", "kms_key_id", is_set
    ),
    "cloudwatch_log_group_retention_policy_specific_days_enabled": attribute(
        "aws_cloudwatch_log_group", "retention_in_days", at_least(365)
    ),
    "cloudwatch_alarm_actions_enabled": attribute(
        "aws_cloudwatch_metric_alarm", "actions_enabled", is_true, required=True
    ),
    "cloudwatch_alarm_actions_alarm_state_configured": attribute(
        "aws_cloudwatch_metric_alarm", "alarm_actions", is_set, required=True
    ),
    "ec2_ebs_default_encryption": attribute(
        "aws_ebs_encryption_by_default", "enabled", is_true, required=True
    ),
    "ec2_instance_imdsv2_enabled": attribute(
        "aws_instance", "metadata_options.http_tokens", equals("required")
    ),
    "ec2_instance_public_ip": attribute("aws_instance", "associate_public_ip_address", is_false),
    "ec2_instance_profile_attached": attribute("aws_instance", "iam_instance_profile", is_set),
    "ec2_instance_detailed_monitoring_enabled": attribute("aws_instance", "monitoring", is_true),
    "apigateway_restapi_logging_enabled": attribute(
        "aws_api_gateway_stage", "access_log_settings.destination_arn", is_set
    ),
    "apigateway_restapi_tracing_enabled": attribute(
        "aws_api_gateway_stage", "xray_tracing_enabled", is_true
    ),
    "apigateway_restapi_waf_acl_attached": Rule(("aws_api_gateway_stage",), _stage_guarded),
    "apigateway_restapi_authorizers_enabled": Rule(("aws_api_gateway_rest_api",), _authorized),
    "apigateway_restapi_public_with_authorizer": Rule(("aws_api_gateway_rest_api",), _authorized),
    "guardduty_is_enabled": attribute("aws_guardduty_detector", "enable", is_true, required=True),
    "guardduty_s3_protection_enabled": _feature("S3_DATA_EVENTS"),
    "guardduty_rds_protection_enabled": _feature("RDS_LOGIN_EVENTS"),
    "guardduty_lambda_protection_enabled": _feature("LAMBDA_NETWORK_LOGS"),
    "securityhub_enabled": attribute(
        "aws_securityhub_account", "control_finding_generator", is_set, required=True
    ),
    "config_recorder_all_regions_enabled": attribute(
        "aws_config_configuration_recorder_status", "is_enabled", is_true, required=True
    ),
    "accessanalyzer_enabled": attribute(
        "aws_accessanalyzer_analyzer", "analyzer_name", is_set, required=True
    ),
    "iam_password_policy_minimum_length_14": attribute(
        _ACCOUNT, "minimum_password_length", at_least(14), required=True
    ),
    "iam_password_policy_reuse_24": attribute(
        _ACCOUNT, "password_reuse_prevention", at_least(24), required=True
    ),
    "iam_password_policy_lowercase": attribute(
        _ACCOUNT, "require_lowercase_characters", is_true, required=True
    ),
    "iam_password_policy_uppercase": attribute(
        _ACCOUNT, "require_uppercase_characters", is_true, required=True
    ),
    "iam_password_policy_number": attribute(_ACCOUNT, "require_numbers", is_true, required=True),
    "iam_password_policy_symbol": attribute(_ACCOUNT, "require_symbols", is_true, required=True),
    "iam_password_policy_expires_passwords_within_90_days_or_less": attribute(
        _ACCOUNT,
        "max_password_age",
        lambda days: isinstance(days, int | float) and 0 < days <= 90,
        required=True,
    ),
    "iam_customer_attached_policy_no_administrative_privileges": attribute(
        _POLICIES, "policy", _admin
    ),
    "iam_inline_policy_no_administrative_privileges": attribute(_INLINE, "policy", _admin),
    "iam_policy_no_full_access_to_kms": attribute(_POLICIES, "policy", _not_all_of("kms")),
    "iam_inline_policy_no_full_access_to_kms": attribute(_INLINE, "policy", _not_all_of("kms")),
    "iam_policy_no_full_access_to_cloudtrail": attribute(
        _POLICIES, "policy", _not_all_of("cloudtrail")
    ),
    "iam_inline_policy_no_full_access_to_cloudtrail": attribute(
        _INLINE, "policy", _not_all_of("cloudtrail")
    ),
    "iam_aws_attached_policy_no_administrative_privileges": Rule(
        ("aws_iam_role_policy_attachment",), _administrators
    ),
    "iam_role_administratoraccess_policy": Rule(
        ("aws_iam_role_policy_attachment",), _administrators
    ),
    "wafv2_webacl_logging_enabled": attribute(
        "aws_wafv2_web_acl_logging_configuration", "log_destination_configs", is_set, required=True
    ),
    "wafv2_webacl_with_rules": attribute("aws_wafv2_web_acl", "rule", is_set, required=True),
    "cognito_user_pool_mfa_enabled": attribute(_POOL, "mfa_configuration", equals("ON")),
    "cognito_user_pool_deletion_protection_enabled": attribute(
        _POOL, "deletion_protection", equals("ACTIVE")
    ),
    "cognito_user_pool_self_registration_disabled": attribute(
        _POOL, "admin_create_user_config.allow_admin_create_user_only", is_true
    ),
    "cognito_user_pool_password_policy_minimum_length_14": attribute(
        _POOL, "password_policy.minimum_length", at_least(14)
    ),
    "cognito_user_pool_password_policy_lowercase": attribute(
        _POOL, "password_policy.require_lowercase", is_true
    ),
    "cognito_user_pool_password_policy_uppercase": attribute(
        _POOL, "password_policy.require_uppercase", is_true
    ),
    "cognito_user_pool_password_policy_number": attribute(
        _POOL, "password_policy.require_numbers", is_true
    ),
    "cognito_user_pool_password_policy_symbol": attribute(
        _POOL, "password_policy.require_symbols", is_true
    ),
    "cognito_user_pool_temporary_password_expiration": attribute(
        _POOL,
        "password_policy.temporary_password_validity_days",
        lambda days: isinstance(days, int | float) and 0 < days <= 7,
    ),
    "cognito_user_pool_client_token_revocation_enabled": attribute(
        "aws_cognito_user_pool_client", "enable_token_revocation", is_true
    ),
    "cognito_user_pool_client_prevent_user_existence_errors": attribute(
        "aws_cognito_user_pool_client", "prevent_user_existence_errors", equals("ENABLED")
    ),
    "cognito_identity_pool_guest_access_disabled": attribute(
        "aws_cognito_identity_pool", "allow_unauthenticated_identities", is_false
    ),
    "stepfunctions_statemachine_logging_enabled": attribute(
        "aws_sfn_state_machine", "logging_configuration.level", equals("ALL", "ERROR", "FATAL")
    ),
    "bedrock_model_invocation_logging_enabled": attribute(
        "aws_bedrock_model_invocation_logging_configuration",
        "logging_config.cloudwatch_config.log_group_name",
        is_set,
        required=True,
    ),
    "bedrock_guardrails_configured": attribute(
        "aws_bedrock_guardrail", "name", is_set, required=True
    ),
    "bedrock_guardrail_sensitive_information_filter_enabled": attribute(
        "aws_bedrock_guardrail", "sensitive_information_policy_config.pii_entities_config", is_set
    ),
    "bedrock_guardrail_prompt_attack_filter_enabled": Rule(
        ("aws_bedrock_guardrail",), _prompt_attacks
    ),
    "codebuild_project_logging_enabled": attribute(
        "aws_codebuild_project", "logs_config.cloudwatch_logs.status", equals("ENABLED")
    ),
}
"""Rules by the name of the check."""
