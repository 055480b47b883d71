# Laid over local.tfvars by the end-to-end suite (QOPS_VALUES): everything that the emulators hold is
# switched on. docs/local-cloud.md lists what is not, and why.
recovery_region = "ap-northeast-1"

client = {
  # People of the end-to-end suite sign in once, and a slow machine takes more than an hour for it.
  access_token_minutes = 240

  releases = { force_destroy = true }
  domain   = { name = "qscreen-local" }
  partners = { example = {} }
}

network = {
  nat                 = "single"
  interface_endpoints = ["secretsmanager", "ssm"]

  custom_domain = {
    name            = "api.qscreen.example.com"
    certificate_arn = "arn:aws:acm:ap-northeast-2:000000000000:certificate/11111111-2222-3333-4444-555555555555"
  }
}

ai = {
  application_profiles = true
  custom_labels        = true
  invocation_logging   = {}
  token_budgets        = { planner = 2000000, vision = 1000000, fast = 5000000 }
}

compute = {
  # One environment on a laptop, whose reports look for its metrics by this name.
  metrics_namespace = "QScreen"

  heartbeat_seconds = 30
  observe_seconds   = 60
  act_seconds       = 300

  provisioned_concurrency = { authorizer = 1 }
}

data = {
  force_destroy        = true
  archive_days         = 180
  contributor_insights = true

  # The engines on the laptop serve no TLS, and listen on the loopback interface only.
  database = {
    force_tls          = false
    monitoring_seconds = 60
    proxy              = {}
  }

  cache = {
    tls = false
  }
}

security = {
  key_deletion_days = 7
  blocked_addresses = ["192.0.2.0/24"]

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
  search          = { patience = "3s" }
}

devops = {
  deployments = {}
  pipeline    = { repository = "example/platform", in_vpc = true }
  bastion     = {}
  sms         = {}
  budgets     = { platform = { limit_usd = 100 } }
  onboarding  = { audit = { account_id = "210987654321", external_id = "local-cloud-onboarding" } }
  subscriptions = {
    on-call = { protocol = "email", endpoint = "on-call@example.com" }
  }
}
