locals {
  _config = var.settings.account.config ? 1 : 0

  # Rules of AWS for what this platform promises of itself.
  _config_rules = {
    bucket-encryption  = "S3_BUCKET_SERVER_SIDE_ENCRYPTION_ENABLED"
    bucket-public-read = "S3_BUCKET_PUBLIC_READ_PROHIBITED"
    bucket-tls         = "S3_BUCKET_SSL_REQUESTS_ONLY"
    database-encrypted = "RDS_STORAGE_ENCRYPTED"
    database-private   = "RDS_INSTANCE_PUBLIC_ACCESS_CHECK"
    key-rotation       = "CMK_BACKING_KEY_ROTATION_ENABLED"
    root-mfa           = "ROOT_ACCOUNT_MFA_ENABLED"
    secret-rotation    = "SECRETSMANAGER_ROTATION_ENABLED_CHECK"
    table-recovery     = "DYNAMODB_PITR_ENABLED"
    trail              = "CLOUD_TRAIL_ENABLED"
  }
}

data "aws_iam_policy_document" "config_assume" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["config.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [var.context.account_id]
    }
  }
}

# Without the boundary: the recorder describes resources of every service, which is what the boundary
# is there to keep from the platform's own roles. AWS keeps the list of what it may describe.
resource "aws_iam_role" "config" {
  count = local._config

  name               = "${var.context.prefix}-config"
  description        = "Records the configuration of the account's resources"
  assume_role_policy = data.aws_iam_policy_document.config_assume.json
}

resource "aws_iam_role_policy_attachment" "config" {
  count = local._config

  role       = aws_iam_role.config[0].name
  policy_arn = "arn:${var.context.partition}:iam::aws:policy/service-role/AWS_ConfigRole"
}

data "aws_iam_policy_document" "config" {
  count = local._config

  statement {
    sid       = "Deliver"
    actions   = ["s3:PutObject"]
    resources = ["${try(var.config_bucket.arn, "none")}/AWSLogs/${var.context.account_id}/Config/*"]
  }

  statement {
    sid       = "FindBucket"
    actions   = ["s3:GetBucketAcl", "s3:ListBucket"]
    resources = [try(var.config_bucket.arn, "none")]
  }

  statement {
    sid       = "Encrypt"
    actions   = ["kms:Decrypt", "kms:GenerateDataKey"]
    resources = local._key_arns

    condition {
      test     = "ForAnyValue:StringEquals"
      variable = "kms:ResourceAliases"
      values   = [local._aliases.logs]
    }

    condition {
      test     = "StringEquals"
      variable = "kms:ViaService"
      values   = ["s3.${var.context.region}.amazonaws.com"]
    }
  }
}

resource "aws_iam_role_policy" "config" {
  count = local._config

  name   = "deliver"
  role   = aws_iam_role.config[0].id
  policy = data.aws_iam_policy_document.config[0].json
}

resource "aws_config_configuration_recorder" "this" {
  count = local._config

  name     = var.context.prefix
  role_arn = aws_iam_role.config[0].arn

  recording_group {
    all_supported                 = true
    include_global_resource_types = true
  }
}

resource "aws_config_delivery_channel" "this" {
  count = local._config

  name           = var.context.prefix
  s3_bucket_name = try(var.config_bucket.name, "none")
  s3_kms_key_arn = aws_kms_key.this["logs"].arn

  snapshot_delivery_properties {
    delivery_frequency = "TwentyFour_Hours"
  }

  # Not a validation of the settings: the bucket is encrypted with a key of this layer, which would
  # close a circle.
  lifecycle {
    precondition {
      condition     = var.config_bucket != null
      error_message = "account.config needs a bucket to deliver to; give config_bucket, or leave the recorder to another environment of the account."
    }
  }

  depends_on = [aws_config_configuration_recorder.this, aws_iam_role_policy.config]
}

resource "aws_config_configuration_recorder_status" "this" {
  count = local._config

  name       = aws_config_configuration_recorder.this[0].name
  is_enabled = true

  depends_on = [aws_config_delivery_channel.this]
}

resource "aws_config_config_rule" "this" {
  for_each = local._config == 0 ? {} : local._config_rules

  name = "${var.context.prefix}-${each.key}"

  source {
    owner             = "AWS"
    source_identifier = each.value
  }

  depends_on = [aws_config_configuration_recorder.this]
}
