resource "aws_s3_bucket_lifecycle_configuration" "this" {
  bucket = aws_s3_bucket.this.id

  rule {
    id     = "expire"
    status = "Enabled"

    filter {}

    # Where all objects expire, S3 clears their last delete markers by itself; where some do, their rules
    # stand beside this one, and two that overlap must not say different things of expiry.
    dynamic "expiration" {
      for_each = length(local._expiring) == 0 ? { all = var.retention_days } : {}
      content {
        days                         = expiration.value
        expired_object_delete_marker = expiration.value == null ? true : null
      }
    }

    noncurrent_version_expiration {
      noncurrent_days = var.noncurrent_days
    }

    abort_incomplete_multipart_upload {
      days_after_initiation = 1
    }
  }

  dynamic "rule" {
    for_each = local._expiring
    content {
      id     = "expire-${rule.key}"
      status = "Enabled"

      filter {
        prefix = rule.value
      }

      expiration {
        days = var.retention_days
      }
    }
  }

  dynamic "rule" {
    for_each = var.intelligent_tiering == null ? {} : { on = "INTELLIGENT_TIERING" }
    content {
      id     = "tier"
      status = "Enabled"

      filter {}

      transition {
        days          = 0
        storage_class = rule.value
      }
    }
  }

  depends_on = [aws_s3_bucket_versioning.this]
}

locals {
  _expiring = var.retention_days == null ? {} : var.expiring

  _archive_tiers = var.intelligent_tiering == null ? {} : {
    for tier, days in {
      ARCHIVE_ACCESS      = var.intelligent_tiering.archive_days
      DEEP_ARCHIVE_ACCESS = var.intelligent_tiering.deep_archive_days
    } : tier => days if days != null
  }
}

resource "aws_s3_bucket_intelligent_tiering_configuration" "this" {
  count = length(local._archive_tiers) > 0 ? 1 : 0

  bucket = aws_s3_bucket.this.id
  name   = "archive"

  dynamic "tiering" {
    for_each = local._archive_tiers
    content {
      access_tier = tiering.key
      days        = tiering.value
    }
  }
}

resource "aws_s3_bucket_object_lock_configuration" "this" {
  count = var.object_lock == null ? 0 : 1

  bucket = aws_s3_bucket.this.id

  rule {
    default_retention {
      # Governance, not compliance: whoever may bypass it can still mend a mistake.
      mode = "GOVERNANCE"
      days = var.object_lock.days
    }
  }

  depends_on = [aws_s3_bucket_versioning.this]
}
