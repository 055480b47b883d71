data "aws_iam_policy_document" "backup_trust" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["backup.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [var.context.account_id]
    }
  }
}

# Backs up and copies; whoever restores needs a role of his own.
resource "aws_iam_role" "backup" {
  name                 = "${var.context.prefix}-backup"
  description          = "Backs up tables and the database"
  assume_role_policy   = data.aws_iam_policy_document.backup_trust.json
  permissions_boundary = var.permissions_boundary_arn
}

locals {
  # From names, which a plan knows: so the plan shows the whole policy.
  _account = "${var.context.region}:${var.context.account_id}"
  _backed_up = {
    tables   = [for name in keys(local._backup_tables) : "arn:${var.context.partition}:dynamodb:${local._account}:table/${var.context.prefix}-${name}"]
    database = "arn:${var.context.partition}:rds:${local._account}:db:${var.context.prefix}"
    vault    = "arn:${var.context.partition}:backup:${local._account}:backup-vault:${var.context.prefix}"
  }

  _data_key_arns = concat([var.key_arns.data], var.recovery == null ? [] : [var.recovery.key_arns["data"]])
  _regions       = concat([var.context.region], var.recovery == null ? [] : [var.context.recovery_region])

  # AWS Backup names its snapshots after its jobs, so only how they begin is known.
  _snapshot_arns = [
    for region in local._regions :
    "arn:${var.context.partition}:rds:${region}:${var.context.account_id}:snapshot:awsbackup:*"
  ]
  _backup_services = [
    for pair in setproduct(["backup", "dynamodb", "rds"], local._regions) : "${pair[0]}.${pair[1]}.amazonaws.com"
  ]
}

data "aws_iam_policy_document" "backup" {
  statement {
    sid       = "BackUpTables"
    actions   = ["dynamodb:CreateBackup", "dynamodb:DescribeTable", "dynamodb:ListTagsOfResource", "dynamodb:StartAwsBackupJob"]
    resources = local._backed_up.tables
  }

  statement {
    sid       = "KeepTableBackups"
    actions   = ["dynamodb:DeleteBackup", "dynamodb:DescribeBackup"]
    resources = [for arn in local._backed_up.tables : "${arn}/backup/*"]
  }

  statement {
    sid       = "BackUpDatabase"
    actions   = ["rds:AddTagsToResource", "rds:CreateDBSnapshot", "rds:DescribeDBInstances", "rds:DescribeDBSnapshots", "rds:ListTagsForResource"]
    resources = concat([local._backed_up.database], local._snapshot_arns)
  }

  statement {
    sid       = "KeepSnapshots"
    actions   = ["rds:CopyDBSnapshot", "rds:DeleteDBSnapshot"]
    resources = local._snapshot_arns
  }

  statement {
    sid       = "CopyFromVault"
    actions   = ["backup:CopyFromBackupVault", "backup:DescribeBackupVault"]
    resources = [local._backed_up.vault]
  }

  dynamic "statement" {
    for_each = var.recovery == null ? {} : { on = var.recovery.backup_vault_arn }
    content {
      sid       = "CopyIntoVault"
      actions   = ["backup:CopyIntoBackupVault", "backup:DescribeBackupVault"]
      resources = [statement.value]
    }
  }

  statement {
    sid       = "SeeKeys"
    actions   = ["kms:DescribeKey"]
    resources = local._data_key_arns
  }

  statement {
    sid       = "UseKeys"
    actions   = ["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey", "kms:GenerateDataKeyWithoutPlaintext", "kms:ReEncryptFrom", "kms:ReEncryptTo"]
    resources = local._data_key_arns

    condition {
      test     = "StringEquals"
      variable = "kms:ViaService"
      values   = local._backup_services
    }
  }

  statement {
    sid       = "LendKeys"
    actions   = ["kms:CreateGrant"]
    resources = local._data_key_arns

    condition {
      test     = "Bool"
      variable = "kms:GrantIsForAWSResource"
      values   = ["true"]
    }
  }
}

resource "aws_iam_role_policy" "backup" {
  name   = "back-up"
  role   = aws_iam_role.backup.id
  policy = data.aws_iam_policy_document.backup.json
}
