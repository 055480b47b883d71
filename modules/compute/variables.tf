variable "build_dir" {
  description = "Folder with the build's archives and manifest.json, as `qops build` writes it."
  type        = string
  nullable    = false

  validation {
    condition     = fileexists("${var.build_dir}/manifest.json")
    error_message = "There is no manifest.json in build_dir; run `qops build` for this environment first."
  }

  validation {
    condition = !fileexists("${var.build_dir}/manifest.json") || length(setsubtract(
      ["api", "authorizer", "dispatch", "migrate", "planner", "recorder"],
      try(keys(jsondecode(file("${var.build_dir}/manifest.json")).functions), []),
    )) == 0
    error_message = "The manifest in build_dir lacks a function of the platform, or is not JSON; delete the folder and run `qops build` again."
  }
}

variable "key_arns" {
  description = "KMS keys by purpose."
  type = object({
    screenshots = string
    data        = string
    logs        = string
  })
  nullable = false
}

variable "permissions_boundary_arn" {
  description = "Policy that bounds the layer's roles; null for none."
  type        = string
  default     = null
}

variable "identity" {
  description = "Where tokens come from: issuer, id of the user pool, and the accepted app clients."
  type = object({
    issuer       = string
    user_pool_id = string
    client_ids   = set(string)
  })
  nullable = false
}

variable "network" {
  description = "Subnets and security group of the functions that reach databases."
  type = object({
    subnet_ids        = list(string)
    security_group_id = string
  })
  nullable = false
}

variable "data" {
  description = "Tables and buckets by purpose, the database's secret and the cache's parameter."
  type = object({
    tables = object({
      runs        = object({ name = string, arn = string })
      devices     = object({ name = string, arn = string })
      commands    = object({ name = string, arn = string })
      idempotency = object({ name = string, arn = string })
    })
    buckets = object({
      screenshots = object({ name = string, arn = string })
    })
    database_secret_arn = string
    cache_parameter     = object({ name = string, arn = string })
  })
  nullable = false
}

variable "endpoint_url" {
  description = "AWS endpoint of the functions when it is not AWS itself; null on AWS."
  type        = string
  default     = null
}

variable "settings" {
  description = "Limits of runs and functions. Seconds: heartbeat_seconds without a sign of life fail a command, observe_seconds and act_seconds bound the two device tasks, command_ttl_seconds is how long a device may take a command."
  type = object({
    max_attempts         = optional(number, 3)
    heartbeat_seconds    = optional(number, 30)
    observe_seconds      = optional(number, 120)
    plan_seconds         = optional(number, 60)
    act_seconds          = optional(number, 900)
    finish_seconds       = optional(number, 60)
    command_ttl_seconds  = optional(number, 120)
    log_level            = optional(string, "INFO")
    log_retention_days   = optional(number, 365)
    tracing              = optional(bool, true)
    reserved_concurrency = optional(map(number), {})
    in_vpc               = optional(bool, true)
  })
  default  = {}
  nullable = false

  validation {
    condition     = var.settings.max_attempts >= 1 && var.settings.max_attempts <= 10
    error_message = "max_attempts must be 1 to 10: each attempt observes and plans again; 3 is the usual choice."
  }

  validation {
    condition     = var.settings.heartbeat_seconds >= 5 && var.settings.heartbeat_seconds < min(var.settings.observe_seconds, var.settings.act_seconds)
    error_message = "heartbeat_seconds must be at least 5 and less than observe_seconds and act_seconds; Step Functions refuses a heartbeat that outlasts its task. Lower it."
  }

  validation {
    condition     = contains(["DEBUG", "INFO", "WARNING", "ERROR"], var.settings.log_level)
    error_message = "log_level must be DEBUG, INFO, WARNING or ERROR."
  }
}
