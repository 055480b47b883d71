resource "aws_cloudwatch_log_group" "this" {
  name              = "/aws/lambda/${local._name}"
  kms_key_id        = var.log_key_arn
  retention_in_days = var.log_retention_days
  skip_destroy      = var.context.guarded
}
