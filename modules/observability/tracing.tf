resource "aws_xray_group" "this" {
  group_name        = var.context.prefix
  filter_expression = "annotation.environment = \"${var.context.environment}\" OR service(\"${var.api.name}/${var.api.stage}\")"

  insights_configuration {
    insights_enabled      = true
    notifications_enabled = false
  }
}

resource "aws_xray_sampling_rule" "this" {
  rule_name      = var.context.prefix
  priority       = 1000
  version        = 1
  reservoir_size = 1
  fixed_rate     = var.settings.sampling_rate
  service_name   = "${var.context.prefix}*"
  service_type   = "*"
  host           = "*"
  http_method    = "*"
  url_path       = "*"
  resource_arn   = "*"
}
