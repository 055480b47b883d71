locals {
  _groups = {
    functions = "Functions inside the VPC"
    database  = "PostgreSQL, and the proxy in front of it"
    cache     = "Redis"
    search    = "OpenSearch domain"
    endpoints = "Interface endpoints"
    bastion   = "Host through which operators reach the stores"
    build     = "Builds inside the VPC"
  }

  # Who may open a connection to whom: one rule out of the one, one rule into the other.
  _flows = {
    functions-database  = { from = "functions", to = "database", port = 5432 }
    functions-cache     = { from = "functions", to = "cache", port = 6379 }
    functions-search    = { from = "functions", to = "search", port = 443 }
    functions-endpoints = { from = "functions", to = "endpoints", port = 443 }
    proxy-database      = { from = "database", to = "database", port = 5432 }
    bastion-database    = { from = "bastion", to = "database", port = 5432 }
    bastion-cache       = { from = "bastion", to = "cache", port = 6379 }
    bastion-search      = { from = "bastion", to = "search", port = 443 }
    bastion-endpoints   = { from = "bastion", to = "endpoints", port = 443 }
    build-endpoints     = { from = "build", to = "endpoints", port = 443 }
  }

  # Gateway endpoints have no security group, but a prefix list.
  _storage_flows = {
    functions-dynamodb = { from = "functions", to = "dynamodb" }
    functions-s3       = { from = "functions", to = "s3" }
    bastion-s3         = { from = "bastion", to = "s3" }
    build-s3           = { from = "build", to = "s3" }
  }

  # Services without an endpoint here are reached through a NAT gateway.
  _internet_egress = coalesce(var.settings.internet_egress, var.settings.nat != "none")
  _internet_groups = local._internet_egress ? {
    functions = "Services without an endpoint in the VPC"
    bastion   = "Services without an endpoint in the VPC"
    build     = "Package indexes and services"
  } : {}
}

resource "aws_security_group" "this" {
  #checkov:skip=CKV2_AWS_5:attached by the layers compute, data, observability and devops; checkov cannot follow the ids through the root (expires 2027-11-23)
  for_each = local._groups

  name        = "${var.context.prefix}-${each.key}"
  description = each.value
  vpc_id      = aws_vpc.this.id

  tags = { Name = "${var.context.prefix}-${each.key}" }
}

resource "aws_vpc_security_group_ingress_rule" "flow" {
  for_each = local._flows

  security_group_id            = aws_security_group.this[each.value.to].id
  description                  = "From ${each.value.from}"
  referenced_security_group_id = aws_security_group.this[each.value.from].id
  ip_protocol                  = "tcp"
  from_port                    = each.value.port
  to_port                      = each.value.port

  tags = { Name = "${var.context.prefix}-${each.key}" }
}

resource "aws_vpc_security_group_egress_rule" "flow" {
  for_each = local._flows

  security_group_id            = aws_security_group.this[each.value.from].id
  description                  = "To ${each.value.to}"
  referenced_security_group_id = aws_security_group.this[each.value.to].id
  ip_protocol                  = "tcp"
  from_port                    = each.value.port
  to_port                      = each.value.port

  tags = { Name = "${var.context.prefix}-${each.key}" }
}

resource "aws_vpc_security_group_egress_rule" "storage" {
  for_each = local._storage_flows

  security_group_id = aws_security_group.this[each.value.from].id
  description       = "To ${each.value.to}, through its gateway endpoint"
  prefix_list_id    = aws_vpc_endpoint.gateway[each.value.to].prefix_list_id
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443

  tags = { Name = "${var.context.prefix}-${each.key}" }
}

resource "aws_vpc_security_group_egress_rule" "internet" {
  for_each = local._internet_groups

  security_group_id = aws_security_group.this[each.key].id
  description       = each.value
  cidr_ipv4         = "0.0.0.0/0"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443

  tags = { Name = "${var.context.prefix}-${each.key}-internet" }
}
