variable "alarm_topic_arn" {
  description = "Topic that alarms go to."
  type        = string
  nullable    = false
}

variable "api" {
  description = "The API as metrics name it."
  type = object({
    name  = string
    stage = string
  })
  nullable = false
}

variable "functions" {
  description = "Names of the functions by their short name."
  type        = map(string)
  nullable    = false
}

variable "state_machine_arn" {
  description = "ARN of the state machine that runs goals."
  type        = string
  nullable    = false
}

variable "dead_letter_queue_name" {
  description = "Name of the queue of failed asynchronous invocations."
  type        = string
  nullable    = false
}

variable "settings" {
  description = "Promises that alarms watch: share of server errors (0 to 1), p95 latency in ms; share of traced requests (0 to 1)."
  type = object({
    api_error_rate = optional(number, 0.01)
    api_p95_ms     = optional(number, 1000)
    sampling_rate  = optional(number, 0.05)
    alarm_actions  = optional(bool, true)
  })
  default  = {}
  nullable = false

  validation {
    condition     = var.settings.api_error_rate > 0 && var.settings.api_error_rate < 1
    error_message = "api_error_rate must be a share between 0 and 1; write 0.01 for one request in a hundred."
  }

  validation {
    condition     = var.settings.api_p95_ms >= 50
    error_message = "api_p95_ms must be at least 50: it is in milliseconds; multiply seconds by 1000."
  }

  validation {
    condition     = var.settings.sampling_rate >= 0 && var.settings.sampling_rate <= 1
    error_message = "sampling_rate must be a share from 0 to 1; write 0.05 for one request in twenty."
  }
}
