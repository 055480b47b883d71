variable "alarm_topic_arn" {
  description = "Topic that alarms go to."
  type        = string
  nullable    = false
}

variable "logs_key_arn" {
  description = "KMS key of log groups, the trail, its topic, traces and the search domain."
  type        = string
  nullable    = false
}

variable "permissions_boundary_arn" {
  description = "Policy that bounds the roles of this layer; null for none."
  type        = string
  default     = null
}

variable "api" {
  description = "The API as metrics name it, and the base URL of its stage."
  type = object({
    name  = string
    stage = string
    url   = string
  })
  nullable = false
}

variable "functions" {
  description = "Names of the functions by their short name."
  type        = map(string)
  nullable    = false
}

variable "metrics_namespace" {
  description = "Namespace of the metrics that the functions report: the output `metrics_namespace` of modules/compute."
  type        = string
  nullable    = false
}

variable "function_log_groups" {
  description = "Names of the functions' log groups by the function's short name."
  type        = map(string)
  nullable    = false
}

variable "state_machine_arns" {
  description = "ARNs of the state machines: run (standard) and analysis (express)."
  type = object({
    run      = string
    analysis = string
  })
  nullable = false
}

variable "queues" {
  description = "Names of the queues: dead letters of functions, jobs, and dead letters of jobs and of the audit."
  type = object({
    dead_letters       = string
    jobs               = string
    jobs_dead_letters  = string
    audit_dead_letters = string
  })
  nullable = false
}

variable "tables" {
  description = "Names of the DynamoDB tables by purpose."
  type        = map(string)
  nullable    = false
}

variable "database_identifier" {
  description = "Identifier of the PostgreSQL instance."
  type        = string
  nullable    = false
}

variable "cache_group_id" {
  description = "Id of the Redis replication group; its nodes are named <id>-001, <id>-002 and so on."
  type        = string
  nullable    = false
}

variable "cache_nodes" {
  description = "How many nodes the Redis replication group has, each of which is watched: the output `cache_nodes` of modules/data."
  type        = number
  nullable    = false

  validation {
    condition     = contains([1, 2, 3, 4, 5, 6], var.cache_nodes)
    error_message = "cache_nodes must be 1 to 6, as many as a replication group has; give the output cache_nodes of modules/data."
  }
}

variable "secrets" {
  description = "Names of the rotated secrets by a short name."
  type        = map(string)
  nullable    = false
}

variable "token_budgets" {
  description = "Tokens a day by meter, and the models whose tokens count, as Bedrock's metrics name them: the output `token_budgets` of modules/ai."
  type = map(object({
    tokens_per_day = number
    model_ids      = list(string)
  }))
  default  = {}
  nullable = false

  validation {
    condition     = alltrue([for budget in values(var.token_budgets) : length(budget.model_ids) >= 1 && length(budget.model_ids) <= 5])
    error_message = "A token budget must name 1 to 5 models, since an alarm adds up ten metrics at most; give the roles inference profiles of their own, or fewer fallbacks."
  }
}

variable "cloudtrail_bucket" {
  description = "Bucket of the trail. Its policy must let CloudTrail write for the trail named as the prefix."
  type = object({
    name = string
    arn  = string
  })
  nullable = false
}

variable "data_bucket_arns" {
  description = "ARNs of the buckets whose object accesses the trail records, by purpose; never the trail's own bucket."
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    condition     = !contains(values(var.data_bucket_arns), var.cloudtrail_bucket.arn)
    error_message = "The trail's own bucket must not be among data_bucket_arns, or every delivery would record itself; remove it."
  }
}

variable "search_network" {
  description = "Subnets (one per zone, in the order of the zones) and security group of the search domain."
  type = object({
    subnet_ids        = list(string)
    security_group_id = string
  })
  nullable = false
}

variable "ship_logs_function" {
  description = "Function that takes log events to the search domain, by the alias that is released; null for none."
  type = object({
    function_name = string
    alias_name    = string
    alias_arn     = string
  })
  default = null
}

variable "artifacts_bucket" {
  description = "Bucket that keeps the synthetic check's archive and results, and its KMS key."
  type = object({
    name    = string
    key_arn = string
  })
  nullable = false
}

variable "canary_archive" {
  description = "Archive of the synthetic check, as the build manifest states it: path, and base64 SHA-256; null without a check."
  type = object({
    path   = string
    sha256 = string
  })
  default = null
}
