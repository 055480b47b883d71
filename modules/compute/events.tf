# Under EventBridge's own key: events carry ids and states only, and a bus under a customer's key
# takes no archive in this version of the provider.
resource "aws_cloudwatch_event_bus" "this" {
  name        = var.context.prefix
  description = "What happens on the platform"
}

# What was announced can be announced again to a consumer that was down.
resource "aws_cloudwatch_event_archive" "this" {
  name             = var.context.prefix
  description      = "Events of the platform, for replay"
  event_source_arn = aws_cloudwatch_event_bus.this.arn
  retention_days   = var.settings.event_archive_days
}

resource "aws_cloudwatch_event_rule" "finished" {
  name           = "${var.context.prefix}-run-finished"
  description    = "Keeps an account of finished runs"
  event_bus_name = aws_cloudwatch_event_bus.this.name

  event_pattern = jsonencode({
    source      = ["qscreen.runs"]
    detail-type = ["Run Finished"]
  })
}

resource "aws_cloudwatch_log_group" "events" {
  name              = "/aws/events/${var.context.prefix}"
  kms_key_id        = var.key_arns.logs
  retention_in_days = var.settings.log_retention_days
  skip_destroy      = var.context.guarded
}

locals {
  # From its parts, which a plan knows: so the plan shows the whole policy.
  _events_group_arn = "arn:${var.context.partition}:logs:${var.context.region}:${var.context.account_id}:log-group:/aws/events/${var.context.prefix}"
}

data "aws_iam_policy_document" "events" {
  # EventBridge says for which rule it writes events, but not for which it makes a stream:
  # https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html#eb-cloudwatchlogs-permissions
  statement {
    sid       = "MakeStreams"
    actions   = ["logs:CreateLogStream"]
    resources = ["${local._events_group_arn}:*"]

    principals {
      type        = "Service"
      identifiers = ["delivery.logs.amazonaws.com", "events.amazonaws.com"]
    }
  }

  statement {
    sid       = "Deliver"
    actions   = ["logs:PutLogEvents"]
    resources = ["${local._events_group_arn}:*"]

    principals {
      type        = "Service"
      identifiers = ["delivery.logs.amazonaws.com", "events.amazonaws.com"]
    }

    condition {
      test     = "ArnEquals"
      variable = "aws:SourceArn"
      values   = ["arn:${var.context.partition}:events:${var.context.region}:${var.context.account_id}:rule/${var.context.prefix}/${var.context.prefix}-run-finished"]
    }
  }
}

resource "aws_cloudwatch_log_resource_policy" "events" {
  policy_name     = "${var.context.prefix}-events"
  policy_document = data.aws_iam_policy_document.events.json
}

resource "aws_cloudwatch_event_target" "finished" {
  rule           = aws_cloudwatch_event_rule.finished.name
  event_bus_name = aws_cloudwatch_event_bus.this.name
  target_id      = "log"
  arn            = aws_cloudwatch_log_group.events.arn

  depends_on = [aws_cloudwatch_log_resource_policy.events]
}
