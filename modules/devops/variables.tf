variable "key_arns" {
  description = "KMS keys by purpose, from the layer security: logs (topics, logs of builds), data (queues, tables, volumes), artifacts (pipeline)."
  type = object({
    logs      = string
    data      = string
    artifacts = string
  })
  nullable = false
}

variable "permissions_boundary_arn" {
  description = "Policy that bounds the layer's roles; null for none."
  type        = string
  default     = null
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
  description = "The platform's functions by short name: what the runbooks act on and CodeDeploy shifts."
  type = map(object({
    function_name = string
    function_arn  = string
    alias_name    = string
  }))
  nullable = false

  validation {
    condition     = contains(keys(var.functions), "dispatch")
    error_message = "functions must hold dispatch, which the runbook `halt` stops; pass the functions of modules/compute."
  }
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

variable "artifacts_bucket" {
  description = "Bucket of the pipeline's artefacts, of a source archive and of published templates."
  type = object({
    name = string
    arn  = string
  })
  nullable = false
}

variable "deployment_alarm_names" {
  description = "Alarms that stop a deployment and roll it back, from the layer observability."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = length(var.deployment_alarm_names) <= 9
    error_message = "CodeDeploy watches at most 10 alarms, and one of them is the deployed function's own; give 9 or fewer metric alarms, for it takes no composite ones."
  }
}

variable "function_alarm_names" {
  description = "Alarm on the errors of each function by its short name, from the layer observability: a deployment of the function watches it as well."
  type        = map(string)
  default     = {}
  nullable    = false
}

variable "network" {
  description = "Where builds (by setting) and the bastion run, from the layer network."
  type = object({
    vpc_id                    = string
    private_subnet_ids        = list(string)
    build_security_group_id   = string
    bastion_security_group_id = string
  })
  nullable = false
}

variable "push_credentials" {
  description = "Credentials of mobile push services by name of an entry of settings.mobile_push: key or certificate, and what belongs to it."
  type = map(object({
    credential = string
    principal  = optional(string)
  }))
  default   = {}
  nullable  = false
  sensitive = true
}
