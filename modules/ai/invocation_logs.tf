locals {
  _invocation_logging = var.settings.invocation_logging == null ? {} : { on = var.settings.invocation_logging }
  _invocation_group   = "/aws/bedrock/${var.context.prefix}/invocations"
}

# One configuration for the whole account and region: the environment that has this on logs the
# calls of all others as well.
resource "aws_bedrock_model_invocation_logging_configuration" "this" {
  for_each = local._invocation_logging

  logging_config {
    text_data_delivery_enabled      = each.value.text
    image_data_delivery_enabled     = each.value.images
    embedding_data_delivery_enabled = false
    video_data_delivery_enabled     = false

    cloudwatch_config {
      log_group_name = aws_cloudwatch_log_group.invocations["on"].name
      role_arn       = aws_iam_role.invocations["on"].arn

      dynamic "large_data_delivery_s3_config" {
        for_each = var.invocation_logs_bucket == null ? {} : { bucket = var.invocation_logs_bucket.name }
        content {
          bucket_name = large_data_delivery_s3_config.value
          key_prefix  = "bedrock-large"
        }
      }
    }

    dynamic "s3_config" {
      for_each = var.invocation_logs_bucket == null ? {} : { bucket = var.invocation_logs_bucket.name }
      content {
        bucket_name = s3_config.value
        key_prefix  = "bedrock"
      }
    }
  }

  # Bedrock tries the role when the configuration is put.
  depends_on = [aws_iam_role_policy.invocations]
}

resource "aws_cloudwatch_log_group" "invocations" {
  for_each = local._invocation_logging

  name              = local._invocation_group
  kms_key_id        = var.logs_key_arn
  retention_in_days = each.value.retention_days
  skip_destroy      = var.context.guarded
}

data "aws_iam_policy_document" "invocations_assume" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["bedrock.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [var.context.account_id]
    }

    condition {
      test     = "ArnLike"
      variable = "aws:SourceArn"
      values   = ["${local._bedrock}:*"]
    }
  }
}

resource "aws_iam_role" "invocations" {
  for_each = local._invocation_logging

  name                 = "${var.context.prefix}-model-invocations"
  description          = "Bedrock logs model invocations"
  assume_role_policy   = data.aws_iam_policy_document.invocations_assume.json
  permissions_boundary = var.permissions_boundary_arn
}

data "aws_iam_policy_document" "invocations" {
  for_each = local._invocation_logging

  statement {
    sid       = "WriteInvocations"
    actions   = ["logs:CreateLogStream", "logs:PutLogEvents"]
    resources = ["arn:${var.context.partition}:logs:${var.context.region}:${var.context.account_id}:log-group:${local._invocation_group}:log-stream:aws/bedrock/modelinvocations"]
  }
}

resource "aws_iam_role_policy" "invocations" {
  for_each = local._invocation_logging

  name   = "write"
  role   = aws_iam_role.invocations[each.key].id
  policy = data.aws_iam_policy_document.invocations[each.key].json
}
