locals {
  _replicators = var.recovery == null ? {} : { on = "replication" }

  # Only pictures have a key of their own in the recovery region; the copies of everything else
  # share the key of data there.
  _replicated = var.recovery == null ? {} : {
    for name, arn in var.recovery.bucket_arns : name => {
      bucket_arn = arn
      key_arn    = var.recovery.key_arns[name == "screenshots" ? "screenshots" : "data"]
    }
  }
}

# Without a condition: S3 documents none that it fills in when it copies, and a role that it cannot take means
# copies that nobody misses before they are needed. It takes roles of the bucket's own account only, given by
# somebody who may pass them. https://docs.aws.amazon.com/AmazonS3/latest/userguide/setting-repl-config-perm-overview.html
data "aws_iam_policy_document" "replication_trust" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["s3.amazonaws.com"]
    }
  }
}

resource "aws_iam_role" "replication" {
  for_each = local._replicators

  name                 = "${var.context.prefix}-${each.value}"
  description          = "Copies objects into the recovery region"
  assume_role_policy   = data.aws_iam_policy_document.replication_trust.json
  permissions_boundary = var.permissions_boundary_arn
}

data "aws_iam_policy_document" "replicate" {
  for_each = local._replicators

  statement {
    sid       = "ReadConfiguration"
    actions   = ["s3:GetReplicationConfiguration", "s3:ListBucket"]
    resources = [for name in keys(local._replicated) : local._bucket_arns[name]]
  }

  statement {
    sid = "ReadVersions"
    actions = [
      "s3:GetObjectLegalHold",
      "s3:GetObjectRetention",
      "s3:GetObjectVersionAcl",
      "s3:GetObjectVersionForReplication",
      "s3:GetObjectVersionTagging",
    ]
    resources = [for name in keys(local._replicated) : "${local._bucket_arns[name]}/*"]
  }

  statement {
    sid       = "WriteCopies"
    actions   = ["s3:ReplicateDelete", "s3:ReplicateObject", "s3:ReplicateTags"]
    resources = [for copy in values(local._replicated) : "${copy.bucket_arn}/*"]
  }

  statement {
    sid       = "DecryptOriginals"
    actions   = ["kms:Decrypt"]
    resources = distinct([for name in keys(local._replicated) : local._buckets[name].key_arn])

    condition {
      test     = "StringEquals"
      variable = "kms:ViaService"
      values   = ["s3.${var.context.region}.amazonaws.com"]
    }
  }

  statement {
    sid       = "EncryptCopies"
    actions   = ["kms:Encrypt", "kms:GenerateDataKey"]
    resources = distinct([for copy in values(local._replicated) : copy.key_arn])

    condition {
      test     = "StringEquals"
      variable = "kms:ViaService"
      values   = ["s3.${var.context.recovery_region}.amazonaws.com"]
    }
  }
}

resource "aws_iam_role_policy" "replication" {
  for_each = aws_iam_role.replication

  name   = "replicate"
  role   = each.value.id
  policy = data.aws_iam_policy_document.replicate[each.key].json
}
