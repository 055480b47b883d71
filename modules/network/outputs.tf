output "vpc_id" {
  description = "Id of the VPC."
  value       = aws_vpc.this.id
}

output "vpc_cidr" {
  description = "Address range of the VPC."
  value       = aws_vpc.this.cidr_block
}

output "subnet_ids" {
  description = "Subnet ids by tier (public, private, isolated), in the order of the zones."
  value = {
    public   = [for zone in sort(keys(var.settings.zones)) : aws_subnet.public[zone].id]
    private  = [for zone in sort(keys(var.settings.zones)) : aws_subnet.private[zone].id]
    isolated = [for zone in sort(keys(var.settings.zones)) : aws_subnet.isolated[zone].id]
  }
}

output "security_group_ids" {
  description = "Security group ids by purpose: functions, database, cache, search, endpoints, bastion, build."
  value       = { for name, group in aws_security_group.this : name => group.id }
}

output "api_id" {
  description = "Id of the REST API."
  value       = aws_api_gateway_rest_api.this.id
}

output "api_name" {
  description = "Name of the REST API, as metrics carry it."
  value       = aws_api_gateway_rest_api.this.name
}

output "api_execution_arn" {
  description = "ARN prefix of the API's stages and methods, for policies that let callers invoke them."
  value       = aws_api_gateway_rest_api.this.execution_arn
}

output "stage_name" {
  description = "Name of the API's stage."
  value       = aws_api_gateway_stage.this.stage_name
}

output "stage_arn" {
  description = "ARN of the API's stage."
  value       = aws_api_gateway_stage.this.arn
}

output "api_url" {
  description = "Base URL of the API as clients use it, without a final slash."
  value = (
    var.endpoint_url != null
    ? "${trimsuffix(coalesce(var.endpoint_url, "/"), "/")}/restapis/${aws_api_gateway_rest_api.this.id}/${aws_api_gateway_stage.this.stage_name}/_user_request_"
    : local._domain_url != null ? local._domain_url : aws_api_gateway_stage.this.invoke_url
  )
}

output "custom_domain" {
  description = "Custom domain of the API: its URL, and the name and zone that a DNS alias must lead to; null without one."
  value = one([
    for name, domain in aws_api_gateway_domain_name.this : {
      url                = local._domain_url
      regional_name      = domain.regional_domain_name
      regional_zone_id   = domain.regional_zone_id
      managed_dns_record = contains(keys(local._records), name)
    }
  ])
}

locals {
  _domain_url = one([for mapping in aws_api_gateway_base_path_mapping.this : join("/", compact(["https://${mapping.domain_name}", mapping.base_path]))])
}
