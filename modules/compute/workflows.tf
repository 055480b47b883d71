# Templates and schedules of users: what the API and the MCP server of workflows share.
locals {
  _schedule_role_arn = "arn:${var.context.partition}:iam::${var.context.account_id}:role/${var.context.prefix}-schedules"
  # The platform's own schedules live in the same group, under other names.
  _user_schedule_arns = "arn:${var.context.partition}:scheduler:${var.context.region}:${var.context.account_id}:schedule/${var.context.prefix}/sch-*"
  _jobs_queue_url     = "https://sqs.${var.context.region}.amazonaws.com/${var.context.account_id}/${var.context.prefix}-jobs"

  _template_environment = {
    QS_CONFIGURATION_TABLE = var.data.tables.configuration.name
    QS_TEMPLATES_BUCKET    = var.data.buckets.templates.name
    QS_DATA_KEY_ARN        = var.key_arns.data
  }

  _workflow_environment = merge(local._template_environment, {
    QS_JOBS_QUEUE_ARN         = local._queue_arns.jobs
    QS_DEAD_LETTERS_QUEUE_ARN = local._queue_arns.dead_letters
    QS_SCHEDULE_GROUP         = var.context.prefix
    QS_SCHEDULE_ROLE_ARN      = local._schedule_role_arn
  })
}

data "aws_iam_policy_document" "workflows" {
  statement {
    sid       = "KeepDocuments"
    actions   = ["dynamodb:DeleteItem", "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query"]
    resources = [var.data.tables.configuration.arn]
  }

  statement {
    sid       = "KeepTemplates"
    actions   = ["s3:DeleteObject", "s3:GetObject", "s3:PutObject"]
    resources = ["${var.data.buckets.templates.arn}/templates/*"]
  }

  statement {
    sid       = "KeepSchedules"
    actions   = ["scheduler:CreateSchedule", "scheduler:DeleteSchedule"]
    resources = [local._user_schedule_arns]
  }

  statement {
    sid       = "PassScheduleRole"
    actions   = ["iam:PassRole"]
    resources = [local._schedule_role_arn]

    condition {
      test     = "StringEquals"
      variable = "iam:PassedToService"
      values   = ["scheduler.amazonaws.com"]
    }
  }

  statement {
    sid       = "UseDataKey"
    actions   = ["kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKey"]
    resources = [var.key_arns.data]
  }
}

data "aws_iam_policy_document" "schedules_assume" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["scheduler.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [var.context.account_id]
    }

    condition {
      test     = "ArnEquals"
      variable = "aws:SourceArn"
      values   = ["arn:${var.context.partition}:scheduler:${var.context.region}:${var.context.account_id}:schedule-group/${var.context.prefix}"]
    }
  }
}

resource "aws_iam_role" "schedules" {
  name                 = "${var.context.prefix}-schedules"
  description          = "Puts the jobs of users' schedules on the jobs queue"
  assume_role_policy   = data.aws_iam_policy_document.schedules_assume.json
  permissions_boundary = var.permissions_boundary_arn
}

data "aws_iam_policy_document" "schedules" {
  statement {
    sid       = "SendJobs"
    actions   = ["sqs:SendMessage"]
    resources = [local._queue_arns.jobs, local._queue_arns.dead_letters]
  }

  statement {
    sid       = "UseKeys"
    actions   = ["kms:Decrypt", "kms:GenerateDataKey"]
    resources = [var.key_arns.data]
  }
}

resource "aws_iam_role_policy" "schedules" {
  name   = "jobs"
  role   = aws_iam_role.schedules.id
  policy = data.aws_iam_policy_document.schedules.json
}
