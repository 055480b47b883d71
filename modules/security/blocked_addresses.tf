resource "aws_wafv2_ip_set" "blocked" {
  for_each = local._acl == 0 ? {} : {
    for version, addresses in {
      ipv4 = [for address in var.settings.blocked_addresses : address if !strcontains(address, ":")]
      ipv6 = [for address in var.settings.blocked_addresses : address if strcontains(address, ":")]
    } : version => addresses if length(addresses) > 0
  }

  name               = "${var.context.prefix}-blocked-${each.key}"
  description        = "Addresses that the API does not answer"
  scope              = "REGIONAL"
  ip_address_version = upper(each.key)
  addresses          = each.value
}
