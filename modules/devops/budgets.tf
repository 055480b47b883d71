resource "aws_budgets_budget" "this" {
  for_each = var.settings.budgets

  account_id   = var.context.account_id
  name         = "${var.context.prefix}-${each.key}"
  budget_type  = "COST"
  time_unit    = "MONTHLY"
  limit_amount = tostring(each.value.limit_usd)
  limit_unit   = "USD"

  # By the tag that every resource of the environment carries. Billing sees a tag only after it has
  # been activated as a cost allocation tag, once per organisation.
  cost_filter {
    name   = "TagKeyValue"
    values = [format("user:Environment$%s", var.context.environment)]
  }

  dynamic "cost_filter" {
    for_each = length(each.value.services) == 0 ? {} : { some = each.value.services }
    content {
      name   = "Service"
      values = sort(cost_filter.value)
    }
  }

  dynamic "notification" {
    for_each = merge(
      { for percent in each.value.actual_percents : "actual ${percent}" => { type = "ACTUAL", percent = percent } },
      { for percent in each.value.forecast_percents : "forecast ${percent}" => { type = "FORECASTED", percent = percent } },
    )
    content {
      comparison_operator        = "GREATER_THAN"
      notification_type          = notification.value.type
      threshold                  = notification.value.percent
      threshold_type             = "PERCENTAGE"
      subscriber_sns_topic_arns  = [aws_sns_topic.this["notifications"].arn]
      subscriber_email_addresses = each.value.emails
    }
  }

  # Budgets tries the topic when it is told of it.
  depends_on = [aws_sns_topic_policy.this]
}
