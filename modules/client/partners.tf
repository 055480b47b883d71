# Each partner has a plan of its own, so that one cannot use up another's share. A key says who
# calls; what he may do is still decided by his token.
resource "aws_api_gateway_usage_plan" "partner" {
  for_each = var.settings.partners

  name        = "${var.context.prefix}-${each.key}"
  description = each.value.description

  # A plan without a stage shuts its keys out.
  dynamic "api_stages" {
    for_each = each.value.enabled ? { api = var.api } : {}
    content {
      api_id = api_stages.value.id
      stage  = api_stages.value.stage
    }
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

# The key itself is made by the first rotation of this secret and by every later one, so that it stands
# neither in the state nor in a plan. Whoever hands it to the partner reads it here.
resource "aws_secretsmanager_secret" "partner" {
  #checkov:skip=CKV2_AWS_57:modules/security rotates these by their ARNs, which checkov cannot follow between modules (expires 2027-11-23)
  for_each = var.settings.partners

  name                    = "${var.context.prefix}/partner-${each.key}"
  description             = "API key of ${each.key}; written by the rotation alone"
  kms_key_id              = var.secrets_key_arn
  recovery_window_in_days = var.context.guarded ? 30 : 0
}
