locals {
  # None has a stream: nothing reacts to a changed item, the functions that change one tell the
  # rest by events. Kept in the backup is what cannot be made anew.
  _tables = {
    runs = {
      key     = "run_id"
      range   = null
      ttl     = null
      backups = true
      indexes = {
        by_owner  = { hash = "owner", range = "created_at" }
        by_device = { hash = "device_id", range = "created_at" }
      }
    }
    devices = {
      key     = "device_id"
      range   = null
      ttl     = null
      backups = true
      indexes = {
        by_owner = { hash = "owner", range = "enrolled_at" }
      }
    }
    sessions = {
      key     = "session_id"
      range   = null
      ttl     = "expires_epoch"
      backups = true
      indexes = {
        by_owner = { hash = "owner", range = "created_at" }
      }
    }
    configuration = {
      key     = "server"
      range   = "name"
      ttl     = null
      backups = true
      indexes = {}
    }
    commands = {
      key     = "command_id"
      range   = null
      ttl     = "expires_epoch"
      backups = false
      indexes = {}
    }
    idempotency = {
      key     = "id"
      range   = null
      ttl     = "expiration"
      backups = false
      indexes = {}
    }
  }
}

resource "aws_dynamodb_table" "this" {
  for_each = local._tables

  name                        = "${var.context.prefix}-${each.key}"
  billing_mode                = "PAY_PER_REQUEST"
  hash_key                    = each.value.key
  range_key                   = each.value.range
  deletion_protection_enabled = var.context.guarded

  dynamic "attribute" {
    for_each = toset(concat(compact([each.value.key, each.value.range]), flatten([for index in values(each.value.indexes) : [index.hash, index.range]])))
    content {
      name = attribute.value
      type = "S"
    }
  }

  dynamic "global_secondary_index" {
    for_each = each.value.indexes
    content {
      name            = global_secondary_index.key
      hash_key        = global_secondary_index.value.hash
      range_key       = global_secondary_index.value.range
      projection_type = "ALL"
    }
  }

  dynamic "ttl" {
    for_each = each.value.ttl == null ? {} : { on = each.value.ttl }
    content {
      enabled        = true
      attribute_name = ttl.value
    }
  }

  point_in_time_recovery {
    enabled = true
  }

  server_side_encryption {
    enabled     = true
    kms_key_arn = var.key_arns.data
  }
}

resource "aws_dynamodb_contributor_insights" "this" {
  for_each = var.settings.contributor_insights ? aws_dynamodb_table.this : {}

  table_name = each.value.name
}
