# One object per layer, with the layer's own defaults: what is left out here is decided there.

variable "client" {
  description = "Settings of the layer client; see modules/client."
  type = object({
    password_minimum_length    = optional(number)
    temporary_password_days    = optional(number)
    access_token_minutes       = optional(number)
    id_token_minutes           = optional(number)
    refresh_token_hours        = optional(number)
    self_registration          = optional(bool)
    compromised_password_check = optional(bool)
  })
  default  = {}
  nullable = false
}

variable "network" {
  description = "Settings of the layer network; see modules/network."
  type = object({
    cidr               = optional(string)
    zones              = optional(map(number))
    nat                = optional(string)
    flow_logs          = optional(bool)
    log_retention_days = optional(number)
    throttle_rate      = optional(number)
    throttle_burst     = optional(number)
    tracing            = optional(bool)
    web_acl            = optional(bool)
  })
  default  = {}
  nullable = false
}

variable "ai" {
  description = "Settings of the layer ai; see modules/ai."
  type = object({
    filter_strength = optional(string)
    blocked_input   = optional(string)
    blocked_output  = optional(string)
  })
  default  = {}
  nullable = false
}

variable "models" {
  description = "Model of each role (planner, vision, fast); null for the layer's own choice."
  type = map(object({
    inference_profile_id = string
    max_tokens           = optional(number)
    regions              = optional(set(string))
  }))
  default = null
}

variable "compute" {
  description = "Settings of the layer compute; see modules/compute."
  type = object({
    max_attempts         = optional(number)
    heartbeat_seconds    = optional(number)
    observe_seconds      = optional(number)
    plan_seconds         = optional(number)
    act_seconds          = optional(number)
    finish_seconds       = optional(number)
    command_ttl_seconds  = optional(number)
    log_level            = optional(string)
    log_retention_days   = optional(number)
    tracing              = optional(bool)
    reserved_concurrency = optional(map(number))
    in_vpc               = optional(bool)
  })
  default  = {}
  nullable = false
}

variable "data" {
  description = "Settings of the layer data; see modules/data."
  type = object({
    force_destroy             = optional(bool)
    screenshot_retention_days = optional(number)
    artifact_retention_days   = optional(number)
    noncurrent_days           = optional(number)
    database = optional(object({
      engine_version        = optional(string)
      instance_class        = optional(string)
      storage_gb            = optional(number)
      storage_max_gb        = optional(number)
      multi_az              = optional(bool)
      backup_retention_days = optional(number)
      force_tls             = optional(bool)
      monitoring_seconds    = optional(number)
      password_version      = optional(number)
    }))
    cache = optional(object({
      engine_version     = optional(string)
      node_type          = optional(string)
      nodes              = optional(number)
      tls                = optional(bool)
      snapshot_retention = optional(number)
    }))
  })
  default  = {}
  nullable = false
}

variable "security" {
  description = "Settings of the layer security; see modules/security."
  type = object({
    key_deletion_days  = optional(number)
    web_acl            = optional(bool)
    rate_limit         = optional(number)
    log_retention_days = optional(number)
  })
  default  = {}
  nullable = false
}

variable "observability" {
  description = "Settings of the layer observability; see modules/observability."
  type = object({
    api_error_rate = optional(number)
    api_p95_ms     = optional(number)
    sampling_rate  = optional(number)
    alarm_actions  = optional(bool)
  })
  default  = {}
  nullable = false
}

variable "devops" {
  description = "Settings of the layer devops; see modules/devops."
  type = object({
    alarm_emails = optional(set(string))
  })
  default  = {}
  nullable = false
}
