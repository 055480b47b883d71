variable "name" {
  description = "What the bucket holds; the bucket is named <prefix>-<name>-<account>."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{0,30}[a-z0-9]$", var.name))
    error_message = "A bucket's name must be 2 to 32 lower-case letters, digits or hyphens, starting with a letter: with the longest prefix and the account it then fits into 63 characters. Shorten or rename it."
  }
}

variable "key_arn" {
  description = "KMS key of the objects; null encrypts with the keys of S3, which only the target of access logs needs."
  type        = string
  default     = null
}

variable "access_logs_bucket" {
  description = "Name of the bucket that receives this one's access logs; null only for that bucket itself and for copies in another region."
  type        = string
  default     = null
}

variable "events" {
  description = "Whether changes of objects are events on the account's default bus. Off, no notification of any kind stays configured."
  type        = bool
  default     = true
  nullable    = false
}

variable "force_destroy" {
  description = "Whether the bucket is destroyed together with its objects."
  type        = bool
  default     = false
  nullable    = false

  validation {
    condition     = !(var.context.guarded && var.force_destroy)
    error_message = "force_destroy would delete the bucket with its objects, and this environment is guarded; set it to false."
  }
}

variable "retention_days" {
  description = "Days after which objects expire, all of them or those that `expiring` names; null keeps them for ever."
  type        = number
  default     = null

  validation {
    condition     = var.retention_days == null || coalesce(var.retention_days, 1) >= 1
    error_message = "retention_days must be 1 or more; use null to keep objects for ever."
  }
}

variable "noncurrent_days" {
  description = "Days for which replaced and deleted versions can still be restored."
  type        = number
  default     = 30
  nullable    = false

  validation {
    condition     = var.noncurrent_days >= 1
    error_message = "noncurrent_days must be 1 or more: versions are what an accident is mended from. Raise it."
  }
}

variable "expiring" {
  description = "What expires after retention_days: beginnings of keys by name; nothing named means every object."
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for prefix in values(var.expiring) : can(regex("^[^/].*/$", prefix))])
    error_message = "expiring must hold beginnings of keys that end in a slash, such as results/; leave it empty for every object."
  }
}

variable "intelligent_tiering" {
  description = "Moves objects to Intelligent-Tiering, and into its archive tiers after these days without access (archive 90 or more, deep archive 180 or more); null keeps the standard class."
  type = object({
    archive_days      = optional(number)
    deep_archive_days = optional(number)
  })
  default = null

  validation {
    condition     = var.intelligent_tiering == null || try(var.intelligent_tiering.archive_days, null) == null || try(var.intelligent_tiering.archive_days >= 90 && var.intelligent_tiering.archive_days <= 730, false)
    error_message = "intelligent_tiering.archive_days must be 90 to 730, the limits of S3; leave it out for no archive tier."
  }

  validation {
    condition     = var.intelligent_tiering == null || try(var.intelligent_tiering.deep_archive_days, null) == null || try(var.intelligent_tiering.deep_archive_days >= 180 && var.intelligent_tiering.deep_archive_days <= 730, false)
    error_message = "intelligent_tiering.deep_archive_days must be 180 to 730, the limits of S3; leave it out for no deep archive tier."
  }
}

variable "object_lock" {
  description = "Days for which no version can be deleted or overwritten (governance mode); null locks nothing. Decided when the bucket is created."
  type        = object({ days = number })
  default     = null

  validation {
    condition     = var.object_lock == null || try(var.object_lock.days >= 1 && var.object_lock.days <= 36500, false)
    error_message = "object_lock.days must be 1 to 36500, the limits of S3; use null for no lock."
  }

  validation {
    condition     = var.object_lock == null || var.retention_days == null || try(var.retention_days >= var.object_lock.days, false)
    error_message = "Objects would expire while they are still locked; raise retention_days to object_lock.days or more."
  }
}

variable "replication" {
  description = "Copies every object into the bucket of another region, encrypted with the key there, by the role; null copies nothing. A locked bucket needs a target that is locked too."
  type = object({
    role_arn   = string
    bucket_arn = string
    key_arn    = string
  })
  default = null
}

variable "policy_documents" {
  description = "Further statements of the bucket's policy: JSON documents by name. They name the bucket by arn:<partition>:s3:::<prefix>-<name>-<account>."
  type        = map(string)
  default     = {}
  nullable    = false
}
