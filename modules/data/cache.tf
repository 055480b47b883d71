resource "aws_elasticache_subnet_group" "this" {
  name        = var.context.prefix
  description = "Isolated subnets"
  subnet_ids  = var.isolated_subnet_ids
}

resource "aws_elasticache_replication_group" "this" {
  #checkov:skip=CKV_AWS_30:the default is on, which the module's tests prove; checkov cannot follow the settings object (expires 2027-11-23)
  #checkov:skip=CKV2_AWS_50:one node unless an environment asks for replicas; the cache can be rebuilt from nothing (expires 2027-11-23)
  #checkov:skip=CKV_AWS_31:the cache is reached by security group and TLS only; users with tokens follow with the cache's own issue (expires 2027-05-23)
  replication_group_id = var.context.prefix
  description          = "Sessions and cached plans of ${var.context.prefix}"
  engine               = "redis"
  engine_version       = var.settings.cache.engine_version
  node_type            = var.settings.cache.node_type

  num_cache_clusters         = var.settings.cache.nodes
  automatic_failover_enabled = var.settings.cache.nodes > 1
  multi_az_enabled           = var.settings.cache.nodes > 1

  subnet_group_name  = aws_elasticache_subnet_group.this.name
  security_group_ids = [var.security_group_ids.cache]

  at_rest_encryption_enabled = true
  kms_key_id                 = var.key_arns.data
  transit_encryption_enabled = var.settings.cache.tls

  auto_minor_version_upgrade = true
  apply_immediately          = !var.context.guarded
  snapshot_retention_limit   = var.settings.cache.snapshot_retention
  final_snapshot_identifier  = var.context.guarded ? "${var.context.prefix}-final" : null

  lifecycle {
    # Never set here: where the service answers another port than Redis' own, the provider would
    # take the answer for a drift that needs a new cache.
    ignore_changes = [port]
  }
}

resource "aws_ssm_parameter" "cache" {
  #checkov:skip=CKV2_AWS_34:an address inside the VPC, not a secret (expires 2027-11-23)
  name        = "${var.context.parameter_path}/cache"
  description = "Address of the cache"
  type        = "String"

  value = jsonencode({
    host = aws_elasticache_replication_group.this.primary_endpoint_address
    port = aws_elasticache_replication_group.this.port
    tls  = var.settings.cache.tls
  })
}
