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

  # From its parts: it is there whether or not it is made here.
  _config_role_arn = "arn:${var.context.partition}:iam::${var.context.account_id}:role/aws-service-role/config.amazonaws.com/AWSServiceRoleForConfig"
}

# AWS's own role for its recorder: a role of ours would have to describe resources of every service, which
# is what the boundaries keep from the platform's roles. An account has it once.
resource "aws_iam_service_linked_role" "config" {
  count = var.settings.account.config && var.settings.account.create_config_role ? 1 : 0

  aws_service_name = "config.amazonaws.com"
  description      = "Records the configuration of the account's resources"
}

resource "aws_config_configuration_recorder" "this" {
  count = local._config

  name     = var.context.prefix
  role_arn = local._config_role_arn

  recording_group {
    all_supported                 = true
    include_global_resource_types = true
  }

  depends_on = [aws_iam_service_linked_role.config]
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

  depends_on = [aws_config_configuration_recorder.this]
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
