environment = "dev"

network = {
  nat = "single"
}

data = {
  force_destroy = true
}

security = {
  key_deletion_days = 7
}

observability = {
  sampling_rate = 1
}
