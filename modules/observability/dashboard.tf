locals {
  _widgets = [
    {
      title = "API requests and errors"
      metrics = [
        ["AWS/ApiGateway", "Count", "ApiName", var.api.name, "Stage", var.api.stage, { stat = "Sum" }],
        ["AWS/ApiGateway", "4XXError", "ApiName", var.api.name, "Stage", var.api.stage, { stat = "Sum" }],
        ["AWS/ApiGateway", "5XXError", "ApiName", var.api.name, "Stage", var.api.stage, { stat = "Sum" }],
      ]
    },
    {
      title = "API latency, p50 and p95 (ms)"
      metrics = [
        ["AWS/ApiGateway", "Latency", "ApiName", var.api.name, "Stage", var.api.stage, { stat = "p50" }],
        ["AWS/ApiGateway", "Latency", "ApiName", var.api.name, "Stage", var.api.stage, { stat = "p95" }],
      ]
    },
    {
      title = "Runs"
      metrics = [
        for metric in ["ExecutionsStarted", "ExecutionsSucceeded", "ExecutionsFailed", "ExecutionsTimedOut"] :
        ["AWS/States", metric, "StateMachineArn", var.state_machine_arn, { stat = "Sum" }]
      ]
    },
    {
      title   = "Errors of functions"
      metrics = [for name in values(var.functions) : ["AWS/Lambda", "Errors", "FunctionName", name, { stat = "Sum" }]]
    },
    {
      title   = "Duration of functions, p95 (ms)"
      metrics = [for name in values(var.functions) : ["AWS/Lambda", "Duration", "FunctionName", name, { stat = "p95" }]]
    },
    {
      title   = "Dead letters"
      metrics = [["AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", var.dead_letter_queue_name, { stat = "Maximum" }]]
    },
  ]
}

resource "aws_cloudwatch_dashboard" "this" {
  dashboard_name = var.context.prefix

  dashboard_body = jsonencode({
    widgets = [
      for index, widget in local._widgets : {
        type   = "metric"
        x      = index % 2 * 12
        y      = floor(index / 2) * 6
        width  = 12
        height = 6
        properties = {
          title   = widget.title
          region  = var.context.region
          period  = 60
          metrics = widget.metrics
        }
      }
    ]
  })
}
