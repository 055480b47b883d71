output "client_parameter" {
  description = "Name of the parameter with the published client configuration; clients read that, not these outputs."
  value       = module.client.client_parameter
}

output "api_url" {
  description = "Base URL of the API's stage."
  value       = module.network.api_url
}

output "user_pool_id" {
  description = "Id of the user pool."
  value       = module.client.user_pool_id
}

output "functions" {
  description = "Names of the functions by their short name."
  value       = { for name, function in module.compute.functions : name => function.function_name }
}

output "state_machine_arns" {
  description = "ARNs of the state machines: run and analysis."
  value       = module.compute.state_machine_arns
}

output "buckets" {
  description = "Names of the buckets by purpose."
  value       = { for purpose, bucket in module.data.buckets : purpose => bucket.name }
}

output "tables" {
  description = "Names of the tables by purpose."
  value       = { for purpose, table in module.data.tables : purpose => table.name }
}

output "secrets" {
  description = "ARNs of the secrets by purpose."
  value       = module.data.secrets
}

output "converse_policy_json" {
  description = "Least-privilege policy to converse with the models; for functions that call them."
  value       = module.ai.converse_policy_json
}

output "dashboard_names" {
  description = "Names of the dashboards by what they show."
  value       = module.observability.dashboard_names
}

output "redrive_document" {
  description = "Name of the runbook that repeats failed asynchronous invocations."
  value       = module.devops.redrive_document
}

output "state_bucket" {
  description = "Bucket that holds this environment's state; null for a state on this machine."
  value       = var.state_bucket
}
