data "aws_iam_policy_document" "auditor" {
  statement {
    sid = "ReadAccount"
    actions = [
      "cloudtrail:DescribeTrails",
      "cloudtrail:GetTrailStatus",
      "cloudtrail:ListTrails",
      "cloudtrail:LookupEvents",
      "config:DescribeComplianceByConfigRule",
      "config:DescribeConfigRules",
      "config:DescribeConfigurationRecorders",
      "config:GetComplianceDetailsByConfigRule",
      "config:SelectResourceConfig",
      "guardduty:GetFindings",
      "guardduty:ListDetectors",
      "guardduty:ListFindings",
      "iam:GenerateCredentialReport",
      "iam:GetAccountPasswordPolicy",
      "iam:GetAccountSummary",
      "iam:GetCredentialReport",
      "iam:ListPolicies",
      "iam:ListRoles",
      "iam:ListUsers",
      "kms:ListAliases",
      "kms:ListKeys",
      "logs:DescribeLogGroups",
      "logs:GetQueryResults",
      "logs:StopQuery",
      "rds:DescribeDBInstances",
      "securityhub:GetFindings",
      "tag:GetResources",
    ]
    # Lists and reports of the whole account have no resource form. IAM answers from us-east-1.
    resources = ["*"]

    condition {
      test     = "StringEquals"
      variable = "aws:RequestedRegion"
      values   = [var.context.region, "us-east-1"]
    }
  }

  statement {
    sid       = "ReadThreats"
    actions   = ["access-analyzer:GetFinding", "access-analyzer:ListFindings"]
    resources = ["${local._arns["access-analyzer"]}:analyzer/*"]
  }

  statement {
    sid = "ReadRoles"
    actions = [
      "iam:GetPolicy",
      "iam:GetPolicyVersion",
      "iam:GetRole",
      "iam:GetRolePolicy",
      "iam:ListAttachedRolePolicies",
      "iam:ListPolicyVersions",
      "iam:ListRolePolicies",
      "iam:SimulatePrincipalPolicy",
    ]
    resources = ["${local._iam}:policy/${var.context.prefix}-*", "${local._iam}:role/${var.context.prefix}-*"]
  }

  statement {
    sid       = "ReadKeys"
    actions   = ["kms:DescribeKey", "kms:GetKeyPolicy", "kms:GetKeyRotationStatus", "kms:ListGrants", "kms:ListKeyRotations", "kms:ListResourceTags"]
    resources = local._key_arns

    condition {
      test     = "ForAnyValue:StringEquals"
      variable = "kms:ResourceAliases"
      values   = values(local._aliases)
    }
  }

  statement {
    sid = "ReadGuards"
    actions = [
      "dynamodb:DescribeContinuousBackups",
      "dynamodb:DescribeTable",
      "lambda:GetFunctionConfiguration",
      "lambda:GetPolicy",
      "s3:GetBucketLogging",
      "s3:GetBucketObjectLockConfiguration",
      "s3:GetBucketPolicy",
      "s3:GetBucketPublicAccessBlock",
      "s3:GetBucketVersioning",
      "s3:GetEncryptionConfiguration",
      "s3:GetLifecycleConfiguration",
      "s3:GetReplicationConfiguration",
      "secretsmanager:DescribeSecret",
      "secretsmanager:GetResourcePolicy",
      "sqs:GetQueueAttributes",
      "wafv2:GetLoggingConfiguration",
      "wafv2:GetWebACL",
    ]
    resources = [
      "${local._arns.dynamodb}:table/${var.context.prefix}-*",
      "${local._arns.lambda}:function:${var.context.prefix}-*",
      "${local._s3}-*",
      "${local._arns.secretsmanager}:secret:${var.context.prefix}/*",
      "${local._arns.sqs}:${var.context.prefix}-*",
      "${local._arns.wafv2}:regional/webacl/${var.context.prefix}/*",
    ]
  }

  statement {
    sid       = "ReadLogs"
    actions   = ["logs:DescribeLogStreams", "logs:FilterLogEvents", "logs:GetLogEvents", "logs:StartQuery"]
    resources = local._log_groups
  }

  # Records only: pictures of screens lie in another bucket, under another key.
  statement {
    sid     = "ReadRecords"
    actions = ["s3:GetObject", "s3:GetObjectVersion", "s3:ListBucket", "s3:ListBucketVersions"]
    resources = flatten([
      for bucket in ["audit", "cloudtrail", "logs"] : [
        "${local._s3}-${bucket}-${var.context.account_id}",
        "${local._s3}-${bucket}-${var.context.account_id}/*",
      ]
    ])
  }

  statement {
    sid       = "DecryptRecords"
    actions   = ["kms:Decrypt"]
    resources = local._key_arns

    condition {
      test     = "ForAnyValue:StringEquals"
      variable = "kms:ResourceAliases"
      values   = [local._aliases.logs]
    }

    condition {
      test     = "StringEquals"
      variable = "kms:ViaService"
      values   = ["s3.${var.context.region}.amazonaws.com"]
    }
  }
}
