# Bought capacity. Whoever names an offering buys it when this is applied; destroying only forgets
# the purchase, which runs on until its term ends.

resource "aws_rds_reserved_instance" "this" {
  for_each = var.settings.database.reservation == null ? {} : { on = var.settings.database.reservation }

  offering_id    = each.value.offering_id
  reservation_id = "${var.context.prefix}-postgres"
  instance_count = each.value.instances
}

resource "aws_elasticache_reserved_cache_node" "this" {
  for_each = var.settings.cache.reservation == null ? {} : { on = var.settings.cache.reservation }

  reserved_cache_nodes_offering_id = each.value.offering_id
  id                               = "${var.context.prefix}-redis"
  cache_node_count                 = each.value.nodes
}
