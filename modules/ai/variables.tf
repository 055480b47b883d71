variable "models" {
  description = "Model of each role: id of the inference profile, most tokens of an answer, and the regions the profile may route to."
  type = map(object({
    inference_profile_id = string
    max_tokens           = optional(number, 4096)
    regions              = optional(set(string), ["*"])
  }))
  nullable = false
  default = {
    planner = { inference_profile_id = "global.anthropic.claude-sonnet-4-6" }
    vision  = { inference_profile_id = "global.anthropic.claude-sonnet-4-6" }
    fast    = { inference_profile_id = "global.anthropic.claude-haiku-4-5-20251001-v1:0", max_tokens = 1024 }
  }

  validation {
    condition     = alltrue([for role in ["planner", "vision", "fast"] : contains(keys(var.models), role)])
    error_message = "models must name the roles planner, vision and fast; add the missing one (two roles may share a profile)."
  }

  validation {
    condition     = alltrue([for model in values(var.models) : can(regex("^(global|us|eu|apac|jp|au)\\.[a-z0-9-]+\\.[A-Za-z0-9.:-]+$", model.inference_profile_id))])
    error_message = "A model is named by its inference profile, such as global.anthropic.<model>: Bedrock refuses the bare model id. Prefix it with the profile's geography."
  }

  validation {
    condition     = alltrue([for model in values(var.models) : model.max_tokens >= 1 && model.max_tokens <= 64000])
    error_message = "max_tokens must be 1 to 64000; choose a value in that range."
  }
}

variable "data_key_arn" {
  description = "KMS key of the guardrail."
  type        = string
  nullable    = false
}

variable "settings" {
  description = "Strength of the guardrail's filters (NONE, LOW, MEDIUM, HIGH) and what it answers."
  type = object({
    filter_strength = optional(string, "MEDIUM")
    blocked_input   = optional(string, "The goal was refused by the content policy. Rephrase it.")
    blocked_output  = optional(string, "The plan was refused by the content policy. Rephrase the goal.")
  })
  default  = {}
  nullable = false

  validation {
    condition     = contains(["LOW", "MEDIUM", "HIGH"], var.settings.filter_strength)
    error_message = "filter_strength must be LOW, MEDIUM or HIGH; MEDIUM is the usual choice."
  }
}
