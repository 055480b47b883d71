locals {
  _cache_family = "redis${split(".", var.settings.cache.engine_version)[0]}"
  _cache_logs   = var.settings.cache.logs ? { slow = "slow-log", engine = "engine-log" } : {}
}

resource "aws_elasticache_subnet_group" "this" {
  name        = var.context.prefix
  description = "Isolated subnets"
  subnet_ids  = var.isolated_subnet_ids
}

resource "aws_elasticache_parameter_group" "this" {
  name        = "${var.context.prefix}-${local._cache_family}"
  description = "Redis of ${var.context.prefix}"
  family      = local._cache_family

  parameter {
    name  = "maxmemory-policy"
    value = var.settings.cache.eviction
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_elasticache_replication_group" "this" {
  #checkov:skip=CKV2_AWS_50:one node unless an environment asks for replicas, as guarded ones must; the cache can be rebuilt from nothing (expires 2027-11-23)
  replication_group_id = var.context.prefix
  description          = "Sessions and cached plans of ${var.context.prefix}"
  engine               = "redis"
  engine_version       = var.settings.cache.engine_version
  node_type            = var.settings.cache.node_type
  parameter_group_name = aws_elasticache_parameter_group.this.name

  num_cache_clusters         = var.settings.cache.nodes
  automatic_failover_enabled = var.settings.cache.nodes > 1
  multi_az_enabled           = var.settings.cache.nodes > 1

  subnet_group_name  = aws_elasticache_subnet_group.this.name
  security_group_ids = [var.security_group_ids.cache]
  user_group_ids     = [aws_elasticache_user_group.this.user_group_id]

  at_rest_encryption_enabled = true
  kms_key_id                 = var.key_arns.data
  # Users exist only where connections are encrypted. Whether clients speak TLS is in the secret.
  transit_encryption_enabled = true

  auto_minor_version_upgrade = true
  apply_immediately          = !var.context.guarded
  maintenance_window         = var.settings.cache.maintenance_window
  snapshot_window            = var.settings.cache.snapshot_window
  snapshot_retention_limit   = var.settings.cache.snapshot_retention
  final_snapshot_identifier  = var.context.guarded ? "${var.context.prefix}-final" : null

  dynamic "log_delivery_configuration" {
    for_each = local._cache_logs
    content {
      destination      = aws_cloudwatch_log_group.cache[log_delivery_configuration.key].name
      destination_type = "cloudwatch-logs"
      log_format       = "json"
      log_type         = log_delivery_configuration.value
    }
  }

  lifecycle {
    # Never set here: where the service answers another port than Redis' own, the provider would
    # take the answer for a drift that needs a new cache.
    ignore_changes = [port]
  }
}

resource "aws_cloudwatch_log_group" "cache" {
  for_each = local._cache_logs

  # Under this prefix CloudWatch Logs needs no further entry in the account's resource policy.
  name              = "/aws/vendedlogs/elasticache/${var.context.prefix}/${each.value}"
  kms_key_id        = var.key_arns.logs
  retention_in_days = 365
  skip_destroy      = var.context.guarded
}
