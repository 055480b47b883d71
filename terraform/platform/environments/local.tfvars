environment = "local"
emulated    = true

network = {
  nat = "none"
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
}

observability = {
  sampling_rate = 1
}
