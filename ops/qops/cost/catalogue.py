"""Which resource types cost something by themselves, which by usage, and which nothing.

A test compares the three sets with everything that the platform declares, so that a new type is
never silently free.
"""

UNPRICED = {
    "aws_backup_vault": ("Backup", "recovery points, by size"),
    "aws_bedrock_guardrail": ("Bedrock", "guardrail, by text units"),
    "aws_bedrock_custom_model": ("Bedrock", "custom model"),
    "aws_cloudtrail": ("CloudTrail", "data events"),
    "aws_codebuild_project": ("CodeBuild", "build minutes"),
    "aws_codepipeline": ("CodePipeline", "pipeline"),
    "aws_cognito_user_pool": ("Cognito", "monthly active users"),
    "aws_config_configuration_recorder": ("Config", "recorded items"),
    "aws_config_config_rule": ("Config", "rule evaluations"),
    "aws_cloudwatch_event_archive": ("EventBridge", "archived events"),
    "aws_cloudwatch_event_bus": ("EventBridge", "custom events"),
    "aws_dynamodb_contributor_insights": ("DynamoDB", "contributor insights"),
    "aws_guardduty_detector": ("GuardDuty", "analysed events"),
    "aws_instance": ("EC2", "instance"),
    "aws_rekognition_project": ("Rekognition", "custom labels, by hours"),
    "aws_s3_bucket_replication_configuration": ("S3", "replicated objects and their traffic"),
    "aws_securityhub_account": ("Security Hub", "checks"),
    "aws_sns_topic": ("SNS", "notifications"),
    "aws_sns_platform_application": ("SNS", "mobile push"),
    "aws_xray_group": ("X-Ray", "traces"),
    "aws_flow_log": ("VPC", "flow logs, by size"),
    "aws_comprehend_document_classifier": ("Comprehend", "training and storage of the classifier"),
    "aws_route53_record": ("Route 53", "zone and queries"),
    "aws_guardduty_detector_feature": ("GuardDuty", "protection plan"),
}
"""Types that cost by amounts which neither plan nor usage holds, or whose price no source gave."""

PRICED = frozenset(
    {
        "aws_api_gateway_rest_api",
        "aws_bedrock_inference_profile",
        "aws_cloudwatch_composite_alarm",
        "aws_cloudwatch_dashboard",
        "aws_cloudwatch_log_group",
        "aws_cloudwatch_log_metric_filter",
        "aws_cloudwatch_metric_alarm",
        "aws_db_instance",
        "aws_db_proxy",
        "aws_dynamodb_table",
        "aws_eip",
        "aws_elasticache_replication_group",
        "aws_kms_key",
        "aws_kms_replica_key",
        "aws_lambda_function",
        "aws_lambda_provisioned_concurrency_config",
        "aws_nat_gateway",
        "aws_opensearch_domain",
        "aws_s3_bucket",
        "aws_secretsmanager_secret",
        "aws_sfn_state_machine",
        "aws_sqs_queue",
        "aws_ssm_parameter",
        "aws_synthetics_canary",
        "aws_vpc_endpoint",
        "aws_wafv2_web_acl",
    }
)
"""Types for which an estimate has lines, of their own or by the usage."""

_FREE_PREFIXES = (
    "aws_api_gateway_",
    "aws_cognito_",
    "aws_codedeploy_",
    "aws_iam_",
    "aws_lambda_",
    "aws_network_acl",
    "aws_route",
    "aws_s3_bucket_",
    "aws_s3_object",
    "aws_security_group",
    "aws_default_",
    "aws_ssm_",
    "aws_subnet",
    "aws_vpc_security_group_",
    "aws_wafv2_",
    "aws_db_",
    "aws_elasticache_",
    "aws_sns_",
    "aws_sqs_",
    "aws_scheduler_",
    "aws_kms_",
    "aws_secretsmanager_",
    "aws_xray_",
    "aws_backup_",
    "aws_bedrock_",
    "aws_config_",
    "aws_cloudwatch_event_",
    "aws_cloudwatch_log_",
    "aws_securityhub_",
    "aws_opensearch_",
)

_FREE = frozenset(
    {
        "aws_accessanalyzer_analyzer",
        "aws_account_alternate_contact",
        "aws_budgets_budget",
        "aws_cloudformation_stack",
        "aws_codeconnections_connection",
        "aws_ebs_encryption_by_default",
        "aws_internet_gateway",
        "aws_launch_template",
        "aws_vpc",
        "terraform_data",
    }
)


def is_free(type_: str) -> bool:
    """Whether a resource of a type costs nothing by being there.

    Sources: the pricing pages of the services; attachments, policies and settings of a resource
    are no items of a bill. External access analysis, two budgets without actions and CodeDeploy
    on Lambda are free of charge.
    """
    if type_ in PRICED or type_ in UNPRICED:
        return False
    return type_ in _FREE or type_.startswith(_FREE_PREFIXES)
