resource "aws_cloudwatch_log_group" "web_acl" {
  count = local._acl

  # WAF delivers only to log groups whose names begin like this.
  name              = "aws-waf-logs-${var.context.prefix}"
  kms_key_id        = aws_kms_key.this["logs"].arn
  retention_in_days = var.settings.log_retention_days
  skip_destroy      = var.context.guarded
}

resource "aws_wafv2_web_acl_logging_configuration" "this" {
  count = local._acl

  resource_arn            = aws_wafv2_web_acl.this[0].arn
  log_destination_configs = [aws_cloudwatch_log_group.web_acl[0].arn]

  # What proves who somebody is must not stand in a log.
  redacted_fields {
    single_header {
      name = "authorization"
    }
  }

  redacted_fields {
    single_header {
      name = "cookie"
    }
  }

  redacted_fields {
    single_header {
      name = "x-api-key"
    }
  }
}
