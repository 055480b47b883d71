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

data "aws_iam_policy_document" "events" {
  statement {
    sid       = "Deliver"
    actions   = ["logs:CreateLogStream", "logs:PutLogEvents"]
    resources = ["${aws_cloudwatch_log_group.events.arn}:*"]

    principals {
      type        = "Service"
      identifiers = ["delivery.logs.amazonaws.com", "events.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [var.context.account_id]
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
