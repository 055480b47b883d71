locals {
  _monitoring = var.settings.database.monitoring_seconds > 0 ? 1 : 0
}

data "aws_iam_policy_document" "monitoring" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["monitoring.rds.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [var.context.account_id]
    }
  }
}

resource "aws_iam_role" "monitoring" {
  count = local._monitoring

  name                 = "${var.context.prefix}-rds-monitoring"
  description          = "Enhanced monitoring of the database"
  assume_role_policy   = data.aws_iam_policy_document.monitoring.json
  permissions_boundary = var.permissions_boundary_arn
}

data "aws_iam_policy_document" "deliver_metrics" {
  statement {
    sid       = "CreateGroup"
    actions   = ["logs:CreateLogGroup", "logs:PutRetentionPolicy"]
    resources = ["arn:${var.context.partition}:logs:${var.context.region}:${var.context.account_id}:log-group:RDS*"]
  }

  statement {
    sid       = "WriteStreams"
    actions   = ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:GetLogEvents", "logs:PutLogEvents"]
    resources = ["arn:${var.context.partition}:logs:${var.context.region}:${var.context.account_id}:log-group:RDS*:log-stream:*"]
  }
}

resource "aws_iam_role_policy" "monitoring" {
  count = local._monitoring

  name   = "deliver"
  role   = aws_iam_role.monitoring[0].id
  policy = data.aws_iam_policy_document.deliver_metrics.json
}
