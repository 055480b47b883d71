variable "key_arns" {
  description = "KMS keys by purpose."
  type = object({
    screenshots = string
    data        = string
    logs        = string
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
  description = "Password of PostgreSQL, made anew for each run of Terraform; used when the password_version grows. Neither plan nor state holds it."
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

variable "settings" {
  description = "Retention of the buckets in days, and size and protection of the databases. A higher password_version makes a new database password."
  type = object({
    force_destroy             = optional(bool, false)
    screenshot_retention_days = optional(number, 90)
    artifact_retention_days   = optional(number, 365)
    noncurrent_days           = optional(number, 30)
    database = optional(object({
      engine_version        = optional(string, "16")
      instance_class        = optional(string, "db.t4g.micro")
      storage_gb            = optional(number, 20)
      storage_max_gb        = optional(number, 100)
      multi_az              = optional(bool, false)
      backup_retention_days = optional(number, 7)
      force_tls             = optional(bool, true)
      monitoring_seconds    = optional(number, 60)
      password_version      = optional(number, 1)
    }), {})
    cache = optional(object({
      engine_version     = optional(string, "7.1")
      node_type          = optional(string, "cache.t4g.micro")
      nodes              = optional(number, 1)
      tls                = optional(bool, true)
      snapshot_retention = optional(number, 1)
    }), {})
  })
  default  = {}
  nullable = false

  validation {
    condition     = !(var.context.guarded && var.settings.force_destroy)
    error_message = "force_destroy would delete buckets with their data, and this environment is guarded; set it to false."
  }

  validation {
    condition     = !var.context.guarded || var.settings.database.backup_retention_days >= 7
    error_message = "A guarded environment keeps database backups for at least 7 days; raise database.backup_retention_days."
  }

  validation {
    condition     = var.settings.database.backup_retention_days >= 1 && var.settings.database.backup_retention_days <= 35
    error_message = "database.backup_retention_days must be 1 to 35, the limits of RDS; backups cannot be off."
  }

  validation {
    condition     = contains([0, 1, 5, 10, 15, 30, 60], var.settings.database.monitoring_seconds)
    error_message = "database.monitoring_seconds must be 0, 1, 5, 10, 15, 30 or 60; 0 turns enhanced monitoring off."
  }

  validation {
    condition     = var.settings.cache.nodes >= 1 && var.settings.cache.nodes <= 6
    error_message = "cache.nodes must be 1 to 6 (one primary and up to five replicas)."
  }
}
