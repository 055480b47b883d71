variable "api_url" {
  description = "Base URL of the API's stage, as clients use it."
  type        = string
  nullable    = false
}

variable "scopes" {
  description = "Scopes of the resource server by name, with what each allows."
  type        = map(string)
  nullable    = false
  default = {
    "runs.read"      = "Read runs and their reports"
    "runs.write"     = "Start and cancel runs"
    "devices.read"   = "Read devices"
    "devices.write"  = "Enrol and revoke devices"
    "commands.write" = "Answer commands as a device"
  }

  validation {
    condition     = alltrue([for name in keys(var.scopes) : can(regex("^[a-z]+\\.[a-z]+$", name))])
    error_message = "A scope is named <thing>.<verb> in lower case, such as runs.read; rename it."
  }
}

variable "groups" {
  description = "Groups by name, with what their members do; the precedence decides between several."
  type = map(object({
    description = string
    precedence  = number
  }))
  nullable = false
  default = {
    admin    = { description = "Manages users and policies", precedence = 10 }
    operator = { description = "Runs the platform", precedence = 20 }
    user     = { description = "Runs goals on devices", precedence = 30 }
    viewer   = { description = "Reads runs", precedence = 40 }
  }
}

variable "settings" {
  description = "Password and token rules: minutes of access and id tokens, hours of the refresh token."
  type = object({
    password_minimum_length    = optional(number, 12)
    temporary_password_days    = optional(number, 3)
    access_token_minutes       = optional(number, 60)
    id_token_minutes           = optional(number, 60)
    refresh_token_hours        = optional(number, 12)
    self_registration          = optional(bool, false)
    compromised_password_check = optional(bool, false)
  })
  default  = {}
  nullable = false

  validation {
    condition     = var.settings.password_minimum_length >= 12 && var.settings.password_minimum_length <= 99
    error_message = "password_minimum_length must be 12 to 99 characters; shorter passwords are not accepted here."
  }

  validation {
    condition     = var.settings.access_token_minutes >= 5 && var.settings.access_token_minutes <= 1440
    error_message = "access_token_minutes must be 5 to 1440, Cognito's limits; 60 is the usual choice."
  }

  validation {
    condition     = var.settings.refresh_token_hours * 60 > var.settings.access_token_minutes && var.settings.refresh_token_hours <= 87600
    error_message = "refresh_token_hours must outlast access_token_minutes and be at most 87600; raise it, or shorten the access token."
  }
}
