mock_provider "aws" {
  mock_data "aws_iam_policy_document" {
    defaults = { json = "{\"Version\":\"2012-10-17\",\"Statement\":[]}" }
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
    screenshots = "arn:aws:kms:ap-northeast-2:123456789012:key/screenshots"
    data        = "arn:aws:kms:ap-northeast-2:123456789012:key/data"
    secrets     = "arn:aws:kms:ap-northeast-2:123456789012:key/secrets"
    logs        = "arn:aws:kms:ap-northeast-2:123456789012:key/logs"
    artifacts   = "arn:aws:kms:ap-northeast-2:123456789012:key/artifacts"
  }
  database_password   = "only-for-the-test"
  cache_password      = "only-for-the-test"
  isolated_subnet_ids = ["subnet-a", "subnet-b"]
  security_group_ids = {
    database = "sg-database"
    cache    = "sg-cache"
  }
  database_authorities = { certificates = 3, sha256 = "0123", valid_until = "2061-05-20" }
}

run "defaults_are_safe" {
  command = plan

  assert {
    condition     = toset(keys(module.bucket)) == toset(["screenshots", "templates", "settings", "artifacts", "logs", "cloudtrail", "audit"]) && alltrue([for name, bucket in module.bucket : bucket.name == "qscreen-dev-${name}-123456789012"]) && module.access_logs_bucket.name == "qscreen-dev-access-logs-123456789012"
    error_message = "the buckets are named by prefix, purpose and account"
  }

  assert {
    condition     = { for name, bucket in local._buckets : name => bucket.key_arn } == { screenshots = var.key_arns.screenshots, templates = var.key_arns.data, settings = var.key_arns.data, artifacts = var.key_arns.artifacts, logs = var.key_arns.logs, cloudtrail = var.key_arns.logs, audit = var.key_arns.data }
    error_message = "each bucket is encrypted with the key of its purpose"
  }

  assert {
    condition     = { for name, bucket in local._buckets : name => bucket.retention_days } == { screenshots = 90, templates = null, settings = null, artifacts = 365, logs = 365, cloudtrail = 730, audit = null } && [for name, bucket in local._buckets : name if bucket.lock_days != null] == ["audit"]
    error_message = "what expires does so after its time, and what is locked stays"
  }

  assert {
    condition     = local._buckets.artifacts.expiring == { pipeline = "qscreen-dev-function/", check = "canary/qscreen-dev-api/results/" }
    error_message = "no object that Terraform keeps expires under it"
  }

  assert {
    condition = { for purpose, bucket in output.copied_buckets : purpose => [bucket.key, bucket.retention_days, bucket.lock_days] } == {
      screenshots = ["screenshots", 90, null]
      templates   = ["data", null, null]
      settings    = ["data", null, null]
      artifacts   = ["data", 365, null]
      cloudtrail  = ["data", 730, null]
      audit       = ["data", null, 365]
    } && output.copied_buckets.artifacts.expiring == local._buckets.artifacts.expiring
    error_message = "a copy is kept and locked as long as its original"
  }

  assert {
    condition     = alltrue([for bucket in output.copied_buckets : bucket.noncurrent_days == 30])
    error_message = "what was deleted is gone from both regions after as many days"
  }

  assert {
    condition     = local._sslmode == "verify-full"
    error_message = "functions that know the authority check who answers as the database"
  }

  assert {
    condition     = output.kept_days == { audit_lock = 365, backups = 365, dynamodb_points_in_time = 35, logs = 760, postgresql_points_in_time = 7, redis_snapshots = 1 }
    error_message = "an erasure can say until when backups and logs hold what it deleted"
  }

  assert {
    condition     = toset(keys(aws_dynamodb_table.this)) == toset(["runs", "devices", "sessions", "configuration", "commands", "idempotency"]) && alltrue([for table in aws_dynamodb_table.this : table.billing_mode == "PAY_PER_REQUEST" && one(table.point_in_time_recovery).enabled && one(table.server_side_encryption).kms_key_arn == var.key_arns.data && table.stream_enabled == null])
    error_message = "the tables are on demand, recoverable and encrypted, and none has a stream"
  }

  assert {
    condition = { for name, table in aws_dynamodb_table.this : name => join("/", compact([table.hash_key, table.range_key])) } == {
      runs          = "run_id"
      devices       = "device_id"
      sessions      = "session_id"
      configuration = "server/name"
      commands      = "command_id"
      idempotency   = "id"
    }
    error_message = "each table has its key"
  }

  assert {
    condition = { for name, table in aws_dynamodb_table.this : name => join(" ", sort([for index in table.global_secondary_index : "${index.name}:${index.hash_key}/${index.range_key}"])) if length(table.global_secondary_index) > 0 } == {
      runs     = "by_device:device_id/created_at by_owner:owner/created_at"
      devices  = "by_owner:owner/enrolled_at"
      sessions = "by_owner:owner/created_at"
    }
    error_message = "runs, devices and sessions are found by owner, runs by device too"
  }

  assert {
    condition     = { for name, table in aws_dynamodb_table.this : name => one(table.ttl).attribute_name if length(table.ttl) > 0 } == { commands = "expires_epoch", idempotency = "expiration", sessions = "expires_epoch" }
    error_message = "commands, sessions and idempotency keys expire"
  }

  assert {
    condition     = aws_db_instance.this.storage_encrypted && !aws_db_instance.this.publicly_accessible && aws_db_instance.this.backup_retention_period == 7 && aws_db_instance.this.iam_database_authentication_enabled && aws_db_instance.this.performance_insights_enabled && aws_db_instance.this.monitoring_interval == 60
    error_message = "the database is encrypted, closed, backed up and watched"
  }

  assert {
    condition     = one([for parameter in aws_db_parameter_group.this.parameter : parameter.value if parameter.name == "rds.force_ssl"]) == "1"
    error_message = "the database refuses connections without TLS"
  }

  assert {
    condition     = aws_elasticache_replication_group.this.at_rest_encryption_enabled == "true" && aws_elasticache_replication_group.this.transit_encryption_enabled && aws_elasticache_replication_group.this.user_group_ids == toset(["qscreen-dev"]) && aws_elasticache_replication_group.this.parameter_group_name == "qscreen-dev-redis7" && aws_elasticache_replication_group.this.snapshot_retention_limit == 1
    error_message = "the cache is encrypted at rest and on the way, open to its users only, and has snapshots"
  }

  assert {
    condition     = startswith(aws_elasticache_user.default.access_string, "off ") && aws_elasticache_user.default.user_name == "default" && endswith(aws_elasticache_user.default.access_string, " -@all")
    error_message = "nobody comes in without a name"
  }

  assert {
    condition     = aws_elasticache_user.application.user_name == "qscreen" && endswith(aws_elasticache_user.application.access_string, " -@dangerous") && !strcontains(aws_elasticache_user.application.access_string, "+@all") && aws_elasticache_user_group.this.user_ids == toset(["qscreen-dev-default", "qscreen-dev-application"]) && output.cache_user.id == "qscreen-dev-application"
    error_message = "the application's user reads and writes, and administers nothing"
  }

  assert {
    condition     = { for log in aws_elasticache_replication_group.this.log_delivery_configuration : log.log_type => log.destination } == { engine-log = "/aws/vendedlogs/elasticache/qscreen-dev/engine-log", slow-log = "/aws/vendedlogs/elasticache/qscreen-dev/slow-log" } && alltrue([for group in aws_cloudwatch_log_group.cache : group.kms_key_id == var.key_arns.logs && group.retention_in_days == 365])
    error_message = "slow commands and the engine's words are logged, encrypted and kept"
  }

  assert {
    condition     = { for name, secret in aws_secretsmanager_secret.this : name => secret.name } == { postgres = "qscreen-dev/postgres", postgres-admin = "qscreen-dev/postgres-admin", redis = "qscreen-dev/redis" } && alltrue([for secret in aws_secretsmanager_secret.this : secret.kms_key_id == var.key_arns.secrets])
    error_message = "the three secrets are encrypted with the key of secrets"
  }

  assert {
    condition     = aws_backup_vault.this.kms_key_arn == var.key_arns.data && { for rule in aws_backup_plan.this.rule : rule.rule_name => one(rule.lifecycle).delete_after } == { daily = 35, monthly = 365 } && alltrue([for rule in aws_backup_plan.this.rule : length(rule.copy_action) == 0])
    error_message = "backups are made daily and monthly, and copied nowhere without a recovery region"
  }

  assert {
    condition     = length(aws_iam_role.replication) + length(aws_db_proxy.this) + length(aws_iam_role.proxy) + length(aws_rds_reserved_instance.this) + length(aws_elasticache_reserved_cache_node.this) + length(aws_dynamodb_contributor_insights.this) == 0 && output.database_proxy_endpoint == null
    error_message = "what costs is off"
  }

  assert {
    condition     = !aws_db_instance.this.deletion_protection && aws_db_instance.this.skip_final_snapshot && alltrue([for secret in aws_secretsmanager_secret.this : secret.recovery_window_in_days == 0]) && alltrue([for table in aws_dynamodb_table.this : !table.deletion_protection_enabled]) && length(aws_backup_vault_lock_configuration.this) == 0
    error_message = "dev can be thrown away"
  }
}

run "guarded_in_prod_with_everything" {
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
    recovery = {
      bucket_arns = {
        audit       = "arn:aws:s3:::qscreen1-prod1234-audit-recovery-123456789012"
        screenshots = "arn:aws:s3:::qscreen1-prod1234-screenshots-recovery-123456789012"
      }
      key_arns = {
        screenshots = "arn:aws:kms:ap-northeast-1:123456789012:key/screenshots"
        data        = "arn:aws:kms:ap-northeast-1:123456789012:key/data"
      }
      backup_vault_arn = "arn:aws:backup:ap-northeast-1:123456789012:backup-vault:qscreen1-prod1234-recovery"
    }
    settings = {
      archive_days         = 180
      contributor_insights = true
      database = {
        multi_az       = true
        ca_certificate = "rds-ca-ecc384-g1"
        proxy          = {}
        reservation    = { offering_id = "649fd0c8-cf6d-47a0-bfa6-060f8e75e95f", instances = 2 }
      }
      cache = {
        nodes       = 2
        reservation = { offering_id = "438012d3-4052-4cc7-b2e3-8d3372e0e706" }
      }
      backup = { compliance_after_days = 30 }
    }
  }

  assert {
    condition     = aws_db_instance.this.deletion_protection && !aws_db_instance.this.skip_final_snapshot && aws_db_instance.this.final_snapshot_identifier == "qscreen1-prod1234-final" && !aws_db_instance.this.apply_immediately && !aws_db_instance.this.delete_automated_backups && aws_db_instance.this.multi_az && aws_db_instance.this.ca_cert_identifier == "rds-ca-ecc384-g1"
    error_message = "the database survives a mistake, and the loss of a zone"
  }

  assert {
    condition     = alltrue([for table in aws_dynamodb_table.this : table.deletion_protection_enabled]) && alltrue([for group in merge(aws_cloudwatch_log_group.database, aws_cloudwatch_log_group.cache) : group.skip_destroy])
    error_message = "tables cannot be deleted, and logs outlive the environment"
  }

  assert {
    condition     = alltrue([for secret in aws_secretsmanager_secret.this : secret.recovery_window_in_days == 30]) && aws_elasticache_replication_group.this.final_snapshot_identifier == "qscreen1-prod1234-final"
    error_message = "secrets and cache can be restored"
  }

  assert {
    condition     = aws_elasticache_replication_group.this.automatic_failover_enabled && aws_elasticache_replication_group.this.multi_az_enabled && aws_elasticache_replication_group.this.num_cache_clusters == 2
    error_message = "a replica takes over"
  }

  assert {
    condition     = length(aws_elasticache_replication_group.this.replication_group_id) <= 40 && alltrue([for user in [aws_elasticache_user.default, aws_elasticache_user.application] : length(user.user_id) <= 40]) && length(aws_backup_vault.this.name) <= 50 && alltrue([for role in [aws_iam_role.backup, aws_iam_role.replication["on"], aws_iam_role.proxy["on"], aws_iam_role.monitoring[0]] : length(role.name) <= 64]) && alltrue([for bucket in module.bucket : length(bucket.name) <= 63])
    error_message = "names fit into their limits"
  }

  assert {
    condition     = aws_backup_vault_lock_configuration.this["on"].min_retention_days == 7 && aws_backup_vault_lock_configuration.this["on"].max_retention_days == 365 && aws_backup_vault_lock_configuration.this["on"].changeable_for_days == 30
    error_message = "backups cannot be deleted before their time"
  }

  assert {
    condition     = { for rule in aws_backup_plan.this.rule : rule.rule_name => [for copy in rule.copy_action : copy.destination_vault_arn] } == { daily = [var.recovery.backup_vault_arn], monthly = [] }
    error_message = "each day's backups are copied into the recovery region"
  }

  assert {
    condition     = output.kept_days.backup_copies == 35
    error_message = "copies of backups hold what an erasure deleted, too"
  }

  assert {
    condition     = jsonencode(local._replicated) == jsonencode({ audit = { bucket_arn = var.recovery.bucket_arns.audit, key_arn = var.recovery.key_arns.data }, screenshots = { bucket_arn = var.recovery.bucket_arns.screenshots, key_arn = var.recovery.key_arns.screenshots } })
    error_message = "objects are copied into the buckets that are there, with the keys that are there"
  }

  assert {
    condition     = aws_db_proxy.this["on"].require_tls && aws_db_proxy.this["on"].engine_family == "POSTGRESQL" && one(aws_db_proxy_default_target_group.this["on"].connection_pool_config).max_connections_percent == 80 && aws_db_proxy_target.this["on"].db_instance_identifier == "qscreen1-prod1234"
    error_message = "the proxy stands in front of the database"
  }

  assert {
    condition     = aws_rds_reserved_instance.this["on"].instance_count == 2 && aws_elasticache_reserved_cache_node.this["on"].cache_node_count == 1 && length(aws_dynamodb_contributor_insights.this) == 6
    error_message = "capacity is bought and insights are on where the environment says so"
  }
}

run "authority_unknown" {
  command = plan

  variables {
    database_authorities = null
  }

  assert {
    condition     = local._sslmode == "require"
    error_message = "without an authority the connection is encrypted all the same"
  }
}

run "engines_without_tls_and_watchers" {
  command = plan

  variables {
    settings = {
      database = { force_tls = false, monitoring_seconds = 0 }
      cache    = { tls = false, logs = false }
    }
  }

  assert {
    condition     = one([for parameter in aws_db_parameter_group.this.parameter : parameter.value if parameter.name == "rds.force_ssl"]) == "0" && aws_elasticache_replication_group.this.transit_encryption_enabled
    error_message = "engines without TLS can be used; ElastiCache itself is still told to encrypt"
  }

  assert {
    condition     = length(aws_iam_role.monitoring) == 0 && length(aws_iam_role_policy.monitoring) == 0
    error_message = "no role for what is off"
  }

  assert {
    condition     = length(aws_cloudwatch_log_group.cache) == 0 && length(aws_elasticache_replication_group.this.log_delivery_configuration) == 0
    error_message = "logs of the cache can be off"
  }
}
