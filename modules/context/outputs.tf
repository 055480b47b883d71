output "context" {
  description = "What every layer needs to name and place its resources."
  value = {
    environment     = var.environment
    prefix          = local._prefix
    parameter_path  = "/${var.project}/${var.environment}"
    account_id      = data.aws_caller_identity.current.account_id
    region          = data.aws_region.current.name
    partition       = data.aws_partition.current.partition
    guarded         = contains(var.guarded_environments, var.environment)
    recovery_region = var.recovery_region
  }
}

output "tags" {
  description = "Tags of every resource; given to the provider as default tags."
  value = merge(var.tags, {
    Project     = var.project
    Environment = var.environment
    ManagedBy   = "terraform"
  })
}
