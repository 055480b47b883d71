variable "name" {
  description = "Name of the function without the prefix: the folder of its code."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,30}$", var.name))
    error_message = "The name must be 2 to 31 lower-case letters, digits or hyphens and start with a letter; rename the function's folder."
  }
}

variable "description" {
  description = "What the function does, in one line."
  type        = string
  nullable    = false
}

variable "package" {
  description = "Archive of the function: bucket and key where it lies, and base64 SHA-256 as the build manifest states it."
  type = object({
    bucket = string
    key    = string
    sha256 = string
  })
  nullable = false
}

variable "runtime" {
  description = "Lambda runtime identifier, from the build manifest."
  type        = string
  default     = "python3.11"
  nullable    = false

  validation {
    condition     = can(regex("^python3\\.[0-9]+$", var.runtime))
    error_message = "The runtime must be a Python runtime such as python3.11: the archives hold Python code. Rebuild with `qops build`."
  }
}

variable "architecture" {
  description = "Instruction set, from the build manifest."
  type        = string
  default     = "x86_64"
  nullable    = false

  validation {
    condition     = contains(["x86_64", "arm64"], var.architecture)
    error_message = "The architecture must be x86_64 or arm64; rebuild with `qops build`."
  }
}

variable "handler" {
  description = "Entry point inside the archive."
  type        = string
  default     = "handler.handler"
  nullable    = false
}

variable "layer_arns" {
  description = "Version ARNs of layers, in the order in which they are laid over each other."
  type        = list(string)
  default     = []
  nullable    = false
}

variable "memory_mb" {
  description = "Memory in MiB; CPU grows with it."
  type        = number
  default     = 256
  nullable    = false

  validation {
    condition     = var.memory_mb >= 128 && var.memory_mb <= 10240
    error_message = "Memory must be 128 to 10240 MiB; choose a value in that range."
  }
}

variable "timeout_seconds" {
  description = "Time limit of one invocation in seconds."
  type        = number
  default     = 15
  nullable    = false

  validation {
    condition     = var.timeout_seconds >= 1 && var.timeout_seconds <= 900
    error_message = "The timeout must be 1 to 900 seconds, Lambda's limits; split longer work."
  }
}

variable "environment" {
  description = "Environment variables of the function."
  type        = map(string)
  default     = {}
  nullable    = false
}

variable "policies" {
  description = "IAM policy documents by name, with exactly what the function's own work needs."
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    condition     = !contains(keys(var.policies), "runtime")
    error_message = "The policy name runtime is taken by the module itself; rename yours."
  }
}

variable "permissions_boundary_arn" {
  description = "Policy that bounds the function's role; null for none."
  type        = string
  default     = null
}

variable "log_key_arn" {
  description = "KMS key of the log group."
  type        = string
  nullable    = false
}

variable "environment_key_arn" {
  description = "KMS key of the environment variables."
  type        = string
  nullable    = false
}

variable "log_retention_days" {
  description = "How long logs are kept, in days."
  type        = number
  default     = 365
  nullable    = false

  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653], var.log_retention_days)
    error_message = "CloudWatch Logs knows no such retention; use for example 30, 90 or 365 days."
  }
}

variable "dead_letter_queue" {
  description = "Queue that takes asynchronous invocations that failed, and its KMS key; null for none."
  type = object({
    arn     = string
    key_arn = string
  })
  default = null
}

variable "vpc" {
  description = "Subnets and security groups for a function that reaches databases; null outside the VPC."
  type = object({
    subnet_ids         = set(string)
    security_group_ids = set(string)
  })
  default = null
}

variable "reserved_concurrency" {
  description = "Upper bound of concurrent executions; -1 shares the account's pool."
  type        = number
  default     = -1
  nullable    = false

  validation {
    condition     = var.reserved_concurrency >= -1
    error_message = "Reserved concurrency must be -1 (none) or 0 and more; 0 stops the function."
  }
}

variable "tracing" {
  description = "Whether invocations are traced."
  type        = bool
  default     = true
  nullable    = false
}

variable "provisioned_concurrency" {
  description = "Executions that are kept warm for the alias; 0 for none."
  type        = number
  default     = 0
  nullable    = false

  validation {
    condition     = var.provisioned_concurrency >= 0 && (var.reserved_concurrency < 0 || var.provisioned_concurrency <= var.reserved_concurrency)
    error_message = "provisioned_concurrency must be 0 or more and at most the reserved concurrency; lower it, or raise reserved_concurrency."
  }
}

variable "deployment" {
  description = "Who moves the alias to a new version: terraform at once, or codedeploy step by step."
  type        = string
  default     = "terraform"
  nullable    = false

  validation {
    condition     = contains(["terraform", "codedeploy"], var.deployment)
    error_message = "deployment must be terraform or codedeploy; use terraform where no pipeline deploys."
  }
}
