environment = "prod"

client = {
  password_minimum_length    = 14
  compromised_password_check = true
}

network = {
  nat = "per_zone"
}

data = {
  database = {
    instance_class        = "db.t4g.medium"
    multi_az              = true
    backup_retention_days = 35
  }

  cache = {
    node_type          = "cache.t4g.small"
    nodes              = 2
    snapshot_retention = 7
  }
}
