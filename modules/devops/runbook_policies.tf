resource "aws_iam_role" "runbook" {
  for_each = local._runbooks

  name                 = "${var.context.prefix}-runbook-${each.key}"
  description          = "Runs the document ${var.context.prefix}-${each.key}"
  assume_role_policy   = data.aws_iam_policy_document.trust["ssm"].json
  permissions_boundary = var.permissions_boundary_arn
}

resource "aws_iam_role_policy" "runbook" {
  for_each = {
    redrive       = data.aws_iam_policy_document.redrive.json
    halt          = data.aws_iam_policy_document.halt["halt"].json
    resume        = data.aws_iam_policy_document.halt["resume"].json
    rotate-secret = data.aws_iam_policy_document.rotate_secret.json
    restore-table = data.aws_iam_policy_document.restore_table.json

    restore-database = data.aws_iam_policy_document.restore_database.json

    revoke-device = data.aws_iam_policy_document.revoke_device.json
  }

  name   = each.key
  role   = aws_iam_role.runbook[each.key].id
  policy = each.value
}

locals {
  _function_arns = [for name in sort(keys(var.functions)) : var.functions[name].function_arn]
  _rds           = "arn:${var.context.partition}:rds:${local._place}"
  _tables        = "arn:${var.context.partition}:dynamodb:${local._place}:table/${var.context.prefix}"
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
    resources = [var.key_arns.data]
  }

  statement {
    sid       = "RepeatInvocations"
    actions   = ["lambda:InvokeFunction"]
    resources = flatten([for arn in local._function_arns : [arn, "${arn}:*"]])
  }
}

data "aws_iam_policy_document" "halt" {
  for_each = {
    halt = {
      functions = ["lambda:GetFunctionConcurrency", "lambda:PutFunctionConcurrency"]
      parameter = ["ssm:GetParameter", "ssm:PutParameter"]
    }
    resume = {
      functions = ["lambda:DeleteFunctionConcurrency", "lambda:PutFunctionConcurrency"]
      parameter = ["ssm:DeleteParameter", "ssm:GetParameter"]
    }
  }

  statement {
    sid       = "SetConcurrency"
    actions   = each.value.functions
    resources = local._function_arns
  }

  statement {
    sid       = "RememberConcurrency"
    actions   = each.value.parameter
    resources = ["arn:${var.context.partition}:ssm:${local._place}:parameter${local._halted}"]
  }
}

data "aws_iam_policy_document" "rotate_secret" {
  statement {
    sid       = "Rotate"
    actions   = ["secretsmanager:DescribeSecret", "secretsmanager:RotateSecret"]
    resources = ["arn:${var.context.partition}:secretsmanager:${local._place}:secret:${var.context.prefix}/*"]
  }

  # Secrets Manager wants its caller to be allowed to invoke the function that rotates.
  statement {
    sid       = "InvokeRotation"
    actions   = ["lambda:InvokeFunction"]
    resources = ["arn:${var.context.partition}:lambda:${local._place}:function:${var.context.prefix}-rotate-*"]
  }
}

data "aws_iam_policy_document" "restore_table" {
  statement {
    sid = "ReadSource"
    actions = [
      "dynamodb:DescribeContinuousBackups",
      "dynamodb:DescribeTable",
      "dynamodb:DescribeTimeToLive",
      "dynamodb:ListTagsOfResource",
      "dynamodb:RestoreTableToPointInTime",
    ]
    resources = ["${local._tables}-*"]
  }

  # Only tables whose names end in the time they are of: the ones that the runbook makes. A
  # restoration writes on behalf of its caller.
  statement {
    sid = "FillTarget"
    actions = [
      "dynamodb:BatchWriteItem",
      "dynamodb:DeleteItem",
      "dynamodb:GetItem",
      "dynamodb:PutItem",
      "dynamodb:Query",
      "dynamodb:Scan",
      "dynamodb:TagResource",
      "dynamodb:UpdateContinuousBackups",
      "dynamodb:UpdateItem",
      "dynamodb:UpdateTimeToLive",
    ]
    resources = ["${local._tables}-*-????????T??????Z"]
  }

  statement {
    sid = "EncryptTarget"
    actions = [
      "kms:CreateGrant",
      "kms:Decrypt",
      "kms:DescribeKey",
      "kms:Encrypt",
      "kms:GenerateDataKey",
      "kms:ReEncryptFrom",
      "kms:ReEncryptTo",
    ]
    resources = [var.key_arns.data]

    condition {
      test     = "StringEquals"
      variable = "kms:ViaService"
      values   = ["dynamodb.${var.context.region}.amazonaws.com"]
    }
  }
}

data "aws_iam_policy_document" "restore_database" {
  statement {
    sid     = "ReadSource"
    actions = ["rds:DescribeDBInstanceAutomatedBackups", "rds:DescribeDBInstances"]
    resources = [
      "${local._rds}:auto-backup:*",
      "${local._rds}:db:${var.context.prefix}",
      "${local._rds}:db:${var.context.prefix}-????????t??????z",
    ]
  }

  # The new instance takes over the groups of the old one.
  statement {
    sid     = "Restore"
    actions = ["rds:AddTagsToResource", "rds:RestoreDBInstanceToPointInTime"]
    resources = [
      "${local._rds}:db:${var.context.prefix}",
      "${local._rds}:db:${var.context.prefix}-????????t??????z",
      "${local._rds}:og:default:*",
      "${local._rds}:pg:${var.context.prefix}-*",
      "${local._rds}:subgrp:${var.context.prefix}",
    ]
  }

  # Only instances whose names end in the time they are of: the ones that the runbook makes.
  statement {
    sid       = "ProtectTarget"
    actions   = ["rds:ModifyDBInstance"]
    resources = ["${local._rds}:db:${var.context.prefix}-????????t??????z"]
  }

  statement {
    sid       = "EncryptTarget"
    actions   = ["kms:CreateGrant", "kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKey"]
    resources = [var.key_arns.data]

    condition {
      test     = "StringEquals"
      variable = "kms:ViaService"
      values   = ["rds.${var.context.region}.amazonaws.com"]
    }
  }
}

data "aws_iam_policy_document" "revoke_device" {
  statement {
    sid       = "MarkDevice"
    actions   = ["dynamodb:UpdateItem"]
    resources = ["${local._tables}-devices"]
  }

  statement {
    sid       = "DecryptDevice"
    actions   = ["kms:Decrypt"]
    resources = [var.key_arns.data]

    condition {
      test     = "StringEquals"
      variable = "kms:ViaService"
      values   = ["dynamodb.${var.context.region}.amazonaws.com"]
    }
  }

  statement {
    sid       = "DeleteQueue"
    actions   = ["sqs:DeleteQueue", "sqs:GetQueueUrl"]
    resources = ["arn:${var.context.partition}:sqs:${local._place}:${var.context.prefix}-device-*"]
  }
}
