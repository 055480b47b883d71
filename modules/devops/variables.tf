variable "logs_key_arn" {
  description = "KMS key of the alarm topic."
  type        = string
  nullable    = false
}

variable "permissions_boundary_arn" {
  description = "Policy that bounds the layer's roles; null for none."
  type        = string
  default     = null
}

variable "data_key_arn" {
  description = "KMS key of the queues."
  type        = string
  nullable    = false
}

variable "dead_letter_queue" {
  description = "ARN and URL of the queue that the redrive runbook empties."
  type = object({
    arn = string
    url = string
  })
  nullable = false
}

variable "functions" {
  description = "ARNs of the functions whose failed invocations the redrive runbook repeats, by short name."
  type        = map(string)
  nullable    = false
}

variable "release" {
  description = "What is deployed: version and git commit."
  type = object({
    version = string
    commit  = string
  })
  nullable = false

  validation {
    condition     = can(regex("^[0-9]+\\.[0-9]+\\.[0-9]+([.+-]?[0-9A-Za-z.+-]+)?$", var.release.version))
    error_message = "release.version must be a version such as 1.2.3 or 1.2.3.dev4; take it from the package."
  }

  validation {
    condition     = can(regex("^[0-9a-f]{40}$", var.release.commit))
    error_message = "release.commit must be the 40 hex digits of a git commit; `git rev-parse HEAD` prints them."
  }
}

variable "settings" {
  description = "E-mail addresses that get alarms."
  type = object({
    alarm_emails = optional(set(string), [])
  })
  default  = {}
  nullable = false

  validation {
    condition     = alltrue([for address in var.settings.alarm_emails : can(regex("^[^@\\s]+@[^@\\s]+\\.[^@\\s]+$", address))])
    error_message = "alarm_emails must hold e-mail addresses such as ops@example.com; correct the one that is not."
  }
}
