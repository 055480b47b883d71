output "tables" {
  description = "Name and ARN of the tables by purpose: runs, devices, commands, idempotency, sessions, configuration."
  value       = { for purpose, table in aws_dynamodb_table.this : purpose => { name = table.name, arn = table.arn } }
}

output "buckets" {
  description = "Name and ARN of the buckets by purpose: screenshots, templates, settings, artifacts, logs, cloudtrail, audit. Usable once they are encrypted and closed."
  # One by one: whoever refers to all of a module's instances at once waits for all that is in them,
  # and S3 takes a minute to agree on a lifecycle.
  value = {
    screenshots = { name = module.bucket["screenshots"].name, arn = module.bucket["screenshots"].arn }
    templates   = { name = module.bucket["templates"].name, arn = module.bucket["templates"].arn }
    settings    = { name = module.bucket["settings"].name, arn = module.bucket["settings"].arn }
    artifacts   = { name = module.bucket["artifacts"].name, arn = module.bucket["artifacts"].arn }
    logs        = { name = module.bucket["logs"].name, arn = module.bucket["logs"].arn }
    cloudtrail  = { name = module.bucket["cloudtrail"].name, arn = module.bucket["cloudtrail"].arn }
    audit       = { name = module.bucket["audit"].name, arn = module.bucket["audit"].arn }
  }
}

output "copied_buckets" {
  description = "Buckets that have a copy in the recovery region, as modules/recovery takes them: key, and days that its objects are kept and locked like the originals. Known before there is any."
  value = {
    for purpose in ["screenshots", "templates", "settings", "artifacts", "cloudtrail", "audit"] : purpose => {
      key            = purpose == "screenshots" ? "screenshots" : "data"
      retention_days = local._buckets[purpose].retention_days
      expiring       = lookup(local._buckets[purpose], "expiring", {})
      lock_days      = local._buckets[purpose].lock_days
      # A deleted original is a noncurrent version in both regions, and gone from both after as many days.
      noncurrent_days = var.settings.noncurrent_days
    }
  }
}

output "kept_days" {
  description = "Days for which something of an erased user is still held, by what holds it, and for which copies of the audit are locked: what the certificate of an erasure says. Without what this environment does not have."
  value       = { for holder, days in local._kept_days : holder => days if days > 0 }
}

output "access_logs_bucket" {
  description = "Name and ARN of the bucket that receives the access logs of the others. Usable once S3 may deliver into it."
  value       = { name = module.access_logs_bucket.name, arn = module.access_logs_bucket.arn }
}

output "secrets" {
  description = "ARNs of the secrets by name: postgres-admin, postgres, redis. Known before there is anything in them."
  value       = { for name, secret in aws_secretsmanager_secret.this : name => secret.arn }
}

output "rotatable_secrets" {
  description = "The same ARNs, known once everything stands that a rotation reads and changes: rotate these."
  value       = { for name, secret in aws_secretsmanager_secret.this : name => secret.arn }

  depends_on = [
    aws_db_proxy_target.this,
    aws_elasticache_replication_group.this,
    aws_secretsmanager_secret_version.postgres_admin,
    aws_secretsmanager_secret_version.redis,
  ]
}

output "database_secret_arn" {
  description = "ARN of the secret with which functions reach the database. Known before the database is."
  value       = aws_secretsmanager_secret.this["postgres"].arn
}

output "database_admin_secret_arn" {
  description = "ARN of the secret of the database's master user. Known before the database is."
  value       = aws_secretsmanager_secret.this["postgres-admin"].arn
}

output "cache_secret_arn" {
  description = "ARN of the secret with which functions reach the cache. Known before the cache is."
  value       = aws_secretsmanager_secret.this["redis"].arn
}

output "cache_user" {
  description = "Id and ARN of the cache's application user, whose password the rotation makes."
  value       = { id = aws_elasticache_user.application.user_id, arn = aws_elasticache_user.application.arn }
}

output "database_identifier" {
  description = "Identifier of the database instance, as metrics carry it. Known before the database is."
  value       = var.context.prefix
}

output "database_proxy_endpoint" {
  description = "Where the application user reaches the database through the proxy; null without one."
  value       = one([for proxy in aws_db_proxy.this : proxy.endpoint])
}

output "cache_group_id" {
  description = "Id of the cache's replication group; its members add -001, -002 and so on. Known before the group is."
  value       = var.context.prefix
}

output "cache_nodes" {
  description = "How many nodes the cache's replication group has."
  value       = var.settings.cache.nodes
}

output "backup_vault" {
  description = "Name and ARN of the backup vault."
  value       = { name = aws_backup_vault.this.name, arn = aws_backup_vault.this.arn }
}
