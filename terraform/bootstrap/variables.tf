variable "region" {
  description = "AWS region of the state."
  type        = string
  default     = "ap-northeast-2"
  nullable    = false

  validation {
    condition     = can(regex("^[a-z]{2}(-[a-z]+)+-[0-9]$", var.region))
    error_message = "The region must be an AWS region such as ap-northeast-2."
  }
}

variable "repository" {
  description = "GitHub repository that deploys, as owner/name."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9][A-Za-z0-9-]*/[A-Za-z0-9._-]+$", var.repository))
    error_message = "The repository must be given as owner/name, as in its GitHub URL."
  }
}

variable "environments" {
  description = "GitHub environments that may apply, by name of the platform's environment."
  type        = map(string)
  default     = { dev = "dev", prod = "prod" }
  nullable    = false

  validation {
    condition     = length(var.environments) > 0 && alltrue([for name in keys(var.environments) : can(regex("^[a-z][a-z0-9]{1,7}$", name))])
    error_message = "environments needs at least one entry, named like the platform's environments: 2 to 8 lower-case letters or digits."
  }
}

variable "state_noncurrent_days" {
  description = "How long former versions of the state are kept, in days."
  type        = number
  default     = 365
  nullable    = false

  validation {
    condition     = var.state_noncurrent_days >= 30
    error_message = "Keep former states for at least 30 days: they are the only way back from a damaged state."
  }
}
