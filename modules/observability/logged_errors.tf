# Faults that a function caught and logged: Lambda does not count them as errors of the invocation.
resource "aws_cloudwatch_log_metric_filter" "logged_errors" {
  for_each = { for name, group in var.function_log_groups : name => group if var.settings.alarms }

  name           = "${var.context.prefix}-${each.key}-logged-errors"
  log_group_name = each.value
  pattern        = "{ $.level = \"ERROR\" || $.level = \"CRITICAL\" }"

  metric_transformation {
    name       = "LoggedErrors"
    namespace  = var.metrics_namespace
    value      = "1"
    unit       = "Count"
    dimensions = { service = "$.service" }
  }
}
