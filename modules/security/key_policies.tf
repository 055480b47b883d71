locals {
  _account_root = "arn:${var.context.partition}:iam::${var.context.account_id}:root"

  # Services that use a key themselves rather than for a caller. The source is always this account.
  _service_use = {
    screenshots = {}
    secrets     = {}
    artifacts   = {}

    # Encrypted queues as targets of rules and topics.
    data = {
      SendToQueues = {
        principals = ["events.amazonaws.com", "sns.amazonaws.com"]
        actions    = ["kms:Decrypt", "kms:GenerateDataKey"]
      }
    }

    logs = {
      # Encrypted topics: alarms, rules, budgets, backups, databases and releases report there.
      PublishToTopics = {
        principals = [
          "backup.amazonaws.com",
          "budgets.amazonaws.com",
          "cloudwatch.amazonaws.com",
          "codestar-notifications.amazonaws.com",
          "events.rds.amazonaws.com",
        ]
        actions = ["kms:Decrypt", "kms:GenerateDataKey"]
      }
      KeepEvents = {
        principals = ["events.amazonaws.com"]
        actions    = ["kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKey"]
      }
    }
  }
}

data "aws_iam_policy_document" "key" {
  for_each = local._keys

  # In a key policy `*` is the key itself; the account's root stands for "whoever IAM allows".
  statement {
    sid = "Administer"
    actions = [
      "kms:CancelKeyDeletion",
      "kms:CreateAlias",
      "kms:DeleteAlias",
      "kms:DescribeKey",
      "kms:EnableKey",
      "kms:EnableKeyRotation",
      "kms:GetKeyPolicy",
      "kms:GetKeyRotationStatus",
      "kms:ListAliases",
      "kms:ListGrants",
      "kms:ListKeyPolicies",
      "kms:ListKeyRotations",
      "kms:ListResourceTags",
      "kms:PutKeyPolicy",
      "kms:RevokeGrant",
      "kms:RotateKeyOnDemand",
      "kms:TagResource",
      "kms:UntagResource",
      "kms:UpdateAlias",
      "kms:UpdateKeyDescription",
    ]
    resources = ["*"]

    principals {
      type        = "AWS"
      identifiers = [local._account_root]
    }

    condition {
      test     = "StringEquals"
      variable = "kms:CallerAccount"
      values   = [var.context.account_id]
    }
  }

  # A lost key is lost data. Where the environment is guarded, only the break-glass role can take a
  # key away; it is named by a condition, for KMS refuses a policy with a principal not made yet.
  statement {
    sid       = "Destroy"
    actions   = ["kms:DisableKey", "kms:DisableKeyRotation", "kms:ScheduleKeyDeletion"]
    resources = ["*"]

    principals {
      type        = "AWS"
      identifiers = [local._account_root]
    }

    condition {
      test     = "StringEquals"
      variable = "kms:CallerAccount"
      values   = [var.context.account_id]
    }

    dynamic "condition" {
      for_each = var.context.guarded ? { break_glass = local._operator_arns["break-glass"] } : {}
      content {
        test     = "ArnEquals"
        variable = "aws:PrincipalArn"
        values   = [condition.value]
      }
    }
  }

  dynamic "statement" {
    for_each = each.value.multi_region ? { on = true } : {}
    content {
      sid       = "Replicate"
      actions   = ["kms:ReplicateKey", "kms:UpdatePrimaryRegion"]
      resources = ["*"]

      principals {
        type        = "AWS"
        identifiers = [local._account_root]
      }

      condition {
        test     = "StringEquals"
        variable = "kms:CallerAccount"
        values   = [var.context.account_id]
      }
    }
  }

  statement {
    sid       = "UseThroughServices"
    actions   = ["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey", "kms:GenerateDataKeyWithoutPlaintext", "kms:ReEncryptFrom", "kms:ReEncryptTo"]
    resources = ["*"]

    principals {
      type        = "AWS"
      identifiers = [local._account_root]
    }

    condition {
      test     = "StringEquals"
      variable = "kms:ViaService"
      values   = [for service in each.value.services : "${service}.${var.context.region}.amazonaws.com"]
    }
  }

  statement {
    sid       = "GrantToServices"
    actions   = ["kms:CreateGrant"]
    resources = ["*"]

    principals {
      type        = "AWS"
      identifiers = [local._account_root]
    }

    condition {
      test     = "Bool"
      variable = "kms:GrantIsForAWSResource"
      values   = ["true"]
    }

    condition {
      test     = "StringEquals"
      variable = "kms:ViaService"
      values   = [for service in each.value.services : "${service}.${var.context.region}.amazonaws.com"]
    }
  }

  dynamic "statement" {
    for_each = local._service_use[each.key]
    content {
      sid       = statement.key
      actions   = statement.value.actions
      resources = ["*"]

      principals {
        type        = "Service"
        identifiers = statement.value.principals
      }

      condition {
        test     = "StringEquals"
        variable = "aws:SourceAccount"
        values   = [var.context.account_id]
      }
    }
  }

  dynamic "statement" {
    for_each = each.key == "logs" ? { on = true } : {}
    content {
      sid       = "EncryptLogs"
      actions   = ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey", "kms:ReEncryptFrom", "kms:ReEncryptTo"]
      resources = ["*"]

      principals {
        type        = "Service"
        identifiers = ["logs.${var.context.region}.amazonaws.com"]
      }

      condition {
        test     = "ArnLike"
        variable = "kms:EncryptionContext:aws:logs:arn"
        values   = ["arn:${var.context.partition}:logs:${var.context.region}:${var.context.account_id}:log-group:*"]
      }
    }
  }

  dynamic "statement" {
    for_each = each.key == "logs" ? { on = true } : {}
    content {
      sid       = "EncryptTrails"
      actions   = ["kms:DescribeKey", "kms:GenerateDataKey"]
      resources = ["*"]

      principals {
        type        = "Service"
        identifiers = ["cloudtrail.amazonaws.com"]
      }

      condition {
        test     = "ArnLike"
        variable = "aws:SourceArn"
        values   = ["arn:${var.context.partition}:cloudtrail:${var.context.region}:${var.context.account_id}:trail/${var.context.prefix}*"]
      }
    }
  }
}
