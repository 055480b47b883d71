locals {
  _acl = var.settings.web_acl ? 1 : 0

  _counted_body_rules = [
    "CrossSiteScripting_BODY",
    "EC2MetaDataSSRF_BODY",
    "GenericLFI_BODY",
    "GenericRFI_BODY",
    "SizeRestrictions_BODY",
  ]
}

resource "aws_wafv2_web_acl" "this" {
  count = local._acl

  name        = var.context.prefix
  description = "Guards the API"
  scope       = "REGIONAL"

  default_action {
    allow {}
  }

  rule {
    name     = "rate"
    priority = 1

    action {
      block {}
    }

    statement {
      rate_based_statement {
        limit              = var.settings.rate_limit
        aggregate_key_type = "IP"
      }
    }

    visibility_config {
      cloudwatch_metrics_enabled = true
      metric_name                = "${var.context.prefix}-rate"
      sampled_requests_enabled   = false
    }
  }

  rule {
    name     = "AWSManagedRulesAmazonIpReputationList"
    priority = 10

    override_action {
      none {}
    }

    statement {
      managed_rule_group_statement {
        name        = "AWSManagedRulesAmazonIpReputationList"
        vendor_name = "AWS"
      }
    }

    visibility_config {
      cloudwatch_metrics_enabled = true
      metric_name                = "${var.context.prefix}-AWSManagedRulesAmazonIpReputationList"
      sampled_requests_enabled   = false
    }
  }

  rule {
    name     = "AWSManagedRulesCommonRuleSet"
    priority = 20

    override_action {
      none {}
    }

    statement {
      managed_rule_group_statement {
        name        = "AWSManagedRulesCommonRuleSet"
        vendor_name = "AWS"

        # Bodies are goals and what stands on screens: snapshots are far over 8 KB, and both may
        # quote markup, paths and addresses. API Gateway and the function check them by schema.
        dynamic "rule_action_override" {
          for_each = local._counted_body_rules

          content {
            name = rule_action_override.value

            action_to_use {
              count {}
            }
          }
        }
      }
    }

    visibility_config {
      cloudwatch_metrics_enabled = true
      metric_name                = "${var.context.prefix}-AWSManagedRulesCommonRuleSet"
      sampled_requests_enabled   = false
    }
  }

  rule {
    name     = "AWSManagedRulesKnownBadInputsRuleSet"
    priority = 30

    override_action {
      none {}
    }

    statement {
      managed_rule_group_statement {
        name        = "AWSManagedRulesKnownBadInputsRuleSet"
        vendor_name = "AWS"
      }
    }

    visibility_config {
      cloudwatch_metrics_enabled = true
      metric_name                = "${var.context.prefix}-AWSManagedRulesKnownBadInputsRuleSet"
      sampled_requests_enabled   = false
    }
  }

  visibility_config {
    cloudwatch_metrics_enabled = true
    metric_name                = var.context.prefix
    sampled_requests_enabled   = false
  }
}

resource "aws_cloudwatch_log_group" "web_acl" {
  count = local._acl

  # WAF delivers only to log groups whose names begin like this.
  name              = "aws-waf-logs-${var.context.prefix}"
  kms_key_id        = aws_kms_key.this["logs"].arn
  retention_in_days = var.settings.log_retention_days
}

resource "aws_wafv2_web_acl_logging_configuration" "this" {
  count = local._acl

  resource_arn            = aws_wafv2_web_acl.this[0].arn
  log_destination_configs = [aws_cloudwatch_log_group.web_acl[0].arn]

  redacted_fields {
    single_header {
      name = "authorization"
    }
  }
}
