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

output "replica" {
  description = "Bucket and region of the state's copy; null without a recovery region."
  value       = one([for bucket in aws_s3_bucket.replica : { bucket = bucket.bucket, region = var.recovery_region }])
}
