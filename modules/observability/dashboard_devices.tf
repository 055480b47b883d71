locals {
  # The functions count in the embedded metric format; each metric carries `service` beside its own
  # dimensions.
  _device_widgets = [
    {
      title   = "Devices enrolled, by platform"
      period  = 3600
      metrics = [[{ expression = "SEARCH('{\"${var.metrics_namespace}\",platform,service} MetricName=\"DevicesEnrolled\"', 'Sum', 3600)", id = "enrolled" }]]
    },
    {
      title  = "Devices that show signs of life, and that do not"
      period = 300
      metrics = [
        [var.metrics_namespace, "DevicesActive", "service", var.settings.reporter, { stat = "Maximum" }],
        [var.metrics_namespace, "DevicesSilent", "service", var.settings.reporter, { stat = "Maximum" }],
      ]
    },
    {
      title   = "Runs accepted, by mode"
      period  = 300
      metrics = [[{ expression = "SEARCH('{\"${var.metrics_namespace}\",mode,service} MetricName=\"RunsAccepted\"', 'Sum', 300)", id = "accepted" }]]
    },
    {
      title   = "Runs finished, by status"
      period  = 300
      metrics = [[{ expression = "SEARCH('{\"${var.metrics_namespace}\",service,status} MetricName=\"RunsFinished\"', 'Sum', 300)", id = "finished" }]]
    },
    {
      title   = "Commands sent, by kind"
      period  = 300
      metrics = [[{ expression = "SEARCH('{\"${var.metrics_namespace}\",kind,service} MetricName=\"CommandsSent\"', 'Sum', 300)", id = "sent" }]]
    },
    {
      title   = "Results of commands, by kind and status"
      period  = 300
      metrics = [[{ expression = "SEARCH('{\"${var.metrics_namespace}\",kind,service,status} MetricName=\"CommandResults\"', 'Sum', 300)", id = "results" }]]
    },
    {
      title   = "Steps, by outcome"
      period  = 300
      metrics = [[{ expression = "SEARCH('{\"${var.metrics_namespace}\",outcome,service} MetricName=\"StepsByOutcome\"', 'Sum', 300)", id = "steps" }]]
    },
    {
      title  = "Age of the oldest open command (s), promised, and lost commands"
      period = 300
      metrics = [
        [var.metrics_namespace, "OldestCommandAgeSeconds", "service", var.settings.reporter, { stat = "Maximum" }],
        [var.metrics_namespace, "LostCommandsEnded", "service", var.settings.reporter, { stat = "Sum", yAxis = "right" }],
        [{ expression = "TIME_SERIES(${var.settings.command_age_seconds})", label = "promised", id = "promised" }],
      ]
    },
    {
      title   = "Age of the oldest message, by device queue (s)"
      period  = 300
      metrics = [[{ expression = "SEARCH('{AWS/SQS,QueueName} MetricName=\"ApproximateAgeOfOldestMessage\" QueueName=\"${var.context.prefix}-device\"', 'Maximum', 300)", id = "queues" }]]
    },
    {
      title  = "Results that came twice, tokens refused"
      period = 300
      metrics = [
        [var.metrics_namespace, "DuplicateResults", "service", "api", { stat = "Sum" }],
        [{ expression = "SEARCH('{\"${var.metrics_namespace}\",service,why} MetricName=\"TokensRefused\"', 'Sum', 300)", id = "refused" }],
      ]
    },
  ]
}
