# Each partner has a plan of its own, so that one cannot use up another's share. A key says who
# calls; what he may do is still decided by his token.
resource "aws_api_gateway_usage_plan" "partner" {
  for_each = var.settings.partners

  name        = "${var.context.prefix}-${each.key}"
  description = each.value.description

  api_stages {
    api_id = var.api.id
    stage  = var.api.stage
  }

  throttle_settings {
    rate_limit  = each.value.rate_limit
    burst_limit = each.value.burst_limit
  }

  quota_settings {
    limit  = each.value.quota
    period = each.value.quota_period
  }
}

# Without a value: API Gateway makes one of 40 characters.
resource "aws_api_gateway_api_key" "partner" {
  for_each = var.settings.partners

  name        = "${var.context.prefix}-${each.key}"
  description = each.value.description
  enabled     = each.value.enabled
}

resource "aws_api_gateway_usage_plan_key" "partner" {
  for_each = var.settings.partners

  usage_plan_id = aws_api_gateway_usage_plan.partner[each.key].id
  key_id        = aws_api_gateway_api_key.partner[each.key].id
  key_type      = "API_KEY"
}
