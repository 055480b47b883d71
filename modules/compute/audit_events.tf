# What happens on the platform, on its way into the audit. A queue lies between, so that events wait
# for a database that is away, and a poisoned one fails alone.
locals {
  _audit_queue_arns = {
    for purpose, name in { audit = "audit", audit_dead_letters = "audit-dead-letters" } :
    purpose => "arn:${var.context.partition}:sqs:${var.context.region}:${var.context.account_id}:${var.context.prefix}-${name}"
  }

  # The bus on which each rule listens, and what it passes on.
  _audited_events = {
    platform = {
      bus = aws_cloudwatch_event_bus.this.name
      pattern = {
        source = [{ prefix = "qscreen." }]
      }
    }
    rotations = {
      bus = "default"
      pattern = {
        source      = ["aws.secretsmanager"]
        detail-type = ["AWS Service Event via CloudTrail"]
        detail = {
          eventName = ["RotationAbandoned", "RotationFailed", "RotationStarted", "RotationSucceeded"]
          additionalEventData = {
            SecretId = [{ prefix = "arn:${var.context.partition}:secretsmanager:${var.context.region}:${var.context.account_id}:secret:${var.context.prefix}/" }]
          }
        }
      }
    }
  }
}

data "aws_iam_policy_document" "audit_queue" {
  for_each = local._audit_queue_arns

  statement {
    sid       = "TlsOnly"
    effect    = "Deny"
    actions   = ["sqs:SendMessage", "sqs:ReceiveMessage"]
    resources = [each.value]

    principals {
      type        = "AWS"
      identifiers = ["*"]
    }

    condition {
      test     = "Bool"
      variable = "aws:SecureTransport"
      values   = ["false"]
    }
  }

  statement {
    sid       = "Deliver"
    actions   = ["sqs:SendMessage"]
    resources = [each.value]

    principals {
      type        = "Service"
      identifiers = ["events.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [var.context.account_id]
    }
  }
}

resource "aws_sqs_queue" "audit_dead_letters" {
  name                      = "${var.context.prefix}-audit-dead-letters"
  message_retention_seconds = 1209600
  kms_master_key_id         = var.key_arns.data
  policy                    = data.aws_iam_policy_document.audit_queue["audit_dead_letters"].json

  kms_data_key_reuse_period_seconds = 300

  redrive_allow_policy = jsonencode({
    redrivePermission = "byQueue"
    sourceQueueArns   = [local._audit_queue_arns.audit]
  })
}

resource "aws_sqs_queue" "audit" {
  name                      = "${var.context.prefix}-audit"
  message_retention_seconds = 1209600
  kms_master_key_id         = var.key_arns.data
  policy                    = data.aws_iam_policy_document.audit_queue["audit"].json

  kms_data_key_reuse_period_seconds = 300

  # Six times the function's timeout, as Lambda asks for of its queues.
  visibility_timeout_seconds = 6 * local._functions["write-audit"].timeout_seconds

  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.audit_dead_letters.arn
    maxReceiveCount     = 5
  })
}

resource "aws_lambda_event_source_mapping" "audit" {
  event_source_arn                   = aws_sqs_queue.audit.arn
  function_name                      = module.function["write-audit"].alias_arn
  batch_size                         = 10
  maximum_batching_window_in_seconds = 1
  function_response_types            = ["ReportBatchItemFailures"]

  # The chain has one end, so more writers only wait for each other; two is the least that Lambda takes.
  scaling_config {
    maximum_concurrency = 2
  }
}

resource "aws_cloudwatch_event_rule" "audited" {
  for_each = local._audited_events

  name           = "${var.context.prefix}-audit-${each.key}"
  description    = "What the audit keeps an account of"
  event_bus_name = each.value.bus
  event_pattern  = jsonencode(each.value.pattern)
}

resource "aws_cloudwatch_event_target" "audited" {
  for_each = local._audited_events

  rule           = aws_cloudwatch_event_rule.audited[each.key].name
  event_bus_name = each.value.bus
  target_id      = "audit"
  arn            = aws_sqs_queue.audit.arn

  dead_letter_config {
    arn = aws_sqs_queue.audit_dead_letters.arn
  }
}
