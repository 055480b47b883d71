locals {
  # Never the shipper's own group: each line that it ships would make it log another.
  _shipped = var.settings.ship_logs ? {
    for function, group in var.function_log_groups : function => group if function != "ship-logs"
  } : {}
}

resource "aws_lambda_permission" "ship_logs" {
  for_each = local._shipped

  statement_id   = "logs-${each.key}"
  action         = "lambda:InvokeFunction"
  function_name  = try(var.ship_logs_function.function_name, "none")
  qualifier      = try(var.ship_logs_function.alias_name, "none")
  principal      = "logs.amazonaws.com"
  source_account = var.context.account_id
  source_arn     = "${local._logs_arn}:${each.value}:*"

  # Not a validation of the settings: the function learns from them where to ship to, which would
  # close a circle.
  lifecycle {
    precondition {
      condition     = var.ship_logs_function != null
      error_message = "ship_logs needs the function that ships; give ship_logs_function, or leave ship_logs out."
    }
  }
}

resource "aws_cloudwatch_log_subscription_filter" "ship_logs" {
  for_each = local._shipped

  name            = "${var.context.prefix}-search"
  log_group_name  = each.value
  filter_pattern  = var.settings.ship_pattern
  destination_arn = try(var.ship_logs_function.alias_arn, "none")

  # CloudWatch Logs tries the function when the filter is put.
  depends_on = [aws_lambda_permission.ship_logs]
}
