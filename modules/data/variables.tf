variable "key_arns" {
  description = "KMS keys by purpose."
  type = object({
    screenshots = string
    data        = string
    secrets     = string
    logs        = string
    artifacts   = string
  })
  nullable = false
}

variable "isolated_subnet_ids" {
  description = "Subnets of the databases, in at least two zones."
  type        = list(string)
  nullable    = false

  validation {
    condition     = length(var.isolated_subnet_ids) >= 2
    error_message = "RDS needs subnets in at least two zones; give two or more."
  }
}

variable "security_group_ids" {
  description = "Security groups of the databases."
  type = object({
    database = string
    cache    = string
  })
  nullable = false
}

variable "database_password" {
  description = "Password of PostgreSQL's master user, made anew for each run of Terraform; used when the password_version grows. Neither plan nor state holds it."
  type        = string
  nullable    = false
  sensitive   = true
  ephemeral   = true
}

variable "cache_password" {
  description = "First password in the cache's secret, made anew for each run of Terraform; the first rotation replaces it. Neither plan nor state holds it."
  type        = string
  nullable    = false
  sensitive   = true
  ephemeral   = true
}

variable "permissions_boundary_arn" {
  description = "Policy that bounds the layer's roles; null for none."
  type        = string
  default     = null
}

variable "database_authorities" {
  description = "What the build says of the certificates by which functions check the database's own (rds_authorities of manifest.json); null where they have none, and encrypt without checking."
  type = object({
    certificates = number
    sha256       = string
    valid_until  = string
  })
  default = null

  validation {
    condition     = !var.context.guarded || var.database_authorities != null
    error_message = "Functions of a guarded environment check who answers as the database, and this build has no certificates of RDS. Put the region's bundle beside the values as environments/<environment>.rds-ca.pem (terraform/platform/README.md says from where), and run `qops build` again."
  }
}

variable "recovery" {
  description = "Where copies go in the recovery region, the outputs of modules/recovery: buckets by purpose, keys (screenshots, data) and the backup vault; null copies nothing."
  type = object({
    bucket_arns      = map(string)
    key_arns         = map(string)
    backup_vault_arn = string
  })
  default = null

  validation {
    condition     = var.recovery == null || (var.context.recovery_region != null && var.context.recovery_region != var.context.region)
    error_message = "Copies need a recovery region other than the environment's own; set the context's recovery_region, or leave recovery out."
  }

  validation {
    condition     = var.recovery == null || try(alltrue([for name in keys(var.recovery.bucket_arns) : contains(["screenshots", "templates", "settings", "artifacts", "logs", "cloudtrail", "audit"], name)]), false)
    error_message = "recovery.bucket_arns may name screenshots, templates, settings, artifacts, logs, cloudtrail and audit; remove or rename the others."
  }

  validation {
    condition     = var.recovery == null || try(alltrue([for name in ["screenshots", "data"] : contains(keys(var.recovery.key_arns), name)]), false)
    error_message = "recovery.key_arns must name the keys screenshots and data of the recovery region; add the missing one."
  }
}
