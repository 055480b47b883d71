output "user_pool_id" {
  description = "Id of the user pool."
  value       = aws_cognito_user_pool.this.id
}

output "user_pool_arn" {
  description = "ARN of the user pool."
  value       = aws_cognito_user_pool.this.arn
}

output "agent_client_id" {
  description = "Id of the agent's app client."
  value       = aws_cognito_user_pool_client.agent.id
}

output "issuer" {
  description = "Issuer (`iss`) of the tokens."
  value       = local._issuer
}

output "client_parameter" {
  description = "Name of the parameter with the published client configuration."
  value       = aws_ssm_parameter.client.name
}
