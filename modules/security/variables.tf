variable "settings" {
  description = "Days before a deleted key is gone, and the web ACL: whether there is one, and requests per address in five minutes."
  type = object({
    key_deletion_days  = optional(number, 30)
    web_acl            = optional(bool, true)
    rate_limit         = optional(number, 2000)
    log_retention_days = optional(number, 365)
  })
  default  = {}
  nullable = false

  validation {
    condition     = var.settings.key_deletion_days >= 7 && var.settings.key_deletion_days <= 30
    error_message = "key_deletion_days must be 7 to 30, KMS's limits; use 30 where data matters."
  }

  validation {
    condition     = var.settings.rate_limit >= 100
    error_message = "rate_limit must be at least 100 requests in five minutes, or agents that poll would lock themselves out."
  }
}
