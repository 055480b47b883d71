locals {
  # Each key serves only the AWS services of its purpose.
  _keys = {
    screenshots = {
      description = "Pictures and snapshots of screens"
      services    = ["s3"]
    }
    data = {
      description = "Tables, databases, queues, secrets and the configuration of functions"
      services    = ["bedrock", "dynamodb", "elasticache", "lambda", "rds", "s3", "secretsmanager", "sqs"]
    }
    logs = {
      description = "Logs and alarms"
      services    = ["sns"]
    }
  }
}

resource "aws_kms_key" "this" {
  for_each = local._keys

  description             = "${var.context.prefix}: ${each.value.description}"
  enable_key_rotation     = true
  deletion_window_in_days = var.settings.key_deletion_days
  policy                  = data.aws_iam_policy_document.key[each.key].json

  tags = { Name = "${var.context.prefix}-${each.key}" }
}

resource "aws_kms_alias" "this" {
  for_each = local._keys

  name          = "alias/${var.context.prefix}-${each.key}"
  target_key_id = aws_kms_key.this[each.key].key_id
}
