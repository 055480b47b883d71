variable "settings" {
  description = <<-EOT
    What the layer holds beyond its topics, parameters and runbooks; null (or an empty map) leaves a part out.
    subscriptions: who is told, by name; sms: attributes of text messages (of the account, so one environment sets them);
    mobile_push: applications whose credential is in push_credentials; budgets: monthly costs by name;
    deployments: CodeDeploy owns what the functions' aliases point at; pipeline: source, test, build, deploy;
    onboarding: auditors of other accounts by name; bastion: a host in the VPC without address, reached by Session Manager.
  EOT
  type = object({
    log_retention_days = optional(number, 365)

    subscriptions = optional(map(object({
      topic    = optional(string, "alarms")
      protocol = string
      endpoint = string
    })), {})

    sms = optional(object({
      monthly_spend_usd = optional(number, 1)
      type              = optional(string, "Transactional")
      sender_id         = optional(string)
    }))

    mobile_push = optional(map(object({
      platform  = string
      team_id   = optional(string)
      bundle_id = optional(string)
    })), {})

    budgets = optional(map(object({
      limit_usd         = number
      services          = optional(set(string), [])
      actual_percents   = optional(set(number), [80, 100])
      forecast_percents = optional(set(number), [100])
      emails            = optional(set(string), [])
    })), { monthly = { limit_usd = 100 } })

    deployments = optional(object({
      traffic = optional(string, "canary")
      percent = optional(number, 10)
      minutes = optional(number, 5)
    }))

    pipeline = optional(object({
      repository      = optional(string)
      branch          = optional(string, "main")
      source_key      = optional(string)
      in_vpc          = optional(bool, false)
      image           = optional(string, "aws/codebuild/amazonlinux2023-x86_64-standard:5.0")
      compute_type    = optional(string, "BUILD_GENERAL1_SMALL")
      timeout_minutes = optional(number, 60)
    }))

    onboarding = optional(map(object({
      account_id  = string
      external_id = string
    })), {})

    bastion = optional(object({
      instance_type  = optional(string, "t4g.nano")
      image          = optional(string, "resolve:ssm:/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-arm64")
      root_device    = optional(string, "/dev/xvda")
      volume_gb      = optional(number, 8)
      patch_schedule = optional(string, "cron(0 4 ? * SUN *)")
      patch_timezone = optional(string, "Asia/Seoul")
      approve_days   = optional(number, 3)
    }))
  })
  default  = {}
  nullable = false

  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653], var.settings.log_retention_days)
    error_message = "CloudWatch Logs knows no such retention; use for example 30, 90 or 365 days."
  }

  validation {
    condition     = alltrue([for subscription in var.settings.subscriptions : contains(["alarms", "notifications"], subscription.topic)])
    error_message = "A subscription's topic must be alarms or notifications; correct the one that is not."
  }

  validation {
    condition = alltrue([
      for subscription in var.settings.subscriptions : can(regex(lookup({
        email = "^[^@\\s]+@[^@\\s]+\\.[^@\\s]+$"
        sms   = "^\\+[1-9][0-9]{6,14}$"
        https = "^https://[^\\s]+$"
        sqs   = "^arn:aws[a-z-]*:sqs:[a-z0-9-]+:[0-9]{12}:[A-Za-z0-9_.-]+$"
      }, subscription.protocol, "^$"), subscription.endpoint))
    ])
    error_message = "A subscription needs protocol email (ops@example.com), sms (+821012345678), https (https://...) or sqs (the queue's ARN) with an endpoint of that form; correct the one that differs."
  }

  validation {
    condition     = var.settings.sms == null ? true : contains(["Transactional", "Promotional"], var.settings.sms.type) && var.settings.sms.monthly_spend_usd >= 1 && can(regex("^([A-Za-z0-9]{1,11})?$", coalesce(var.settings.sms.sender_id, "none")))
    error_message = "sms needs type Transactional or Promotional, monthly_spend_usd of 1 or more, and a sender_id of at most 11 letters or digits (or none)."
  }

  validation {
    condition     = alltrue([for application in var.settings.mobile_push : contains(["APNS", "APNS_SANDBOX", "GCM"], application.platform) && (application.team_id == null) == (application.bundle_id == null)])
    error_message = "mobile_push needs platform APNS, APNS_SANDBOX or GCM; give team_id and bundle_id together (token authentication of APNS) or neither."
  }

  validation {
    condition = alltrue([
      for budget in var.settings.budgets : budget.limit_usd > 0 && length(budget.actual_percents) + length(budget.forecast_percents) <= 5 && length(budget.actual_percents) + length(budget.forecast_percents) > 0
    ])
    error_message = "A budget needs a limit_usd above 0 and one to five thresholds, AWS's limit; correct the one that differs."
  }

  validation {
    condition     = alltrue(flatten([for budget in var.settings.budgets : [for address in budget.emails : can(regex("^[^@\\s]+@[^@\\s]+\\.[^@\\s]+$", address))]]))
    error_message = "A budget's emails must hold e-mail addresses such as ops@example.com; correct the one that is not."
  }

  validation {
    condition     = var.settings.deployments == null ? true : contains(["canary", "linear", "all_at_once"], var.settings.deployments.traffic)
    error_message = "deployments.traffic must be canary (one part first), linear (part after part) or all_at_once."
  }

  validation {
    condition     = var.settings.deployments == null ? true : var.settings.deployments.percent >= 1 && var.settings.deployments.percent <= 99 && var.settings.deployments.minutes >= 1 && var.settings.deployments.minutes <= 2880
    error_message = "deployments needs percent from 1 to 99 and minutes from 1 to 2880, CodeDeploy's limits; choose values in that range."
  }

  validation {
    condition     = var.settings.pipeline == null || var.settings.deployments != null
    error_message = "A pipeline ends in deployments: give deployments = {} as well, or leave the pipeline out."
  }

  validation {
    condition     = var.settings.pipeline == null ? true : (var.settings.pipeline.repository == null) != (var.settings.pipeline.source_key == null)
    error_message = "A pipeline has one source: give either repository (owner/name on GitHub) or source_key (an archive in the bucket of artefacts)."
  }

  validation {
    condition     = var.settings.pipeline == null ? true : can(regex("^[A-Za-z0-9][A-Za-z0-9-]*/[A-Za-z0-9._-]+$", coalesce(var.settings.pipeline.repository, "none/none"))) && can(regex("^source/[A-Za-z0-9._/-]+\\.zip$", coalesce(var.settings.pipeline.source_key, "source/none.zip")))
    error_message = "pipeline.repository must be owner/name, as in its GitHub URL, and pipeline.source_key a key such as source/qscreen.zip."
  }

  validation {
    condition = var.settings.pipeline == null || var.settings.deployments == null ? true : (
      var.settings.pipeline.timeout_minutes <= 480 && var.settings.pipeline.timeout_minutes >= 20 + lookup({
        canary = var.settings.deployments.minutes
        linear = var.settings.deployments.minutes * ceil(100 / var.settings.deployments.percent)
      }, var.settings.deployments.traffic, 0)
    )
    error_message = "pipeline.timeout_minutes must be at most 480 and at least 20 more than a deployment shifts; raise it, or shift faster."
  }

  validation {
    condition     = alltrue([for name, auditor in var.settings.onboarding : can(regex("^[a-z][a-z0-9-]{0,15}$", name)) && can(regex("^[0-9]{12}$", auditor.account_id)) && can(regex("^[A-Za-z0-9+=,.@:/-]{16,128}$", auditor.external_id))])
    error_message = "An auditor needs a short lower-case name, a 12-digit account_id and an external_id of at least 16 characters, which nobody can guess; correct the one that differs."
  }

  validation {
    condition     = var.settings.bastion == null ? true : can(regex("^(resolve:ssm:/.+|ami-[0-9a-f]{8,17})$", var.settings.bastion.image))
    error_message = "bastion.image must be an image id (ami-...) or resolve:ssm: with the name of a parameter that holds one."
  }

  validation {
    condition     = var.settings.bastion == null ? true : can(regex("^(cron|rate)\\(.+\\)$", var.settings.bastion.patch_schedule)) && var.settings.bastion.approve_days >= 0 && var.settings.bastion.approve_days <= 100 && var.settings.bastion.volume_gb >= 8
    error_message = "bastion needs patch_schedule as cron(...) or rate(...), approve_days from 0 to 100, and at least 8 GB; correct the value that differs."
  }
}
