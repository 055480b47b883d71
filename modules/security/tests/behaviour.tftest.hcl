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
    condition     = toset(keys(aws_kms_key.this)) == toset(["data", "logs", "screenshots"]) && alltrue([for key in aws_kms_key.this : key.enable_key_rotation && key.deletion_window_in_days == 30])
    error_message = "three keys that rotate and outlast a mistake by 30 days"
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
    condition = toset([
      for override in one([for rule in aws_wafv2_web_acl.this[0].rule : rule if rule.name == "AWSManagedRulesCommonRuleSet"]).statement[0].managed_rule_group_statement[0].rule_action_override :
      override.name if length(override.action_to_use[0].count) == 1
    ]) == toset(["CrossSiteScripting_BODY", "EC2MetaDataSSRF_BODY", "GenericLFI_BODY", "GenericRFI_BODY", "SizeRestrictions_BODY"])
    error_message = "snapshots over 8 KB, and goals that quote markup or paths, reach the API"
  }

  assert {
    condition     = aws_cloudwatch_log_group.web_acl[0].name == "aws-waf-logs-qscreen-dev"
    error_message = "WAF can deliver to the log group"
  }

  assert {
    condition     = alltrue([for name, document in data.aws_iam_policy_document.key : alltrue([for statement in document.statement : !contains(statement.actions, "kms:*")])])
    error_message = "no key policy allows everything"
  }

  assert {
    condition     = one([for statement in data.aws_iam_policy_document.key["screenshots"].statement : one(statement.condition).values if statement.sid == "UseThroughServices"]) == tolist(["s3.ap-northeast-2.amazonaws.com"])
    error_message = "pictures are decrypted through S3 only"
  }

  assert {
    condition     = length([for statement in data.aws_iam_policy_document.key["data"].statement : statement if contains(["EncryptLogs", "PublishAlarms"], statement.sid)]) == 0
    error_message = "only the key of the logs serves logs and alarms"
  }

  assert {
    condition     = alltrue(flatten([for statement in data.aws_iam_policy_document.boundary.statement : [for action in statement.actions : !startswith(action, "iam:") && !startswith(action, "organizations:")]]))
    error_message = "nobody inside the boundary may touch IAM"
  }
}

run "without_web_acl" {
  command = plan

  variables {
    settings = { web_acl = false }
  }

  assert {
    condition     = length(aws_wafv2_web_acl.this) + length(aws_cloudwatch_log_group.web_acl) == 0 && output.web_acl_arn == null
    error_message = "nothing is left of the web ACL"
  }
}
