resource "aws_scheduler_schedule_group" "this" {
  name = var.context.prefix
}

locals {
  # What runs by the clock: the function, how often, and why.
  _schedules = merge(local._governance_schedules, {
    reap-devices = {
      expression  = "rate(${var.settings.reap_minutes} ${var.settings.reap_minutes == 1 ? "minute" : "minutes"})"
      description = "Ends what lost devices left open, and measures the fleet"
    }
  })
}

resource "aws_scheduler_schedule" "this" {
  for_each = local._schedules

  name                = "${var.context.prefix}-${each.key}"
  description         = each.value.description
  group_name          = aws_scheduler_schedule_group.this.name
  schedule_expression = each.value.expression
  kms_key_arn         = var.key_arns.data

  flexible_time_window {
    mode = "OFF"
  }

  target {
    arn      = module.function[each.key].alias_arn
    role_arn = aws_iam_role.scheduler.arn
    input    = jsonencode({ schedule = each.key })

    dead_letter_config {
      arn = aws_sqs_queue.dead_letters.arn
    }

    retry_policy {
      maximum_event_age_in_seconds = 300
      maximum_retry_attempts       = 2
    }
  }

  depends_on = [aws_iam_role_policy.scheduler]
}

data "aws_iam_policy_document" "scheduler_assume" {
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
  }
}

resource "aws_iam_role" "scheduler" {
  name                 = "${var.context.prefix}-scheduler"
  description          = "Invokes what runs by the clock"
  assume_role_policy   = data.aws_iam_policy_document.scheduler_assume.json
  permissions_boundary = var.permissions_boundary_arn
}

data "aws_iam_policy_document" "scheduler" {
  statement {
    sid       = "InvokeScheduled"
    actions   = ["lambda:InvokeFunction"]
    resources = [for name in keys(local._schedules) : module.function[name].alias_arn]
  }

  statement {
    sid       = "SendDeadLetters"
    actions   = ["sqs:SendMessage"]
    resources = [aws_sqs_queue.dead_letters.arn]
  }

  statement {
    sid       = "UseKeys"
    actions   = ["kms:Decrypt", "kms:GenerateDataKey"]
    resources = [var.key_arns.data]
  }
}

resource "aws_iam_role_policy" "scheduler" {
  name   = "invoke"
  role   = aws_iam_role.scheduler.id
  policy = data.aws_iam_policy_document.scheduler.json
}
