variable "models" {
  description = "Model of each role: id of the inference profile, most tokens of an answer, the regions the profile may route to, and what to ask instead, in order, when the model cannot answer."
  type = map(object({
    inference_profile_id = string
    max_tokens           = optional(number, 4096)
    regions              = optional(set(string), ["*"])
    fallbacks            = optional(list(string), [])
  }))
  nullable = false
  default = {
    planner = {
      inference_profile_id = "global.anthropic.claude-sonnet-4-6"
      fallbacks            = ["global.anthropic.claude-haiku-4-5-20251001-v1:0"]
    }
    vision = {
      inference_profile_id = "global.anthropic.claude-sonnet-4-6"
      fallbacks            = ["global.anthropic.claude-haiku-4-5-20251001-v1:0"]
    }
    fast = {
      inference_profile_id = "global.anthropic.claude-haiku-4-5-20251001-v1:0"
      max_tokens           = 1024
    }
  }

  validation {
    condition     = toset(keys(var.models)) == toset(["planner", "vision", "fast"])
    error_message = "models must name exactly the roles planner, vision and fast; add the missing one (two roles may share a profile), or remove the role that no part of the platform plays."
  }

  validation {
    condition = alltrue(flatten([
      for model in values(var.models) : [
        for id in concat([model.inference_profile_id], model.fallbacks) :
        can(regex("^(global|us|eu|apac|jp|au)\\.[a-z0-9-]+\\.[A-Za-z0-9.:-]+$", id))
      ]
    ]))
    error_message = "A model is named by its inference profile, such as global.anthropic.<model>: Bedrock refuses the bare model id. Prefix it with the profile's geography."
  }

  validation {
    condition     = alltrue([for model in values(var.models) : model.max_tokens >= 1 && model.max_tokens <= 64000])
    error_message = "max_tokens must be 1 to 64000; choose a value in that range."
  }

  validation {
    condition     = alltrue([for model in values(var.models) : length(model.fallbacks) <= 2 && length(distinct(concat([model.inference_profile_id], model.fallbacks))) == 1 + length(model.fallbacks)])
    error_message = "fallbacks must be at most two profiles, each other than the role's own; remove the repeated or the last ones."
  }
}

variable "data_key_arn" {
  description = "KMS key of the guardrail, the classifier and what they read."
  type        = string
  nullable    = false
}

variable "logs_key_arn" {
  description = "KMS key of the log group of model invocations."
  type        = string
  nullable    = false
}

variable "invocation_logs_bucket" {
  description = "Bucket that keeps model invocations beside the log group, under bedrock/; null for the log group alone. Its policy must let Bedrock write."
  type = object({
    name = string
    arn  = string
  })
  default = null
}

variable "permissions_boundary_arn" {
  description = "Policy that bounds the roles of this layer; null for none."
  type        = string
  default     = null
}
