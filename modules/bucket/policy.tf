resource "aws_s3_bucket_public_access_block" "this" {
  bucket                  = aws_s3_bucket.this.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

locals {
  # From the name, which a plan knows: so the plan shows the whole policy before there is a bucket.
  _arn = "arn:${var.context.partition}:s3:::${aws_s3_bucket.this.bucket}"
}

data "aws_iam_policy_document" "this" {
  source_policy_documents = values(var.policy_documents)

  statement {
    sid       = "TlsOnly"
    effect    = "Deny"
    actions   = ["s3:*"]
    resources = [local._arn, "${local._arn}/*"]

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

  # The policy guards itself as well: destroying the environment would otherwise remove it first,
  # and the bucket after it. It can still be replaced by one that guards nothing.
  dynamic "statement" {
    for_each = var.context.guarded ? { on = "*" } : {}
    content {
      sid       = "KeepBucket"
      effect    = "Deny"
      actions   = ["s3:DeleteBucket", "s3:DeleteBucketPolicy"]
      resources = [local._arn]

      principals {
        type        = "AWS"
        identifiers = [statement.value]
      }
    }
  }
}

resource "aws_s3_bucket_policy" "this" {
  bucket = aws_s3_bucket.this.id
  policy = data.aws_iam_policy_document.this.json

  depends_on = [aws_s3_bucket_public_access_block.this]
}
