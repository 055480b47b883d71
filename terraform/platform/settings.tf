# Made by scripts/terraform-settings from the `settings` of the layers (`make generate`); do not edit.
# One object per layer without defaults: what is left out here is decided there.

variable "client" {
  description = "Settings of the layer client; see modules/client."
  type = object({
    password_minimum_length    = optional(number)
    password_history           = optional(number)
    temporary_password_days    = optional(number)
    access_token_minutes       = optional(number)
    id_token_minutes           = optional(number)
    refresh_token_hours        = optional(number)
    refresh_rotation           = optional(bool)
    refresh_grace_seconds      = optional(number)
    self_registration          = optional(bool)
    compromised_password_check = optional(bool)
    callback_urls              = optional(set(string))
    logout_urls                = optional(set(string))
    domain = optional(object({
      name            = string
      certificate_arn = optional(string)
    }))

    email = optional(object({
      from         = string
      identity_arn = string
    }))
    partners = optional(map(object({
      description  = optional(string)
      rate_limit   = optional(number)
      burst_limit  = optional(number)
      quota        = optional(number)
      quota_period = optional(string)
      enabled      = optional(bool)
    })))

    releases = optional(object({
      force_destroy   = optional(bool)
      noncurrent_days = optional(number)
      lock_days       = optional(number)
    }))
  })
  default  = {}
  nullable = false
}

variable "network" {
  description = "Settings of the layer network; see modules/network."
  type = object({
    cidr                = optional(string)
    zones               = optional(map(number))
    nat                 = optional(string)
    internet_egress     = optional(bool)
    interface_endpoints = optional(set(string))
    flow_logs           = optional(bool)
    log_retention_days  = optional(number)
    throttle_rate       = optional(number)
    throttle_burst      = optional(number)
    method_throttles    = optional(map(object({ rate = number, burst = number })))
    keyed_operations    = optional(set(string))
    tracing             = optional(bool)
    web_acl             = optional(bool)
    documentation       = optional(bool)
    allowed_ranges      = optional(set(string))
    default_endpoint    = optional(bool)
    custom_domain = optional(object({
      name            = string
      certificate_arn = string
      zone_id         = optional(string)
      base_path       = optional(string)
    }))
  })
  default  = {}
  nullable = false
}

variable "ai" {
  description = "Settings of the layer ai; see modules/ai."
  type = object({
    filter_strength = optional(string)
    blocked_input   = optional(string)
    blocked_output  = optional(string)

    pii_entities = optional(map(string))
    pii_patterns = optional(map(object({
      description = string
      pattern     = string
      action      = optional(string)
    })))
    denied_topics = optional(map(object({
      definition = string
      examples   = optional(list(string))
    })))
    denied_words = optional(set(string))
    profanity    = optional(bool)
    grounding = optional(object({
      grounding = optional(number)
      relevance = optional(number)
    }))

    application_profiles = optional(bool)
    invocation_logging = optional(object({
      text           = optional(bool)
      images         = optional(bool)
      retention_days = optional(number)
    }))
    custom_labels             = optional(bool)
    custom_labels_version_arn = optional(string)
    classifier = optional(object({
      training_s3_uri = string
      key_arn         = optional(string)
      language        = optional(string)
      mode            = optional(string)
    }))
    token_budgets = optional(map(number))
  })
  default  = {}
  nullable = false
}

variable "compute" {
  description = "Settings of the layer compute; see modules/compute."
  type = object({
    max_attempts            = optional(number)
    heartbeat_seconds       = optional(number)
    observe_seconds         = optional(number)
    plan_seconds            = optional(number)
    act_seconds             = optional(number)
    confirm_seconds         = optional(number)
    finish_seconds          = optional(number)
    analysis_seconds        = optional(number)
    command_ttl_seconds     = optional(number)
    log_level               = optional(string)
    log_retention_days      = optional(number)
    tracing                 = optional(bool)
    reserved_concurrency    = optional(map(number))
    provisioned_concurrency = optional(map(number))
    in_vpc                  = optional(bool)
    event_archive_days      = optional(number)
    metrics_namespace       = optional(string)
    reap_minutes            = optional(number)
    device_silent_seconds   = optional(number)
    history_days            = optional(number)

    partner_key_overlap_hours  = optional(number)
    partner_key_deadline_hours = optional(number)
    partner_probe_url          = optional(string)

    mcp_allowed_origins = optional(set(string))
    classifier_endpoints = optional(object({
      mail   = optional(string)
      intent = optional(string)
    }))
    jobs = optional(object({
      batch_size      = optional(number)
      window_seconds  = optional(number)
      max_receives    = optional(number)
      max_concurrency = optional(number)
    }))
  })
  default  = {}
  nullable = false
}

variable "data" {
  description = "Settings of the layer data; see modules/data."
  type = object({
    force_destroy             = optional(bool)
    screenshot_retention_days = optional(number)
    artifact_retention_days   = optional(number)
    log_retention_days        = optional(number)
    trail_retention_days      = optional(number)
    audit_lock_days           = optional(number)
    noncurrent_days           = optional(number)
    tiered_buckets            = optional(set(string))
    archive_days              = optional(number)
    contributor_insights      = optional(bool)
    database = optional(object({
      engine_version          = optional(string)
      instance_class          = optional(string)
      storage_gb              = optional(number)
      storage_max_gb          = optional(number)
      multi_az                = optional(bool)
      backup_retention_days   = optional(number)
      backup_window           = optional(string)
      maintenance_window      = optional(string)
      ca_certificate          = optional(string)
      force_tls               = optional(bool)
      monitoring_seconds      = optional(number)
      insights_retention_days = optional(number)
      password_version        = optional(number)
      proxy = optional(object({
        max_connections_percent = optional(number)
        idle_seconds            = optional(number)
        borrow_seconds          = optional(number)
      }))
      reservation = optional(object({
        offering_id = string
        instances   = optional(number)
      }))
    }))
    cache = optional(object({
      engine_version     = optional(string)
      node_type          = optional(string)
      nodes              = optional(number)
      tls                = optional(bool)
      eviction           = optional(string)
      logs               = optional(bool)
      snapshot_retention = optional(number)
      snapshot_window    = optional(string)
      maintenance_window = optional(string)
      password_version   = optional(number)
      reservation = optional(object({
        offering_id = string
        nodes       = optional(number)
      }))
    }))
    backup = optional(object({
      daily_days            = optional(number)
      monthly_days          = optional(number)
      copy_days             = optional(number)
      compliance_after_days = optional(number)
    }))
  })
  default  = {}
  nullable = false
}

variable "security" {
  description = "Settings of the layer security; see modules/security."
  type = object({
    key_deletion_days  = optional(number)
    key_rotation_days  = optional(number)
    web_acl            = optional(bool)
    rate_limit         = optional(number)
    user_rate_limit    = optional(number)
    allowed_countries  = optional(set(string))
    blocked_countries  = optional(set(string))
    blocked_addresses  = optional(set(string))
    max_body_bytes     = optional(number)
    large_body_paths   = optional(string)
    log_retention_days = optional(number)
    custom_rules = optional(map(object({
      priority = number
      pattern  = string
      header   = optional(string)
      action   = optional(string)
    })))
    operators = optional(object({
      roles         = optional(set(string))
      acts          = optional(set(string))
      trusted       = optional(map(set(string)))
      mfa_minutes   = optional(number)
      session_hours = optional(number)
    }))

    account = optional(object({
      password_policy    = optional(bool)
      guardduty          = optional(bool)
      security_hub       = optional(bool)
      config             = optional(bool)
      access_analyzer    = optional(bool)
      ebs_encryption     = optional(bool)
      create_config_role = optional(bool)
    }))
  })
  default  = {}
  nullable = false
}

variable "observability" {
  description = "Settings of the layer observability; see modules/observability."
  type = object({
    alarms        = optional(bool)
    alarm_actions = optional(bool)

    api_error_rate         = optional(number)
    api_p95_ms             = optional(number)
    anomaly_detection      = optional(bool)
    anomaly_width          = optional(number)
    function_p95_ms        = optional(number)
    function_p95_ms_by     = optional(map(number))
    silent_after_seconds   = optional(map(number))
    jobs_age_seconds       = optional(number)
    command_age_seconds    = optional(number)
    secret_age_days        = optional(number)
    model_end_of_life_days = optional(number)
    reporter               = optional(string)

    database = optional(object({
      cpu_percent     = optional(number)
      connections     = optional(number)
      free_storage_gb = optional(number)
      free_memory_mb  = optional(number)
    }))
    cache = optional(object({
      cpu_percent    = optional(number)
      memory_percent = optional(number)
      evictions      = optional(number)
    }))

    sampling_rate   = optional(number)
    xray_encryption = optional(bool)

    trail = optional(object({
      enabled        = optional(bool)
      data_events    = optional(bool)
      insights       = optional(bool)
      retention_days = optional(number)
    }))

    search = optional(object({
      engine_version      = optional(string)
      zones               = optional(number)
      instances           = optional(number)
      instance_type       = optional(string)
      master_type         = optional(string)
      volume_gb           = optional(number)
      retention_days      = optional(number)
      create_service_role = optional(bool)
      patience            = optional(string)
    }))
    ship_logs    = optional(bool)
    ship_pattern = optional(string)

    canary = optional(object({
      schedule        = optional(string)
      period_seconds  = optional(number)
      runtime         = optional(string)
      timeout_seconds = optional(number)
      retention_days  = optional(number)
    }))
  })
  default  = {}
  nullable = false
}

variable "devops" {
  description = "Settings of the layer devops; see modules/devops."
  type = object({
    log_retention_days = optional(number)

    subscriptions = optional(map(object({
      topic    = optional(string)
      protocol = string
      endpoint = string
    })))

    sms = optional(object({
      monthly_spend_usd = optional(number)
      type              = optional(string)
      sender_id         = optional(string)
    }))

    mobile_push = optional(map(object({
      platform  = string
      team_id   = optional(string)
      bundle_id = optional(string)
    })))

    budgets = optional(map(object({
      limit_usd         = number
      services          = optional(set(string))
      actual_percents   = optional(set(number))
      forecast_percents = optional(set(number))
      emails            = optional(set(string))
    })))

    deployments = optional(object({
      traffic = optional(string)
      percent = optional(number)
      minutes = optional(number)
    }))

    pipeline = optional(object({
      repository      = optional(string)
      branch          = optional(string)
      source_key      = optional(string)
      in_vpc          = optional(bool)
      image           = optional(string)
      compute_type    = optional(string)
      timeout_minutes = optional(number)
    }))

    onboarding = optional(map(object({
      account_id  = string
      external_id = string
    })))

    bastion = optional(object({
      instance_type  = optional(string)
      image          = optional(string)
      root_device    = optional(string)
      volume_gb      = optional(number)
      patch_schedule = optional(string)
      patch_timezone = optional(string)
      approve_days   = optional(number)
    }))
  })
  default  = {}
  nullable = false
}
