locals {
  # What happens now goes to `alarms`; what somebody should know of goes to `notifications`.
  _topics = {
    alarms        = ["cloudwatch.amazonaws.com"]
    notifications = ["budgets.amazonaws.com"]
  }

  _topic_arns = { for name in keys(local._topics) : name => "arn:${var.context.partition}:sns:${local._place}:${var.context.prefix}-${name}" }
}

resource "aws_sns_topic" "this" {
  for_each = local._topics

  name              = "${var.context.prefix}-${each.key}"
  kms_master_key_id = var.key_arns.logs
}

data "aws_iam_policy_document" "topic" {
  for_each = local._topics

  statement {
    sid       = "Publish"
    actions   = ["sns:Publish"]
    resources = [local._topic_arns[each.key]]

    principals {
      type        = "Service"
      identifiers = each.value
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [var.context.account_id]
    }
  }

  # Without a condition: EventBridge fills in none of the keys when it publishes, and a statement that asks
  # for one never allows. Rules are made by this account only.
  # https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html#eb-sns-permissions
  statement {
    sid       = "Announce"
    actions   = ["sns:Publish"]
    resources = [local._topic_arns[each.key]]

    principals {
      type        = "Service"
      identifiers = ["events.amazonaws.com"]
    }
  }

  statement {
    sid       = "TlsOnly"
    effect    = "Deny"
    actions   = ["sns:Publish"]
    resources = [local._topic_arns[each.key]]

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

resource "aws_sns_topic_policy" "this" {
  for_each = local._topics

  arn    = aws_sns_topic.this[each.key].arn
  policy = data.aws_iam_policy_document.topic[each.key].json
}
