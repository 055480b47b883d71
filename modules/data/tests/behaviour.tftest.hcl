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
  key_arns = {
    screenshots = "arn:aws:kms:ap-northeast-2:123456789012:key/screenshots"
    data        = "arn:aws:kms:ap-northeast-2:123456789012:key/data"
    logs        = "arn:aws:kms:ap-northeast-2:123456789012:key/logs"
  }
  database_password   = "only-for-the-test"
  isolated_subnet_ids = ["subnet-a", "subnet-b"]
  security_group_ids = {
    database = "sg-database"
    cache    = "sg-cache"
  }
}

run "defaults_are_safe" {
  command = plan

  assert {
    condition     = aws_s3_bucket.this["screenshots"].bucket == "qscreen-dev-screenshots-123456789012" && aws_s3_bucket.this["artifacts"].bucket == "qscreen-dev-artifacts-123456789012"
    error_message = "the buckets are named by prefix, purpose and account"
  }

  assert {
    condition     = alltrue([for bucket in aws_s3_bucket.this : !bucket.force_destroy]) && !aws_s3_bucket.access_logs.force_destroy
    error_message = "buckets with objects are not destroyed"
  }

  assert {
    condition     = alltrue([for block in values(aws_s3_bucket_public_access_block.this) : block.block_public_acls && block.block_public_policy && block.ignore_public_acls && block.restrict_public_buckets])
    error_message = "no bucket is public"
  }

  assert {
    condition     = alltrue([for configuration in values(aws_s3_bucket_server_side_encryption_configuration.this) : alltrue([for rule in configuration.rule : rule.bucket_key_enabled && rule.apply_server_side_encryption_by_default[0].sse_algorithm == "aws:kms"])])
    error_message = "buckets are encrypted with bucket keys"
  }

  assert {
    condition     = alltrue([for versioning in values(aws_s3_bucket_versioning.this) : one(versioning.versioning_configuration).status == "Enabled"])
    error_message = "objects are versioned"
  }

  assert {
    condition     = toset(keys(aws_dynamodb_table.this)) == toset(["runs", "devices", "commands", "idempotency"]) && alltrue([for table in aws_dynamodb_table.this : table.billing_mode == "PAY_PER_REQUEST" && one(table.point_in_time_recovery).enabled && one(table.server_side_encryption).kms_key_arn == var.key_arns.data])
    error_message = "the four tables are on demand, recoverable and encrypted"
  }

  assert {
    condition     = aws_dynamodb_table.this["runs"].hash_key == "run_id" && toset([for index in aws_dynamodb_table.this["runs"].global_secondary_index : index.name]) == toset(["by_owner", "by_device"])
    error_message = "runs are found by owner and by device"
  }

  assert {
    condition     = one(aws_dynamodb_table.this["commands"].ttl).attribute_name == "expires_epoch" && one(aws_dynamodb_table.this["idempotency"].ttl).attribute_name == "expiration"
    error_message = "commands and idempotency keys expire"
  }

  assert {
    condition     = aws_db_instance.this.storage_encrypted && !aws_db_instance.this.publicly_accessible && aws_db_instance.this.backup_retention_period == 7 && aws_db_instance.this.iam_database_authentication_enabled
    error_message = "the database is encrypted, closed and backed up"
  }

  assert {
    condition     = one([for parameter in aws_db_parameter_group.this.parameter : parameter.value if parameter.name == "rds.force_ssl"]) == "1"
    error_message = "the database refuses connections without TLS"
  }

  assert {
    condition     = aws_elasticache_replication_group.this.at_rest_encryption_enabled == "true" && aws_elasticache_replication_group.this.transit_encryption_enabled
    error_message = "the cache is encrypted at rest and on the way"
  }

  assert {
    condition     = !aws_db_instance.this.deletion_protection && aws_db_instance.this.skip_final_snapshot && aws_secretsmanager_secret.postgres.recovery_window_in_days == 0
    error_message = "dev can be thrown away"
  }
}

run "guarded_in_prod" {
  command = plan

  variables {
    context = {
      environment    = "prod"
      prefix         = "qscreen-prod"
      parameter_path = "/qscreen/prod"
      account_id     = "123456789012"
      region         = "ap-northeast-2"
      partition      = "aws"
      guarded        = true
    }
  }

  assert {
    condition     = aws_db_instance.this.deletion_protection && !aws_db_instance.this.skip_final_snapshot && aws_db_instance.this.final_snapshot_identifier == "qscreen-prod-final" && !aws_db_instance.this.apply_immediately
    error_message = "the database survives a mistake"
  }

  assert {
    condition     = alltrue([for table in aws_dynamodb_table.this : table.deletion_protection_enabled])
    error_message = "tables cannot be deleted"
  }

  assert {
    condition     = aws_secretsmanager_secret.postgres.recovery_window_in_days == 30 && aws_elasticache_replication_group.this.final_snapshot_identifier == "qscreen-prod-final"
    error_message = "secret and cache can be restored"
  }
}

run "without_tls" {
  command = plan

  variables {
    settings = { database = { force_tls = false }, cache = { tls = false } }
  }

  assert {
    condition     = one([for parameter in aws_db_parameter_group.this.parameter : parameter.value if parameter.name == "rds.force_ssl"]) == "0" && !aws_elasticache_replication_group.this.transit_encryption_enabled
    error_message = "engines without TLS can be used"
  }
}

run "without_monitoring" {
  command = plan

  variables {
    settings = { database = { monitoring_seconds = 0 } }
  }

  assert {
    condition     = length(aws_iam_role.monitoring) == 0
    error_message = "no role for what is off"
  }
}

run "replicas" {
  command = plan

  variables {
    settings = { cache = { nodes = 2 } }
  }

  assert {
    condition     = aws_elasticache_replication_group.this.automatic_failover_enabled && aws_elasticache_replication_group.this.multi_az_enabled
    error_message = "a replica takes over"
  }
}
