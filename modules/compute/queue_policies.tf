# Policies are arguments of the queues rather than resources beside them: each change of a queue
# takes SQS most of half a minute, and a queue is never without its policy. So the ARNs come from
# names.
locals {
  _queue_arns = {
    for purpose, name in {
      dead_letters      = "dead-letters"
      jobs              = "jobs"
      jobs_dead_letters = "jobs-dead-letters"
    } : purpose => "arn:${var.context.partition}:sqs:${var.context.region}:${var.context.account_id}:${var.context.prefix}-${name}"
  }
}

data "aws_iam_policy_document" "queue" {
  for_each = local._queue_arns

  statement {
    sid       = "TlsOnly"
    effect    = "Deny"
    actions   = ["sqs:SendMessage", "sqs:ReceiveMessage"]
    resources = [each.value]

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
