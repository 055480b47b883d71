# What is unusual rather than promised: traffic and latency that leave the band of the same hour of
# other days.
locals {
  _anomalies = { for name, anomaly in {
    api-traffic = {
      description = "The API's traffic is unusual for this hour. Look for a client that retries, or one that has vanished."
      metric      = "Count"
      stat        = "Sum"
      comparison  = "LessThanLowerOrGreaterThanUpperThreshold"
    }
    api-latency-trend = {
      description = "The API is slower than usual for this hour, though perhaps within its promise. Look at what was released."
      metric      = "Latency"
      stat        = "p50"
      comparison  = "GreaterThanUpperThreshold"
    }
  } : name => anomaly if var.settings.alarms && var.settings.anomaly_detection }
}

resource "aws_cloudwatch_metric_alarm" "anomaly" {
  for_each = local._anomalies

  alarm_name          = "${var.context.prefix}-${each.key}"
  alarm_description   = each.value.description
  evaluation_periods  = 3
  datapoints_to_alarm = 3
  comparison_operator = each.value.comparison
  threshold_metric_id = "band"
  treat_missing_data  = "notBreaching"
  actions_enabled     = var.settings.alarm_actions
  alarm_actions       = [var.alarm_topic_arn]
  ok_actions          = [var.alarm_topic_arn]

  metric_query {
    id          = "band"
    expression  = "ANOMALY_DETECTION_BAND(measured, ${var.settings.anomaly_width})"
    label       = "Usual ${each.value.metric}"
    return_data = true
  }

  metric_query {
    id          = "measured"
    return_data = true

    metric {
      namespace   = "AWS/ApiGateway"
      metric_name = each.value.metric
      dimensions  = local._api_dimensions
      stat        = each.value.stat
      period      = 300
    }
  }
}
