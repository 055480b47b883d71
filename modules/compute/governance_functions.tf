# Functions that keep account of the platform: the audit, users' rights to their data, retention,
# and the keys of partners.
locals {
  _partner_secret_arns = [for name in sort(keys(var.partners)) : var.partners[name].secret_arn]

  # Until when something of an erased user is still held: what the layers say, and what is made here.
  # Model calls are logged into a group and into the bucket of the logs.
  _log_days = max(var.settings.log_retention_days, lookup(var.data.kept_days, "logs", 0))
  _kept_days = merge(
    { for holder, days in var.data.kept_days : holder => holder == "model_calls" ? max(days, local._log_days) : days },
    # Step Functions keeps histories for 90 days, Textract results of jobs for 7: their quotas, which nobody can lower.
    # docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html, docs.aws.amazon.com/textract/latest/dg/api-async.html
    {
      document_results = 7
      event_archive    = var.settings.event_archive_days
      executions       = 90
      logs             = local._log_days
      queues           = 14
    },
  )

  _governance_functions = {
    write-audit = {
      description     = "Writes events to the audit, copies and verifies it"
      memory_mb       = 512
      timeout_seconds = 120
      stores          = true
      environment = merge(local._database_environment, {
        QS_AUDIT_BUCKET = var.data.buckets.audit.name
      })
    }
    user-data = {
      description     = "Erases or exports all data of one user"
      memory_mb       = 1024
      timeout_seconds = 900
      stores          = true
      environment = merge(local._database_environment, local._audit_environment, {
        QS_AUDIT_BUCKET       = var.data.buckets.audit.name
        QS_SCREENSHOTS_BUCKET = var.data.buckets.screenshots.name
        QS_SETTINGS_BUCKET    = var.data.buckets.settings.name
        QS_TEMPLATES_BUCKET   = var.data.buckets.templates.name
        QS_CACHE_SECRET_ARN   = var.data.cache_secret_arn
        QS_COMMANDS_TABLE     = var.data.tables.commands.name
        QS_DEVICES_TABLE      = var.data.tables.devices.name
        QS_IDEMPOTENCY_TABLE  = var.data.tables.idempotency.name
        QS_RUNS_TABLE         = var.data.tables.runs.name
        QS_SESSIONS_TABLE     = var.data.tables.sessions.name
        QS_SCHEDULE_GROUP     = var.context.prefix
        QS_KEPT_DAYS          = jsonencode(local._kept_days)
        }, var.data.copies == null ? {} : {
        QS_RECOVERY_REGION  = try(var.data.copies.region, "")
        QS_RECOVERY_BUCKETS = jsonencode({ for purpose in local._user_purposes : purpose => try(var.data.copies.buckets[purpose].name, "") })
      })
    }
    retention = {
      description     = "Deletes what is older than its retention"
      memory_mb       = 256
      timeout_seconds = 300
      stores          = true
      environment = merge(local._database_environment, local._run_environment, {
        QS_CONFIGURATION_TABLE = var.data.tables.configuration.name
        QS_HISTORY_DAYS        = tostring(var.settings.history_days)
        QS_TEMPLATES_BUCKET    = var.data.buckets.templates.name
      })
    }
    rotate-partner-key = {
      description     = "Rotates the API keys of partners"
      memory_mb       = 256
      timeout_seconds = 180
      stores          = false
      environment = merge(
        {
          QS_PARTNERS             = jsonencode({ for name, partner in var.partners : name => partner.secret_arn })
          QS_KEY_OVERLAP_SECONDS  = tostring(3600 * var.settings.partner_key_overlap_hours)
          QS_KEY_DEADLINE_SECONDS = tostring(3600 * var.settings.partner_key_deadline_hours)
        },
        var.settings.partner_probe_url == null ? {} : { QS_PARTNER_PROBE_URL = var.settings.partner_probe_url },
      )
    }
  }

  _governance_schedules = {
    write-audit = {
      expression  = "rate(1 day)"
      description = "Copies what the audit has no copy of, and verifies its chain"
    }
    retention = {
      expression  = "rate(1 day)"
      description = "Deletes what is older than its retention"
    }
    rotate-partner-key = {
      expression  = "rate(1 hour)"
      description = "Ends partners' former keys once the partners have come with the new ones, or at the deadline"
    }
  }
}
