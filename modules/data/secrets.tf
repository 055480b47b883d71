resource "aws_secretsmanager_secret" "postgres" {
  #checkov:skip=CKV2_AWS_57:the password is made anew by raising password_version; rotation by a function is the work of its own issue (expires 2027-05-23)
  name                    = "${var.context.prefix}/postgres"
  description             = "Where and how functions reach PostgreSQL"
  kms_key_id              = var.key_arns.data
  recovery_window_in_days = var.context.guarded ? 30 : 0
}

resource "aws_secretsmanager_secret_version" "postgres" {
  secret_id = aws_secretsmanager_secret.postgres.id

  secret_string_wo = jsonencode({
    username = aws_db_instance.this.username
    password = var.database_password
    host     = aws_db_instance.this.address
    port     = aws_db_instance.this.port
    dbname   = aws_db_instance.this.db_name
    sslmode  = var.settings.database.force_tls ? "require" : "disable"
  })
  # The same number as the instance's: one apply makes both from one password.
  secret_string_wo_version = var.settings.database.password_version

  lifecycle {
    # A new instance has a new address and a new password, of which the version number tells
    # nothing.
    replace_triggered_by = [aws_db_instance.this.id]
  }
}
