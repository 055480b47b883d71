locals {
  # Without a recovery region the precondition of the keys says so, rather than an error in a text.
  _region       = coalesce(var.context.recovery_region, var.context.region)
  _account_root = "arn:${var.context.partition}:iam::${var.context.account_id}:root"

  # The services that write and read copies; those that work with the originals are not here.
  _keys = {
    screenshots = {
      description = "Copies of pictures and snapshots of screens"
      primary_arn = var.key_arns.screenshots
      services    = ["s3"]
    }
    data = {
      description = "Copies of objects, and backups of tables and the database"
      primary_arn = var.key_arns.data
      services    = ["backup", "dynamodb", "rds", "s3"]
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

  # As with the primaries: where the environment is guarded, only the break-glass role can take a
  # key away. It is named by a condition, for KMS refuses a policy with a principal not made yet.
  statement {
    sid       = "Destroy"
    actions   = ["kms:DisableKey", "kms:ScheduleKeyDeletion"]
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
      values   = [for service in each.value.services : "${service}.${local._region}.amazonaws.com"]
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
      values   = [for service in each.value.services : "${service}.${local._region}.amazonaws.com"]
    }
  }
}

# A replica has the primary's key material and id, and rotates with it; its policy is its own.
resource "aws_kms_replica_key" "this" {
  for_each = local._keys

  description             = "${var.context.prefix}: ${each.value.description}"
  primary_key_arn         = each.value.primary_arn
  deletion_window_in_days = var.settings.key_deletion_days
  policy                  = data.aws_iam_policy_document.key[each.key].json

  tags = { Name = "${var.context.prefix}-${each.key}" }

  lifecycle {
    precondition {
      condition     = local._region != var.context.region
      error_message = "Copies need a recovery region other than the environment's own; set recovery_region to another region, or leave the recovery module out."
    }
  }
}

resource "aws_kms_alias" "this" {
  for_each = local._keys

  name          = "alias/${var.context.prefix}-${each.key}"
  target_key_id = aws_kms_replica_key.this[each.key].key_id
}
