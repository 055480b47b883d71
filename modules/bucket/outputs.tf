output "name" {
  description = "Name of the bucket. Usable once it is encrypted, versioned and closed."
  value       = aws_s3_bucket.this.bucket

  depends_on = [
    aws_s3_bucket_ownership_controls.this,
    aws_s3_bucket_policy.this,
    aws_s3_bucket_server_side_encryption_configuration.this,
    aws_s3_bucket_versioning.this,
  ]
}

output "arn" {
  description = "ARN of the bucket. Usable once it is encrypted, versioned and closed."
  value       = aws_s3_bucket.this.arn

  depends_on = [
    aws_s3_bucket_ownership_controls.this,
    aws_s3_bucket_policy.this,
    aws_s3_bucket_server_side_encryption_configuration.this,
    aws_s3_bucket_versioning.this,
  ]
}

output "lifecycle_days" {
  description = "Days after which objects expire, null where they do not, and after which replaced and deleted versions do."
  value       = { current = var.retention_days, noncurrent = var.noncurrent_days }
}

output "regional_domain_name" {
  description = "Domain name of the bucket in its region."
  value       = aws_s3_bucket.this.bucket_regional_domain_name
}
