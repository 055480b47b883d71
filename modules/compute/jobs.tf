resource "aws_sqs_queue" "jobs_dead_letters" {
  name                      = "${var.context.prefix}-jobs-dead-letters"
  message_retention_seconds = 1209600
  kms_master_key_id         = var.key_arns.data

  kms_data_key_reuse_period_seconds = 300
}

resource "aws_sqs_queue" "jobs" {
  name                      = "${var.context.prefix}-jobs"
  message_retention_seconds = 345600
  kms_master_key_id         = var.key_arns.data

  kms_data_key_reuse_period_seconds = 300

  # Six times the function's timeout and the window, as Lambda asks for of its queues.
  visibility_timeout_seconds = 6 * local._functions["work-jobs"].timeout_seconds + var.settings.jobs.window_seconds

  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.jobs_dead_letters.arn
    maxReceiveCount     = var.settings.jobs.max_receives
  })
}

resource "aws_sqs_queue_redrive_allow_policy" "jobs" {
  queue_url = aws_sqs_queue.jobs_dead_letters.id

  redrive_allow_policy = jsonencode({
    redrivePermission = "byQueue"
    sourceQueueArns   = [aws_sqs_queue.jobs.arn]
  })
}

data "aws_iam_policy_document" "jobs" {
  for_each = {
    jobs              = aws_sqs_queue.jobs.arn
    jobs_dead_letters = aws_sqs_queue.jobs_dead_letters.arn
  }

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
}

resource "aws_sqs_queue_policy" "jobs" {
  queue_url = aws_sqs_queue.jobs.id
  policy    = data.aws_iam_policy_document.jobs["jobs"].json
}

resource "aws_sqs_queue_policy" "jobs_dead_letters" {
  queue_url = aws_sqs_queue.jobs_dead_letters.id
  policy    = data.aws_iam_policy_document.jobs["jobs_dead_letters"].json
}

# A job that fails comes back alone; the others of its batch are done.
resource "aws_lambda_event_source_mapping" "jobs" {
  event_source_arn                   = aws_sqs_queue.jobs.arn
  function_name                      = module.function["work-jobs"].alias_arn
  batch_size                         = var.settings.jobs.batch_size
  maximum_batching_window_in_seconds = var.settings.jobs.window_seconds
  function_response_types            = ["ReportBatchItemFailures"]

  scaling_config {
    maximum_concurrency = var.settings.jobs.max_concurrency
  }
}
