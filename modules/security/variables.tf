variable "rotations" {
  description = "Secrets that are rotated, by name: the secret, the function that does it (the ARN of its alias, so that what is released rotates), and after how many days."
  type = map(object({
    secret_arn    = string
    function_arn  = string
    function_name = string
    days          = optional(number, 30)
  }))
  default  = {}
  nullable = false

  validation {
    condition     = alltrue([for name in keys(var.rotations) : can(regex("^[a-z][a-z0-9-]{0,39}$", name))])
    error_message = "A rotation's name must be 1 to 40 lower-case letters, digits or hyphens and start with a letter; it becomes part of a statement's id."
  }

  validation {
    condition     = alltrue([for rotation in values(var.rotations) : rotation.days >= 1 && rotation.days <= 90])
    error_message = "A secret must be rotated after 1 to 90 days; 30 is the usual choice."
  }
}

variable "config_bucket" {
  description = "Bucket that AWS Config delivers to, whose policy must let it; null where the account's configuration is not recorded by this environment."
  type        = object({ name = string })
  default     = null
}

variable "settings" {
  description = "Keys (days between rotations, and before a deleted one is gone), the web ACL (requests per address and per user in five minutes, countries, addresses, sizes, rules of one's own), the roles of people, and what is kept for the whole account."
  type = object({
    key_deletion_days  = optional(number, 30)
    key_rotation_days  = optional(number, 365)
    web_acl            = optional(bool, true)
    rate_limit         = optional(number, 2000)
    user_rate_limit    = optional(number, 1000)
    allowed_countries  = optional(set(string), [])
    blocked_countries  = optional(set(string), [])
    blocked_addresses  = optional(set(string), [])
    max_body_bytes     = optional(number, 16384)
    large_body_paths   = optional(string, "/v1/commands/[^/]+/result$")
    log_retention_days = optional(number, 365)

    # pattern: a regular expression on the path, or on the header that is named.
    custom_rules = optional(map(object({
      priority = number
      pattern  = string
      header   = optional(string)
      action   = optional(string, "block")
    })), {})

    # roles: which of them there are. acts: what the operator does with qops. trusted: who may take a role, by
    # role; the account itself (whom IAM allows it) where none is named.
    operators = optional(object({
      roles         = optional(set(string), ["auditor", "break-glass", "operator", "operator-read"])
      acts          = optional(set(string), ["drill", "redrive", "rollback", "rotate"])
      trusted       = optional(map(set(string)), {})
      mfa_minutes   = optional(number, 60)
      session_hours = optional(number, 1)
    }), {})

    account = optional(object({
      password_policy = optional(bool, false)
      guardduty       = optional(bool, false)
      security_hub    = optional(bool, false)
      config          = optional(bool, false)
      access_analyzer = optional(bool, false)
      ebs_encryption  = optional(bool, false)

      # Only where the account has none yet: AWS refuses a second one.
      create_config_role = optional(bool, true)
    }), {})
  })
  default  = {}
  nullable = false

  validation {
    condition     = var.settings.key_deletion_days >= 7 && var.settings.key_deletion_days <= 30
    error_message = "key_deletion_days must be 7 to 30, KMS's limits; use 30 where data matters."
  }

  validation {
    condition     = var.settings.key_rotation_days >= 90 && var.settings.key_rotation_days <= 2560
    error_message = "key_rotation_days must be 90 to 2560, KMS's limits; 365 is the usual choice."
  }

  validation {
    condition     = var.settings.rate_limit >= 100
    error_message = "rate_limit must be at least 100 requests in five minutes, or agents that poll would lock themselves out."
  }

  validation {
    condition     = var.settings.user_rate_limit >= 100 && var.settings.user_rate_limit <= var.settings.rate_limit
    error_message = "user_rate_limit must be at least 100 requests in five minutes and at most rate_limit, or it would never be reached; raise rate_limit, or lower it."
  }

  validation {
    condition = alltrue([
      for code in setunion(var.settings.allowed_countries, var.settings.blocked_countries) : can(regex("^[A-Z]{2}$", code))
    ]) && (length(var.settings.allowed_countries) == 0 || length(var.settings.blocked_countries) == 0)
    error_message = "allowed_countries or blocked_countries must be codes of two capital letters such as KR; use one of the two, not both."
  }

  validation {
    condition = alltrue([
      for address in var.settings.blocked_addresses : can(cidrhost(address, 0)) && !endswith(address, "/0")
    ])
    error_message = "blocked_addresses must be ranges such as 203.0.113.7/32 or 2001:db8::/32, and not the whole internet (/0); add the length of the range."
  }

  validation {
    condition     = var.settings.max_body_bytes >= 1024 && var.settings.max_body_bytes <= 65536
    error_message = "max_body_bytes must be 1024 to 65536, as far as WAF can look; larger bodies are allowed by path, with large_body_paths."
  }

  validation {
    condition = length(var.settings.large_body_paths) >= 1 && length(var.settings.large_body_paths) <= 512 && alltrue([
      for rule in values(var.settings.custom_rules) : length(rule.pattern) >= 1 && length(rule.pattern) <= 512
    ])
    error_message = "large_body_paths and the pattern of a custom rule must be regular expressions of 1 to 512 characters, WAF's limit; use several rules for more."
  }

  validation {
    condition = alltrue([
      for name, rule in var.settings.custom_rules :
      can(regex("^[a-z][a-z0-9-]{1,40}$", name)) && rule.priority >= 100 && contains(["block", "count"], rule.action)
      ]) && (
      length(distinct([for rule in values(var.settings.custom_rules) : rule.priority])) == length(var.settings.custom_rules)
    )
    error_message = "A custom rule needs a name of 2 to 41 lower-case letters, digits or hyphens, a priority of its own of at least 100 (below are the built-in rules), and the action block or count."
  }

  validation {
    condition = alltrue([
      for role, principals in var.settings.operators.trusted :
      contains(["operator", "operator-read", "auditor", "break-glass"], role) && length(principals) > 0 && alltrue([
        for arn in principals : can(regex("^arn:[a-z-]+:iam::[0-9]{12}:(root|user/.+|role/.+)$", arn))
      ])
    ])
    error_message = "operators.trusted must name ARNs of IAM users, roles or account roots (never *) under operator, operator-read, auditor or break-glass; leave a role out to trust the account."
  }

  validation {
    condition     = length(setsubtract(var.settings.operators.roles, ["auditor", "break-glass", "operator", "operator-read"])) == 0
    error_message = "operators.roles must be of auditor, break-glass, operator and operator-read; leave out the role that is not wanted."
  }

  validation {
    condition     = !var.context.guarded || contains(var.settings.operators.roles, "break-glass")
    error_message = "operators.roles must have break-glass where the environment is guarded: nobody else could take a key away. Add it."
  }

  validation {
    condition     = length(setsubtract(var.settings.operators.acts, ["drill", "redrive", "rollback", "rotate", "state", "users"])) == 0
    error_message = "operators.acts must be of drill, redrive, rollback, rotate, state and users, the commands of qops that change something; leave out the one that is not."
  }

  validation {
    condition     = var.settings.operators.mfa_minutes >= 5 && var.settings.operators.mfa_minutes <= 720 && var.settings.operators.session_hours >= 1 && var.settings.operators.session_hours <= 12
    error_message = "operators.mfa_minutes must be 5 to 720 and operators.session_hours 1 to 12; use short ones, for they guard the account."
  }
}
