resource "aws_sqs_queue" "dead_letters" {
  name                      = "${var.context.prefix}-dead-letters"
  message_retention_seconds = 1209600
  kms_master_key_id         = var.key_arns.data

  kms_data_key_reuse_period_seconds = 300
}

data "aws_iam_policy_document" "dead_letters" {
  statement {
    sid       = "TlsOnly"
    effect    = "Deny"
    actions   = ["sqs:SendMessage", "sqs:ReceiveMessage"]
    resources = [aws_sqs_queue.dead_letters.arn]

    principals {
      type        = "AWS"
      identifiers = ["*"]
    }

    condition {
      test     = "Bool"
      variable = "aws:SecureTransport"
      values   = ["false"]
    }
  }
}

resource "aws_sqs_queue_policy" "dead_letters" {
  queue_url = aws_sqs_queue.dead_letters.id
  policy    = data.aws_iam_policy_document.dead_letters.json
}
