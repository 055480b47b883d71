output "key_arns" {
  description = "ARNs of the KMS keys by purpose: screenshots, data, logs."
  value       = { for purpose, key in aws_kms_key.this : purpose => key.arn }
}

output "permissions_boundary_arn" {
  description = "ARN of the policy that bounds the platform's roles."
  value       = aws_iam_policy.boundary.arn
}

output "web_acl_arn" {
  description = "ARN of the web ACL; null without one."
  value       = one(aws_wafv2_web_acl.this[*].arn)
}
