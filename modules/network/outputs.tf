output "vpc_id" {
  description = "Id of the VPC."
  value       = aws_vpc.this.id
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
  description = "Security group ids by purpose: functions, database, cache."
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

output "stage_name" {
  description = "Name of the API's stage."
  value       = aws_api_gateway_stage.this.stage_name
}

output "stage_arn" {
  description = "ARN of the API's stage."
  value       = aws_api_gateway_stage.this.arn
}

output "api_url" {
  description = "Base URL of the stage as clients use it, without a final slash."
  value = (
    var.endpoint_url == null
    ? aws_api_gateway_stage.this.invoke_url
    : "${trimsuffix(var.endpoint_url, "/")}/restapis/${aws_api_gateway_rest_api.this.id}/${aws_api_gateway_stage.this.stage_name}/_user_request_"
  )
}
