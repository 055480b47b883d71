locals {
  _buckets = {
    screenshots = {
      key_arn        = var.key_arns.screenshots
      retention_days = var.settings.screenshot_retention_days
    }
    artifacts = {
      key_arn        = var.key_arns.data
      retention_days = var.settings.artifact_retention_days
    }
  }
  _bucket_names = merge(
    { for name in keys(local._buckets) : name => "${var.context.prefix}-${name}-${var.context.account_id}" },
    { access-logs = "${var.context.prefix}-access-logs-${var.context.account_id}" },
  )
}

resource "aws_s3_bucket" "this" {
  #checkov:skip=CKV2_AWS_62:nothing consumes object events yet; a notification without a consumer would say nothing (expires 2027-11-23)
  #checkov:skip=CKV_AWS_144:what was on a screen stays in its region; versions and backups are kept there (expires 2027-11-23)
  for_each = local._buckets

  bucket        = local._bucket_names[each.key]
  force_destroy = var.settings.force_destroy

}

resource "aws_s3_bucket_ownership_controls" "this" {
  for_each = local._buckets

  bucket = aws_s3_bucket.this[each.key].id

  rule {
    object_ownership = "BucketOwnerEnforced"
  }
}

resource "aws_s3_bucket_public_access_block" "this" {
  for_each = local._buckets

  bucket                  = aws_s3_bucket.this[each.key].id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_versioning" "this" {
  for_each = local._buckets

  bucket = aws_s3_bucket.this[each.key].id

  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "this" {
  for_each = local._buckets

  bucket = aws_s3_bucket.this[each.key].id

  rule {
    bucket_key_enabled = true

    apply_server_side_encryption_by_default {
      sse_algorithm     = "aws:kms"
      kms_master_key_id = each.value.key_arn
    }
  }
}

resource "aws_s3_bucket_lifecycle_configuration" "this" {
  for_each = local._buckets

  bucket = aws_s3_bucket.this[each.key].id

  rule {
    id     = "expire"
    status = "Enabled"

    filter {}

    expiration {
      days = each.value.retention_days
    }

    noncurrent_version_expiration {
      noncurrent_days = var.settings.noncurrent_days
    }

    abort_incomplete_multipart_upload {
      days_after_initiation = 1
    }
  }

  depends_on = [aws_s3_bucket_versioning.this]
}

resource "aws_s3_bucket_logging" "this" {
  for_each = local._buckets

  bucket        = aws_s3_bucket.this[each.key].id
  target_bucket = aws_s3_bucket.access_logs.id
  target_prefix = "${each.key}/"

  depends_on = [aws_s3_bucket_policy.access_logs]
}

data "aws_iam_policy_document" "bucket" {
  for_each = local._buckets

  statement {
    sid     = "TlsOnly"
    effect  = "Deny"
    actions = ["s3:*"]
    resources = [
      aws_s3_bucket.this[each.key].arn,
      "${aws_s3_bucket.this[each.key].arn}/*",
    ]

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

resource "aws_s3_bucket_policy" "this" {
  for_each = local._buckets

  bucket = aws_s3_bucket.this[each.key].id
  policy = data.aws_iam_policy_document.bucket[each.key].json

  depends_on = [aws_s3_bucket_public_access_block.this]
}
