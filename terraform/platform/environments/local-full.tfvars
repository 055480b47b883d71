# Laid over local.tfvars by the end-to-end suite (QOPS_VALUES): everything that the emulators hold is
# switched on. docs/local-cloud.md lists what is not, and why.
recovery_region = "ap-northeast-1"

client = {
  # The emulated pool hands out tokens by password, which rotating refresh tokens rule out.
  refresh_rotation = false
  releases         = { force_destroy = true }
}

network = {
  nat                 = "single"
  interface_endpoints = ["secretsmanager", "ssm"]
}

ai = {
  application_profiles = true
  custom_labels        = true
  invocation_logging   = {}
  token_budgets        = { planner = 2000000, vision = 1000000, fast = 5000000 }
}

compute = {
  heartbeat_seconds = 15
  observe_seconds   = 60
  act_seconds       = 300
}

data = {
  force_destroy = true

  # The engines on the laptop serve no TLS, and listen on the loopback interface only.
  database = {
    force_tls          = false
    monitoring_seconds = 0
  }

  cache = {
    tls = false
  }
}

security = {
  key_deletion_days = 7
  account = {
    password_policy = true
    guardduty       = true
    security_hub    = true
    config          = true
    access_analyzer = true
    ebs_encryption  = true
  }
}

observability = {
  sampling_rate   = 1
  xray_encryption = true
  canary          = {}
  search          = { patience = "3s", create_service_role = false }
}

devops = {
  deployments = {}
  pipeline    = { source_key = "source/platform.zip" }
  bastion     = {}
  sms         = {}
  budgets     = { platform = { limit_usd = 100 } }
  onboarding  = { audit = { account_id = "210987654321", external_id = "local-cloud-onboarding" } }
  subscriptions = {
    on-call = { protocol = "email", endpoint = "on-call@example.com" }
  }
}
