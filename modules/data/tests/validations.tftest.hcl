# The variables alone, without the resources behind them: a run takes milliseconds.
variables {
  context = {
    environment     = "dev"
    prefix          = "qscreen-dev"
    parameter_path  = "/qscreen/dev"
    account_id      = "123456789012"
    region          = "ap-northeast-2"
    partition       = "aws"
    guarded         = false
    recovery_region = "ap-northeast-1"
  }
  key_arns = {
    screenshots = "arn:aws:kms:ap-northeast-2:123456789012:key/screenshots"
    data        = "arn:aws:kms:ap-northeast-2:123456789012:key/data"
    secrets     = "arn:aws:kms:ap-northeast-2:123456789012:key/secrets"
    logs        = "arn:aws:kms:ap-northeast-2:123456789012:key/logs"
    artifacts   = "arn:aws:kms:ap-northeast-2:123456789012:key/artifacts"
  }
  database_password   = "only-for-the-test"
  cache_password      = "only-for-the-test"
  isolated_subnet_ids = ["subnet-a", "subnet-b"]
  security_group_ids = {
    database = "sg-database"
    cache    = "sg-cache"
  }
  database_authorities = { certificates = 3, sha256 = "0123", valid_until = "2061-05-20" }
}

run "one_subnet" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    isolated_subnet_ids = ["subnet-a"]
  }

  expect_failures = [var.isolated_subnet_ids]
}

run "copies_without_a_recovery_region" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    context = {
      environment    = "dev"
      prefix         = "qscreen-dev"
      parameter_path = "/qscreen/dev"
      account_id     = "123456789012"
      region         = "ap-northeast-2"
      partition      = "aws"
      guarded        = false
    }
    recovery = {
      bucket_arns      = { audit = "arn:aws:s3:::copy" }
      key_arns         = { screenshots = "arn:aws:kms:ap-northeast-1:123456789012:key/s", data = "arn:aws:kms:ap-northeast-1:123456789012:key/d" }
      backup_vault_arn = "arn:aws:backup:ap-northeast-1:123456789012:backup-vault:copy"
    }
  }

  expect_failures = [var.recovery]
}

run "copy_of_an_unknown_bucket" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    recovery = {
      bucket_arns      = { releases = "arn:aws:s3:::copy" }
      key_arns         = { screenshots = "arn:aws:kms:ap-northeast-1:123456789012:key/s", data = "arn:aws:kms:ap-northeast-1:123456789012:key/d" }
      backup_vault_arn = "arn:aws:backup:ap-northeast-1:123456789012:backup-vault:copy"
    }
  }

  expect_failures = [var.recovery]
}

run "copies_without_a_key" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    recovery = {
      bucket_arns      = { audit = "arn:aws:s3:::copy" }
      key_arns         = { data = "arn:aws:kms:ap-northeast-1:123456789012:key/d" }
      backup_vault_arn = "arn:aws:backup:ap-northeast-1:123456789012:backup-vault:copy"
    }
  }

  expect_failures = [var.recovery]
}

run "force_destroy_in_prod" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    context = {
      environment    = "prod"
      prefix         = "qscreen-prod"
      parameter_path = "/qscreen/prod"
      account_id     = "123456789012"
      region         = "ap-northeast-2"
      partition      = "aws"
      guarded        = true
    }
    settings = { force_destroy = true, database = { multi_az = true }, cache = { nodes = 2 } }
  }

  expect_failures = [var.settings]
}

run "short_lock_in_prod" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    context = {
      environment    = "prod"
      prefix         = "qscreen-prod"
      parameter_path = "/qscreen/prod"
      account_id     = "123456789012"
      region         = "ap-northeast-2"
      partition      = "aws"
      guarded        = true
    }
    settings = { audit_lock_days = 30, database = { multi_az = true }, cache = { nodes = 2 } }
  }

  expect_failures = [var.settings]
}

run "short_backups_in_prod" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    context = {
      environment    = "prod"
      prefix         = "qscreen-prod"
      parameter_path = "/qscreen/prod"
      account_id     = "123456789012"
      region         = "ap-northeast-2"
      partition      = "aws"
      guarded        = true
    }
    settings = { database = { multi_az = true, backup_retention_days = 1 }, cache = { nodes = 2 } }
  }

  expect_failures = [var.settings]
}

run "one_zone_for_the_database_in_prod" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    context = {
      environment    = "prod"
      prefix         = "qscreen-prod"
      parameter_path = "/qscreen/prod"
      account_id     = "123456789012"
      region         = "ap-northeast-2"
      partition      = "aws"
      guarded        = true
    }
    settings = { cache = { nodes = 2 } }
  }

  expect_failures = [var.settings]
}

run "database_without_tls_in_prod" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    context = {
      environment    = "prod"
      prefix         = "qscreen-prod"
      parameter_path = "/qscreen/prod"
      account_id     = "123456789012"
      region         = "ap-northeast-2"
      partition      = "aws"
      guarded        = true
    }
    settings = { database = { multi_az = true, force_tls = false }, cache = { nodes = 2 } }
  }

  expect_failures = [var.settings]
}

run "one_cache_node_in_prod" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    context = {
      environment    = "prod"
      prefix         = "qscreen-prod"
      parameter_path = "/qscreen/prod"
      account_id     = "123456789012"
      region         = "ap-northeast-2"
      partition      = "aws"
      guarded        = true
    }
    settings = { database = { multi_az = true } }
  }

  expect_failures = [var.settings]
}

run "cache_without_tls_in_prod" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    context = {
      environment    = "prod"
      prefix         = "qscreen-prod"
      parameter_path = "/qscreen/prod"
      account_id     = "123456789012"
      region         = "ap-northeast-2"
      partition      = "aws"
      guarded        = true
    }
    settings = { database = { multi_az = true }, cache = { nodes = 2, tls = false } }
  }

  expect_failures = [var.settings]
}

run "no_cache_snapshots_in_prod" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    context = {
      environment    = "prod"
      prefix         = "qscreen-prod"
      parameter_path = "/qscreen/prod"
      account_id     = "123456789012"
      region         = "ap-northeast-2"
      partition      = "aws"
      guarded        = true
    }
    settings = { database = { multi_az = true }, cache = { nodes = 2, snapshot_retention = 0 } }
  }

  expect_failures = [var.settings]
}

run "tiers_of_an_unknown_bucket" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    settings = { tiered_buckets = ["releases"] }
  }

  expect_failures = [var.settings]
}

run "no_lock" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    settings = { audit_lock_days = 0 }
  }

  expect_failures = [var.settings]
}

run "no_backups" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    settings = { database = { backup_retention_days = 0 } }
  }

  expect_failures = [var.settings]
}

run "storage_that_cannot_grow" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    settings = { database = { storage_gb = 100, storage_max_gb = 100 } }
  }

  expect_failures = [var.settings]
}

run "monitoring_interval_unknown" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    settings = { database = { monitoring_seconds = 7 } }
  }

  expect_failures = [var.settings]
}

run "insights_period_unknown" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    settings = { database = { insights_retention_days = 30 } }
  }

  expect_failures = [var.settings]
}

run "proxy_without_connections" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    settings = { database = { proxy = { max_connections_percent = 0 } } }
  }

  expect_failures = [var.settings]
}

run "old_redis" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    settings = { cache = { engine_version = "6.2" } }
  }

  expect_failures = [var.settings]
}

run "no_cache_node" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    settings = { cache = { nodes = 0 } }
  }

  expect_failures = [var.settings]
}

run "cache_that_never_makes_room" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    settings = { cache = { eviction = "noeviction" } }
  }

  expect_failures = [var.settings]
}

run "daily_backups_too_short" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    settings = { backup = { daily_days = 1 } }
  }

  expect_failures = [var.settings]
}

run "copies_kept_too_long" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    settings = { backup = { copy_days = 400 } }
  }

  expect_failures = [var.settings]
}

run "compliance_at_once" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    settings = { backup = { compliance_after_days = 1 } }
  }

  expect_failures = [var.settings]
}

run "unchecked_database_in_prod" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    context = {
      environment    = "prod"
      prefix         = "qscreen-prod"
      parameter_path = "/qscreen/prod"
      account_id     = "123456789012"
      region         = "ap-northeast-2"
      partition      = "aws"
      guarded        = true
    }
    settings             = { database = { multi_az = true }, cache = { nodes = 2 } }
    database_authorities = null
  }

  expect_failures = [var.database_authorities]
}
