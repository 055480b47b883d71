# What an apply may not do although PowerUserAccess would let it. A policy of its own, because the
# role's inline policies are full, and outside the names that an apply may administer.
locals {
  _regions = distinct(concat([var.region], var.recovery_region == null ? [] : [var.recovery_region], sort(var.further_regions)))

  _other_environments = { for name in keys(var.environments) : name => [for other in keys(var.environments) : other if other != name] }

  # Names of what carries no tag that IAM could look at.
  _foreign_resources = {
    for name, others in local._other_environments : name => flatten([
      for other in others : [
        "arn:${local._partition}:s3:::qscreen-${other}-*",
        "arn:${local._partition}:ssm:*:${local._account_id}:parameter/qscreen/${other}/*",
        "arn:${local._partition}:budgets::${local._account_id}:budget/qscreen-${other}-*",
        "arn:${local._partition}:cloudformation:*:${local._account_id}:stack/qscreen-${other}-*",
        "arn:${local._partition}:codedeploy:*:${local._account_id}:*:qscreen-${other}-*",
        "${local._bucket_arn}/platform/${other}.tfstate*",
      ]
    ])
  }
}

data "aws_iam_policy_document" "guard" {
  for_each = var.environments

  # Services that live in one region for all, or answer there, are not of a region.
  statement {
    sid    = "StayInRegions"
    effect = "Deny"
    not_actions = [
      "account:*",
      "aws-portal:*",
      "budgets:*",
      "ce:*",
      "cloudfront:*",
      "health:*",
      "iam:*",
      "organizations:*",
      "pricing:*",
      "route53:*",
      "s3:GetAccountPublicAccessBlock",
      "s3:ListAllMyBuckets",
      "sts:*",
      "support:*",
      "tag:*",
      "waf:*",
    ]
    resources = ["*"]

    condition {
      test     = "StringNotEquals"
      variable = "aws:RequestedRegion"
      values   = local._regions
    }
  }

  statement {
    sid    = "KeepWatch"
    effect = "Deny"
    actions = [
      "access-analyzer:DeleteAnalyzer",
      "cloudtrail:StopLogging",
      "config:DeleteConfigurationRecorder",
      "config:DeleteDeliveryChannel",
      "config:StopConfigurationRecorder",
      "guardduty:DeleteDetector",
      "guardduty:DisassociateFromAdministratorAccount",
      "securityhub:DisableSecurityHub",
      "securityhub:DisassociateFromAdministratorAccount",
    ]
    resources = ["*"]
  }

  statement {
    sid           = "KeepOthersTrails"
    effect        = "Deny"
    actions       = ["cloudtrail:DeleteTrail", "cloudtrail:PutEventSelectors", "cloudtrail:UpdateTrail"]
    not_resources = ["arn:${local._partition}:cloudtrail:*:${local._account_id}:trail/qscreen-${each.key}*"]
  }

  # The state is the platform's memory: an apply writes its own object and nothing of the bucket.
  statement {
    sid    = "KeepStateBucket"
    effect = "Deny"
    actions = [
      "s3:DeleteBucket",
      "s3:DeleteBucketPolicy",
      "s3:DeleteObjectVersion",
      "s3:PutBucketLogging",
      "s3:PutBucketOwnershipControls",
      "s3:PutBucketPolicy",
      "s3:PutBucketPublicAccessBlock",
      "s3:PutBucketVersioning",
      "s3:PutEncryptionConfiguration",
      "s3:PutLifecycleConfiguration",
      "s3:PutReplicationConfiguration",
    ]
    resources = ["arn:${local._partition}:s3:::qscreen-tfstate-*"]
  }

  statement {
    sid       = "KeepStateKey"
    effect    = "Deny"
    actions   = ["kms:DisableKey", "kms:PutKeyPolicy", "kms:ScheduleKeyDeletion"]
    resources = concat([local._key_arn], values(local._replica_key_arns))
  }

  dynamic "statement" {
    for_each = length(local._other_environments[each.key]) == 0 ? {} : { others = local._other_environments[each.key] }
    content {
      sid       = "StayInEnvironment"
      effect    = "Deny"
      actions   = ["*"]
      resources = ["*"]

      condition {
        test     = "StringEquals"
        variable = "aws:ResourceTag/Environment"
        values   = statement.value
      }
    }
  }

  dynamic "statement" {
    for_each = length(local._other_environments[each.key]) == 0 ? {} : { others = local._foreign_resources[each.key] }
    content {
      sid       = "StayInNames"
      effect    = "Deny"
      actions   = ["*"]
      resources = statement.value
    }
  }

  # The second lock on what must not be lost: the first is in the resources themselves.
  dynamic "statement" {
    for_each = contains(var.guarded_environments, each.key) ? { on = true } : {}
    content {
      sid    = "KeepStores"
      effect = "Deny"
      actions = [
        "backup:DeleteBackupVault",
        "backup:DeleteRecoveryPoint",
        "cloudtrail:DeleteTrail",
        "cognito-identity:DeleteIdentityPool",
        "cognito-idp:DeleteUserPool",
        "dynamodb:DeleteBackup",
        "dynamodb:DeleteTable",
        "elasticache:DeleteReplicationGroup",
        "elasticache:DeleteSnapshot",
        "es:DeleteDomain",
        "kms:DisableKey",
        "kms:ScheduleKeyDeletion",
        "logs:DeleteLogGroup",
        "rds:DeleteDBInstance",
        "rds:DeleteDBInstanceAutomatedBackup",
        "rds:DeleteDBSnapshot",
        "s3:BypassGovernanceRetention",
        "s3:DeleteBucket",
        "s3:DeleteObjectVersion",
        "secretsmanager:DeleteSecret",
      ]
      resources = ["*"]
    }
  }
}

resource "aws_iam_policy" "guard" {
  for_each = var.environments

  name        = "qscreen-guard-${each.key}"
  description = "What deployments of ${each.key} may not do, whatever else allows it"
  policy      = data.aws_iam_policy_document.guard[each.key].minified_json

  lifecycle {
    precondition {
      condition     = length(data.aws_iam_policy_document.guard[each.key].minified_json) <= 6144
      error_message = "The guard is longer than the 6144 characters that IAM takes; give fewer environments to one account."
    }
  }
}

resource "aws_iam_role_policy_attachment" "guard" {
  for_each = var.environments

  role       = aws_iam_role.apply[each.key].name
  policy_arn = aws_iam_policy.guard[each.key].arn
}
