output "backend_config" {
  description = "Values of the platform's S3 backend; the key is platform/<environment>.tfstate."
  value = {
    bucket       = aws_s3_bucket.state.bucket
    region       = var.region
    kms_key_id   = aws_kms_key.state.arn
    encrypt      = true
    use_lockfile = true
  }
}

output "plan_role_arn" {
  description = "Role that pull requests and drift checks assume."
  value       = aws_iam_role.plan.arn
}

output "apply_role_arns" {
  description = "Roles that deployments assume, by environment."
  value       = { for name, role in aws_iam_role.apply : name => role.arn }
}
