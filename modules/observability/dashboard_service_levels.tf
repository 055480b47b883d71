locals {
  _api_metric = ["ApiName", var.api.name, "Stage", var.api.stage]

  _service_level_widgets = concat(
    [
      {
        title = "API requests and errors"
        metrics = [
          for metric in ["Count", "4XXError", "5XXError"] :
          concat(["AWS/ApiGateway", metric], local._api_metric, [{ stat = "Sum" }])
        ]
      },
      {
        title = "API latency (ms): p50, p95, promised"
        metrics = concat(
          [for stat in ["p50", "p95"] : concat(["AWS/ApiGateway", "Latency"], local._api_metric, [{ stat = stat }])],
          [[{ expression = "TIME_SERIES(${var.settings.api_p95_ms})", label = "promised p95", id = "promised" }]],
        )
      },
      {
        title = "Share of API requests without a server error"
        metrics = [
          concat(["AWS/ApiGateway", "5XXError"], local._api_metric, [{ stat = "Average", id = "failing", visible = false }]),
          [{ expression = "100 * (1 - failing)", label = "succeeded (%)", id = "succeeded" }],
          [{ expression = "TIME_SERIES(${100 * (1 - var.settings.api_error_rate)})", label = "promised", id = "promised" }],
        ]
      },
      {
        title = "Runs by ending"
        metrics = [
          for metric in ["ExecutionsStarted", "ExecutionsSucceeded", "ExecutionsFailed", "ExecutionsTimedOut", "ExecutionsAborted"] :
          ["AWS/States", metric, "StateMachineArn", var.state_machine_arns.run, { stat = "Sum" }]
        ]
      },
      {
        title = "Analyses by ending"
        metrics = [
          for metric in ["ExecutionsStarted", "ExecutionsSucceeded", "ExecutionsFailed", "ExecutionsTimedOut"] :
          ["AWS/States", metric, "StateMachineArn", var.state_machine_arns.analysis, { stat = "Sum" }]
        ]
      },
      {
        title   = "Duration of runs by stage, p95 (ms)"
        metrics = [[{ expression = "SEARCH('{\"${var.metrics_namespace}\",service,stage} MetricName=\"StageDuration\"', 'p95')", id = "stages" }]]
      },
      {
        title   = "Errors and throttles of functions"
        metrics = concat([for metric in ["Errors", "Throttles"] : [for name in values(var.functions) : ["AWS/Lambda", metric, "FunctionName", name, { stat = "Sum" }]]]...)
      },
      {
        title   = "Duration of functions, p95 (ms)"
        metrics = [for name in values(var.functions) : ["AWS/Lambda", "Duration", "FunctionName", name, { stat = "p95" }]]
      },
      {
        title   = "Faults that functions caught and logged"
        metrics = [[{ expression = "SEARCH('{\"${var.metrics_namespace}\",service} MetricName=\"LoggedErrors\"', 'Sum')", id = "logged" }]]
      },
      {
        title = "Queues: letters, jobs and the oldest job (s)"
        metrics = [
          ["AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", var.queues.dead_letters, { stat = "Maximum" }],
          ["AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", var.queues.jobs_dead_letters, { stat = "Maximum" }],
          ["AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", var.queues.jobs, { stat = "Maximum" }],
          ["AWS/SQS", "ApproximateAgeOfOldestMessage", "QueueName", var.queues.jobs, { stat = "Maximum", yAxis = "right" }],
        ]
      },
      {
        title = "Database: CPU (%), connections"
        metrics = [
          ["AWS/RDS", "CPUUtilization", "DBInstanceIdentifier", var.database_identifier, { stat = "Average" }],
          ["AWS/RDS", "DatabaseConnections", "DBInstanceIdentifier", var.database_identifier, { stat = "Maximum", yAxis = "right" }],
        ]
      },
      {
        title = "Cache: CPU and memory (%), evictions"
        metrics = concat(
          [for node in values(local._cache_nodes) : ["AWS/ElastiCache", "EngineCPUUtilization", "CacheClusterId", node, { stat = "Average" }]],
          [for node in values(local._cache_nodes) : ["AWS/ElastiCache", "DatabaseMemoryUsagePercentage", "CacheClusterId", node, { stat = "Maximum" }]],
          [for node in values(local._cache_nodes) : ["AWS/ElastiCache", "Evictions", "CacheClusterId", node, { stat = "Sum", yAxis = "right" }]],
        )
      },
    ],
    [
      for canary in local._canary_alarms : {
        title   = "The API from outside (% of checks that passed)"
        period  = canary.period
        metrics = [["CloudWatchSynthetics", "SuccessPercent", "CanaryName", local._canary_name, { stat = "Average" }]]
      }
    ],
  )
}
