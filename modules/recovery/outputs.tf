locals {
  _bucket_arns = { for purpose, bucket in module.bucket : purpose => bucket.arn }
  _key_arns    = { for purpose, key in aws_kms_replica_key.this : purpose => key.arn }
}

output "bucket_arns" {
  description = "ARNs of the copies' buckets by purpose. Usable once they are encrypted, versioned and closed."
  value       = local._bucket_arns
}

output "copies" {
  description = "Region of the copies, and name and ARN of their buckets by purpose, as the layer compute takes them: an erasure deletes a user's objects there, too."
  value = {
    region  = local._region
    buckets = { for purpose, bucket in module.bucket : purpose => { name = bucket.name, arn = bucket.arn } }
  }
}

output "key_arns" {
  description = "ARNs of the replica keys by purpose: screenshots, data."
  value       = local._key_arns
}

output "backup_vault_arn" {
  description = "ARN of the vault that receives copies of backups."
  value       = aws_backup_vault.this.arn
}

output "stores" {
  description = "All of it as the layer data takes it."
  value = {
    bucket_arns      = local._bucket_arns
    key_arns         = local._key_arns
    backup_vault_arn = aws_backup_vault.this.arn
  }

  # A vault whose lock is not yet on would accept copies that the lock refuses.
  depends_on = [aws_backup_vault_lock_configuration.this]
}
