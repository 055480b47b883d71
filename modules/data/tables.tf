locals {
  _tables = {
    runs = {
      key = "run_id"
      ttl = null
      indexes = {
        by_owner  = { hash = "owner", range = "created_at" }
        by_device = { hash = "device_id", range = "created_at" }
      }
    }
    devices = {
      key = "device_id"
      ttl = null
      indexes = {
        by_owner = { hash = "owner", range = "enrolled_at" }
      }
    }
    commands = {
      key     = "command_id"
      ttl     = "expires_epoch"
      indexes = {}
    }
    idempotency = {
      key     = "id"
      ttl     = "expiration"
      indexes = {}
    }
  }
}

resource "aws_dynamodb_table" "this" {
  for_each = local._tables

  name                        = "${var.context.prefix}-${each.key}"
  billing_mode                = "PAY_PER_REQUEST"
  hash_key                    = each.value.key
  deletion_protection_enabled = var.context.guarded

  dynamic "attribute" {
    for_each = toset(concat([each.value.key], flatten([for index in values(each.value.indexes) : [index.hash, index.range]])))
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
