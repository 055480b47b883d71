resource "aws_backup_vault" "this" {
  name          = "${var.context.prefix}-recovery"
  kms_key_arn   = aws_kms_replica_key.this["data"].arn
  force_destroy = var.settings.force_destroy
}

# Without a day from which it holds for ever, an administrator can still remove the lock.
resource "aws_backup_vault_lock_configuration" "this" {
  for_each = var.context.guarded ? { on = aws_backup_vault.this.name } : {}

  backup_vault_name  = each.value
  min_retention_days = 7
  max_retention_days = var.settings.backup_max_days
}
