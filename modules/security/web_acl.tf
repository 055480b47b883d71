locals {
  _acl = var.settings.web_acl ? 1 : 0

  _counted_body_rules = [
    "CrossSiteScripting_BODY",
    "EC2MetaDataSSRF_BODY",
    "GenericLFI_BODY",
    "GenericRFI_BODY",
    "SizeRestrictions_BODY",
  ]

  # WAF looks into 16 KB of a body, or into more for a price.
  _inspected = (
    var.settings.max_body_bytes <= 16384 ? null :
    var.settings.max_body_bytes <= 32768 ? "KB_32" :
    var.settings.max_body_bytes <= 49152 ? "KB_48" : "KB_64"
  )
}

resource "aws_wafv2_web_acl" "this" {
  count = local._acl

  name        = var.context.prefix
  description = "Guards the API"
  scope       = "REGIONAL"

  default_action {
    allow {}
  }

  dynamic "association_config" {
    for_each = local._inspected == null ? {} : { limit = local._inspected }
    content {
      request_body {
        api_gateway {
          default_size_inspection_limit = association_config.value
        }
      }
    }
  }

  dynamic "rule" {
    for_each = aws_wafv2_ip_set.blocked

    content {
      name     = "addresses-${rule.key}"
      priority = rule.key == "ipv4" ? 0 : 5

      action {
        block {}
      }

      statement {
        ip_set_reference_statement {
          arn = rule.value.arn
        }
      }

      visibility_config {
        cloudwatch_metrics_enabled = true
        metric_name                = "${var.context.prefix}-addresses-${rule.key}"
        sampled_requests_enabled   = false
      }
    }
  }

  rule {
    name     = "rate"
    priority = 1

    action {
      block {
        custom_response {
          response_code = 429
        }
      }
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

  # One user from many addresses. WAF counts by the access token, which outlives the window of five
  # minutes; requests without the header are not counted here.
  rule {
    name     = "rate-user"
    priority = 2

    action {
      block {
        custom_response {
          response_code = 429
        }
      }
    }

    statement {
      rate_based_statement {
        limit              = var.settings.user_rate_limit
        aggregate_key_type = "CUSTOM_KEYS"

        custom_key {
          header {
            name = "authorization"

            text_transformation {
              priority = 0
              type     = "NONE"
            }
          }
        }
      }
    }

    visibility_config {
      cloudwatch_metrics_enabled = true
      metric_name                = "${var.context.prefix}-rate-user"
      sampled_requests_enabled   = false
    }
  }

  dynamic "rule" {
    for_each = length(var.settings.blocked_countries) > 0 ? { on = sort(var.settings.blocked_countries) } : {}

    content {
      name     = "countries"
      priority = 3

      action {
        block {}
      }

      statement {
        geo_match_statement {
          country_codes = rule.value
        }
      }

      visibility_config {
        cloudwatch_metrics_enabled = true
        metric_name                = "${var.context.prefix}-countries"
        sampled_requests_enabled   = false
      }
    }
  }

  dynamic "rule" {
    for_each = length(var.settings.allowed_countries) > 0 ? { on = sort(var.settings.allowed_countries) } : {}

    content {
      name     = "other-countries"
      priority = 3

      action {
        block {}
      }

      statement {
        not_statement {
          statement {
            geo_match_statement {
              country_codes = rule.value
            }
          }
        }
      }

      visibility_config {
        cloudwatch_metrics_enabled = true
        metric_name                = "${var.context.prefix}-other-countries"
        sampled_requests_enabled   = false
      }
    }
  }

  # Only devices send much: snapshots, as results of commands.
  rule {
    name     = "body-size"
    priority = 4

    action {
      block {
        custom_response {
          response_code = 413
        }
      }
    }

    statement {
      and_statement {
        statement {
          size_constraint_statement {
            comparison_operator = "GT"
            size                = var.settings.max_body_bytes

            field_to_match {
              body {
                # What is too long to be looked at is too long.
                oversize_handling = "MATCH"
              }
            }

            text_transformation {
              priority = 0
              type     = "NONE"
            }
          }
        }

        statement {
          not_statement {
            statement {
              regex_match_statement {
                regex_string = var.settings.large_body_paths

                field_to_match {
                  uri_path {}
                }

                text_transformation {
                  priority = 0
                  type     = "NONE"
                }
              }
            }
          }
        }
      }
    }

    visibility_config {
      cloudwatch_metrics_enabled = true
      metric_name                = "${var.context.prefix}-body-size"
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

  dynamic "rule" {
    for_each = var.settings.custom_rules

    content {
      name     = rule.key
      priority = rule.value.priority

      action {
        dynamic "block" {
          for_each = rule.value.action == "block" ? { on = true } : {}
          content {}
        }

        dynamic "count" {
          for_each = rule.value.action == "count" ? { on = true } : {}
          content {}
        }
      }

      statement {
        regex_match_statement {
          regex_string = rule.value.pattern

          field_to_match {
            dynamic "uri_path" {
              for_each = rule.value.header == null ? { on = true } : {}
              content {}
            }

            dynamic "single_header" {
              for_each = rule.value.header == null ? {} : { name = rule.value.header }
              content {
                name = single_header.value
              }
            }
          }

          text_transformation {
            priority = 0
            type     = "NONE"
          }
        }
      }

      visibility_config {
        cloudwatch_metrics_enabled = true
        metric_name                = "${var.context.prefix}-${rule.key}"
        sampled_requests_enabled   = false
      }
    }
  }

  visibility_config {
    cloudwatch_metrics_enabled = true
    metric_name                = var.context.prefix
    sampled_requests_enabled   = false
  }
}
