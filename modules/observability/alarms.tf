locals {
  _state_machine_name = reverse(split(":", var.state_machine_arn))[0]

  _api_alarms = {
    api-errors = {
      description = "More server errors than promised. Look at the access log by status, then at the function's log."
      metric      = "5XXError"
      statistic   = "Average"
      extended    = null
      threshold   = var.settings.api_error_rate
    }
    api-latency = {
      description = "Slower than promised. Look at the trace map of the group ${var.context.prefix}."
      metric      = "Latency"
      statistic   = null
      extended    = "p95"
      threshold   = var.settings.api_p95_ms
    }
  }

  _execution_alarms = {
    runs-failed    = "ExecutionsFailed"
    runs-timed-out = "ExecutionsTimedOut"
  }
}

resource "aws_cloudwatch_metric_alarm" "api" {
  for_each = local._api_alarms

  alarm_name          = "${var.context.prefix}-${each.key}"
  alarm_description   = each.value.description
  namespace           = "AWS/ApiGateway"
  metric_name         = each.value.metric
  dimensions          = { ApiName = var.api.name, Stage = var.api.stage }
  statistic           = each.value.statistic
  extended_statistic  = each.value.extended
  period              = 60
  evaluation_periods  = 5
  datapoints_to_alarm = 3
  comparison_operator = "GreaterThanThreshold"
  threshold           = each.value.threshold
  treat_missing_data  = "notBreaching"
  actions_enabled     = var.settings.alarm_actions
  alarm_actions       = [var.alarm_topic_arn]
  ok_actions          = [var.alarm_topic_arn]
}

resource "aws_cloudwatch_metric_alarm" "function_errors" {
  for_each = var.functions

  alarm_name          = "${var.context.prefix}-function-${each.key}-errors"
  alarm_description   = "The function ${each.value} fails. Look at its log group for the request id."
  namespace           = "AWS/Lambda"
  metric_name         = "Errors"
  dimensions          = { FunctionName = each.value }
  statistic           = "Sum"
  period              = 60
  evaluation_periods  = 5
  datapoints_to_alarm = 1
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  treat_missing_data  = "notBreaching"
  actions_enabled     = var.settings.alarm_actions
  alarm_actions       = [var.alarm_topic_arn]
  ok_actions          = [var.alarm_topic_arn]
}

resource "aws_cloudwatch_metric_alarm" "executions" {
  for_each = local._execution_alarms

  alarm_name          = "${var.context.prefix}-${each.key}"
  alarm_description   = "A run could not be brought to its end. Look at the execution's history of ${local._state_machine_name}."
  namespace           = "AWS/States"
  metric_name         = each.value
  dimensions          = { StateMachineArn = var.state_machine_arn }
  statistic           = "Sum"
  period              = 60
  evaluation_periods  = 5
  datapoints_to_alarm = 1
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  treat_missing_data  = "notBreaching"
  actions_enabled     = var.settings.alarm_actions
  alarm_actions       = [var.alarm_topic_arn]
  ok_actions          = [var.alarm_topic_arn]
}

resource "aws_cloudwatch_metric_alarm" "dead_letters" {
  alarm_name          = "${var.context.prefix}-dead-letters"
  alarm_description   = "An asynchronous invocation failed for good. Mend its cause, then run the document ${var.context.prefix}-redrive."
  namespace           = "AWS/SQS"
  metric_name         = "ApproximateNumberOfMessagesVisible"
  dimensions          = { QueueName = var.dead_letter_queue_name }
  statistic           = "Maximum"
  period              = 60
  evaluation_periods  = 1
  datapoints_to_alarm = 1
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  treat_missing_data  = "notBreaching"
  actions_enabled     = var.settings.alarm_actions
  alarm_actions       = [var.alarm_topic_arn]
  ok_actions          = [var.alarm_topic_arn]
}
