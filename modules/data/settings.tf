variable "settings" {
  description = "Retention of the buckets in days, and size, protection and windows (UTC) of the databases. A higher password_version makes a new database password, or writes the cache's secret anew."
  type = object({
    force_destroy             = optional(bool, false)
    screenshot_retention_days = optional(number, 90)
    artifact_retention_days   = optional(number, 365)
    log_retention_days        = optional(number, 365)
    trail_retention_days      = optional(number, 730)
    audit_lock_days           = optional(number, 365)
    noncurrent_days           = optional(number, 30)
    tiered_buckets            = optional(set(string), ["artifacts", "audit", "cloudtrail", "logs"])
    archive_days              = optional(number)
    contributor_insights      = optional(bool, false)
    database = optional(object({
      engine_version          = optional(string, "16")
      instance_class          = optional(string, "db.t4g.micro")
      storage_gb              = optional(number, 20)
      storage_max_gb          = optional(number, 100)
      multi_az                = optional(bool, false)
      backup_retention_days   = optional(number, 7)
      backup_window           = optional(string, "16:00-16:30")
      maintenance_window      = optional(string, "sun:17:00-sun:18:00")
      ca_certificate          = optional(string)
      force_tls               = optional(bool, true)
      monitoring_seconds      = optional(number, 60)
      insights_retention_days = optional(number, 7)
      password_version        = optional(number, 1)
      proxy = optional(object({
        max_connections_percent = optional(number, 80)
        idle_seconds            = optional(number, 1800)
        borrow_seconds          = optional(number, 5)
      }))
      reservation = optional(object({
        offering_id = string
        instances   = optional(number, 1)
      }))
    }), {})
    cache = optional(object({
      engine_version     = optional(string, "7.1")
      node_type          = optional(string, "cache.t4g.micro")
      nodes              = optional(number, 1)
      tls                = optional(bool, true)
      eviction           = optional(string, "volatile-lru")
      logs               = optional(bool, true)
      snapshot_retention = optional(number, 1)
      snapshot_window    = optional(string, "16:30-17:30")
      maintenance_window = optional(string, "sun:18:00-sun:19:00")
      password_version   = optional(number, 1)
      reservation = optional(object({
        offering_id = string
        nodes       = optional(number, 1)
      }))
    }), {})
    backup = optional(object({
      daily_days            = optional(number, 35)
      monthly_days          = optional(number, 365)
      copy_days             = optional(number, 35)
      compliance_after_days = optional(number)
    }), {})
  })
  default  = {}
  nullable = false

  validation {
    condition     = !(var.context.guarded && var.settings.force_destroy)
    error_message = "force_destroy would delete buckets and backups with what they hold, and this environment is guarded; set it to false."
  }

  validation {
    condition     = alltrue([for name in var.settings.tiered_buckets : contains(["screenshots", "templates", "settings", "artifacts", "logs", "cloudtrail", "audit"], name)])
    error_message = "tiered_buckets may name screenshots, templates, settings, artifacts, logs, cloudtrail and audit; remove or rename the others."
  }

  validation {
    condition     = var.settings.audit_lock_days >= (var.context.guarded ? 365 : 1)
    error_message = "audit_lock_days must be at least 1, and 365 in a guarded environment: the audit trail is evidence. Raise it."
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
    condition     = !var.context.guarded || var.settings.database.multi_az
    error_message = "A guarded environment survives the loss of a zone; set database.multi_az to true."
  }

  validation {
    condition     = !var.context.guarded || var.settings.database.force_tls
    error_message = "A guarded environment talks to its database over TLS only; set database.force_tls to true."
  }

  validation {
    condition     = var.settings.database.storage_max_gb > var.settings.database.storage_gb
    error_message = "database.storage_max_gb must be above database.storage_gb, so that the storage can grow; raise it."
  }

  validation {
    condition     = contains([0, 1, 5, 10, 15, 30, 60], var.settings.database.monitoring_seconds)
    error_message = "database.monitoring_seconds must be 0, 1, 5, 10, 15, 30 or 60; 0 turns enhanced monitoring off."
  }

  validation {
    condition     = contains([7, 731], var.settings.database.insights_retention_days) || (var.settings.database.insights_retention_days % 31 == 0 && var.settings.database.insights_retention_days >= 31 && var.settings.database.insights_retention_days <= 713)
    error_message = "database.insights_retention_days must be 7 (free), a multiple of 31 up to 713, or 731; choose one of these."
  }

  validation {
    condition     = try(var.settings.database.proxy.max_connections_percent >= 1 && var.settings.database.proxy.max_connections_percent <= 100, var.settings.database.proxy == null)
    error_message = "database.proxy.max_connections_percent must be 1 to 100; 80 leaves room for the administrator."
  }

  validation {
    condition     = can(regex("^7\\.[0-9]+$", var.settings.cache.engine_version))
    error_message = "cache.engine_version must be 7.0 or 7.1, the Redis of ElastiCache for which users and parameters are written; use 7.1."
  }

  validation {
    condition     = var.settings.cache.nodes >= 1 && var.settings.cache.nodes <= 6
    error_message = "cache.nodes must be 1 to 6 (one primary and up to five replicas)."
  }

  validation {
    condition     = !var.context.guarded || var.settings.cache.nodes >= 2
    error_message = "A guarded environment survives the loss of a zone; set cache.nodes to 2 or more."
  }

  validation {
    condition     = !var.context.guarded || var.settings.cache.tls
    error_message = "A guarded environment talks to its cache over TLS only; set cache.tls to true."
  }

  validation {
    condition     = var.settings.cache.snapshot_retention >= (var.context.guarded ? 1 : 0) && var.settings.cache.snapshot_retention <= 35
    error_message = "cache.snapshot_retention must be 0 to 35 days, and at least 1 in a guarded environment; raise it."
  }

  validation {
    condition     = contains(["volatile-lru", "volatile-lfu", "volatile-ttl", "allkeys-lru", "allkeys-lfu"], var.settings.cache.eviction)
    error_message = "cache.eviction must be volatile-lru, volatile-lfu, volatile-ttl, allkeys-lru or allkeys-lfu: a cache that is full must make room. Choose one of these."
  }

  validation {
    condition     = var.settings.backup.daily_days >= 7 && var.settings.backup.monthly_days >= var.settings.backup.daily_days
    error_message = "backup.daily_days must be 7 or more and backup.monthly_days no less; raise them."
  }

  validation {
    condition     = var.settings.backup.copy_days >= 7 && var.settings.backup.copy_days <= var.settings.backup.monthly_days
    error_message = "backup.copy_days must be 7 or more and no more than backup.monthly_days; choose a value between."
  }

  validation {
    condition     = var.settings.backup.compliance_after_days == null || coalesce(var.settings.backup.compliance_after_days, 3) >= 3
    error_message = "backup.compliance_after_days must be 3 or more: after so many days nobody can remove the vault's lock. Use null for a lock that an administrator can remove."
  }
}
