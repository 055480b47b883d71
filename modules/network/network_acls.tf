# A second fence behind the security groups, by tier. Network ACLs keep no state: what a tier may
# ask needs a rule out and a rule in for the replies, which come to ephemeral ports. Traffic to the
# VPC's resolver and time service passes without a rule.

locals {
  # The isolated subnets of all six possible zones lie in one eighth of the range.
  _isolated_range = cidrsubnet(var.settings.cidr, 5, 16)
  _private_ranges = { for zone, index in var.settings.zones : zone => cidrsubnet(var.settings.cidr, 4, index + 1) }
  _anywhere       = "0.0.0.0/0"
  _https          = [443, 443]
  _postgres       = [5432, 5432]
  _redis          = [6379, 6379]
  _ephemeral      = [1024, 65535]

  # Per tier: rule number, direction, far side, ports. Zones count from the number that is given.
  _tier_rules = {
    # Only NAT gateways live here.
    public = merge(
      {
        internet         = { number = 200, egress = true, range = local._anywhere, ports = local._https }
        internet-replies = { number = 200, egress = false, range = local._anywhere, ports = local._ephemeral }
      },
      { for zone, range in local._private_ranges : "requests-${zone}" => { number = 100 + var.settings.zones[zone], egress = false, range = range, ports = local._https } },
      { for zone, range in local._private_ranges : "replies-${zone}" => { number = 100 + var.settings.zones[zone], egress = true, range = range, ports = local._ephemeral } },
    )

    # Functions, builds, hosts, interface endpoints. Storage is reached through gateway
    # endpoints, whose far side has public addresses.
    private = merge(
      {
        services        = { number = 200, egress = true, range = local._anywhere, ports = local._https }
        service-replies = { number = 200, egress = false, range = local._anywhere, ports = local._ephemeral }
        postgres        = { number = 210, egress = true, range = local._isolated_range, ports = local._postgres }
        redis           = { number = 220, egress = true, range = local._isolated_range, ports = local._redis }
      },
      { for zone, range in local._private_ranges : "requests-${zone}" => { number = 100 + var.settings.zones[zone], egress = false, range = range, ports = local._https } },
      { for zone, range in local._private_ranges : "replies-${zone}" => { number = 100 + var.settings.zones[zone], egress = true, range = range, ports = local._ephemeral } },
    )

    # Databases, caches, the search domain: asked by the private tier, and by each other (proxy,
    # replicas). Six zones make 19 rules in; an ACL holds 20.
    isolated = merge(
      {
        peers        = { number = 200, egress = true, range = local._isolated_range, ports = local._ephemeral }
        peer-replies = { number = 200, egress = false, range = local._isolated_range, ports = local._ephemeral }
      },
      { for zone, range in local._private_ranges : "postgres-${zone}" => { number = 100 + var.settings.zones[zone], egress = false, range = range, ports = local._postgres } },
      { for zone, range in local._private_ranges : "redis-${zone}" => { number = 110 + var.settings.zones[zone], egress = false, range = range, ports = local._redis } },
      { for zone, range in local._private_ranges : "search-${zone}" => { number = 120 + var.settings.zones[zone], egress = false, range = range, ports = local._https } },
      { for zone, range in local._private_ranges : "replies-${zone}" => { number = 100 + var.settings.zones[zone], egress = true, range = range, ports = local._ephemeral } },
    )
  }

  _acl_rules = merge([
    for tier, rules in local._tier_rules : {
      for name, rule in rules : "${tier}-${name}" => merge(rule, { tier = tier }) if tier != "public" || var.settings.nat != "none"
    }
  ]...)
}

resource "aws_network_acl" "this" {
  for_each = local._tier_rules

  vpc_id = aws_vpc.this.id
  subnet_ids = [
    for subnet in {
      public   = aws_subnet.public
      private  = aws_subnet.private
      isolated = aws_subnet.isolated
    }[each.key] : subnet.id
  ]

  tags = { Name = "${var.context.prefix}-${each.key}" }
}

resource "aws_network_acl_rule" "this" {
  for_each = local._acl_rules

  network_acl_id = aws_network_acl.this[each.value.tier].id
  rule_number    = each.value.number
  egress         = each.value.egress
  rule_action    = "allow"
  protocol       = "tcp"
  cidr_block     = each.value.range
  from_port      = each.value.ports[0]
  to_port        = each.value.ports[1]
}
