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

variable "recovery_region" {
  description = "Region that keeps a copy of the state; null for none."
  type        = string
  default     = null

  validation {
    condition     = var.recovery_region == null ? true : can(regex("^[a-z]{2}(-[a-z]+)+-[0-9]$", var.recovery_region)) && var.recovery_region != var.region
    error_message = "The recovery region must be an AWS region such as ap-northeast-1, and another one than the state's."
  }
}

variable "access_log_days" {
  description = "How long the access logs of the state are kept, in days."
  type        = number
  default     = 365
  nullable    = false

  validation {
    condition     = var.access_log_days >= 90
    error_message = "Keep access logs for at least 90 days: who read a state is asked late."
  }
}

variable "guarded_environments" {
  description = "Environments whose apply role can destroy no store, whatever a plan says."
  type        = set(string)
  default     = ["prod"]
  nullable    = false

  validation {
    condition     = alltrue([for name in var.guarded_environments : contains(keys(var.environments), name)])
    error_message = "guarded_environments must be names of entries of environments; correct the one that is not."
  }
}

variable "further_regions" {
  description = "Regions that deployments may use besides the state's and the recovery region."
  type        = set(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for name in var.further_regions : can(regex("^[a-z]{2}(-[a-z]+)+-[0-9]$", name))])
    error_message = "further_regions must hold AWS regions such as ap-northeast-3; correct the one that is not."
  }
}

variable "github_provider_arn" {
  description = "GitHub's OIDC provider if the account has one already (there can be one only); null to make it."
  type        = string
  default     = null

  validation {
    condition     = var.github_provider_arn == null || can(regex("^arn:aws[a-z-]*:iam::[0-9]{12}:oidc-provider/token\\.actions\\.githubusercontent\\.com$", var.github_provider_arn))
    error_message = "github_provider_arn must be the ARN of GitHub's provider in this account: arn:aws:iam::<account>:oidc-provider/token.actions.githubusercontent.com."
  }
}
