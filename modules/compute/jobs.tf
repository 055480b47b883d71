resource "aws_sqs_queue" "jobs_dead_letters" {
  name                      = "${var.context.prefix}-jobs-dead-letters"
  message_retention_seconds = 1209600
  kms_master_key_id         = var.key_arns.data
  policy                    = data.aws_iam_policy_document.queue["jobs_dead_letters"].json

  kms_data_key_reuse_period_seconds = 300

  redrive_allow_policy = jsonencode({
    redrivePermission = "byQueue"
    sourceQueueArns   = [local._queue_arns.jobs]
  })
}

resource "aws_sqs_queue" "jobs" {
  name                      = "${var.context.prefix}-jobs"
  message_retention_seconds = 345600
  kms_master_key_id         = var.key_arns.data
  policy                    = data.aws_iam_policy_document.queue["jobs"].json

  kms_data_key_reuse_period_seconds = 300

  # Six times the function's timeout and the window, as Lambda asks for of its queues.
  visibility_timeout_seconds = 6 * local._functions["work-jobs"].timeout_seconds + var.settings.jobs.window_seconds

  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.jobs_dead_letters.arn
    maxReceiveCount     = var.settings.jobs.max_receives
  })
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
