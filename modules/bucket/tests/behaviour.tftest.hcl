mock_provider "aws" {
  mock_data "aws_iam_policy_document" {
    defaults = { json = "{\"Version\":\"2012-10-17\",\"Statement\":[]}" }
  }
}

variables {
  context = {
    environment    = "dev"
    prefix         = "qscreen-dev"
    parameter_path = "/qscreen/dev"
    account_id     = "123456789012"
    region         = "ap-northeast-2"
    partition      = "aws"
    guarded        = false
  }
  name               = "releases"
  key_arn            = "arn:aws:kms:ap-northeast-2:123456789012:key/artifacts"
  access_logs_bucket = "qscreen-dev-access-logs-123456789012"
}

run "defaults_are_safe" {
  command = plan

  assert {
    condition     = aws_s3_bucket.this.bucket == "qscreen-dev-releases-123456789012" && !aws_s3_bucket.this.force_destroy && !aws_s3_bucket.this.object_lock_enabled
    error_message = "the bucket is named by prefix, purpose and account, and is not destroyed with objects in it"
  }

  assert {
    condition     = aws_s3_bucket_public_access_block.this.block_public_acls && aws_s3_bucket_public_access_block.this.block_public_policy && aws_s3_bucket_public_access_block.this.ignore_public_acls && aws_s3_bucket_public_access_block.this.restrict_public_buckets
    error_message = "the bucket is not public"
  }

  assert {
    condition     = one(aws_s3_bucket_ownership_controls.this.rule).object_ownership == "BucketOwnerEnforced" && one(aws_s3_bucket_versioning.this.versioning_configuration).status == "Enabled"
    error_message = "objects are versioned and belong to the account, without access lists"
  }

  assert {
    condition     = alltrue([for rule in aws_s3_bucket_server_side_encryption_configuration.this.rule : rule.bucket_key_enabled && rule.apply_server_side_encryption_by_default[0].sse_algorithm == "aws:kms" && rule.apply_server_side_encryption_by_default[0].kms_master_key_id == var.key_arn])
    error_message = "objects are encrypted with the key, through a bucket key"
  }

  assert {
    condition     = aws_s3_bucket_logging.this[0].target_bucket == var.access_logs_bucket && aws_s3_bucket_logging.this[0].target_prefix == "releases/"
    error_message = "accesses are logged"
  }

  assert {
    condition     = aws_s3_bucket_notification.this.eventbridge
    error_message = "changes of objects are events"
  }

  assert {
    condition     = [for rule in aws_s3_bucket_lifecycle_configuration.this.rule : rule.id] == ["expire"] && aws_s3_bucket_lifecycle_configuration.this.rule[0].expiration[0].expired_object_delete_marker && one(aws_s3_bucket_lifecycle_configuration.this.rule[0].noncurrent_version_expiration).noncurrent_days == 30 && one(aws_s3_bucket_lifecycle_configuration.this.rule[0].abort_incomplete_multipart_upload).days_after_initiation == 1
    error_message = "objects stay, former versions stay for a month, broken uploads for a day"
  }

  assert {
    condition     = length(aws_s3_bucket_object_lock_configuration.this) + length(aws_s3_bucket_replication_configuration.this) + length(aws_s3_bucket_intelligent_tiering_configuration.this) == 0
    error_message = "nothing is locked, copied or archived unless it is asked for"
  }
}

run "everything_on" {
  command = plan

  variables {
    events              = false
    force_destroy       = true
    retention_days      = 730
    noncurrent_days     = 7
    intelligent_tiering = { archive_days = 90, deep_archive_days = 180 }
    object_lock         = { days = 365 }
    replication = {
      role_arn   = "arn:aws:iam::123456789012:role/qscreen-dev-replication"
      bucket_arn = "arn:aws:s3:::qscreen-dev-releases-recovery-123456789012"
      key_arn    = "arn:aws:kms:ap-northeast-1:123456789012:key/data"
    }
  }

  assert {
    condition     = aws_s3_bucket_lifecycle_configuration.this.rule[0].expiration[0].days == 730 && one(aws_s3_bucket_lifecycle_configuration.this.rule[0].noncurrent_version_expiration).noncurrent_days == 7
    error_message = "objects expire"
  }

  assert {
    condition     = one(aws_s3_bucket_lifecycle_configuration.this.rule[1].transition).storage_class == "INTELLIGENT_TIERING" && one(aws_s3_bucket_lifecycle_configuration.this.rule[1].transition).days == 0
    error_message = "objects go to Intelligent-Tiering"
  }

  assert {
    condition     = tomap({ for tier in aws_s3_bucket_intelligent_tiering_configuration.this[0].tiering : tier.access_tier => tier.days }) == tomap({ ARCHIVE_ACCESS = 90, DEEP_ARCHIVE_ACCESS = 180 })
    error_message = "objects that nobody reads are archived"
  }

  assert {
    condition     = aws_s3_bucket.this.object_lock_enabled && one(one(aws_s3_bucket_object_lock_configuration.this[0].rule).default_retention).mode == "GOVERNANCE" && one(one(aws_s3_bucket_object_lock_configuration.this[0].rule).default_retention).days == 365
    error_message = "versions are locked in governance mode"
  }

  assert {
    condition     = one(aws_s3_bucket_replication_configuration.this[0].rule[0].delete_marker_replication).status == "Enabled" && one(one(aws_s3_bucket_replication_configuration.this[0].rule[0].source_selection_criteria).sse_kms_encrypted_objects).status == "Enabled" && one(one(aws_s3_bucket_replication_configuration.this[0].rule[0].destination).encryption_configuration).replica_kms_key_id == var.replication.key_arn && aws_s3_bucket_replication_configuration.this[0].role == var.replication.role_arn
    error_message = "encrypted objects are copied, with the key of the other region, and deletions with them"
  }

  assert {
    condition     = !aws_s3_bucket_notification.this.eventbridge && aws_s3_bucket.this.force_destroy
    error_message = "events and the guard of objects can be turned off"
  }
}

run "some_expire" {
  command = plan

  variables {
    retention_days = 30
    expiring       = { results = "canary/results/", artefacts = "pipeline/" }
  }

  assert {
    condition = { for rule in aws_s3_bucket_lifecycle_configuration.this.rule : rule.id => "${one(rule.filter).prefix} ${one(rule.expiration).days}" if rule.id != "expire" } == {
      expire-artefacts = "pipeline/ 30"
      expire-results   = "canary/results/ 30"
    } && length(one([for rule in aws_s3_bucket_lifecycle_configuration.this.rule : rule if rule.id == "expire"]).expiration) == 0
    error_message = "what is named expires, and the rest stays"
  }
}

run "nothing_expires" {
  command = plan

  variables {
    expiring = { results = "canary/results/" }
  }

  assert {
    condition     = [for rule in aws_s3_bucket_lifecycle_configuration.this.rule : rule.id] == ["expire"] && aws_s3_bucket_lifecycle_configuration.this.rule[0].expiration[0].expired_object_delete_marker
    error_message = "without a time nothing expires"
  }
}

run "without_a_key_and_long" {
  command = plan

  variables {
    context = {
      environment    = "prod1234"
      prefix         = "qscreen1-prod1234"
      parameter_path = "/qscreen1/prod1234"
      account_id     = "123456789012"
      region         = "ap-northeast-2"
      partition      = "aws"
      guarded        = true
    }
    name                = "a-purpose-of-thirty-two-letters0"
    key_arn             = null
    access_logs_bucket  = null
    intelligent_tiering = {}
  }

  assert {
    condition     = length(aws_s3_bucket.this.bucket) == 63
    error_message = "the longest name fits into the limit of S3"
  }

  assert {
    condition     = alltrue([for rule in aws_s3_bucket_server_side_encryption_configuration.this.rule : rule.apply_server_side_encryption_by_default[0].sse_algorithm == "AES256" && !rule.bucket_key_enabled])
    error_message = "S3 encrypts with its own keys where access logs are delivered"
  }

  assert {
    condition     = length(aws_s3_bucket_logging.this) == 0 && length(aws_s3_bucket_intelligent_tiering_configuration.this) == 0 && length(aws_s3_bucket_lifecycle_configuration.this.rule) == 2
    error_message = "the target logs nothing, and tiers without archives need no configuration"
  }
}
