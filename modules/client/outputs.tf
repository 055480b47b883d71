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

output "identity_pool_id" {
  description = "Id of the identity pool; whoever asks it for a device's token uses the provider `qscreen.devices`."
  value       = aws_cognito_identity_pool.this.id

  # Without the roles the pool gives nobody credentials.
  depends_on = [aws_cognito_identity_pool_roles_attachment.this]
}

output "identity_pool_arn" {
  description = "ARN of the identity pool."
  value       = "arn:${var.context.partition}:cognito-identity:${var.context.region}:${var.context.account_id}:identitypool/${aws_cognito_identity_pool.this.id}"
}

output "device_pool_role_arn" {
  description = "ARN of the role that devices get from the identity pool."
  value       = aws_iam_role.device.arn
}

output "domain_url" {
  description = "Address of the sign-in pages; null without a domain."
  value       = local._domain_url
}

output "releases_bucket" {
  description = "Bucket of the agent's signed releases."
  value       = { name = module.releases.name, arn = module.releases.arn }
}

output "partner_secret_arns" {
  description = "ARNs of the secrets with the partners' API keys, by partner. Known before there is anything in them."
  value       = { for name, secret in aws_secretsmanager_secret.partner : name => secret.arn }
}

output "rotatable_partner_secrets" {
  description = "The same ARNs, known once the usage plans stand that a rotation adds keys to: rotate these."
  value       = { for name, secret in aws_secretsmanager_secret.partner : name => secret.arn }

  depends_on = [aws_api_gateway_usage_plan.partner]
}
