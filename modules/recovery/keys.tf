locals {
  # Without a recovery region the precondition of the keys says so, rather than an error in a text.
  _region = coalesce(var.context.recovery_region, var.context.region)

  # The services that write and read copies; those that work with the originals are not here.
  _keys = {
    screenshots = {
      description = "Copies of pictures and snapshots of screens"
      primary_arn = var.key_arns.screenshots
      services    = ["s3"]
    }
    data = {
      description = "Copies of objects, and backups of tables and the database"
      primary_arn = var.key_arns.data
      services    = ["backup", "dynamodb", "rds", "s3"]
    }
  }
}

module "key_policy" {
  source   = "../key_policy"
  for_each = local._keys

  context  = var.context
  region   = local._region
  services = each.value.services
  kind     = "replica"
}

# A replica has the primary's key material and id, and rotates with it; its policy is its own.
resource "aws_kms_replica_key" "this" {
  for_each = local._keys

  description             = "${var.context.prefix}: ${each.value.description}"
  primary_key_arn         = each.value.primary_arn
  deletion_window_in_days = var.settings.key_deletion_days
  policy                  = module.key_policy[each.key].json

  tags = { Name = "${var.context.prefix}-${each.key}" }

  lifecycle {
    precondition {
      condition     = local._region != var.context.region
      error_message = "Copies need a recovery region other than the environment's own; set recovery_region to another region, or leave the recovery module out."
    }
  }
}

resource "aws_kms_alias" "this" {
  for_each = local._keys

  name          = "alias/${var.context.prefix}-${each.key}"
  target_key_id = aws_kms_replica_key.this[each.key].key_id
}
