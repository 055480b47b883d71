# What AWS does not measure is reported once an interval by a function of the platform, in the
# embedded metric format; its metrics carry the function's name as the dimension `service`.
locals {
  _roles = { for role in ["fast", "planner", "vision"] : role => { Role = role, service = var.settings.reporter } }

  _record_alarms = {
    audit-broken = {
      description = "The audit's chain or a copy of it does not hold. Nobody but an intruder changes either: keep the database as it is and compare it with the copies."
      metric      = "AuditBroken"
      service     = "write-audit"
    }
    audit-copies-failed = {
      description = "Entries of the audit have no copy under object lock yet. Look at the log of write-audit."
      metric      = "AuditCopiesFailed"
      service     = "write-audit"
    }
    partner-key-unproven = {
      description = "A partner has not come with the new API key, and the former one ends at its deadline. Give the partner the new key; the log of rotate-partner-key tells who and when."
      metric      = "PartnerKeysUnproven"
      service     = "rotate-partner-key"
    }
    partner-key-ended = {
      description = "A partner's former API key ended at its deadline, though the partner has not come with the new one and may be shut out. Give the partner the new key; the log of rotate-partner-key tells who."
      metric      = "PartnerKeysEndedUnproven"
      service     = "rotate-partner-key"
    }
    retention-failed = {
      description = "Something that is older than its retention could not be deleted. Look at the log of the function retention."
      metric      = "RetentionFailures"
      service     = "retention"
    }
  }

  _reported_alarms = merge(
    {
      command-age = {
        description = "A command is open for longer than a command may take. Look at the dashboard of devices for agents that do not answer."
        namespace   = var.metrics_namespace
        metric      = "OldestCommandAgeSeconds"
        dimensions  = { service = var.settings.reporter }
        statistic   = "Maximum"
        period      = 300
        evaluations = 3
        datapoints  = 2
        threshold   = var.settings.command_age_seconds
      }
      audit-waits = {
        description = "Events for the audit have waited for half an hour. Look at the log of ${var.settings.reporter}, which sends them, and whether the event bus takes any."
        namespace   = var.metrics_namespace
        metric      = "OldestAuditEventSeconds"
        dimensions  = { service = var.settings.reporter }
        statistic   = "Maximum"
        period      = 300
        evaluations = 3
        datapoints  = 2
        threshold   = 1800
      }
    },
    {
      for name, alarm in local._record_alarms : name => {
        description = alarm.description
        namespace   = var.metrics_namespace
        metric      = alarm.metric
        dimensions  = { service = alarm.service }
        statistic   = "Sum"
        period      = 3600
        evaluations = 1
        threshold   = 0
      }
    },
    {
      for secret, name in var.secrets : "secret-${secret}-age" => {
        description = "The secret ${name} is older than promised. Look at the log of its rotation function."
        namespace   = var.metrics_namespace
        metric      = "SecretAgeDays"
        dimensions  = { Secret = name, service = var.settings.reporter }
        statistic   = "Maximum"
        period      = 86400
        evaluations = 1
        threshold   = var.settings.secret_age_days
      }
    },
    {
      for role, dimensions in local._roles : "model-${role}-end-of-life" => {
        description = "The model of the role ${role} comes to the end of its life. Choose its successor in the variable models."
        namespace   = var.metrics_namespace
        metric      = "ModelDaysToEndOfLife"
        dimensions  = dimensions
        statistic   = "Minimum"
        period      = 86400
        evaluations = 1
        comparison  = "LessThanThreshold"
        threshold   = var.settings.model_end_of_life_days
      }
    },
  )

  # Each counts under its own name what it could not tell; an alarm adds up ten metrics at most.
  _audit_tellers = ["api", "authorizer", "mcp-document", "mcp-language", "mcp-planner", "mcp-vision", "mcp-workflow", "work-jobs"]

  _lost_alarms = {
    audit-events-lost = {
      description = "Something that the audit must hear of could not be told: neither the event bus nor the outbox was there. The log of the function in question (${join(", ", local._audit_tellers)}) has the ids."
      label       = "Lost events"
      namespace   = var.metrics_namespace
      period      = 3600
      evaluations = 1
      threshold   = 0
      metrics     = [for function in local._audit_tellers : { metric = "AuditEventsLost", dimensions = { service = function } }]
    }
  }

  _token_alarms = {
    for meter, budget in var.token_budgets : "tokens-${meter}" => {
      description = "The models of ${replace(meter, "-", " and ")} took more tokens today than budgeted. Look at the dashboard of cost, then at runs without a cached plan."
      label       = "Tokens"
      namespace   = "AWS/Bedrock"
      period      = 86400
      evaluations = 1
      threshold   = budget.tokens_per_day
      metrics = flatten([
        for model in budget.model_ids : [
          for metric in ["InputTokenCount", "OutputTokenCount"] : { metric = metric, dimensions = { ModelId = model } }
        ]
      ])
    }
  }
}
