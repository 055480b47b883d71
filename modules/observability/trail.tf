locals {
  _trail      = var.settings.trail.enabled ? { on = var.settings.trail } : {}
  _trail_arn  = "arn:${var.context.partition}:cloudtrail:${var.context.region}:${var.context.account_id}:trail/${var.context.prefix}"
  _trail_logs = "/aws/cloudtrail/${var.context.prefix}"
  _logs_arn   = "arn:${var.context.partition}:logs:${var.context.region}:${var.context.account_id}:log-group"
}

resource "aws_cloudtrail" "this" {
  for_each = local._trail

  name           = var.context.prefix
  s3_bucket_name = var.cloudtrail_bucket.name
  kms_key_id     = var.logs_key_arn
  # By name: the provider reads a topic of this account and region back as one.
  sns_topic_name                = aws_sns_topic.trail[each.key].name
  cloud_watch_logs_group_arn    = "${aws_cloudwatch_log_group.trail[each.key].arn}:*"
  cloud_watch_logs_role_arn     = aws_iam_role.trail[each.key].arn
  is_multi_region_trail         = true
  include_global_service_events = true
  enable_log_file_validation    = true
  enable_logging                = true

  advanced_event_selector {
    name = "Management"

    field_selector {
      field  = "eventCategory"
      equals = ["Management"]
    }
  }

  dynamic "advanced_event_selector" {
    for_each = each.value.data_events && length(var.data_bucket_arns) > 0 ? { on = true } : {}
    content {
      name = "Objects"

      field_selector {
        field  = "eventCategory"
        equals = ["Data"]
      }

      field_selector {
        field  = "resources.type"
        equals = ["AWS::S3::Object"]
      }

      field_selector {
        field       = "resources.ARN"
        starts_with = [for arn in values(var.data_bucket_arns) : "${arn}/"]
      }
    }
  }

  dynamic "insight_selector" {
    for_each = each.value.insights ? { ApiCallRateInsight = true, ApiErrorRateInsight = true } : {}
    content {
      insight_type = insight_selector.key
    }
  }

  # CloudTrail tries its role and its topic when the trail is made.
  depends_on = [aws_iam_role_policy.trail, aws_sns_topic_policy.trail]
}

resource "aws_cloudwatch_log_group" "trail" {
  for_each = local._trail

  name              = local._trail_logs
  kms_key_id        = var.logs_key_arn
  retention_in_days = each.value.retention_days
  skip_destroy      = var.context.guarded
}

data "aws_iam_policy_document" "trail_assume" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["cloudtrail.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceArn"
      values   = [local._trail_arn]
    }
  }
}

resource "aws_iam_role" "trail" {
  for_each = local._trail

  name                 = "${var.context.prefix}-trail"
  description          = "CloudTrail writes to its log group"
  assume_role_policy   = data.aws_iam_policy_document.trail_assume.json
  permissions_boundary = var.permissions_boundary_arn
}

data "aws_iam_policy_document" "trail" {
  statement {
    sid       = "WriteTrail"
    actions   = ["logs:CreateLogStream", "logs:PutLogEvents"]
    resources = ["${local._logs_arn}:${local._trail_logs}:log-stream:${var.context.account_id}_CloudTrail_${var.context.region}*"]
  }
}

resource "aws_iam_role_policy" "trail" {
  for_each = local._trail

  name   = "write"
  role   = aws_iam_role.trail[each.key].id
  policy = data.aws_iam_policy_document.trail.json
}

# Whoever collects the trail elsewhere subscribes here instead of polling the bucket.
resource "aws_sns_topic" "trail" {
  for_each = local._trail

  name              = "${var.context.prefix}-trail"
  kms_master_key_id = var.logs_key_arn
}

data "aws_iam_policy_document" "trail_topic" {
  statement {
    sid       = "AnnounceDeliveries"
    actions   = ["sns:Publish"]
    resources = ["arn:${var.context.partition}:sns:${var.context.region}:${var.context.account_id}:${var.context.prefix}-trail"]

    principals {
      type        = "Service"
      identifiers = ["cloudtrail.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceArn"
      values   = [local._trail_arn]
    }
  }
}

resource "aws_sns_topic_policy" "trail" {
  for_each = local._trail

  arn    = aws_sns_topic.trail[each.key].arn
  policy = data.aws_iam_policy_document.trail_topic.json
}
