environment = "dev"

network = {
  nat = "single"
}

data = {
  force_destroy = true
}

client = {
  releases = { force_destroy = true }
}

security = {
  key_deletion_days = 7
}

observability = {
  sampling_rate = 1
}

devops = {
  budgets = { platform = { limit_usd = 300 } }
}
