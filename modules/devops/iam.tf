data "aws_iam_policy_document" "redrive_assume" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["ssm.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [var.context.account_id]
    }
  }
}

resource "aws_iam_role" "redrive" {
  name                 = "${var.context.prefix}-redrive"
  description          = "Repeats failed asynchronous invocations"
  assume_role_policy   = data.aws_iam_policy_document.redrive_assume.json
  permissions_boundary = var.permissions_boundary_arn
}

data "aws_iam_policy_document" "redrive" {
  statement {
    sid       = "TakeLetters"
    actions   = ["sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"]
    resources = [var.dead_letter_queue.arn]
  }

  statement {
    sid       = "DecryptLetters"
    actions   = ["kms:Decrypt"]
    resources = [var.data_key_arn]
  }

  statement {
    sid       = "RepeatInvocations"
    actions   = ["lambda:InvokeFunction"]
    resources = flatten([for arn in values(var.functions) : [arn, "${arn}:*"]])
  }
}

resource "aws_iam_role_policy" "redrive" {
  name   = "redrive"
  role   = aws_iam_role.redrive.id
  policy = data.aws_iam_policy_document.redrive.json
}
