variable "api" {
  description = "The API's stage: its base URL as clients use it, and the ids that usage plans name."
  type = object({
    url   = string
    id    = string
    stage = string
  })
  nullable = false

  validation {
    condition     = can(regex("^https?://[^/]+", var.api.url)) && !endswith(var.api.url, "/")
    error_message = "api.url must be a http(s) address without a slash at its end, for clients append /v1/...; give the output api_url of modules/network."
  }
}

variable "access_logs_bucket" {
  description = "Name of the bucket for the access logs of the releases."
  type        = string
  nullable    = false
}

variable "artifacts_key_arn" {
  description = "ARN of the KMS key that encrypts the releases."
  type        = string
  nullable    = false
}

variable "secrets_key_arn" {
  description = "ARN of the KMS key that encrypts the secrets of partners."
  type        = string
  nullable    = false
}

variable "permissions_boundary_arn" {
  description = "ARN of the policy that bounds the roles."
  type        = string
  nullable    = false
}

variable "device_resources" {
  description = "What one device may reach: the beginnings of the ARNs of its queue and of its uploads (its id is appended), and their keys."
  type = object({
    queue_arn_prefix   = string
    uploads_arn_prefix = string
    queue_key_arn      = string
    uploads_key_arn    = string
  })
  nullable = false

  validation {
    condition     = endswith(var.device_resources.queue_arn_prefix, "-") && endswith(var.device_resources.uploads_arn_prefix, "/")
    error_message = "queue_arn_prefix must end in a hyphen and uploads_arn_prefix in a slash: the device's id is appended, and a device must not reach into a longer name."
  }
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

    "templates.read"  = "Read templates"
    "templates.write" = "Make, change and delete templates"
    "schedules.read"  = "Read schedules"
    "schedules.write" = "Make and delete schedules"
    "uploads.write"   = "Upload files"
    "account.read"    = "Read one's own settings and sessions"
    "account.write"   = "Change one's own settings and end sessions"
    "health.read"     = "Ask what the platform depends on"
    "mcp.vision"      = "Call the MCP server for pictures"
    "mcp.document"    = "Call the MCP server for documents"
    "mcp.language"    = "Call the MCP server for texts"
    "mcp.planner"     = "Call the MCP server for plans"
    "mcp.workflow"    = "Call the MCP server for workflows"
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

  validation {
    condition     = length(distinct([for group in values(var.groups) : group.precedence])) == length(var.groups)
    error_message = "Two groups have the same precedence, so that the role of a member of both would be open; give each its own number."
  }
}

variable "settings" {
  description = "Password and token rules (minutes of access and id tokens, hours of the refresh token), the pages of the browser's sign-in, its domain, the sender of e-mails, the partners with their shares of the API, and how long releases are kept."
  type = object({
    password_minimum_length    = optional(number, 12)
    password_history           = optional(number, 5)
    temporary_password_days    = optional(number, 3)
    access_token_minutes       = optional(number, 60)
    id_token_minutes           = optional(number, 60)
    refresh_token_hours        = optional(number, 12)
    refresh_rotation           = optional(bool, true)
    refresh_grace_seconds      = optional(number, 10)
    self_registration          = optional(bool, false)
    compromised_password_check = optional(bool, false)
    callback_urls              = optional(set(string), ["http://localhost:8976/callback"])
    logout_urls                = optional(set(string), ["http://localhost:8976/signed-out"])

    # name: the part before `.auth.<region>.amazoncognito.com`, or, with a certificate of us-east-1,
    # a whole host name.
    domain = optional(object({
      name            = string
      certificate_arn = optional(string)
    }))

    email = optional(object({
      from         = string
      identity_arn = string
    }))

    # By name: requests a second, burst, and requests a day, week or month.
    partners = optional(map(object({
      description  = optional(string, "A partner's share of the API")
      rate_limit   = optional(number, 5)
      burst_limit  = optional(number, 10)
      quota        = optional(number, 10000)
      quota_period = optional(string, "DAY")
      enabled      = optional(bool, true)
    })), {})

    releases = optional(object({
      force_destroy   = optional(bool, false)
      noncurrent_days = optional(number, 90)
      lock_days       = optional(number)
    }), {})
  })
  default  = {}
  nullable = false

  validation {
    condition     = alltrue([for name in keys(var.settings.partners) : can(regex("^[a-z][a-z0-9-]{1,30}$", name))])
    error_message = "A partner's name must be 2 to 31 lower-case letters, digits or hyphens and start with a letter; rename it."
  }

  validation {
    condition = alltrue([
      for partner in values(var.settings.partners) :
      partner.rate_limit > 0 && partner.burst_limit >= partner.rate_limit && partner.quota > 0
    ])
    error_message = "A partner needs a rate_limit above 0, a burst_limit of at least the rate_limit and a quota above 0; to shut a partner out use enabled = false."
  }

  validation {
    condition     = alltrue([for partner in values(var.settings.partners) : contains(["DAY", "WEEK", "MONTH"], partner.quota_period)])
    error_message = "A partner's quota_period must be DAY, WEEK or MONTH."
  }

  validation {
    condition     = var.settings.password_minimum_length >= 12 && var.settings.password_minimum_length <= 99
    error_message = "password_minimum_length must be 12 to 99 characters; shorter passwords are not accepted here."
  }

  validation {
    condition     = var.settings.password_history >= 0 && var.settings.password_history <= 24
    error_message = "password_history must be 0 to 24 earlier passwords that may not be used again; 5 is the usual choice."
  }

  validation {
    condition     = var.settings.access_token_minutes >= 5 && var.settings.access_token_minutes <= 1440
    error_message = "access_token_minutes must be 5 to 1440, Cognito's limits; 60 is the usual choice."
  }

  validation {
    condition     = var.settings.id_token_minutes >= 5 && var.settings.id_token_minutes <= 1440
    error_message = "id_token_minutes must be 5 to 1440, Cognito's limits; 60 is the usual choice."
  }

  validation {
    condition     = var.settings.refresh_token_hours * 60 > var.settings.access_token_minutes && var.settings.refresh_token_hours <= 87600
    error_message = "refresh_token_hours must outlast access_token_minutes and be at most 87600; raise it, or shorten the access token."
  }

  validation {
    condition     = var.settings.refresh_grace_seconds >= 0 && var.settings.refresh_grace_seconds <= 60
    error_message = "refresh_grace_seconds must be 0 to 60: for so long a rotated refresh token can still be used by a request that is tried again."
  }

  validation {
    condition = length(var.settings.callback_urls) > 0 && alltrue([
      for url in setunion(var.settings.callback_urls, var.settings.logout_urls) :
      can(regex("^(https://[^/?#]+|http://localhost(:[0-9]+)?)(/[^?#]*)?$", url))
    ])
    error_message = "callback_urls (at least one) and logout_urls must be https addresses, or http://localhost with a port for an agent on the same machine, without a query or fragment."
  }

  validation {
    condition = var.settings.domain == null ? true : (
      var.settings.domain.certificate_arn == null ?
      can(regex("^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$", var.settings.domain.name)) && !can(regex("aws|amazon|cognito", var.settings.domain.name)) :
      can(regex("^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\\.){2,}[a-z]{2,}$", var.settings.domain.name))
    )
    error_message = "domain.name must be 1 to 63 lower-case letters, digits or hyphens without the words aws, amazon and cognito; with a certificate_arn it must be a whole host name such as auth.example.com."
  }

  validation {
    condition     = var.settings.domain == null ? true : (var.settings.domain.certificate_arn == null ? true : can(regex("^arn:[a-z-]+:acm:us-east-1:", var.settings.domain.certificate_arn)))
    error_message = "domain.certificate_arn must name a certificate in us-east-1, where Cognito looks for it; request one there."
  }

  validation {
    condition     = var.settings.email == null ? true : can(regex("^arn:[a-z-]+:ses:", var.settings.email.identity_arn))
    error_message = "email.identity_arn must be the ARN of a verified identity of SES; verify the address or domain first, and give its ARN."
  }

  validation {
    condition     = var.settings.releases.noncurrent_days >= 1 && (var.settings.releases.lock_days == null ? true : var.settings.releases.lock_days >= 1)
    error_message = "releases.noncurrent_days and releases.lock_days must be at least 1 day; use lock_days = null for no lock."
  }
}
