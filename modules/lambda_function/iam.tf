data "aws_iam_policy_document" "assume" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["lambda.amazonaws.com"]
    }
  }
}

resource "aws_iam_role" "this" {
  name                 = local._name
  description          = "Execution role of the function ${local._name}"
  assume_role_policy   = data.aws_iam_policy_document.assume.json
  permissions_boundary = var.permissions_boundary_arn
}

data "aws_iam_policy_document" "runtime" {
  statement {
    sid       = "WriteLogs"
    actions   = ["logs:CreateLogStream", "logs:PutLogEvents"]
    resources = ["${aws_cloudwatch_log_group.this.arn}:*"]
  }

  statement {
    sid       = "ReadEnvironment"
    actions   = ["kms:Decrypt"]
    resources = [var.environment_key_arn]
  }

  dynamic "statement" {
    for_each = var.tracing ? { on = true } : {}
    content {
      sid     = "Trace"
      actions = ["xray:PutTraceSegments", "xray:PutTelemetryRecords"]
      # X-Ray's write operations have no resource form.
      resources = ["*"]
    }
  }

  dynamic "statement" {
    for_each = var.dead_letter_queue == null ? {} : { queue = var.dead_letter_queue }
    content {
      sid       = "SendDeadLetters"
      actions   = ["sqs:SendMessage"]
      resources = [statement.value.arn]
    }
  }

  dynamic "statement" {
    for_each = var.dead_letter_queue == null ? {} : { queue = var.dead_letter_queue }
    content {
      sid       = "EncryptDeadLetters"
      actions   = ["kms:GenerateDataKey", "kms:Decrypt"]
      resources = [statement.value.key_arn]
    }
  }

  dynamic "statement" {
    for_each = var.vpc == null ? {} : { vpc = var.vpc }
    content {
      sid = "ManageInterfaces"
      actions = [
        "ec2:AssignPrivateIpAddresses",
        "ec2:CreateNetworkInterface",
        "ec2:DeleteNetworkInterface",
        "ec2:DescribeNetworkInterfaces",
        "ec2:DescribeSubnets",
        "ec2:UnassignPrivateIpAddresses",
      ]
      # Lambda checks these permissions without naming a resource when it attaches the function.
      resources = ["*"]
    }
  }
}

resource "aws_iam_role_policy" "runtime" {
  name   = "runtime"
  role   = aws_iam_role.this.id
  policy = data.aws_iam_policy_document.runtime.json
}

resource "aws_iam_role_policy" "work" {
  for_each = var.policies

  name   = each.key
  role   = aws_iam_role.this.id
  policy = each.value
}
