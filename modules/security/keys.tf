locals {
  # Each key serves only the AWS services of its purpose. Keys of data that has copies in the recovery
  # region are multi-region primaries from the start: KMS cannot make one of a key that exists.
  _keys = {
    screenshots = {
      description  = "Pictures and snapshots of screens"
      services     = ["s3"]
      multi_region = true
    }
    data = {
      description  = "Tables, databases, queues, backups, models and the configuration of functions"
      services     = ["backup", "bedrock", "comprehend", "dynamodb", "ec2", "elasticache", "lambda", "rds", "rekognition", "s3", "scheduler", "sqs", "states"]
      multi_region = true
    }
    secrets = {
      description  = "Secrets and secret parameters"
      services     = ["secretsmanager", "ssm"]
      multi_region = false
    }
    logs = {
      description  = "Logs, trails, traces, alarms and their search"
      services     = ["es", "s3", "sns", "xray"]
      multi_region = false
    }
    artifacts = {
      description  = "What is built, tested and released"
      services     = ["codebuild", "s3"]
      multi_region = false
    }
  }
}

resource "aws_kms_key" "this" {
  for_each = local._keys

  description             = "${var.context.prefix}: ${each.value.description}"
  enable_key_rotation     = true
  rotation_period_in_days = var.settings.key_rotation_days
  multi_region            = each.value.multi_region
  deletion_window_in_days = var.settings.key_deletion_days
  policy                  = data.aws_iam_policy_document.key[each.key].json

  tags = { Name = "${var.context.prefix}-${each.key}" }
}

resource "aws_kms_alias" "this" {
  for_each = local._keys

  name          = "alias/${var.context.prefix}-${each.key}"
  target_key_id = aws_kms_key.this[each.key].key_id
}
