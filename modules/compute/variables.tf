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
      ["api", "authorizer", "dispatch", "mcp-document", "mcp-language", "mcp-planner", "mcp-vision", "mcp-workflow", "migrate", "planner", "reap-devices", "recorder", "retention", "rotate-partner-key", "rotate-postgres", "rotate-redis", "ship-logs", "user-data", "work-jobs", "write-audit"],
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
    secrets     = string
    logs        = string
    artifacts   = string
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
  description = "Tables and buckets by purpose; secrets of the application and of the administrator of PostgreSQL, secret of Redis, and the Redis user that is rotated; buckets with copies of objects in the recovery region by purpose, null without one; and days for which an erased user's data are still held, by what holds them."
  type = object({
    tables = object({
      runs          = object({ name = string, arn = string })
      devices       = object({ name = string, arn = string })
      commands      = object({ name = string, arn = string })
      idempotency   = object({ name = string, arn = string })
      sessions      = object({ name = string, arn = string })
      configuration = object({ name = string, arn = string })
    })
    buckets = object({
      screenshots = object({ name = string, arn = string })
      artifacts   = object({ name = string, arn = string })
      audit       = object({ name = string, arn = string })
      settings    = object({ name = string, arn = string })
      templates   = object({ name = string, arn = string })
    })
    database_secret_arn       = string
    database_proxy            = optional(string)
    database_admin_secret_arn = string
    cache_secret_arn          = string
    cache_user                = object({ id = string, arn = string })
    copies = optional(object({
      region  = string
      buckets = map(object({ name = string, arn = string }))
    }))
    kept_days = optional(map(number), { audit_lock = 365 })
  })
  nullable = false

  validation {
    condition     = var.data.copies == null || try(alltrue([for purpose in ["screenshots", "settings", "templates"] : contains(keys(var.data.copies.buckets), purpose)]), false)
    error_message = "copies must name the buckets with copies of screenshots, settings and templates: an erasure would leave a user's objects in the others. Give the output copies of modules/recovery."
  }

  validation {
    condition     = contains(keys(var.data.kept_days), "audit_lock")
    error_message = "kept_days must say for how many days copies of the audit are locked (audit_lock): a certificate of erasure tells it. Give the output kept_days of modules/data."
  }
}

variable "ai" {
  description = "Least-privilege policies of the AI services (JSON), the parameter that names the model of each role, the guardrail of every conversation, and the trained version of Custom Labels, if there is one."
  type = object({
    model_lifecycle_policy_json = string
    vision_policy_json          = string
    document_policy_json        = string
    language_policy_json        = string
    converse_policy_json        = string
    custom_labels_version_arn   = optional(string)
    models_parameter            = object({ name = string, arn = string })
    guardrail                   = object({ id = string, version = string })
  })
  nullable = false
}

variable "search" {
  description = "OpenSearch domain that logs are shipped to, and the parameter with its endpoint; null without one."
  type = object({
    domain_arn         = string
    endpoint_parameter = object({ name = string, arn = string })
  })
  default = null
}

variable "partners" {
  description = "Partners by name, with the secrets that hold their API keys; their usage plans bear the environment's prefix and their names."
  type = map(object({
    secret_arn = string
  }))
  default  = {}
  nullable = false

  validation {
    condition     = alltrue([for name in keys(var.partners) : can(regex("^[a-z][a-z0-9-]{1,30}$", name))])
    error_message = "A partner's name must be 2 to 31 lower-case letters, digits or hyphens and start with a letter; rename it."
  }

  validation {
    condition = alltrue([
      for name, partner in var.partners : strcontains(partner.secret_arn, ":secret:${var.context.prefix}/partner-${name}")
    ])
    error_message = "The secret of a partner is named <prefix>/partner-<name>; the function that rotates may reach no other. Rename the secret."
  }
}

variable "endpoint_url" {
  description = "AWS endpoint of the functions when it is not AWS itself; null on AWS."
  type        = string
  default     = null
}

variable "deployment" {
  description = "Who moves the functions' aliases to new versions: terraform at once, or codedeploy step by step."
  type        = string
  default     = "terraform"
  nullable    = false

  validation {
    condition     = contains(["terraform", "codedeploy"], var.deployment)
    error_message = "deployment must be terraform or codedeploy; use terraform where no pipeline deploys."
  }
}

variable "settings" {
  description = "Limits of runs, jobs and functions. Seconds: heartbeat_seconds without a sign of life fail a command, observe_seconds and act_seconds bound the two device tasks, confirm_seconds is how long a plan waits for its confirmation, command_ttl_seconds is how long a device may take a command, device_silent_seconds when a device counts as silent. history_days: how long finished runs are kept. metrics_namespace: where the functions' metrics are, QScreen/<environment> unless named. partner_key_overlap_hours: how long a partner's former key stays valid beside the new one at least; partner_key_deadline_hours: at most, if the partner never comes with the new one; partner_probe_url: a route that asks for a key, to try a new one on. mcp_allowed_origins: web pages of other origins that may speak with the MCP servers. classifier_endpoints: Comprehend endpoints that classify mails and intents; rules stand in without."
  type = object({
    max_attempts            = optional(number, 3)
    heartbeat_seconds       = optional(number, 30)
    observe_seconds         = optional(number, 120)
    plan_seconds            = optional(number, 60)
    act_seconds             = optional(number, 900)
    confirm_seconds         = optional(number, 3600)
    finish_seconds          = optional(number, 60)
    analysis_seconds        = optional(number, 20)
    command_ttl_seconds     = optional(number, 120)
    log_level               = optional(string, "INFO")
    log_retention_days      = optional(number, 365)
    tracing                 = optional(bool, true)
    reserved_concurrency    = optional(map(number), {})
    provisioned_concurrency = optional(map(number), {})
    in_vpc                  = optional(bool, true)
    event_archive_days      = optional(number, 30)
    metrics_namespace       = optional(string)
    reap_minutes            = optional(number, 5)
    device_silent_seconds   = optional(number, 300)
    history_days            = optional(number, 365)

    partner_key_overlap_hours  = optional(number, 24)
    partner_key_deadline_hours = optional(number, 336)
    partner_probe_url          = optional(string)

    mcp_allowed_origins = optional(set(string), [])
    classifier_endpoints = optional(object({
      mail   = optional(string)
      intent = optional(string)
    }), {})
    jobs = optional(object({
      batch_size      = optional(number, 10)
      window_seconds  = optional(number, 1)
      max_receives    = optional(number, 5)
      max_concurrency = optional(number, 10)
    }), {})
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
    condition     = var.settings.confirm_seconds >= 60 && var.settings.confirm_seconds <= 86400
    error_message = "confirm_seconds must be 60 to 86400: a person has to look at the plan, and the screen that it was made for must not be of another day; 3600 is the usual choice."
  }

  validation {
    condition     = var.settings.analysis_seconds >= 5 && var.settings.analysis_seconds <= 300
    error_message = "analysis_seconds must be 5 to 300: an express execution ends after five minutes at the latest, and a run waits for it; 20 is the usual choice."
  }

  validation {
    condition     = contains(["DEBUG", "INFO", "WARNING", "ERROR"], var.settings.log_level)
    error_message = "log_level must be DEBUG, INFO, WARNING or ERROR."
  }

  validation {
    condition = length(setsubtract(
      setunion(keys(var.settings.reserved_concurrency), keys(var.settings.provisioned_concurrency)),
      ["api", "authorizer", "dispatch", "mcp-document", "mcp-language", "mcp-planner", "mcp-vision", "mcp-workflow", "migrate", "planner", "reap-devices", "recorder", "retention", "rotate-partner-key", "rotate-postgres", "rotate-redis", "ship-logs", "user-data", "work-jobs", "write-audit"],
    )) == 0
    error_message = "reserved_concurrency and provisioned_concurrency name a function that does not exist; use the names of the folders in lambda_src."
  }

  validation {
    condition     = var.settings.jobs.max_concurrency >= 2 && var.settings.jobs.max_concurrency <= 1000 && var.settings.jobs.batch_size >= 1 && var.settings.jobs.batch_size <= 10
    error_message = "jobs.max_concurrency must be 2 to 1000 and jobs.batch_size 1 to 10, Lambda's limits for a queue; choose values in those ranges."
  }

  validation {
    condition     = var.settings.jobs.max_receives >= 3 && var.settings.jobs.max_receives <= 100
    error_message = "jobs.max_receives must be 3 to 100: with fewer a throttled function sends good jobs to the dead letters; 5 is the usual choice."
  }

  validation {
    condition     = var.settings.reap_minutes >= 1 && var.settings.reap_minutes <= 60
    error_message = "reap_minutes must be 1 to 60: lost devices would keep their runs waiting; 5 is the usual choice."
  }

  validation {
    condition     = var.settings.history_days >= 30 && var.settings.history_days <= 3650
    error_message = "history_days must be 30 to 3650: the database refuses to expire the last 30 days; 365 is the usual choice."
  }

  validation {
    condition     = var.settings.partner_key_overlap_hours >= 1 && var.settings.partner_key_overlap_hours <= 168
    error_message = "partner_key_overlap_hours must be 1 to 168: a partner needs time to take the new key, and the former one must end before the next rotation; 24 is the usual choice."
  }

  validation {
    condition     = var.settings.partner_key_deadline_hours >= var.settings.partner_key_overlap_hours && var.settings.partner_key_deadline_hours <= 672
    error_message = "partner_key_deadline_hours must be at least partner_key_overlap_hours and at most 672: it is the end of a former key that its partner still uses, and lies before the next rotation; 336 is the usual choice."
  }

  validation {
    condition     = var.settings.partner_probe_url == null || can(regex("^https://", var.settings.partner_probe_url))
    error_message = "partner_probe_url must be an https address of a route that asks for an API key; use null to try no request."
  }

  validation {
    condition     = can(regex("^[A-Za-z0-9][A-Za-z0-9_./-]{0,254}$", coalesce(var.settings.metrics_namespace, "QScreen"))) && !startswith(coalesce(var.settings.metrics_namespace, "QScreen"), "AWS/")
    error_message = "metrics_namespace must be at most 255 letters, digits, or _ . / -, and not begin with AWS/, which AWS keeps for itself; leave it out for QScreen/<environment>."
  }

  validation {
    condition     = var.settings.device_silent_seconds >= 60
    error_message = "device_silent_seconds must be at least 60: devices say that they are alive once a minute; 300 is the usual choice."
  }

  validation {
    condition     = alltrue([for origin in var.settings.mcp_allowed_origins : can(regex("^https://[^/,]+$", origin))])
    error_message = "mcp_allowed_origins are https origins without a path, such as https://tools.example.com; correct them."
  }

  validation {
    condition     = alltrue([for arn in compact(values(var.settings.classifier_endpoints)) : strcontains(arn, ":document-classifier-endpoint/${var.context.prefix}-")])
    error_message = "classifier_endpoints are ARNs of Comprehend's document classifier endpoints whose names begin with the environment's prefix: the functions may ask no others. Rename the endpoint."
  }
}
