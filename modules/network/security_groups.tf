locals {
  _groups = {
    functions = "Functions that reach databases"
    database  = "PostgreSQL"
    cache     = "Redis"
  }
  # Ports of PostgreSQL and Redis as AWS serves them.
  _store_ports = { database = 5432, cache = 6379 }
}

resource "aws_security_group" "this" {
  #checkov:skip=CKV2_AWS_5:attached by the layers compute and data; checkov cannot follow the ids through the root (expires 2027-11-23)
  for_each = local._groups

  name        = "${var.context.prefix}-${each.key}"
  description = each.value
  vpc_id      = aws_vpc.this.id

  tags = { Name = "${var.context.prefix}-${each.key}" }
}

resource "aws_vpc_security_group_ingress_rule" "store" {
  for_each = local._store_ports

  security_group_id            = aws_security_group.this[each.key].id
  description                  = "From the functions"
  referenced_security_group_id = aws_security_group.this["functions"].id
  ip_protocol                  = "tcp"
  from_port                    = each.value
  to_port                      = each.value
}

resource "aws_vpc_security_group_egress_rule" "store" {
  for_each = local._store_ports

  security_group_id            = aws_security_group.this["functions"].id
  description                  = "To the ${each.key}"
  referenced_security_group_id = aws_security_group.this[each.key].id
  ip_protocol                  = "tcp"
  from_port                    = each.value
  to_port                      = each.value
}

resource "aws_vpc_security_group_egress_rule" "https" {
  security_group_id = aws_security_group.this["functions"].id
  description       = "AWS APIs"
  cidr_ipv4         = "0.0.0.0/0"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
}
