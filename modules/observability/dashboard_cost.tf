locals {
  _cost_widgets = concat(
    [
      {
        title = "Estimated charges of the account this month (USD)"
        # AWS publishes charges in one region only.
        region  = "us-east-1"
        period  = 21600
        metrics = [["AWS/Billing", "EstimatedCharges", "Currency", "USD", { stat = "Maximum" }]]
      },
      {
        title   = "Estimated charges by service (USD)"
        region  = "us-east-1"
        period  = 21600
        metrics = [[{ expression = "SEARCH('{AWS/Billing,Currency,ServiceName} MetricName=\"EstimatedCharges\"', 'Maximum', 21600)", id = "services", region = "us-east-1" }]]
      },
    ],
    [
      for meter, budget in var.token_budgets : {
        title  = "Tokens a day: ${replace(meter, "-", " and ")}, budget ${budget.tokens_per_day}"
        period = 86400
        metrics = concat([
          for model in budget.model_ids : [
            for metric in ["InputTokenCount", "OutputTokenCount"] : ["AWS/Bedrock", metric, "ModelId", model, { stat = "Sum" }]
          ]
        ]...)
      }
    ],
    [
      {
        title  = "Plans from the cache instead of a model"
        period = 3600
        metrics = [
          [var.metrics_namespace, "PlanCacheHits", "service", "planner", { stat = "Sum" }],
          [var.metrics_namespace, "PlanCacheMisses", "service", "planner", { stat = "Sum" }],
        ]
      },
      {
        title   = "Time that functions run (ms, sum)"
        period  = 3600
        metrics = [for name in values(var.functions) : ["AWS/Lambda", "Duration", "FunctionName", name, { stat = "Sum" }]]
      },
      {
        title  = "Capacity that tables take"
        period = 3600
        metrics = concat([
          for metric in ["ConsumedReadCapacityUnits", "ConsumedWriteCapacityUnits"] : [
            for table in values(var.tables) : ["AWS/DynamoDB", metric, "TableName", table, { stat = "Sum" }]
          ]
        ]...)
      },
      {
        title   = "Log bytes taken in, by function"
        period  = 3600
        metrics = [for group in values(var.function_log_groups) : ["AWS/Logs", "IncomingBytes", "LogGroupName", group, { stat = "Sum" }]]
      },
      {
        title   = "Size of the buckets (bytes)"
        period  = 86400
        metrics = [for arn in values(var.data_bucket_arns) : ["AWS/S3", "BucketSizeBytes", "BucketName", element(split(":::", arn), 1), "StorageType", "StandardStorage", { stat = "Average" }]]
      },
    ],
  )
}
