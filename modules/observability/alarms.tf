# Every promise is an alarm. The files alarms_*.tf say what is promised; here it becomes an alarm.
# `page` marks what makes the platform unhealthy, `gate` what stops a deployment.
locals {
  _alarms = {
    for name, alarm in merge(
      local._api_alarms,
      local._function_alarms,
      local._queue_alarms,
      local._execution_alarms,
      local._database_alarms,
      local._cache_alarms,
      local._reported_alarms,
      local._audit_alarms,
      local._canary_alarms,
    ) :
    name => merge({
      statistic   = null
      extended    = null
      comparison  = "GreaterThanThreshold"
      period      = 60
      evaluations = 5
      datapoints  = 1
      missing     = "notBreaching"
      page        = false
      gate        = false
    }, alarm) if var.settings.alarms
  }

  # Promises on several metrics together.
  _sums = {
    for name, sum in merge(local._table_alarms, local._token_alarms, local._lost_alarms) :
    name => merge({ page = false, gate = false, evaluations = 5, datapoints = 1 }, sum) if var.settings.alarms
  }

  _all = merge(local._alarms, local._sums)
}

resource "aws_cloudwatch_metric_alarm" "this" {
  for_each = local._alarms

  alarm_name          = "${var.context.prefix}-${each.key}"
  alarm_description   = each.value.description
  namespace           = each.value.namespace
  metric_name         = each.value.metric
  dimensions          = each.value.dimensions
  statistic           = each.value.statistic
  extended_statistic  = each.value.extended
  period              = each.value.period
  evaluation_periods  = each.value.evaluations
  datapoints_to_alarm = each.value.datapoints
  comparison_operator = each.value.comparison
  threshold           = each.value.threshold
  treat_missing_data  = each.value.missing
  actions_enabled     = var.settings.alarm_actions
  alarm_actions       = [var.alarm_topic_arn]
  ok_actions          = [var.alarm_topic_arn]
}

resource "aws_cloudwatch_metric_alarm" "sum" {
  for_each = local._sums

  alarm_name          = "${var.context.prefix}-${each.key}"
  alarm_description   = each.value.description
  evaluation_periods  = each.value.evaluations
  datapoints_to_alarm = each.value.datapoints
  comparison_operator = "GreaterThanThreshold"
  threshold           = each.value.threshold
  treat_missing_data  = "notBreaching"
  actions_enabled     = var.settings.alarm_actions
  alarm_actions       = [var.alarm_topic_arn]
  ok_actions          = [var.alarm_topic_arn]

  metric_query {
    id          = "total"
    expression  = "SUM(FILL(METRICS(), 0))"
    label       = each.value.label
    return_data = true
  }

  dynamic "metric_query" {
    for_each = { for index, metric in each.value.metrics : "m${index}" => metric }
    content {
      id = metric_query.key

      metric {
        namespace   = each.value.namespace
        metric_name = metric_query.value.metric
        dimensions  = metric_query.value.dimensions
        stat        = "Sum"
        period      = each.value.period
      }
    }
  }
}
