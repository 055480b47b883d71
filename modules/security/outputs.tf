output "key_arns" {
  description = "ARNs of the KMS keys by purpose: screenshots, data, secrets, logs, artifacts."
  value       = { for purpose, key in aws_kms_key.this : purpose => key.arn }
}

output "permissions_boundary_arn" {
  description = "ARN of the policy that bounds the roles of the platform's work: functions, state machines, API, models, devices."
  value       = aws_iam_policy.boundary.arn
}

output "operations_boundary_arn" {
  description = "ARN of the policy that bounds the roles of its operations: backups, replication, monitoring of the database, builds, releases, runbooks, the bastion."
  value       = aws_iam_policy.operations_boundary.arn
}

output "web_acl_arn" {
  description = "ARN of the web ACL; null without one."
  value       = one(aws_wafv2_web_acl.this[*].arn)
}

output "operator_role_arns" {
  description = "ARNs of the roles of people that settings.operators.roles names: operator, operator-read, auditor, break-glass."
  value       = { for name, role in aws_iam_role.operator : name => role.arn }

  # A role without its policies can do nothing.
  depends_on = [
    aws_iam_role_policy_attachment.operator,
    aws_iam_role_policy_attachment.operator_acts,
    aws_iam_role_policy_attachment.operator_reads,
  ]
}
