variable "settings" {
  description = "Promises that alarms watch, and what is switched on; see the README."
  type = object({
    alarms        = optional(bool, true)
    alarm_actions = optional(bool, true)

    api_error_rate         = optional(number, 0.01)
    api_p95_ms             = optional(number, 1000)
    anomaly_detection      = optional(bool, true)
    anomaly_width          = optional(number, 3)
    function_p95_ms        = optional(number, 10000)
    function_p95_ms_by     = optional(map(number), { migrate = 240000, rotate-redis = 240000, reap-devices = 90000, work-jobs = 45000, ship-logs = 45000, rotate-postgres = 45000, user-data = 850000, retention = 240000, write-audit = 90000, rotate-partner-key = 150000 })
    silent_after_seconds   = optional(map(number), { reap-devices = 7200 })
    jobs_age_seconds       = optional(number, 300)
    command_age_seconds    = optional(number, 1200)
    secret_age_days        = optional(number, 45)
    model_end_of_life_days = optional(number, 60)
    reporter               = optional(string, "reap-devices")

    database = optional(object({
      cpu_percent     = optional(number, 80)
      connections     = optional(number, 80)
      free_storage_gb = optional(number, 4)
      free_memory_mb  = optional(number, 96)
    }), {})
    cache = optional(object({
      cpu_percent    = optional(number, 80)
      memory_percent = optional(number, 80)
      evictions      = optional(number, 100)
    }), {})

    sampling_rate   = optional(number, 0.05)
    xray_encryption = optional(bool, false)

    trail = optional(object({
      enabled        = optional(bool, true)
      data_events    = optional(bool, true)
      insights       = optional(bool, false)
      retention_days = optional(number, 365)
    }), {})

    search = optional(object({
      engine_version      = optional(string, "OpenSearch_2.19")
      zones               = optional(number, 3)
      instances           = optional(number, 3)
      instance_type       = optional(string, "t3.small.search")
      master_type         = optional(string, "t3.small.search")
      volume_gb           = optional(number, 20)
      retention_days      = optional(number, 365)
      create_service_role = optional(bool, true)
      patience            = optional(string)
    }))
    ship_logs    = optional(bool, false)
    ship_pattern = optional(string, "")

    canary = optional(object({
      schedule        = optional(string, "rate(5 minutes)")
      period_seconds  = optional(number, 300)
      runtime         = optional(string, "syn-python-selenium-14.0")
      timeout_seconds = optional(number, 30)
      retention_days  = optional(number, 31)
    }))
  })
  default  = {}
  nullable = false

  validation {
    condition     = var.settings.alarms || !var.context.guarded
    error_message = "A guarded environment is never without alarms: remove alarms = false, and set alarm_actions = false where nobody is to be called for a while."
  }

  validation {
    condition     = var.settings.api_error_rate > 0 && var.settings.api_error_rate < 1
    error_message = "api_error_rate must be a share between 0 and 1; write 0.01 for one request in a hundred."
  }

  validation {
    condition     = alltrue([for limit in concat([var.settings.api_p95_ms, var.settings.function_p95_ms], values(var.settings.function_p95_ms_by)) : limit >= 50])
    error_message = "api_p95_ms, function_p95_ms and function_p95_ms_by must be at least 50: they are in milliseconds; multiply seconds by 1000."
  }

  validation {
    condition     = var.settings.sampling_rate >= 0 && var.settings.sampling_rate <= 1
    error_message = "sampling_rate must be a share from 0 to 1; write 0.05 for one request in twenty."
  }

  validation {
    condition     = var.settings.anomaly_width >= 1 && var.settings.anomaly_width <= 10
    error_message = "anomaly_width must be 1 to 10 standard deviations; 3 is the usual choice."
  }

  validation {
    condition     = alltrue([for seconds in values(var.settings.silent_after_seconds) : seconds >= 60 && seconds <= 86400 && seconds % 60 == 0])
    error_message = "silent_after_seconds must be whole minutes from 60 to 86400: an alarm looks back a day at most; choose at least twice the schedule's interval."
  }

  validation {
    condition     = alltrue([for limit in [var.settings.jobs_age_seconds, var.settings.command_age_seconds, var.settings.secret_age_days, var.settings.model_end_of_life_days] : limit >= 1])
    error_message = "jobs_age_seconds, command_age_seconds, secret_age_days and model_end_of_life_days must be at least 1; give the age that is still promised."
  }

  validation {
    condition     = alltrue([for percent in [var.settings.database.cpu_percent, var.settings.cache.cpu_percent, var.settings.cache.memory_percent] : percent >= 1 && percent <= 100])
    error_message = "cpu_percent and memory_percent must be 1 to 100 percent; 80 leaves room to act."
  }

  validation {
    condition     = alltrue([for limit in [var.settings.database.connections, var.settings.database.free_storage_gb, var.settings.database.free_memory_mb, var.settings.cache.evictions] : limit > 0])
    error_message = "The limits of database and cache must be above 0; give the connections, gigabytes, megabytes and evictions at which somebody must act."
  }

  validation {
    condition     = alltrue([for days in [var.settings.trail.retention_days, try(var.settings.search.retention_days, 365)] : contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653], days)])
    error_message = "CloudWatch Logs knows no such retention; use for example 30, 90 or 365 days."
  }

  validation {
    condition     = contains([1, 2, 3], try(var.settings.search.zones, 1)) && try(var.settings.search.instances, 1) % try(var.settings.search.zones, 1) == 0 && try(var.settings.search.instances, 1) >= 1
    error_message = "The search domain needs 1, 2 or 3 zones and as many instances in each; make instances a multiple of zones."
  }

  validation {
    condition     = var.settings.search == null || length(var.search_network.subnet_ids) >= try(var.settings.search.zones, 1)
    error_message = "search_network has fewer subnets than the search domain has zones; give a subnet per zone, or lower search.zones."
  }

  validation {
    condition     = !var.settings.ship_logs || var.settings.search != null
    error_message = "ship_logs needs a search domain to ship to; set search, or leave ship_logs out."
  }

  validation {
    condition     = var.settings.canary == null || var.canary_archive != null
    error_message = "The canary needs its archive; run `qops build` and give canary_archive from the manifest, or leave canary out."
  }

  validation {
    condition     = can(regex("^syn-python-selenium-[0-9]+\\.[0-9]+$", try(var.settings.canary.runtime, "syn-python-selenium-1.0")))
    error_message = "The canary's runtime must be a Python one such as syn-python-selenium-14.0, which its script is written for; use one that AWS still supports."
  }

  validation {
    condition     = try(var.settings.canary.timeout_seconds, 30) >= 5 && try(var.settings.canary.timeout_seconds, 30) <= 300 && contains([60, 300, 900, 3600], try(var.settings.canary.period_seconds, 300))
    error_message = "The canary's timeout must be 5 to 300 seconds, and period_seconds 60, 300, 900 or 3600 like its schedule; use 30 and 300."
  }
}
