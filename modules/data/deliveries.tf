# What AWS services may write into the buckets that are theirs to write.

data "aws_iam_policy_document" "access_log_delivery" {
  statement {
    sid       = "DeliverAccessLogs"
    actions   = ["s3:PutObject"]
    resources = ["${local._bucket_arns["access-logs"]}/*"]

    principals {
      type        = "Service"
      identifiers = ["logging.s3.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [var.context.account_id]
    }

    condition {
      test     = "ArnLike"
      variable = "aws:SourceArn"
      values   = ["arn:${var.context.partition}:s3:::${var.context.prefix}-*"]
    }
  }
}

locals {
  # From names: the trail waits for this bucket.
  _trail_arn = "arn:${var.context.partition}:cloudtrail:${var.context.region}:${var.context.account_id}:trail/${var.context.prefix}"
}

data "aws_iam_policy_document" "trail_delivery" {
  statement {
    sid       = "TrailReadsAcl"
    actions   = ["s3:GetBucketAcl"]
    resources = [local._bucket_arns["cloudtrail"]]

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

  statement {
    sid       = "TrailDelivers"
    actions   = ["s3:PutObject"]
    resources = ["${local._bucket_arns["cloudtrail"]}/AWSLogs/${var.context.account_id}/*"]

    principals {
      type        = "Service"
      identifiers = ["cloudtrail.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceArn"
      values   = [local._trail_arn]
    }

    condition {
      test     = "StringEquals"
      variable = "s3:x-amz-acl"
      values   = ["bucket-owner-full-control"]
    }
  }
}

data "aws_iam_policy_document" "log_delivery" {
  statement {
    sid       = "BedrockDelivers"
    actions   = ["s3:PutObject"]
    resources = ["${local._bucket_arns["logs"]}/*AWSLogs/${var.context.account_id}/BedrockModelInvocationLogs/*"]

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
      values   = ["arn:${var.context.partition}:bedrock:${var.context.region}:${var.context.account_id}:*"]
    }
  }

  statement {
    sid       = "ConfigReadsBucket"
    actions   = ["s3:GetBucketAcl", "s3:ListBucket"]
    resources = [local._bucket_arns["logs"]]

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

  statement {
    sid       = "ConfigDelivers"
    actions   = ["s3:PutObject"]
    resources = ["${local._bucket_arns["logs"]}/*AWSLogs/${var.context.account_id}/Config/*"]

    principals {
      type        = "Service"
      identifiers = ["config.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [var.context.account_id]
    }

    condition {
      test     = "StringEquals"
      variable = "s3:x-amz-acl"
      values   = ["bucket-owner-full-control"]
    }
  }

  # Flow logs, resolver query logs and the other logs that CloudWatch Logs vends to S3.
  statement {
    sid       = "VendedLogsReadBucket"
    actions   = ["s3:GetBucketAcl", "s3:ListBucket"]
    resources = [local._bucket_arns["logs"]]

    principals {
      type        = "Service"
      identifiers = ["delivery.logs.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [var.context.account_id]
    }

    condition {
      test     = "ArnLike"
      variable = "aws:SourceArn"
      values   = ["arn:${var.context.partition}:logs:${var.context.region}:${var.context.account_id}:*"]
    }
  }

  statement {
    sid       = "VendedLogsDelivered"
    actions   = ["s3:PutObject"]
    resources = ["${local._bucket_arns["logs"]}/*AWSLogs/${var.context.account_id}/*"]

    principals {
      type        = "Service"
      identifiers = ["delivery.logs.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [var.context.account_id]
    }

    condition {
      test     = "ArnLike"
      variable = "aws:SourceArn"
      values   = ["arn:${var.context.partition}:logs:${var.context.region}:${var.context.account_id}:*"]
    }

    condition {
      test     = "StringEquals"
      variable = "s3:x-amz-acl"
      values   = ["bucket-owner-full-control"]
    }
  }
}
