data "aws_iam_policy_document" "device_assume" {
  statement {
    sid     = "IssuedByTheApi"
    actions = ["sts:AssumeRole", "sts:TagSession"]

    principals {
      type        = "AWS"
      identifiers = [module.function["api"].role_arn]
    }

    # A session without the tag would have no queue of its own.
    condition {
      test     = "Null"
      variable = "aws:RequestTag/device_id"
      values   = ["false"]
    }

    condition {
      test     = "ForAllValues:StringEquals"
      variable = "aws:TagKeys"
      values   = ["device_id"]
    }
  }
}

resource "aws_iam_role" "device" {
  name                 = "${var.context.prefix}-device"
  description          = "One device's access to its own queue, by its session tag device_id"
  assume_role_policy   = data.aws_iam_policy_document.device_assume.json
  permissions_boundary = var.permissions_boundary_arn
  max_session_duration = 3600
}

data "aws_iam_policy_document" "device" {
  statement {
    sid     = "OwnQueue"
    actions = ["sqs:ChangeMessageVisibility", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:GetQueueUrl", "sqs:ReceiveMessage"]
    resources = [
      "arn:${var.context.partition}:sqs:${var.context.region}:${var.context.account_id}:${local._device_queue_prefix}$${aws:PrincipalTag/device_id}",
    ]
  }

  statement {
    sid       = "OwnUploads"
    actions   = ["s3:PutObject"]
    resources = ["${var.data.buckets.screenshots.arn}/devices/$${aws:PrincipalTag/device_id}/*"]
  }

  statement {
    sid       = "EncryptUploads"
    actions   = ["kms:GenerateDataKey"]
    resources = [var.key_arns.screenshots]

    condition {
      test     = "StringEquals"
      variable = "kms:ViaService"
      values   = ["s3.${var.context.region}.amazonaws.com"]
    }
  }

  statement {
    sid       = "ReadCommands"
    actions   = ["kms:Decrypt"]
    resources = [var.key_arns.data]

    condition {
      test     = "StringEquals"
      variable = "kms:ViaService"
      values   = ["sqs.${var.context.region}.amazonaws.com"]
    }
  }
}

resource "aws_iam_role_policy" "device" {
  name   = "queue"
  role   = aws_iam_role.device.id
  policy = data.aws_iam_policy_document.device.json
}
