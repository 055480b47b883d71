variable "openapi_template" {
  description = "Path of the rendered OpenAPI document; a template with the invocation ARNs left open."
  type        = string
  nullable    = false

  validation {
    condition     = fileexists(var.openapi_template)
    error_message = "The OpenAPI document does not exist there; run `qops build` for this environment first."
  }
}

variable "api_function" {
  description = "Function behind every operation: name, alias, and the alias' invocation ARN."
  type = object({
    function_name = string
    alias_name    = string
    invoke_arn    = string
  })
  nullable = false
}

variable "authorizer_function" {
  description = "Lambda authorizer: the alias' ARN and its invocation ARN."
  type = object({
    alias_arn  = string
    invoke_arn = string
  })
  nullable = false
}

variable "logs_key_arn" {
  description = "KMS key of the log groups."
  type        = string
  nullable    = false
}

variable "web_acl_arn" {
  description = "Web ACL for the API's stage; used when settings.web_acl is true."
  type        = string
  default     = null
}

variable "permissions_boundary_arn" {
  description = "Policy that bounds the layer's roles; null for none."
  type        = string
  default     = null
}

variable "endpoint_url" {
  description = "Base URL of a LocalStack-compatible endpoint that serves the API; null on AWS."
  type        = string
  default     = null
}

variable "settings" {
  description = "Address range, zones (suffix to index), way out to the internet, logs and limits of the API."
  type = object({
    cidr               = optional(string, "10.40.0.0/16")
    zones              = optional(map(number), { a = 0, b = 1, c = 2 })
    nat                = optional(string, "none")
    flow_logs          = optional(bool, true)
    log_retention_days = optional(number, 365)
    throttle_rate      = optional(number, 100)
    throttle_burst     = optional(number, 200)
    tracing            = optional(bool, true)
    web_acl            = optional(bool, true)
  })
  default  = {}
  nullable = false

  validation {
    condition     = can(cidrhost(var.settings.cidr, 0)) && try(tonumber(split("/", var.settings.cidr)[1]), 0) == 16
    error_message = "cidr must be an IPv4 range of size /16 such as 10.40.0.0/16: the subnets are cut from it."
  }

  validation {
    condition     = length(var.settings.zones) >= 2 && length(distinct(values(var.settings.zones))) == length(var.settings.zones) && alltrue([for index in values(var.settings.zones) : index >= 0 && index <= 5])
    error_message = "zones must name at least two zones with distinct indexes from 0 to 5, e.g. { a = 0, b = 1 }: the indexes cut the address range, so never renumber a zone in use."
  }

  validation {
    condition     = contains(["none", "single", "per_zone"], var.settings.nat)
    error_message = "nat must be none, single or per_zone; choose per_zone where an outage of a zone must not stop the others."
  }

  validation {
    condition     = var.settings.throttle_burst >= var.settings.throttle_rate && var.settings.throttle_rate > 0
    error_message = "throttle_burst must be at least throttle_rate, and both above 0; raise the burst or lower the rate."
  }
}
