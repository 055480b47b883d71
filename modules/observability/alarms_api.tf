locals {
  _api_dimensions = { ApiName = var.api.name, Stage = var.api.stage }

  _api_alarms = {
    api-errors = {
      description = "More server errors than promised. Look at the access log by status, then at the function's log."
      namespace   = "AWS/ApiGateway"
      metric      = "5XXError"
      dimensions  = local._api_dimensions
      statistic   = "Average"
      datapoints  = 3
      threshold   = var.settings.api_error_rate
      page        = true
      gate        = true
    }
    api-latency = {
      description = "Slower than promised. Look at the trace map of the group ${var.context.prefix}."
      namespace   = "AWS/ApiGateway"
      metric      = "Latency"
      dimensions  = local._api_dimensions
      extended    = "p95"
      datapoints  = 3
      threshold   = var.settings.api_p95_ms
      page        = true
      gate        = true
    }
  }
}
