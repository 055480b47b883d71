# A copy of the state in the recovery region: without it the platform could be built anew there, but
# not from what is known of it. Read only when the first region is lost.
locals {
  _recovery = var.recovery_region == null ? {} : { state = var.recovery_region }
  _replica  = "qscreen-tfstate-${local._account_id}-${coalesce(var.recovery_region, var.region)}"

  _replica_key_arns = { for name, key in aws_kms_key.replica : name => key.arn }
}

resource "aws_kms_key" "replica" {
  for_each = local._recovery
  provider = aws.recovery

  description             = "Copy of the Terraform state of qscreen"
  enable_key_rotation     = true
  deletion_window_in_days = 30
  policy                  = data.aws_iam_policy_document.key.json

  lifecycle {
    prevent_destroy = true
  }
}

resource "aws_s3_bucket" "replica" {
  #checkov:skip=CKV_AWS_144:this bucket is the copy (expires 2027-11-23)
  #checkov:skip=CKV_AWS_18:a log bucket must be in the same region; reads of the copy are in the trail's data events (expires 2027-11-23)
  for_each = local._recovery
  provider = aws.recovery

  bucket = local._replica

  lifecycle {
    prevent_destroy = true
  }
}

resource "aws_s3_bucket_ownership_controls" "replica" {
  for_each = local._recovery
  provider = aws.recovery

  bucket = aws_s3_bucket.replica[each.key].id

  rule {
    object_ownership = "BucketOwnerEnforced"
  }
}

resource "aws_s3_bucket_public_access_block" "replica" {
  for_each = local._recovery
  provider = aws.recovery

  bucket                  = aws_s3_bucket.replica[each.key].id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_versioning" "replica" {
  for_each = local._recovery
  provider = aws.recovery

  bucket = aws_s3_bucket.replica[each.key].id

  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "replica" {
  for_each = local._recovery
  provider = aws.recovery

  bucket = aws_s3_bucket.replica[each.key].id

  rule {
    bucket_key_enabled = true

    apply_server_side_encryption_by_default {
      sse_algorithm     = "aws:kms"
      kms_master_key_id = aws_kms_key.replica[each.key].arn
    }
  }
}

resource "aws_s3_bucket_lifecycle_configuration" "replica" {
  for_each = local._recovery
  provider = aws.recovery

  bucket = aws_s3_bucket.replica[each.key].id

  rule {
    id     = "former-states"
    status = "Enabled"

    filter {}

    noncurrent_version_expiration {
      noncurrent_days = var.state_noncurrent_days
    }

    abort_incomplete_multipart_upload {
      days_after_initiation = 1
    }
  }

  depends_on = [aws_s3_bucket_versioning.replica]
}

data "aws_iam_policy_document" "replica" {
  statement {
    sid       = "TlsOnly"
    effect    = "Deny"
    actions   = ["s3:*"]
    resources = ["arn:${local._partition}:s3:::${local._replica}", "arn:${local._partition}:s3:::${local._replica}/*"]

    principals {
      type        = "AWS"
      identifiers = ["*"]
    }

    condition {
      test     = "Bool"
      variable = "aws:SecureTransport"
      values   = ["false"]
    }
  }
}

resource "aws_s3_bucket_policy" "replica" {
  for_each = local._recovery
  provider = aws.recovery

  bucket = aws_s3_bucket.replica[each.key].id
  policy = data.aws_iam_policy_document.replica.json

  depends_on = [aws_s3_bucket_public_access_block.replica]
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
  for_each = local._recovery

  name               = "qscreen-tfstate-replication"
  description        = "Copies the Terraform state to the recovery region"
  assume_role_policy = data.aws_iam_policy_document.replication_trust.json
}

data "aws_iam_policy_document" "replication" {
  for_each = local._recovery

  statement {
    sid       = "ReadConfiguration"
    actions   = ["s3:GetReplicationConfiguration", "s3:ListBucket"]
    resources = [local._bucket_arn]
  }

  statement {
    sid       = "ReadVersions"
    actions   = ["s3:GetObjectVersionAcl", "s3:GetObjectVersionForReplication", "s3:GetObjectVersionTagging"]
    resources = ["${local._bucket_arn}/*"]
  }

  statement {
    sid       = "WriteCopies"
    actions   = ["s3:ReplicateDelete", "s3:ReplicateObject", "s3:ReplicateTags"]
    resources = ["arn:${local._partition}:s3:::${local._replica}/*"]
  }

  statement {
    sid       = "Decrypt"
    actions   = ["kms:Decrypt"]
    resources = [local._key_arn]
  }

  statement {
    sid       = "Encrypt"
    actions   = ["kms:Encrypt", "kms:GenerateDataKey"]
    resources = [local._replica_key_arns[each.key]]
  }
}

resource "aws_iam_role_policy" "replication" {
  for_each = local._recovery

  name   = "replicate"
  role   = aws_iam_role.replication[each.key].id
  policy = data.aws_iam_policy_document.replication[each.key].json
}

resource "aws_s3_bucket_replication_configuration" "state" {
  for_each = local._recovery

  bucket = aws_s3_bucket.state.id
  role   = aws_iam_role.replication[each.key].arn

  rule {
    id     = "states"
    status = "Enabled"

    filter {
      prefix = "platform/"
    }

    delete_marker_replication {
      status = "Disabled"
    }

    source_selection_criteria {
      sse_kms_encrypted_objects {
        status = "Enabled"
      }
    }

    destination {
      bucket        = aws_s3_bucket.replica[each.key].arn
      storage_class = "STANDARD"

      encryption_configuration {
        replica_kms_key_id = aws_kms_key.replica[each.key].arn
      }
    }
  }

  depends_on = [aws_iam_role_policy.replication, aws_s3_bucket_versioning.replica, aws_s3_bucket_versioning.state]
}

# EventBridge costs nothing until a rule asks for these events.
resource "aws_s3_bucket_notification" "replica" {
  for_each = local._recovery
  provider = aws.recovery

  bucket      = aws_s3_bucket.replica[each.key].id
  eventbridge = true
}
