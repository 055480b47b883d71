locals {
  _domains = var.settings.custom_domain == null ? {} : { api = var.settings.custom_domain }
  _records = { for name, domain in local._domains : name => domain if domain.zone_id != null }
}

resource "aws_api_gateway_domain_name" "this" {
  for_each = local._domains

  domain_name              = each.value.name
  regional_certificate_arn = each.value.certificate_arn
  # TLS 1.2 and 1.3; everything older is refused.
  security_policy = "TLS_1_2"

  endpoint_configuration {
    types = ["REGIONAL"]
  }
}

resource "aws_api_gateway_base_path_mapping" "this" {
  for_each = local._domains

  domain_name = aws_api_gateway_domain_name.this[each.key].domain_name
  api_id      = aws_api_gateway_rest_api.this.id
  stage_name  = aws_api_gateway_stage.this.stage_name
  base_path   = each.value.base_path
}

resource "aws_route53_record" "this" {
  for_each = local._records

  zone_id = each.value.zone_id
  name    = each.value.name
  type    = "A"

  alias {
    name                   = aws_api_gateway_domain_name.this[each.key].regional_domain_name
    zone_id                = aws_api_gateway_domain_name.this[each.key].regional_zone_id
    evaluate_target_health = false
  }
}
