resource "aws_sqs_queue" "dead_letters" {
  name                      = "${var.context.prefix}-dead-letters"
  message_retention_seconds = 1209600
  kms_master_key_id         = var.key_arns.data
  policy                    = data.aws_iam_policy_document.queue["dead_letters"].json

  kms_data_key_reuse_period_seconds = 300
}
