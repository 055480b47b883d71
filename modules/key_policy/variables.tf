variable "region" {
  description = "Region of the key: its services use it there, and nowhere else."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z]{2}(-[a-z]+)+-\\d$", var.region))
    error_message = "region must be the code of a region, e.g. ap-northeast-2; take it from the context."
  }
}

variable "services" {
  description = "AWS services through which the account uses the key, as kms:ViaService names them, e.g. s3."
  type        = set(string)
  nullable    = false

  validation {
    condition     = length(var.services) > 0
    error_message = "Without a service nobody could use the key; name at least one, e.g. s3."
  }

  validation {
    condition     = alltrue([for service in var.services : can(regex("^[a-z0-9-]+$", service))])
    error_message = "A service must be named without its region and domain, in lower-case letters, digits and hyphens; write s3, not s3.amazonaws.com."
  }
}

variable "kind" {
  description = "Whether the key stands alone (single), is the primary of a multi-region key, or a replica of one."
  type        = string
  default     = "single"
  nullable    = false

  validation {
    condition     = contains(["single", "primary", "replica"], var.kind)
    error_message = "kind must be single, primary or replica; use single for a key that exists in one region."
  }
}
