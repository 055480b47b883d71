locals {
  _buckets = {
    screenshots = {
      key_arn        = var.key_arns.screenshots
      retention_days = var.settings.screenshot_retention_days
      lock_days      = null
      events         = true
      policies       = {}
    }
    templates = {
      key_arn        = var.key_arns.data
      retention_days = null
      lock_days      = null
      events         = true
      policies       = {}
    }
    settings = {
      key_arn        = var.key_arns.data
      retention_days = null
      lock_days      = null
      events         = true
      policies       = {}
    }
    artifacts = {
      key_arn        = var.key_arns.artifacts
      retention_days = var.settings.artifact_retention_days
      lock_days      = null
      events         = true
      policies       = {}

      # What the pipeline hands from stage to stage and what the check from outside leaves behind. The rest
      # are objects of Terraform: one that expired would be missing from the next plan.
      expiring = {
        pipeline = "${substr("${var.context.prefix}-functions", 0, 20)}/"
        check    = "canary/${var.context.prefix}-api/results/"
      }
    }
    # Services write here all day; an event for each of their files would tell nobody anything.
    logs = {
      key_arn        = var.key_arns.logs
      retention_days = var.settings.log_retention_days
      lock_days      = null
      events         = false
      policies       = { delivery = data.aws_iam_policy_document.log_delivery.json }
    }
    cloudtrail = {
      key_arn        = var.key_arns.logs
      retention_days = var.settings.trail_retention_days
      lock_days      = null
      events         = false
      policies       = { delivery = data.aws_iam_policy_document.trail_delivery.json }
    }
    audit = {
      key_arn        = var.key_arns.data
      retention_days = null
      lock_days      = var.settings.audit_lock_days
      events         = true
      policies       = {}
    }
  }

  # Kept as evidence rather than read by programs: only these may reach the archive tiers, where
  # an object must be restored before it can be read.
  _evidence = ["audit", "cloudtrail", "logs"]

  # From names, not from the buckets: policies and the replication role are inputs of the buckets.
  _bucket_arns = {
    for name in ["screenshots", "templates", "settings", "artifacts", "logs", "cloudtrail", "audit", "access-logs"] :
    name => "arn:${var.context.partition}:s3:::${var.context.prefix}-${name}-${var.context.account_id}"
  }
}

module "bucket" {
  source   = "../bucket"
  for_each = local._buckets

  context            = var.context
  name               = each.key
  key_arn            = each.value.key_arn
  access_logs_bucket = module.access_logs_bucket.name
  events             = each.value.events
  force_destroy      = var.settings.force_destroy
  retention_days     = each.value.retention_days
  expiring           = lookup(each.value, "expiring", {})
  noncurrent_days    = var.settings.noncurrent_days
  object_lock        = each.value.lock_days == null ? null : { days = each.value.lock_days }
  policy_documents   = each.value.policies

  intelligent_tiering = !contains(var.settings.tiered_buckets, each.key) ? null : {
    archive_days = contains(local._evidence, each.key) ? var.settings.archive_days : null
  }

  replication = !contains(keys(local._replicated), each.key) ? null : {
    role_arn   = one(values(aws_iam_role.replication)).arn
    bucket_arn = local._replicated[each.key].bucket_arn
    key_arn    = local._replicated[each.key].key_arn
  }
}

module "access_logs_bucket" {
  source = "../bucket"

  context = var.context
  name    = "access-logs"
  # S3 delivers access logs only into buckets that it encrypts with its own keys.
  key_arn            = null
  access_logs_bucket = null
  events             = false
  force_destroy      = var.settings.force_destroy
  retention_days     = var.settings.log_retention_days
  noncurrent_days    = var.settings.noncurrent_days
  policy_documents   = { delivery = data.aws_iam_policy_document.access_log_delivery.json }
}
