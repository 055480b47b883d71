mock_provider "aws" {
  mock_data "aws_iam_policy_document" {
    defaults = { json = "{\"Version\":\"2012-10-17\",\"Statement\":[]}" }
  }
}

variables {
  context = {
    environment    = "dev"
    prefix         = "qscreen-dev"
    parameter_path = "/qscreen/dev"
    account_id     = "123456789012"
    region         = "ap-northeast-2"
    partition      = "aws"
    guarded        = false
  }
}

run "defaults_are_safe" {
  command = plan

  assert {
    condition     = toset(keys(aws_kms_key.this)) == toset(["artifacts", "data", "logs", "screenshots", "secrets"]) && alltrue([for key in aws_kms_key.this : key.enable_key_rotation && key.rotation_period_in_days == 365 && key.deletion_window_in_days == 30])
    error_message = "five keys that rotate and outlast a mistake by 30 days"
  }

  assert {
    condition     = toset([for purpose, key in aws_kms_key.this : purpose if key.multi_region]) == toset(["data", "screenshots"])
    error_message = "what is copied to the recovery region has a key that can follow"
  }

  assert {
    condition     = aws_kms_alias.this["screenshots"].name == "alias/qscreen-dev-screenshots"
    error_message = "the aliases carry the prefix"
  }

  assert {
    condition     = length(aws_wafv2_web_acl.this) == 1 && length(aws_wafv2_web_acl_logging_configuration.this) == 1
    error_message = "there is a web ACL, and it is logged"
  }

  assert {
    condition = { for rule in aws_wafv2_web_acl.this[0].rule : rule.name => rule.priority } == {
      rate                                  = 1
      rate-user                             = 2
      body-size                             = 4
      AWSManagedRulesAmazonIpReputationList = 10
      AWSManagedRulesCommonRuleSet          = 20
      AWSManagedRulesKnownBadInputsRuleSet  = 30
    }
    error_message = "rates, sizes and AWS's groups are on; countries and addresses are choices"
  }

  assert {
    condition = toset([
      for override in one([for rule in aws_wafv2_web_acl.this[0].rule : rule if rule.name == "AWSManagedRulesCommonRuleSet"]).statement[0].managed_rule_group_statement[0].rule_action_override :
      override.name if length(override.action_to_use[0].count) == 1
    ]) == toset(["CrossSiteScripting_BODY", "EC2MetaDataSSRF_BODY", "GenericLFI_BODY", "GenericRFI_BODY", "SizeRestrictions_BODY"])
    error_message = "snapshots over 8 KB, and goals that quote markup or paths, reach the API"
  }

  assert {
    condition = alltrue([for limited in [one([for rule in aws_wafv2_web_acl.this[0].rule : rule if rule.name == "rate-user"]).statement[0].rate_based_statement[0]] :
    limited.aggregate_key_type == "CUSTOM_KEYS" && limited.limit == 1000 && limited.custom_key[0].header[0].name == "authorization"])
    error_message = "a user is counted by his token, from wherever he comes"
  }

  assert {
    condition = alltrue([for both in [one([for rule in aws_wafv2_web_acl.this[0].rule : rule if rule.name == "body-size"]).statement[0].and_statement[0].statement] :
      both[0].size_constraint_statement[0].size == 16384 &&
      both[0].size_constraint_statement[0].field_to_match[0].body[0].oversize_handling == "MATCH" &&
    both[1].not_statement[0].statement[0].regex_match_statement[0].regex_string == "/v1/commands/[^/]+/result$"])
    error_message = "only results of commands are large"
  }

  assert {
    condition     = length(aws_wafv2_web_acl.this[0].association_config) == 0 && alltrue([for rule in aws_wafv2_web_acl.this[0].rule : !rule.visibility_config[0].sampled_requests_enabled])
    error_message = "no request is looked into for a price, and none is kept as a sample"
  }

  assert {
    condition     = toset([for field in aws_wafv2_web_acl_logging_configuration.this[0].redacted_fields : field.single_header[0].name]) == toset(["authorization", "cookie", "x-api-key"])
    error_message = "what proves who somebody is does not stand in a log"
  }

  assert {
    condition     = aws_cloudwatch_log_group.web_acl[0].name == "aws-waf-logs-qscreen-dev" && !aws_cloudwatch_log_group.web_acl[0].skip_destroy
    error_message = "WAF can deliver to the log group, and dev leaves none behind"
  }

  assert {
    condition     = toset(keys(output.operator_role_arns)) == toset(["auditor", "break-glass", "operator", "operator-read"]) && alltrue([for role in aws_iam_role.operator : role.max_session_duration == 3600])
    error_message = "four roles of people, for an hour each"
  }

  assert {
    condition     = toset(keys(aws_iam_policy.operator)) == toset(keys(aws_iam_role.operator)) && length(aws_iam_role_policy_attachment.operator_acts) + length(aws_iam_role_policy_attachment.operator_reads) == 2 && aws_iam_policy.operator_acts["operator"].description == "What an operator does with qops: drill, redrive, rollback, rotate"
    error_message = "an operator may do by hand and by qops what is no way to more rights, and ask as operator-read does"
  }

  assert {
    condition = (
      length(aws_iam_account_password_policy.this) + length(aws_ebs_encryption_by_default.this) + length(aws_accessanalyzer_analyzer.this) +
      length(aws_guardduty_detector.this) + length(aws_guardduty_detector_feature.this) + length(aws_securityhub_account.this) + length(aws_securityhub_standards_subscription.this) +
      length(aws_config_configuration_recorder.this) + length(aws_config_config_rule.this) + length(aws_iam_service_linked_role.config) == 0
    )
    error_message = "the account is left alone until an environment is told to keep it"
  }

  assert {
    condition     = length(aws_secretsmanager_secret_rotation.this) == 0
    error_message = "nothing is rotated that was not given"
  }
}

run "everything_on" {
  command = plan

  variables {
    context = {
      environment    = "abcdefgh"
      prefix         = "abcdefgh-abcdefgh"
      parameter_path = "/abcdefgh/abcdefgh"
      account_id     = "123456789012"
      region         = "ap-northeast-2"
      partition      = "aws"
      guarded        = true
    }

    config_bucket = { name = "records" }

    rotations = {
      postgres = {
        secret_arn    = "arn:aws:secretsmanager:ap-northeast-2:123456789012:secret:abcdefgh-abcdefgh/postgres-a1b2c3"
        function_arn  = "arn:aws:lambda:ap-northeast-2:123456789012:function:abcdefgh-abcdefgh-rotate-postgres:live"
        function_name = "abcdefgh-abcdefgh-rotate-postgres"
      }
      redis = {
        secret_arn    = "arn:aws:secretsmanager:ap-northeast-2:123456789012:secret:abcdefgh-abcdefgh/redis-a1b2c3"
        function_arn  = "arn:aws:lambda:ap-northeast-2:123456789012:function:abcdefgh-abcdefgh-rotate-redis"
        function_name = "abcdefgh-abcdefgh-rotate-redis"
        days          = 7
      }
    }

    settings = {
      max_body_bytes    = 40000
      allowed_countries = ["KR", "JP"]
      blocked_addresses = ["203.0.113.0/24", "2001:db8::/32"]

      custom_rules = {
        admin-pages = { priority = 100, pattern = "(?i)\\.php$" }
        scanners    = { priority = 101, pattern = "(?i)nikto", header = "user-agent", action = "count" }
      }

      operators = {
        mfa_minutes   = 30
        session_hours = 2
        acts          = ["drill", "redrive", "rollback", "rotate", "state", "users"]
        trusted       = { auditor = ["arn:aws:iam::999999999999:role/audit"] }
      }

      account = {
        password_policy = true
        guardduty       = true
        security_hub    = true
        config          = true
        access_analyzer = true
        ebs_encryption  = true
      }
    }
  }

  assert {
    condition = { for rule in aws_wafv2_web_acl.this[0].rule : rule.name => rule.priority if rule.priority < 10 || rule.priority >= 100 } == {
      addresses-ipv4  = 0
      rate            = 1
      rate-user       = 2
      other-countries = 3
      body-size       = 4
      addresses-ipv6  = 5
      admin-pages     = 100
      scanners        = 101
    }
    error_message = "every kind of rule has its place"
  }

  assert {
    condition     = toset(one([for rule in aws_wafv2_web_acl.this[0].rule : rule if rule.name == "other-countries"]).statement[0].not_statement[0].statement[0].geo_match_statement[0].country_codes) == toset(["JP", "KR"])
    error_message = "who is in none of the countries is refused"
  }

  assert {
    condition     = aws_wafv2_ip_set.blocked["ipv4"].addresses == toset(["203.0.113.0/24"]) && aws_wafv2_ip_set.blocked["ipv6"].ip_address_version == "IPV6"
    error_message = "addresses are kept by version"
  }

  assert {
    condition     = aws_wafv2_web_acl.this[0].association_config[0].request_body[0].api_gateway[0].default_size_inspection_limit == "KB_48"
    error_message = "WAF looks as far as the limit"
  }

  assert {
    condition = alltrue([for rule in [one([for rule in aws_wafv2_web_acl.this[0].rule : rule if rule.name == "scanners"])] :
    length(rule.action[0].count) == 1 && length(rule.action[0].block) == 0 && rule.statement[0].regex_match_statement[0].field_to_match[0].single_header[0].name == "user-agent"])
    error_message = "a rule of one's own may look at a header and only count"
  }

  assert {
    condition     = aws_cloudwatch_log_group.web_acl[0].skip_destroy
    error_message = "a guarded environment keeps its logs"
  }

  assert {
    condition     = aws_lambda_permission.rotate["postgres"].qualifier == "live" && aws_lambda_permission.rotate["redis"].qualifier == null && alltrue([for permission in aws_lambda_permission.rotate : permission.principal == "secretsmanager.amazonaws.com" && permission.source_account == "123456789012"])
    error_message = "Secrets Manager may invoke the function, or the alias where the ARN names one, for the one secret"
  }

  assert {
    condition     = aws_secretsmanager_secret_rotation.this["postgres"].rotation_rules[0].automatically_after_days == 30 && aws_secretsmanager_secret_rotation.this["redis"].rotation_rules[0].automatically_after_days == 7
    error_message = "secrets are rotated in time"
  }

  assert {
    condition     = toset([for feature in aws_guardduty_detector_feature.this : feature.name]) == toset(["LAMBDA_NETWORK_LOGS", "RDS_LOGIN_EVENTS", "S3_DATA_EVENTS"]) && aws_guardduty_detector.this[0].enable
    error_message = "GuardDuty looks at functions, databases and buckets"
  }

  assert {
    condition     = aws_securityhub_standards_subscription.this["aws"].standards_arn == "arn:aws:securityhub:ap-northeast-2::standards/aws-foundational-security-best-practices/v/1.0.0" && !aws_securityhub_account.this[0].enable_default_standards
    error_message = "Security Hub has the standards that are named"
  }

  assert {
    condition     = aws_config_delivery_channel.this[0].s3_bucket_name == "records" && aws_config_configuration_recorder_status.this[0].is_enabled && length(aws_config_config_rule.this) == 10
    error_message = "the configuration is recorded, delivered and judged"
  }

  assert {
    condition     = aws_iam_service_linked_role.config[0].aws_service_name == "config.amazonaws.com" && aws_config_configuration_recorder.this[0].role_arn == "arn:aws:iam::123456789012:role/aws-service-role/config.amazonaws.com/AWSServiceRoleForConfig"
    error_message = "the recorder has AWS's own role: one of the platform's would need a boundary that holds the whole account"
  }

  assert {
    condition     = aws_iam_account_password_policy.this[0].minimum_password_length == 16 && aws_ebs_encryption_by_default.this[0].enabled && aws_accessanalyzer_analyzer.this[0].type == "ACCOUNT"
    error_message = "the account has its baseline"
  }

  assert {
    condition = alltrue(concat(
      [for role in values(aws_iam_role.operator) : length(role.name) <= 64],
      [for alias in aws_kms_alias.this : length(alias.name) <= 256],
      [for rule in aws_config_config_rule.this : length(rule.name) <= 128],
      [for rule in aws_wafv2_web_acl.this[0].rule : length(rule.visibility_config[0].metric_name) <= 128],
      [for permission in aws_lambda_permission.rotate : length(permission.statement_id) <= 100],
      [for set in aws_wafv2_ip_set.blocked : length(set.name) <= 128],
    ))
    error_message = "every name fits with the longest prefix"
  }
}

run "off_and_against" {
  command = plan

  variables {
    settings = { web_acl = false, blocked_addresses = ["203.0.113.7/32"], max_body_bytes = 65536 }
  }

  assert {
    condition     = length(aws_wafv2_web_acl.this) + length(aws_cloudwatch_log_group.web_acl) + length(aws_wafv2_ip_set.blocked) + length(aws_wafv2_web_acl_logging_configuration.this) == 0 && output.web_acl_arn == null
    error_message = "nothing is left of the web ACL"
  }

  assert {
    condition     = local._inspected == "KB_64"
    error_message = "WAF looks no further than 64 KB"
  }
}

run "operator_without_operator_read" {
  command = plan

  variables {
    settings = { web_acl = false, operators = { roles = ["operator"], acts = [] } }
  }

  assert {
    condition     = keys(output.operator_role_arns) == ["operator"] && toset(keys(aws_iam_policy.operator)) == toset(["operator", "operator-read"]) && length(aws_iam_role_policy_attachment.operator_reads) == 1
    error_message = "an operator asks with the policy of the role that is not there"
  }
}

run "nobody_operates" {
  command = plan

  variables {
    settings = { web_acl = false, operators = { roles = [] } }
  }

  assert {
    condition     = length(aws_iam_role.operator) + length(aws_iam_policy.operator) + length(aws_iam_policy.operator_acts) + length(aws_iam_policy.operator_boundary) + length(aws_iam_role_policy_attachment.operator_acts) + length(aws_iam_role_policy_attachment.operator_reads) == 0
    error_message = "without roles of people nothing of them is left"
  }
}

run "countries_to_refuse" {
  command = plan

  variables {
    settings = { blocked_countries = ["AQ"], max_body_bytes = 20000 }
  }

  assert {
    condition     = one([for rule in aws_wafv2_web_acl.this[0].rule : rule if rule.name == "countries"]).statement[0].geo_match_statement[0].country_codes == tolist(["AQ"])
    error_message = "the country is refused"
  }

  assert {
    condition     = aws_wafv2_web_acl.this[0].association_config[0].request_body[0].api_gateway[0].default_size_inspection_limit == "KB_32"
    error_message = "WAF looks as far as the limit"
  }
}

run "config_with_the_role_that_is_there" {
  command = plan

  variables {
    config_bucket = { name = "records" }
    settings      = { web_acl = false, account = { config = true, create_config_role = false } }
  }

  assert {
    condition     = length(aws_iam_service_linked_role.config) == 0 && endswith(aws_config_configuration_recorder.this[0].role_arn, "/AWSServiceRoleForConfig")
    error_message = "an account has the role once"
  }
}

run "config_without_bucket" {
  command = plan

  variables {
    config_bucket = null
    settings      = { web_acl = false, account = { config = true } }
  }

  expect_failures = [aws_config_delivery_channel.this[0]]
}
