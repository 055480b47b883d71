resource "aws_xray_group" "this" {
  group_name        = var.context.prefix
  filter_expression = "annotation.environment = \"${var.context.environment}\" OR service(\"${var.api.name}/${var.api.stage}\")"

  insights_configuration {
    insights_enabled      = true
    notifications_enabled = false
  }
}

locals {
  # The first rule that matches decides: health checks are not traced, everything else by the rate.
  _sampling = {
    health = { priority = 900, path = "*/v1/health", rate = 0, reservoir = 0 }
    rest   = { priority = 1000, path = "*", rate = var.settings.sampling_rate, reservoir = 1 }
  }
}

resource "aws_xray_sampling_rule" "this" {
  for_each = local._sampling

  rule_name      = "${var.context.prefix}-${each.key}"
  priority       = each.value.priority
  version        = 1
  reservoir_size = each.value.reservoir
  fixed_rate     = each.value.rate
  service_name   = "${var.context.prefix}*"
  service_type   = "*"
  host           = "*"
  http_method    = "*"
  url_path       = each.value.path
  resource_arn   = "*"
}

# One setting for the whole account and region.
resource "aws_xray_encryption_config" "this" {
  for_each = var.settings.xray_encryption ? { on = true } : {}

  type   = "KMS"
  key_id = var.logs_key_arn
}
