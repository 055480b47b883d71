# No IAM here: whoever breaks the glass cannot give himself more.
data "aws_iam_policy_document" "break_glass" {
  statement {
    sid = "TakeKeysAway"
    actions = [
      "kms:CancelKeyDeletion",
      "kms:DescribeKey",
      "kms:DisableKey",
      "kms:DisableKeyRotation",
      "kms:EnableKey",
      "kms:EnableKeyRotation",
      "kms:GetKeyPolicy",
      "kms:PutKeyPolicy",
      "kms:ScheduleKeyDeletion",
    ]
    resources = local._key_arns

    condition {
      test     = "ForAnyValue:StringEquals"
      variable = "kms:ResourceAliases"
      values   = values(local._aliases)
    }
  }

  statement {
    sid = "OpenBuckets"
    actions = [
      "s3:BypassGovernanceRetention",
      "s3:DeleteBucket",
      "s3:DeleteBucketPolicy",
      "s3:DeleteObject",
      "s3:DeleteObjectVersion",
      "s3:GetBucketPolicy",
      "s3:ListBucket",
      "s3:ListBucketVersions",
      "s3:PutBucketPolicy",
    ]
    resources = ["${local._s3}-*"]
  }

  statement {
    sid = "RestoreData"
    actions = [
      "dynamodb:DeleteTable",
      "dynamodb:DescribeContinuousBackups",
      "dynamodb:DescribeTable",
      "dynamodb:RestoreTableToPointInTime",
      "dynamodb:UpdateTable",
      "elasticache:DescribeReplicationGroups",
      "elasticache:ModifyReplicationGroup",
      "elasticache:TestFailover",
      "rds:AddTagsToResource",
      "rds:CreateDBSnapshot",
      "rds:DeleteDBInstance",
      "rds:DescribeDBInstances",
      "rds:ModifyDBInstance",
      "rds:RebootDBInstance",
      "rds:RestoreDBInstanceFromDBSnapshot",
      "rds:RestoreDBInstanceToPointInTime",
    ]
    resources = [
      "${local._arns.dynamodb}:table/${var.context.prefix}-*",
      "${local._arns.elasticache}:*:${var.context.prefix}*",
      "${local._arns.rds}:*:${var.context.prefix}*",
      "${local._arns.rds}:og:default:*",
    ]
  }

  statement {
    sid       = "DecryptData"
    actions   = ["kms:CreateGrant", "kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKey"]
    resources = local._key_arns

    condition {
      test     = "ForAnyValue:StringEquals"
      variable = "kms:ResourceAliases"
      values   = [local._aliases.data]
    }

    condition {
      test     = "StringEquals"
      variable = "kms:ViaService"
      values   = ["dynamodb.${var.context.region}.amazonaws.com", "rds.${var.context.region}.amazonaws.com"]
    }
  }

  statement {
    sid = "StopTheMachine"
    actions = [
      "events:DisableRule",
      "events:EnableRule",
      "lambda:DeleteFunctionConcurrency",
      "lambda:GetAlias",
      "lambda:PutFunctionConcurrency",
      "lambda:UpdateAlias",
      "sqs:GetQueueAttributes",
      "sqs:PurgeQueue",
      "states:ListExecutions",
      "states:StopExecution",
      "wafv2:GetWebACL",
      "wafv2:UpdateWebACL",
    ]
    resources = [
      "${local._arns.events}:rule/${var.context.prefix}*",
      "${local._arns.lambda}:function:${var.context.prefix}-*",
      "${local._arns.sqs}:${var.context.prefix}-*",
      "${local._arns.states}:execution:${var.context.prefix}-*:*",
      "${local._arns.states}:stateMachine:${var.context.prefix}-*",
      "${local._arns.wafv2}:regional/webacl/${var.context.prefix}/*",
      "${local._arns.wafv2}:regional/ipset/${var.context.prefix}-*/*",
      "${local._arns.wafv2}:regional/managedruleset/*/*",
    ]
  }

  statement {
    sid       = "ShutOutUsers"
    actions   = ["cognito-idp:AdminDisableUser", "cognito-idp:AdminGetUser", "cognito-idp:AdminSetUserPassword", "cognito-idp:AdminUserGlobalSignOut", "cognito-idp:ListUsers"]
    resources = ["${local._arns["cognito-idp"]}:userpool/*"]

    condition {
      test     = "StringEquals"
      variable = "aws:ResourceTag/Environment"
      values   = [var.context.environment]
    }
  }

  statement {
    sid = "UseSecrets"
    actions = [
      "secretsmanager:DescribeSecret",
      "secretsmanager:GetSecretValue",
      "secretsmanager:PutSecretValue",
      "secretsmanager:RestoreSecret",
      "secretsmanager:RotateSecret",
      "secretsmanager:UpdateSecretVersionStage",
    ]
    resources = ["${local._arns.secretsmanager}:secret:${var.context.prefix}/*"]
  }

  # Secrets Manager wants whoever rotates to be allowed to invoke the function that does; asked by its
  # task, the same function says which credentials work. migrate brings a restored schema up and compares.
  statement {
    sid     = "InvokeRotation"
    actions = ["lambda:InvokeFunction"]
    resources = [
      "${local._arns.lambda}:function:${var.context.prefix}-migrate:live",
      "${local._arns.lambda}:function:${var.context.prefix}-rotate-*",
    ]
  }

  statement {
    sid       = "DecryptSecrets"
    actions   = ["kms:Decrypt", "kms:GenerateDataKey"]
    resources = local._key_arns

    condition {
      test     = "ForAnyValue:StringEquals"
      variable = "kms:ResourceAliases"
      values   = [local._aliases.secrets]
    }

    condition {
      test     = "StringEquals"
      variable = "kms:ViaService"
      values   = ["secretsmanager.${var.context.region}.amazonaws.com"]
    }
  }

  statement {
    sid       = "ReadLogs"
    actions   = ["logs:DescribeLogStreams", "logs:FilterLogEvents", "logs:GetLogEvents"]
    resources = local._log_groups
  }
}
