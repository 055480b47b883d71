mock_provider "aws" {
  mock_data "aws_iam_policy_document" {
    defaults = { json = "{\"Version\":\"2012-10-17\",\"Statement\":[]}" }
  }

  mock_resource "aws_kms_replica_key" {
    defaults = { arn = "arn:aws:kms:ap-northeast-1:123456789012:key/mrk-copy" }
  }
}

variables {
  context = {
    environment     = "dev"
    prefix          = "qscreen-dev"
    parameter_path  = "/qscreen/dev"
    account_id      = "123456789012"
    region          = "ap-northeast-2"
    partition       = "aws"
    guarded         = false
    recovery_region = "ap-northeast-1"
  }
  key_arns = {
    screenshots = "arn:aws:kms:ap-northeast-2:123456789012:key/mrk-screenshots"
    data        = "arn:aws:kms:ap-northeast-2:123456789012:key/mrk-data"
  }
  buckets = {
    screenshots = { key = "screenshots", retention_days = 90 }
    templates   = { noncurrent_days = 7 }
    settings    = {}
    artifacts   = { retention_days = 365, expiring = { check = "canary/qscreen-dev-api/results/" } }
    cloudtrail  = { retention_days = 730 }
    audit       = { lock_days = 365 }
  }
}

run "defaults" {
  command = apply

  assert {
    condition     = toset(keys(output.bucket_arns)) == toset(["screenshots", "templates", "settings", "artifacts", "cloudtrail", "audit"]) && output.stores.bucket_arns == output.bucket_arns && output.stores.key_arns == output.key_arns
    error_message = "what must survive has a copy, and all of it is given in one piece"
  }

  assert {
    condition     = tomap({ for purpose, key in aws_kms_replica_key.this : purpose => key.primary_key_arn }) == tomap({ screenshots = var.key_arns.screenshots, data = var.key_arns.data })
    error_message = "both multi-region keys have a replica here"
  }

  assert {
    condition     = alltrue([for purpose, key in aws_kms_replica_key.this : aws_kms_alias.this[purpose].name == "alias/qscreen-dev-${purpose}" && key.deletion_window_in_days == 30])
    error_message = "the replicas have the names of their primaries, and can be restored for 30 days"
  }

  assert {
    condition     = module.bucket["audit"].name == "qscreen-dev-audit-recovery-123456789012" && module.access_logs_bucket.name == "qscreen-dev-access-logs-recovery-123456789012"
    error_message = "the copies are named by prefix, purpose and account"
  }

  assert {
    condition     = output.copies.region == "ap-northeast-1" && output.copies.buckets["templates"].name == "qscreen-dev-templates-recovery-123456789012" && toset(keys(output.copies.buckets)) == toset(keys(var.buckets))
    error_message = "whoever erases a user's objects knows where their copies are"
  }

  assert {
    condition     = jsonencode({ for purpose in ["audit", "screenshots", "templates"] : purpose => values(module.bucket[purpose].lifecycle_days) }) == jsonencode({ audit = [null, 30], screenshots = [90, 30], templates = [null, 7] })
    error_message = "a copy expires with its original, and a deleted one after as many days"
  }

  assert {
    condition     = aws_backup_vault.this.name == "qscreen-dev-recovery" && aws_backup_vault.this.kms_key_arn == aws_kms_replica_key.this["data"].arn && !aws_backup_vault.this.force_destroy
    error_message = "the vault is encrypted with the replica of the data key, and keeps what it holds"
  }

  assert {
    condition     = length(aws_backup_vault_lock_configuration.this) == 0
    error_message = "dev can be thrown away"
  }
}

run "guarded_and_long" {
  command = plan

  variables {
    context = {
      environment     = "prod1234"
      prefix          = "qscreen1-prod1234"
      parameter_path  = "/qscreen1/prod1234"
      account_id      = "123456789012"
      region          = "ap-northeast-2"
      partition       = "aws"
      guarded         = true
      recovery_region = "ap-northeast-1"
    }
    buckets = { "a-purpose-of-23-letters" = { key = "data" } }
  }

  assert {
    condition     = length(module.bucket["a-purpose-of-23-letters"].name) == 63
    error_message = "the longest name fits into the limit of S3"
  }

  assert {
    condition     = aws_backup_vault_lock_configuration.this["on"].min_retention_days == 7 && aws_backup_vault_lock_configuration.this["on"].max_retention_days == 365
    error_message = "backups cannot be deleted before their time"
  }
}
