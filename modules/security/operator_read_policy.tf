# What the commands of qops ask that change nothing. They find the platform in its state, so whoever
# reads it sees what Terraform keeps; values of secrets are not in it. Functions are not invoked: one
# that is handed an event of one's own believes whoever it names.
locals {
  _state_bucket = "arn:${var.context.partition}:s3:::qscreen-tfstate-${var.context.account_id}-${var.context.region}"
  _state        = "${local._state_bucket}/platform/${var.context.environment}"
  _audit_bucket = "${local._s3}-audit-${var.context.account_id}"
  _state_alias  = "alias/qscreen-tfstate"
}

data "aws_iam_policy_document" "operator_read" {
  statement {
    sid = "SeeAccount"
    actions = [
      "backup:ListBackupJobs",
      "cloudwatch:DescribeAlarms",
      "cloudwatch:GetMetricStatistics",
      "lambda:GetAccountSettings",
      "lambda:GetEventSourceMapping",
      "lambda:ListFunctions",
      "logs:DescribeLogGroups",
      "rds:DescribeDBInstances",
      "rds:DescribeDBProxies",
      "rds:DescribeDBSnapshots",
      "secretsmanager:ListSecrets",
      "servicequotas:GetServiceQuota",
      "sqs:ListQueues",
      "states:ListStateMachines",
      "xray:BatchGetTraces",
    ]
    # Lists, metrics, quotas and traces have no resource form, or are asked for before a name is known.
    resources = ["*"]

    condition {
      test     = "StringEquals"
      variable = "aws:RequestedRegion"
      values   = [var.context.region]
    }
  }

  statement {
    sid = "SeePlatform"
    actions = [
      "acm:DescribeCertificate",
      "backup:DescribeBackupVault",
      "bedrock:GetFoundationModel",
      "bedrock:GetGuardrail",
      "cloudtrail:GetTrailStatus",
      "codepipeline:GetPipelineState",
      "dynamodb:DescribeContinuousBackups",
      "dynamodb:DescribeTable",
      "elasticache:DescribeReplicationGroups",
      "lambda:GetAlias",
      "lambda:GetFunctionConfiguration",
      "logs:DescribeLogStreams",
      "logs:FilterLogEvents",
      "rds:DescribeDBParameters",
      "s3:GetBucketPublicAccessBlock",
      "s3:GetBucketVersioning",
      "s3:GetEncryptionConfiguration",
      "s3:GetReplicationConfiguration",
      "scheduler:GetSchedule",
      "secretsmanager:DescribeSecret",
      "sns:GetTopicAttributes",
      "sqs:GetQueueAttributes",
      "ssm:GetParameter",
      "ssm:GetParameters",
      "states:DescribeStateMachine",
      "states:GetExecutionHistory",
      "states:ListExecutions",
      "wafv2:GetWebACLForResource",
    ]
    resources = concat(local._log_groups, [
      "${local._arns.backup}:backup-vault:${var.context.prefix}*",
      "arn:${var.context.partition}:bedrock:${var.context.region}::foundation-model/*",
      "${local._arns.cloudtrail}:trail/${var.context.prefix}*",
      "${local._arns.codepipeline}:${var.context.prefix}*",
      "${local._arns.dynamodb}:table/${var.context.prefix}-*",
      "${local._arns.elasticache}:replicationgroup:${var.context.prefix}*",
      "${local._arns.lambda}:function:${var.context.prefix}-*",
      "${local._arns.rds}:pg:${var.context.prefix}*",
      "${local._s3}-*",
      "${local._arns.scheduler}:schedule/${var.context.prefix}*",
      "${local._arns.secretsmanager}:secret:${var.context.prefix}/*",
      "${local._arns.sns}:${var.context.prefix}*",
      "${local._arns.sqs}:${var.context.prefix}-*",
      "${local._arns.ssm}:parameter${var.context.parameter_path}/*",
      "${local._arns.states}:execution:${var.context.prefix}-*:*",
      "${local._arns.states}:stateMachine:${var.context.prefix}-*",
      "${local._arns.wafv2}:regional/webacl/${var.context.prefix}/*",
      # Named by ids that AWS makes, or by whoever asked for them; none holds more than configuration.
      "arn:${var.context.partition}:apigateway:${var.context.region}::/restapis/*",
      "${local._arns.acm}:certificate/*",
      "${local._arns.bedrock}:guardrail/*",
    ])
  }

  # When each device was last heard of.
  statement {
    sid       = "SeeDevices"
    actions   = ["dynamodb:Scan"]
    resources = ["${local._arns.dynamodb}:table/${var.context.prefix}-devices"]
  }

  # A pool's ARN ends in an id that AWS makes; its tags say whose it is.
  statement {
    sid = "SeePeople"
    actions = [
      "cognito-idp:AdminGetUser",
      "cognito-idp:AdminListGroupsForUser",
      "cognito-idp:DescribeUserPool",
      "cognito-idp:DescribeUserPoolClient",
      "cognito-idp:ListGroups",
      "cognito-idp:ListUsers",
      "cognito-idp:ListUsersInGroup",
    ]
    resources = ["${local._arns["cognito-idp"]}:userpool/*"]

    condition {
      test     = "StringEquals"
      variable = "aws:ResourceTag/Environment"
      values   = [var.context.environment]
    }
  }

  statement {
    sid       = "SeeKeys"
    actions   = ["kms:DescribeKey", "kms:GetKeyRotationStatus"]
    resources = local._key_arns

    condition {
      test     = "ForAnyValue:StringEquals"
      variable = "kms:ResourceAliases"
      values   = values(local._aliases)
    }
  }

  statement {
    sid       = "DecryptItems"
    actions   = ["kms:Decrypt"]
    resources = local._key_arns

    condition {
      test     = "ForAnyValue:StringEquals"
      variable = "kms:ResourceAliases"
      values   = [local._aliases.data]
    }

    condition {
      test     = "StringEquals"
      variable = "kms:ViaService"
      values   = ["dynamodb.${var.context.region}.amazonaws.com"]
    }
  }

  # The state, its lock and the trail of approvals and applies beside it, as terraform/bootstrap keeps
  # them; and the copies of the platform's audit log, which tell the history of a run.
  statement {
    sid       = "ReadRecords"
    actions   = ["s3:GetObject", "s3:GetObjectVersion"]
    resources = ["${local._audit_bucket}/*", "${local._state}.audit/*", "${local._state}.tfstate", "${local._state}.tfstate.tflock"]
  }

  statement {
    sid       = "FindRecords"
    actions   = ["s3:GetBucketVersioning", "s3:ListBucket", "s3:ListBucketVersions"]
    resources = [local._audit_bucket, local._state_bucket]
  }

  statement {
    sid       = "DecryptRecords"
    actions   = ["kms:Decrypt"]
    resources = local._key_arns

    condition {
      test     = "ForAnyValue:StringEquals"
      variable = "kms:ResourceAliases"
      values   = [local._aliases.logs, local._state_alias]
    }

    condition {
      test     = "StringEquals"
      variable = "kms:ViaService"
      values   = ["s3.${var.context.region}.amazonaws.com"]
    }
  }
}
