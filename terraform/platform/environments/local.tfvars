# What a run of the platform needs, up on a laptop in three minutes. Everything else that the emulators
# hold is switched on by local-full.tfvars.
environment = "local"
emulated    = true

client = {
  releases = { force_destroy = true }
}

network = {
  documentation = false
}

compute = {
  # One environment on a laptop, whose reports look for its metrics by this name.
  metrics_namespace = "QScreen"

  heartbeat_seconds = 30
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
}

observability = {
  # Nobody is called from a laptop; local-full.tfvars makes them.
  alarms        = false
  sampling_rate = 1
}
