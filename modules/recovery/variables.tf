variable "key_arns" {
  description = "The multi-region keys of the environment's own region, by purpose."
  type = object({
    screenshots = string
    data        = string
  })
  nullable = false
}

variable "buckets" {
  description = "Buckets that have a copy here, by purpose: the key that encrypts it (screenshots or data), days after which its objects expire (null keeps them as long as their originals; all of them or those under the beginnings of keys in expiring), days for which replaced and deleted versions are kept, and days for which its versions are locked (as many as in the original, null for none): the output copied_buckets of modules/data."
  type = map(object({
    key             = optional(string, "data")
    retention_days  = optional(number)
    expiring        = optional(map(string), {})
    noncurrent_days = optional(number, 30)
    lock_days       = optional(number)
  }))
  nullable = false

  validation {
    condition     = alltrue([for name in keys(var.buckets) : length(name) <= 23])
    error_message = "A bucket's purpose must be at most 23 characters, for the name of its copy adds -recovery; shorten it."
  }

  validation {
    condition     = alltrue([for bucket in values(var.buckets) : contains(["screenshots", "data"], bucket.key)])
    error_message = "The key of a copy must be screenshots or data, the keys that exist in both regions; use data for everything but pictures."
  }
}

variable "settings" {
  description = "Days for which replaced access logs are kept, days until a deleted key is gone, whether buckets and backups are destroyed with what they hold, and the most days for which a backup may be kept."
  type = object({
    force_destroy     = optional(bool, false)
    noncurrent_days   = optional(number, 30)
    key_deletion_days = optional(number, 30)
    backup_max_days   = optional(number, 365)
  })
  default  = {}
  nullable = false

  validation {
    condition     = !(var.context.guarded && var.settings.force_destroy)
    error_message = "force_destroy would delete the copies with what they hold, and this environment is guarded; set it to false."
  }

  validation {
    condition     = var.settings.key_deletion_days >= 7 && var.settings.key_deletion_days <= 30
    error_message = "key_deletion_days must be 7 to 30, the limits of KMS; use 30 where data must survive a mistake."
  }

  validation {
    condition     = var.settings.backup_max_days >= 7
    error_message = "backup_max_days must be 7 or more, the least for which a backup is kept; raise it."
  }
}
