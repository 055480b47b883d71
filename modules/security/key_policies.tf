locals {
  _account_root = "arn:${var.context.partition}:iam::${var.context.account_id}:root"
}

data "aws_iam_policy_document" "key" {
  #checkov:skip=CKV_AWS_109:a key policy names its own key as *; administration is left to IAM of the account (expires 2027-11-23)
  #checkov:skip=CKV_AWS_111:a key policy names its own key as *; the operations are listed (expires 2027-11-23)
  #checkov:skip=CKV_AWS_356:a key policy names its own key as * (expires 2027-11-23)
  for_each = local._keys

  # In a key policy `*` is the key itself; the account's root stands for "whoever IAM allows".
  statement {
    sid = "Administer"
    actions = [
      "kms:CancelKeyDeletion",
      "kms:CreateAlias",
      "kms:DeleteAlias",
      "kms:DescribeKey",
      "kms:DisableKey",
      "kms:DisableKeyRotation",
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
      "kms:ScheduleKeyDeletion",
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
      sid       = "PublishAlarms"
      actions   = ["kms:Decrypt", "kms:GenerateDataKey"]
      resources = ["*"]

      principals {
        type        = "Service"
        identifiers = ["cloudwatch.amazonaws.com"]
      }

      condition {
        test     = "StringEquals"
        variable = "aws:SourceAccount"
        values   = [var.context.account_id]
      }
    }
  }
}
