locals {
  _template_file    = "${path.module}/templates/onboarding.yaml"
  _template         = yamldecode(file(local._template_file))
  _template_version = local._template.Metadata.Version
}

# Under a key with its version: an account that took version 1.0.0 finds it again, whatever comes.
resource "aws_s3_object" "onboarding" {
  bucket                 = var.artifacts_bucket.name
  key                    = "templates/onboarding/${local._template_version}/onboarding.yaml"
  content                = file(local._template_file)
  content_type           = "application/yaml"
  server_side_encryption = "aws:kms"
  kms_key_id             = var.key_arns.artifacts
}

resource "aws_cloudformation_stack" "onboarding" {
  for_each = var.settings.onboarding

  name               = "${var.context.prefix}-auditor-${each.key}"
  template_body      = file(local._template_file)
  capabilities       = ["CAPABILITY_NAMED_IAM"]
  on_failure         = "ROLLBACK"
  notification_arns  = [aws_sns_topic.this["notifications"].arn]
  timeout_in_minutes = 10

  parameters = {
    Name             = each.key
    Prefix           = var.context.prefix
    ParameterPath    = trimprefix(var.context.parameter_path, "/")
    AuditorAccountId = each.value.account_id
    ExternalId       = each.value.external_id
  }
}
