locals {
  _queue_alarms = {
    dead-letters = {
      description = "An asynchronous invocation failed for good. Mend its cause, then run the document ${var.context.prefix}-redrive."
      namespace   = "AWS/SQS"
      metric      = "ApproximateNumberOfMessagesVisible"
      dimensions  = { QueueName = var.queues.dead_letters }
      statistic   = "Maximum"
      evaluations = 1
      threshold   = 0
    }
    jobs-dead-letters = {
      description = "A job failed for good. Mend its cause, then move the messages of ${var.queues.jobs_dead_letters} back to their queue."
      namespace   = "AWS/SQS"
      metric      = "ApproximateNumberOfMessagesVisible"
      dimensions  = { QueueName = var.queues.jobs_dead_letters }
      statistic   = "Maximum"
      evaluations = 1
      threshold   = 0
    }
    audit-dead-letters = {
      description = "An event did not get into the audit. Mend its cause, then move the messages of ${var.queues.audit_dead_letters} back to their queue."
      namespace   = "AWS/SQS"
      metric      = "ApproximateNumberOfMessagesVisible"
      dimensions  = { QueueName = var.queues.audit_dead_letters }
      statistic   = "Maximum"
      evaluations = 1
      threshold   = 0
    }
    jobs-age = {
      description = "The oldest job waits longer than promised. Look at throttles and errors of the function that works off ${var.queues.jobs}."
      namespace   = "AWS/SQS"
      metric      = "ApproximateAgeOfOldestMessage"
      dimensions  = { QueueName = var.queues.jobs }
      statistic   = "Maximum"
      datapoints  = 3
      threshold   = var.settings.jobs_age_seconds
    }
  }
}
