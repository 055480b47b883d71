environment     = "prod"
recovery_region = "ap-northeast-1"

client = {
  password_minimum_length    = 14
  compromised_password_check = true

  # The browser's way to sign in. Names are taken across all accounts of a region: choose another where
  # this one is gone.
  domain   = { name = "qscreen-prod" }
  releases = { lock_days = 365 }
}

network = {
  nat = "per_zone"

  # What functions in the VPC call, which a test compares with their sources; traffic to these services
  # does not leave AWS's network, and an endpoint costs by the hour and zone.
  interface_endpoints = [
    "bedrock-runtime",
    "elasticache",
    "events",
    "rekognition",
    "scheduler",
    "secretsmanager",
    "sqs",
    "ssm",
  ]

  # One million requests a day are 12 a second; ten times that at the peak, and room to retry.
  throttle_rate  = 400
  throttle_burst = 800
}

ai = {
  application_profiles = true
  invocation_logging   = {}
  token_budgets        = { planner = 40000000, vision = 20000000, fast = 100000000 }
}

compute = {
  provisioned_concurrency = { api = 5, authorizer = 5 }
  reserved_concurrency    = { work-jobs = 50, ship-logs = 20 }

  jobs = { max_concurrency = 50 }
}

data = {
  database = {
    instance_class        = "db.t4g.medium"
    multi_az              = true
    backup_retention_days = 35
    proxy                 = {}
  }

  cache = {
    node_type          = "cache.t4g.small"
    nodes              = 2
    snapshot_retention = 7
  }

  backup = { compliance_after_days = 14 }
}

security = {
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
  xray_encryption = true
  # Not the burstable default, which AWS advises against for production.
  search    = { zones = 3, instances = 3, instance_type = "m6g.large.search", master_type = "m6g.large.search" }
  ship_logs = true
  canary    = {}
}

devops = {
  budgets     = { platform = { limit_usd = 3000 } }
  deployments = {}

  # CodeDeploy alone moves the functions' aliases here, so an apply publishes versions that the pipeline
  # makes live: put the commit's archive there, and start the execution.
  pipeline = { source_key = "source/qscreen.zip" }
}
