resource "aws_cloudwatch_log_group" "access" {
  name              = "/aws/apigateway/${var.context.prefix}"
  kms_key_id        = var.logs_key_arn
  retention_in_days = var.settings.log_retention_days
  skip_destroy      = var.context.guarded
}

resource "aws_cloudwatch_log_group" "flow" {
  count = var.settings.flow_logs ? 1 : 0

  name              = "/aws/vpc/${var.context.prefix}"
  kms_key_id        = var.logs_key_arn
  retention_in_days = var.settings.log_retention_days
  skip_destroy      = var.context.guarded
}

resource "aws_flow_log" "this" {
  count = var.settings.flow_logs ? 1 : 0

  vpc_id                   = aws_vpc.this.id
  traffic_type             = "ALL"
  log_destination_type     = "cloud-watch-logs"
  log_destination          = aws_cloudwatch_log_group.flow[0].arn
  iam_role_arn             = aws_iam_role.flow[0].arn
  max_aggregation_interval = 600

  tags = { Name = var.context.prefix }
}
