locals {
  _account_root = "arn:${var.context.partition}:iam::${var.context.account_id}:root"
  _via          = [for service in var.services : "${service}.${var.region}.amazonaws.com"]

  # A replica rotates with its primary, and KMS takes none of these operations for it.
  _rotation = var.kind == "replica" ? { administer = [], destroy = [] } : {
    administer = ["kms:EnableKeyRotation", "kms:ListKeyRotations", "kms:RotateKeyOnDemand"]
    destroy    = ["kms:DisableKeyRotation"]
  }
}

data "aws_iam_policy_document" "this" {
  # In a key policy `*` is the key itself; the account's root stands for "whoever IAM allows".
  statement {
    sid = "Administer"
    actions = concat(local._rotation.administer, [
      "kms:CancelKeyDeletion",
      "kms:CreateAlias",
      "kms:DeleteAlias",
      "kms:DescribeKey",
      "kms:EnableKey",
      "kms:GetKeyPolicy",
      "kms:GetKeyRotationStatus",
      "kms:ListAliases",
      "kms:ListGrants",
      "kms:ListKeyPolicies",
      "kms:ListResourceTags",
      "kms:PutKeyPolicy",
      "kms:RevokeGrant",
      "kms:TagResource",
      "kms:UntagResource",
      "kms:UpdateAlias",
      "kms:UpdateKeyDescription",
    ])
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
    actions   = concat(local._rotation.destroy, ["kms:DisableKey", "kms:ScheduleKeyDeletion"])
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
      for_each = var.context.guarded ? { on = "${var.context.prefix}-break-glass" } : {}
      content {
        test     = "ArnEquals"
        variable = "aws:PrincipalArn"
        values   = ["arn:${var.context.partition}:iam::${var.context.account_id}:role/${condition.value}"]
      }
    }
  }

  dynamic "statement" {
    for_each = var.kind == "primary" ? { on = true } : {}
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
      values   = local._via
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
      values   = local._via
    }
  }
}
