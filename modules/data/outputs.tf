output "tables" {
  description = "Name and ARN of the tables by purpose: runs, devices, commands, idempotency."
  value       = { for purpose, table in aws_dynamodb_table.this : purpose => { name = table.name, arn = table.arn } }
}

output "buckets" {
  description = "Name and ARN of the buckets by purpose: screenshots, artifacts. Usable once they are encrypted and closed."
  value       = { for purpose, bucket in aws_s3_bucket.this : purpose => { name = bucket.bucket, arn = bucket.arn } }

  depends_on = [
    aws_s3_bucket_policy.this,
    aws_s3_bucket_public_access_block.this,
    aws_s3_bucket_server_side_encryption_configuration.this,
  ]
}

output "database_secret_arn" {
  description = "ARN of the secret with the database's address and password. Known before the database is."
  value       = aws_secretsmanager_secret.postgres.arn
}

output "database_identifier" {
  description = "Identifier of the database instance, as metrics carry it."
  value       = aws_db_instance.this.identifier
}

output "cache_parameter" {
  description = "Name and ARN of the parameter with the cache's address. Known before the cache is."
  value = {
    name = "${var.context.parameter_path}/cache"
    arn  = "arn:${var.context.partition}:ssm:${var.context.region}:${var.context.account_id}:parameter${var.context.parameter_path}/cache"
  }
}
