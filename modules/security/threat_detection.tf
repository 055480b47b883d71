locals {
  _guardduty    = var.settings.account.guardduty ? 1 : 0
  _security_hub = var.settings.account.security_hub ? 1 : 0
}

resource "aws_guardduty_detector" "this" {
  #checkov:skip=CKV2_AWS_3:guards the one account that the environment is in; an organization is its owner's to configure (expires 2027-11-23)
  count = local._guardduty

  enable                       = true
  finding_publishing_frequency = "FIFTEEN_MINUTES"
}

# The protections that look at what the platform is made of.
resource "aws_guardduty_detector_feature" "this" {
  for_each = local._guardduty == 0 ? {} : {
    functions = "LAMBDA_NETWORK_LOGS"
    databases = "RDS_LOGIN_EVENTS"
    buckets   = "S3_DATA_EVENTS"
  }

  detector_id = aws_guardduty_detector.this[0].id
  name        = each.value
  status      = "ENABLED"
}

resource "aws_securityhub_account" "this" {
  count = local._security_hub

  # The standards are subscribed below, by name.
  enable_default_standards  = false
  control_finding_generator = "SECURITY_CONTROL"
  auto_enable_controls      = true
}

resource "aws_securityhub_standards_subscription" "this" {
  for_each = local._security_hub == 0 ? {} : {
    aws = "standards/aws-foundational-security-best-practices/v/1.0.0"
    cis = "standards/cis-aws-foundations-benchmark/v/3.0.0"
  }

  standards_arn = "arn:${var.context.partition}:securityhub:${var.context.region}::${each.value}"

  depends_on = [aws_securityhub_account.this]
}
