resource "aws_backup_vault" "this" {
  name          = var.context.prefix
  kms_key_arn   = var.key_arns.data
  force_destroy = var.settings.force_destroy
}

# Without a day from which it holds for ever, an administrator can still remove the lock.
resource "aws_backup_vault_lock_configuration" "this" {
  for_each = var.context.guarded ? { on = aws_backup_vault.this.name } : {}

  backup_vault_name   = each.value
  min_retention_days  = 7
  max_retention_days  = var.settings.backup.monthly_days
  changeable_for_days = var.settings.backup.compliance_after_days
}

locals {
  # Outside the windows of the databases.
  _backup_rules = {
    daily   = { schedule = "cron(0 20 * * ? *)", days = var.settings.backup.daily_days, copied = true }
    monthly = { schedule = "cron(0 22 1 * ? *)", days = var.settings.backup.monthly_days, copied = false }
  }
  # Objects that expire are noncurrent versions first;
  # points in time of DynamoDB reach back 35 days, the most that it allows and what it takes unasked.
  _kept_days = {
    dynamodb_points_in_time   = 35
    postgresql_points_in_time = var.settings.database.backup_retention_days
    redis_snapshots           = var.settings.cache.snapshot_retention
    backups                   = max([for rule in values(local._backup_rules) : rule.days]...)
    backup_copies             = var.recovery == null ? 0 : var.settings.backup.copy_days
    logs                      = max(var.settings.log_retention_days, var.settings.trail_retention_days) + var.settings.noncurrent_days
    audit_lock                = var.settings.audit_lock_days
  }
  _backup_tables = { for name, table in local._tables : name => table if table.backups }
}

resource "aws_backup_plan" "this" {
  name = var.context.prefix

  dynamic "rule" {
    for_each = local._backup_rules
    content {
      rule_name         = rule.key
      target_vault_name = aws_backup_vault.this.name
      schedule          = rule.value.schedule
      start_window      = 60
      completion_window = 360

      lifecycle {
        delete_after = rule.value.days
      }

      dynamic "copy_action" {
        for_each = rule.value.copied && var.recovery != null ? { on = var.recovery.backup_vault_arn } : {}
        content {
          destination_vault_arn = copy_action.value

          lifecycle {
            delete_after = var.settings.backup.copy_days
          }
        }
      }
    }
  }
}

resource "aws_backup_selection" "this" {
  name         = var.context.prefix
  plan_id      = aws_backup_plan.this.id
  iam_role_arn = aws_iam_role.backup.arn

  resources = concat(
    [aws_db_instance.this.arn],
    [for name in keys(local._backup_tables) : aws_dynamodb_table.this[name].arn],
  )

  depends_on = [aws_iam_role_policy.backup]
}
