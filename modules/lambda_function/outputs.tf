output "function_name" {
  description = "Name of the function."
  value       = aws_lambda_function.this.function_name
}

output "function_arn" {
  description = "ARN of the function without a qualifier."
  value       = aws_lambda_function.this.arn
}

output "alias_arn" {
  description = "ARN of the alias `live`; callers invoke this."
  value       = local._alias.arn
}

output "alias_name" {
  description = "Name of the alias that callers invoke."
  value       = local._alias.name
}

output "invoke_arn" {
  description = "Invocation ARN of the alias, as API Gateway takes it."
  value       = local._alias.invoke_arn
}

output "role_arn" {
  description = "ARN of the execution role, once its policies are attached."
  value       = aws_iam_role.this.arn
}

output "role_name" {
  description = "Name of the execution role."
  value       = aws_iam_role.this.name
}

output "log_group_name" {
  description = "Name of the log group."
  value       = aws_cloudwatch_log_group.this.name
}
