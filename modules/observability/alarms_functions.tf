locals {
  _function_alarms = merge(
    {
      for function, name in var.functions : "function-${function}-errors" => {
        description = "The function ${name} fails. Look at its log group for the request id."
        namespace   = "AWS/Lambda"
        metric      = "Errors"
        dimensions  = { FunctionName = name }
        statistic   = "Sum"
        threshold   = 0
        gate        = true
      }
    },
    {
      for function, name in var.functions : "function-${function}-throttles" => {
        description = "The function ${name} is throttled. Raise its reserved concurrency, or the account's limit."
        namespace   = "AWS/Lambda"
        metric      = "Throttles"
        dimensions  = { FunctionName = name }
        statistic   = "Sum"
        threshold   = 0
      }
    },
    {
      for function, name in var.functions : "function-${function}-duration" => {
        description = "The function ${name} comes close to its timeout. Look at its traces for what it waits for."
        namespace   = "AWS/Lambda"
        metric      = "Duration"
        dimensions  = { FunctionName = name }
        extended    = "p95"
        datapoints  = 3
        threshold   = lookup(var.settings.function_p95_ms_by, function, var.settings.function_p95_ms)
      }
    },
    {
      for function, seconds in var.settings.silent_after_seconds : "function-${function}-silent" => {
        description = "The function ${var.functions[function]} has not run when it should have, and what it reports is old. Look at its schedule."
        namespace   = "AWS/Lambda"
        metric      = "Invocations"
        dimensions  = { FunctionName = var.functions[function] }
        statistic   = "Sum"
        period      = seconds
        evaluations = 1
        comparison  = "LessThanThreshold"
        threshold   = 1
        # No invocation leaves no datapoint: here silence is the fault.
        missing = "breaching"
      } if contains(keys(var.functions), function)
    },
  )
}
