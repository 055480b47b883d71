resource "aws_vpc" "this" {
  cidr_block           = var.settings.cidr
  enable_dns_support   = true
  enable_dns_hostnames = true

  tags = { Name = var.context.prefix }
}

# The default group stays empty: nothing gets reachable by forgetting to name a group.
resource "aws_default_security_group" "this" {
  vpc_id = aws_vpc.this.id

  tags = { Name = "${var.context.prefix}-unused" }
}

locals {
  _zone_names = { for zone, index in var.settings.zones : zone => "${var.context.region}${zone}" }
  _first_zone = sort(keys(var.settings.zones))[0]
  _nat_zones = {
    none     = {}
    single   = { (local._first_zone) = local._zone_names[local._first_zone] }
    per_zone = local._zone_names
  }[var.settings.nat]
}

resource "aws_subnet" "public" {
  for_each = var.settings.zones

  vpc_id                  = aws_vpc.this.id
  availability_zone       = local._zone_names[each.key]
  cidr_block              = cidrsubnet(var.settings.cidr, 8, each.value)
  map_public_ip_on_launch = false

  tags = { Name = "${var.context.prefix}-public-${each.key}" }
}

resource "aws_subnet" "private" {
  for_each = var.settings.zones

  vpc_id            = aws_vpc.this.id
  availability_zone = local._zone_names[each.key]
  cidr_block        = local._private_ranges[each.key]

  tags = { Name = "${var.context.prefix}-private-${each.key}" }
}

resource "aws_subnet" "isolated" {
  for_each = var.settings.zones

  vpc_id            = aws_vpc.this.id
  availability_zone = local._zone_names[each.key]
  cidr_block        = cidrsubnet(var.settings.cidr, 8, each.value + 128)

  tags = { Name = "${var.context.prefix}-isolated-${each.key}" }
}
