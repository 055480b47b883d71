module "bucket" {
  source   = "../bucket"
  for_each = var.buckets

  context = var.context
  name    = "${each.key}-recovery"
  key_arn = aws_kms_replica_key.this[each.value.key].arn

  access_logs_bucket = module.access_logs_bucket.name
  events             = false
  force_destroy      = var.settings.force_destroy
  retention_days     = each.value.retention_days
  expiring           = each.value.expiring
  noncurrent_days    = each.value.noncurrent_days
  object_lock        = each.value.lock_days == null ? null : { days = each.value.lock_days }
}

# Access logs do not cross regions: the copies have a bucket of their own for them.
module "access_logs_bucket" {
  source = "../bucket"

  context            = var.context
  name               = "access-logs-recovery"
  key_arn            = null
  access_logs_bucket = null
  events             = false
  force_destroy      = var.settings.force_destroy
  retention_days     = 365
  noncurrent_days    = var.settings.noncurrent_days
  policy_documents   = { delivery = data.aws_iam_policy_document.access_log_delivery.json }
}

data "aws_iam_policy_document" "access_log_delivery" {
  statement {
    sid       = "DeliverAccessLogs"
    actions   = ["s3:PutObject"]
    resources = ["arn:${var.context.partition}:s3:::${var.context.prefix}-access-logs-recovery-${var.context.account_id}/*"]

    principals {
      type        = "Service"
      identifiers = ["logging.s3.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [var.context.account_id]
    }

    condition {
      test     = "ArnLike"
      variable = "aws:SourceArn"
      values   = ["arn:${var.context.partition}:s3:::${var.context.prefix}-*-recovery-${var.context.account_id}"]
    }
  }
}
