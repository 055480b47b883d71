locals {
  _database_major = split(".", var.settings.database.engine_version)[0]
  _database_name  = "qscreen"
  _database_admin = "qscreen_admin"
}

resource "aws_db_subnet_group" "this" {
  name        = var.context.prefix
  description = "Isolated subnets"
  subnet_ids  = var.isolated_subnet_ids
}

resource "aws_db_parameter_group" "this" {
  name        = "${var.context.prefix}-postgres${local._database_major}"
  description = "PostgreSQL of ${var.context.prefix}"
  family      = "postgres${local._database_major}"

  parameter {
    name  = "rds.force_ssl"
    value = var.settings.database.force_tls ? "1" : "0"
  }

  parameter {
    name  = "log_connections"
    value = "1"
  }

  parameter {
    name  = "log_disconnections"
    value = "1"
  }

  # Changes of the schema, and what took a second: statements that carry data stay out of the log.
  parameter {
    name  = "log_statement"
    value = "ddl"
  }

  parameter {
    name  = "log_min_duration_statement"
    value = "1000"
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_db_instance" "this" {
  #checkov:skip=CKV_AWS_118:the default is on, which the module's tests prove; checkov cannot follow the settings object (expires 2027-11-23)
  #checkov:skip=CKV_AWS_133:the default is on, which the module's tests prove; checkov cannot follow the settings object (expires 2027-11-23)
  #checkov:skip=CKV_AWS_157:multi-AZ is a choice of the environment; prod has it (expires 2027-11-23)
  #checkov:skip=CKV_AWS_293:on in guarded environments, which the module's tests prove (expires 2027-11-23)
  identifier     = var.context.prefix
  engine         = "postgres"
  engine_version = var.settings.database.engine_version
  instance_class = var.settings.database.instance_class

  db_name             = local._database_name
  username            = local._database_admin
  password_wo         = var.database_password
  password_wo_version = var.settings.database.password_version

  allocated_storage     = var.settings.database.storage_gb
  max_allocated_storage = var.settings.database.storage_max_gb
  storage_type          = "gp3"
  storage_encrypted     = true
  kms_key_id            = var.key_arns.data

  multi_az               = var.settings.database.multi_az
  db_subnet_group_name   = aws_db_subnet_group.this.name
  parameter_group_name   = aws_db_parameter_group.this.name
  vpc_security_group_ids = [var.security_group_ids.database]
  publicly_accessible    = false
  # RDS' own choice unless named: the provider sets a name by a change after the creation, for whose
  # end it waits once more.
  ca_cert_identifier = var.settings.database.ca_certificate

  iam_database_authentication_enabled = true
  auto_minor_version_upgrade          = true
  apply_immediately                   = !var.context.guarded
  maintenance_window                  = var.settings.database.maintenance_window

  backup_retention_period   = var.settings.database.backup_retention_days
  backup_window             = var.settings.database.backup_window
  copy_tags_to_snapshot     = true
  delete_automated_backups  = !var.context.guarded
  deletion_protection       = var.context.guarded
  skip_final_snapshot       = !var.context.guarded
  final_snapshot_identifier = var.context.guarded ? "${var.context.prefix}-final" : null

  enabled_cloudwatch_logs_exports       = ["postgresql", "upgrade"]
  performance_insights_enabled          = true
  performance_insights_kms_key_id       = var.key_arns.data
  performance_insights_retention_period = var.settings.database.insights_retention_days
  monitoring_interval                   = var.settings.database.monitoring_seconds
  monitoring_role_arn                   = one(aws_iam_role.monitoring[*].arn)

  depends_on = [aws_cloudwatch_log_group.database, aws_iam_role_policy.monitoring]
}

# RDS would create its log groups by itself, without a key and without an end.
resource "aws_cloudwatch_log_group" "database" {
  for_each = { postgresql = "postgresql", upgrade = "upgrade" }

  name              = "/aws/rds/instance/${var.context.prefix}/${each.value}"
  kms_key_id        = var.key_arns.logs
  retention_in_days = 365
  skip_destroy      = var.context.guarded
}
