variable "openapi_template" {
  description = "Path of the rendered OpenAPI document: JSON, and a template with the invocation ARNs left open."
  type        = string
  nullable    = false

  validation {
    condition     = fileexists(var.openapi_template)
    error_message = "The OpenAPI document does not exist there; run `qops build` for this environment first."
  }
}

variable "functions" {
  description = "Functions that routes lead to, by the name that the document uses: name, alias, and the alias' invocation ARN."
  type = map(object({
    function_name = string
    alias_name    = string
    invoke_arn    = string
  }))
  nullable = false

  validation {
    condition     = length(setsubtract(local._routed_functions, keys(var.functions))) == 0
    error_message = "The OpenAPI document leads routes to functions that are missing here: ${join(", ", setsubtract(local._routed_functions, keys(var.functions)))}; add them, or correct `function` in the route table and run `qops build`."
  }
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
  description = "Address range, zones (suffix to index), ways out, endpoints, logs, and how the API is reached and limited."
  type = object({
    cidr                = optional(string, "10.40.0.0/16")
    zones               = optional(map(number), { a = 0, b = 1, c = 2 })
    nat                 = optional(string, "none")
    internet_egress     = optional(bool)
    interface_endpoints = optional(set(string), [])
    flow_logs           = optional(bool, true)
    log_retention_days  = optional(number, 365)
    throttle_rate       = optional(number, 100)
    throttle_burst      = optional(number, 200)
    method_throttles = optional(map(object({ rate = number, burst = number })), {
      "POST /v1/runs" = { rate = 20, burst = 40 }
    })
    keyed_operations = optional(set(string), [])
    tracing          = optional(bool, true)
    web_acl          = optional(bool, true)
    documentation    = optional(bool, true)
    allowed_ranges   = optional(set(string), [])
    default_endpoint = optional(bool)
    custom_domain = optional(object({
      name            = string
      certificate_arn = string
      zone_id         = optional(string)
      base_path       = optional(string)
    }))
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
    condition     = length(setsubtract(var.settings.interface_endpoints, keys(local._interface_services))) == 0
    error_message = "interface_endpoints may hold ${join(", ", keys(local._interface_services))}; correct the name, or describe in interface_endpoints.tf what callers may ask of a further service."
  }

  validation {
    condition     = var.settings.throttle_burst >= var.settings.throttle_rate && var.settings.throttle_rate > 0
    error_message = "throttle_burst must be at least throttle_rate, and both above 0; raise the burst or lower the rate."
  }

  validation {
    condition     = length(setsubtract(keys(var.settings.method_throttles), keys(local._operations))) == 0
    error_message = "method_throttles must name operations of the OpenAPI document by method and path, e.g. \"POST /v1/runs\"; correct or remove ${join(", ", setsubtract(keys(var.settings.method_throttles), keys(local._operations)))}."
  }

  validation {
    condition     = length(setsubtract(var.settings.keyed_operations, keys(local._operations))) == 0
    error_message = "keyed_operations must name operations of the OpenAPI document by method and path, e.g. \"POST /v1/jobs\"; correct or remove ${join(", ", setsubtract(var.settings.keyed_operations, keys(local._operations)))}."
  }

  validation {
    condition     = alltrue([for limit in values(var.settings.method_throttles) : limit.rate > 0 && limit.burst >= limit.rate])
    error_message = "Each of method_throttles needs a rate above 0 and a burst of at least the rate; raise the burst or lower the rate."
  }

  validation {
    condition     = alltrue([for range in var.settings.allowed_ranges : can(cidrhost(range, 0)) && !strcontains(range, ":")])
    error_message = "allowed_ranges must hold IPv4 ranges such as 203.0.113.0/24; write a single address as 203.0.113.7/32."
  }

  validation {
    condition     = var.settings.default_endpoint != false || var.settings.custom_domain != null
    error_message = "default_endpoint = false needs a custom_domain: without one nobody could reach the API."
  }

  validation {
    condition = var.settings.custom_domain == null ? true : (
      can(regex("^([a-z0-9]([a-z0-9-]*[a-z0-9])?\\.)+[a-z]{2,}$", var.settings.custom_domain.name)) &&
      can(regex("^arn:[a-z-]+:acm:${var.context.region}:[0-9]{12}:certificate/.+$", var.settings.custom_domain.certificate_arn)) &&
      can(regex("^[A-Za-z0-9._~-]+$", coalesce(var.settings.custom_domain.base_path, "v")))
    )
    error_message = "custom_domain needs a name in lower case such as api.example.com, the ARN of an ACM certificate in the region of the API, and a base_path without slashes; correct the one that differs."
  }
}
