# What the commands of qops do that change something, act by act: `settings.operators.acts` says which of
# them the role `operator` may. None reads a secret, a picture or a command, or reaches IAM.
locals {
  _acts = {
    drill    = data.aws_iam_policy_document.drill.json
    redrive  = data.aws_iam_policy_document.redrive.json
    rollback = data.aws_iam_policy_document.rollback.json
    rotate   = data.aws_iam_policy_document.rotate.json
    state    = data.aws_iam_policy_document.state.json
    users    = data.aws_iam_policy_document.users.json
  }
}

data "aws_iam_policy_document" "operator_acts" {
  source_policy_documents = [for act in sort(var.settings.operators.acts) : local._acts[act]]

  # Every act stands in the trail beside the state. A row is written once: only a request that demands
  # that there is none yet is let through.
  statement {
    sid       = "AppendToTrail"
    actions   = ["s3:PutObject"]
    resources = ["${local._state}.audit/*"]

    condition {
      test     = "Null"
      variable = "s3:if-none-match"
      values   = ["false"]
    }
  }

  statement {
    sid       = "EncryptTrail"
    actions   = ["kms:GenerateDataKey"]
    resources = local._key_arns

    condition {
      test     = "ForAnyValue:StringEquals"
      variable = "kms:ResourceAliases"
      values   = [local._state_alias]
    }

    condition {
      test     = "StringEquals"
      variable = "kms:ViaService"
      values   = ["s3.${var.context.region}.amazonaws.com"]
    }
  }
}

# A copy beside the database, named as one of a drill's: no other instance can be made or removed.
data "aws_iam_policy_document" "drill" {
  statement {
    sid = "RestoreCopies"
    actions = [
      "rds:AddTagsToResource",
      "rds:CreateDBSnapshot",
      "rds:RestoreDBInstanceFromDBSnapshot",
      "rds:RestoreDBInstanceToPointInTime",
    ]
    resources = [
      "${local._arns.rds}:auto-backup:*",
      "${local._arns.rds}:db:${var.context.prefix}",
      "${local._arns.rds}:db:${var.context.prefix}-drill-*",
      "${local._arns.rds}:og:default:*",
      "${local._arns.rds}:pg:${var.context.prefix}*",
      "${local._arns.rds}:snapshot:${var.context.prefix}-*",
      "${local._arns.rds}:snapshot:rds:${var.context.prefix}-*",
      "${local._arns.rds}:subgrp:${var.context.prefix}",
    ]
  }

  statement {
    sid       = "RemoveCopies"
    actions   = ["rds:DeleteDBInstance", "rds:DeleteDBSnapshot"]
    resources = ["${local._arns.rds}:db:${var.context.prefix}-drill-*", "${local._arns.rds}:snapshot:${var.context.prefix}-drill-*"]
  }

  statement {
    sid       = "FailOverCache"
    actions   = ["elasticache:TestFailover"]
    resources = ["${local._arns.elasticache}:replicationgroup:${var.context.prefix}"]
  }

  statement {
    sid       = "Compare"
    actions   = ["lambda:InvokeFunction"]
    resources = ["${local._arns.lambda}:function:${var.context.prefix}-migrate:live"]
  }

  statement {
    sid       = "LendKeyToCopies"
    actions   = ["kms:CreateGrant"]
    resources = local._key_arns

    condition {
      test     = "ForAnyValue:StringEquals"
      variable = "kms:ResourceAliases"
      values   = [local._aliases.data]
    }

    condition {
      test     = "Bool"
      variable = "kms:GrantIsForAWSResource"
      values   = ["true"]
    }

    condition {
      test     = "StringEquals"
      variable = "kms:ViaService"
      values   = ["rds.${var.context.region}.amazonaws.com"]
    }
  }
}

# Dead letters only, and back to where they came from: nobody reads or writes the queue of a device.
data "aws_iam_policy_document" "redrive" {
  statement {
    sid = "TakeDeadLetters"
    actions = [
      "sqs:ChangeMessageVisibility",
      "sqs:DeleteMessage",
      "sqs:ListMessageMoveTasks",
      "sqs:ReceiveMessage",
      "sqs:StartMessageMoveTask",
    ]
    resources = [for queue in ["audit-dead-letters", "jobs-dead-letters", "dead-letters"] : "${local._arns.sqs}:${var.context.prefix}-${queue}"]
  }

  statement {
    sid       = "BringLettersBack"
    actions   = ["sqs:SendMessage"]
    resources = [for queue in ["audit", "jobs"] : "${local._arns.sqs}:${var.context.prefix}-${queue}"]
  }

  statement {
    sid       = "OpenLetters"
    actions   = ["kms:Decrypt", "kms:GenerateDataKey"]
    resources = local._key_arns

    condition {
      test     = "ForAnyValue:StringEquals"
      variable = "kms:ResourceAliases"
      values   = [local._aliases.data]
    }

    condition {
      test     = "StringEquals"
      variable = "kms:ViaService"
      values   = ["sqs.${var.context.region}.amazonaws.com"]
    }
  }
}

data "aws_iam_policy_document" "rollback" {
  statement {
    sid       = "MoveAliases"
    actions   = ["lambda:UpdateAlias"]
    resources = ["${local._arns.lambda}:function:${var.context.prefix}-*"]
  }

  # Not the addresses that clients find the platform by.
  statement {
    sid       = "MoveSettings"
    actions   = ["ssm:PutParameter"]
    resources = [for name in ["models", "release", "released-code"] : "${local._arns.ssm}:parameter${var.context.parameter_path}/${name}"]
  }
}

# Secrets Manager wants whoever rotates to be allowed to invoke the function that does; asked by its task,
# the same function says which credentials work. Nobody sees one.
data "aws_iam_policy_document" "rotate" {
  statement {
    sid       = "RotateSecrets"
    actions   = ["secretsmanager:RotateSecret", "secretsmanager:UpdateSecretVersionStage"]
    resources = ["${local._arns.secretsmanager}:secret:${var.context.prefix}/*"]
  }

  statement {
    sid       = "InvokeRotation"
    actions   = ["lambda:InvokeFunction"]
    resources = ["${local._arns.lambda}:function:${var.context.prefix}-rotate-*"]
  }
}

# Who writes the state decides what the next apply does.
data "aws_iam_policy_document" "state" {
  statement {
    sid       = "WriteState"
    actions   = ["s3:PutObject"]
    resources = ["${local._state}.tfstate", "${local._state}.tfstate.tflock"]
  }

  statement {
    sid       = "FreeLock"
    actions   = ["s3:DeleteObject"]
    resources = ["${local._state}.tfstate.tflock"]
  }
}

# Who keeps the groups can make himself an administrator of the API.
data "aws_iam_policy_document" "users" {
  statement {
    sid = "ChangePeople"
    actions = [
      "cognito-idp:AdminAddUserToGroup",
      "cognito-idp:AdminCreateUser",
      "cognito-idp:AdminDeleteSoftwareToken",
      "cognito-idp:AdminDeleteUser",
      "cognito-idp:AdminDisableUser",
      "cognito-idp:AdminEnableUser",
      "cognito-idp:AdminRemoveUserFromGroup",
      "cognito-idp:AdminUserGlobalSignOut",
      "cognito-idp:GetUserPoolMfaConfig",
    ]
    resources = ["${local._arns["cognito-idp"]}:userpool/*"]

    condition {
      test     = "StringEquals"
      variable = "aws:ResourceTag/Environment"
      values   = [var.context.environment]
    }
  }

  statement {
    sid       = "EndSessions"
    actions   = ["dynamodb:Query", "dynamodb:UpdateItem"]
    resources = ["${local._arns.dynamodb}:table/${var.context.prefix}-sessions", "${local._arns.dynamodb}:table/${var.context.prefix}-sessions/index/by_owner"]
  }
}
