locals {
  _secrets = {
    postgres-admin = "Master user of PostgreSQL: for migrations and for making the application user's password"
    postgres       = "How functions reach PostgreSQL; written by the rotation alone"
    redis          = "How functions reach Redis"
  }

  # Where the functions carry the authority, they check the certificate and its name.
  _sslmode = !var.settings.database.force_tls ? "disable" : var.database_authorities == null ? "require" : "verify-full"
}

resource "aws_secretsmanager_secret" "this" {
  #checkov:skip=CKV2_AWS_57:modules/security rotates these by their ARNs, which checkov cannot follow between modules (expires 2027-11-23)
  for_each = local._secrets

  name                    = "${var.context.prefix}/${each.key}"
  description             = each.value
  kms_key_id              = var.key_arns.secrets
  recovery_window_in_days = var.context.guarded ? 30 : 0
}

resource "aws_secretsmanager_secret_version" "postgres_admin" {
  secret_id = aws_secretsmanager_secret.this["postgres-admin"].id

  secret_string_wo = jsonencode({
    username = aws_db_instance.this.username
    password = var.database_password
    host     = aws_db_instance.this.address
    port     = aws_db_instance.this.port
    dbname   = aws_db_instance.this.db_name
    sslmode  = local._sslmode
  })
  # The same number as the instance's: one apply makes both from one password.
  secret_string_wo_version = var.settings.database.password_version

  # A version that rotations have left behind without a label is deleted some day. Terraform would
  # then miss it and write the database's first password over the present one.
  version_stages = ["AWSCURRENT", "WRITTEN_BY_TERRAFORM"]

  lifecycle {
    ignore_changes = [version_stages]
    # A new instance has a new address and a new password, of which the version number tells
    # nothing.
    replace_triggered_by = [aws_db_instance.this.id]
  }
}

resource "aws_secretsmanager_secret_version" "redis" {
  secret_id = aws_secretsmanager_secret.this["redis"].id

  secret_string_wo = jsonencode({
    username = aws_elasticache_user.application.user_name
    password = var.cache_password
    host     = aws_elasticache_replication_group.this.primary_endpoint_address
    port     = aws_elasticache_replication_group.this.port
    tls      = var.settings.cache.tls
  })
  secret_string_wo_version = var.settings.cache.password_version

  version_stages = ["AWSCURRENT", "WRITTEN_BY_TERRAFORM"]

  lifecycle {
    ignore_changes = [version_stages]
    # A new group has a new address.
    replace_triggered_by = [aws_elasticache_replication_group.this.id]
  }
}
