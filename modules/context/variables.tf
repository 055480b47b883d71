variable "environment" {
  description = "Short name of the environment; part of every name."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][a-z0-9]{1,7}$", var.environment))
    error_message = "The environment must be 2 to 8 lower-case letters or digits and start with a letter: names of AWS resources are bounded in length. Use for example local, dev or prod."
  }
}

variable "project" {
  description = "Short name of the product; the first part of every name."
  type        = string
  default     = "qscreen"
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][a-z0-9]{1,7}$", var.project))
    error_message = "The project must be 2 to 8 lower-case letters or digits and start with a letter; shorten it."
  }
}

variable "guarded_environments" {
  description = "Environments whose stateful resources are guarded against destruction."
  type        = set(string)
  default     = ["prod"]
  nullable    = false
}

variable "tags" {
  description = "Further tags for every resource."
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for key in keys(var.tags) : !contains(["Project", "Environment", "ManagedBy"], key)])
    error_message = "Project, Environment and ManagedBy are set by this module; remove them from tags."
  }
}

variable "recovery_region" {
  description = "Region that holds the copies of what must survive the loss of the environment's own region; null for none."
  type        = string
  default     = null

  validation {
    condition     = var.recovery_region == null || can(regex("^[a-z]{2}(-[a-z]+)+-[0-9]$", var.recovery_region))
    error_message = "The recovery region must be an AWS region such as ap-northeast-1; use null for none."
  }
}
