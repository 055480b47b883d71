mock_provider "aws" {
  mock_data "aws_iam_policy_document" {
    defaults = { json = "{\"Version\":\"2012-10-17\",\"Statement\":[]}" }
  }
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
  alarm_topic_arn     = "arn:aws:sns:ap-northeast-2:123456789012:alarms"
  logs_key_arn        = "arn:aws:kms:ap-northeast-2:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
  functions           = { api = "qscreen-dev-api", reap-devices = "qscreen-dev-reap-devices" }
  function_log_groups = { api = "/aws/lambda/qscreen-dev-api", ship-logs = "/aws/lambda/qscreen-dev-ship-logs" }
  state_machine_arns = {
    run      = "arn:aws:states:ap-northeast-2:123456789012:stateMachine:qscreen-dev-run"
    analysis = "arn:aws:states:ap-northeast-2:123456789012:stateMachine:qscreen-dev-analysis"
  }
  queues = {
    dead_letters       = "qscreen-dev-dead-letters"
    jobs               = "qscreen-dev-jobs"
    jobs_dead_letters  = "qscreen-dev-jobs-dead-letters"
    audit_dead_letters = "qscreen-dev-audit-dead-letters"
  }
  tables              = { runs = "qscreen-dev-runs" }
  database_identifier = "qscreen-dev"
  cache_group_id      = "qscreen-dev"
  cache_nodes         = 1
  metrics_namespace   = "QScreen/dev"
  secrets             = { postgres = "qscreen-dev/postgres" }
  token_budgets       = { planner-vision = { tokens_per_day = 1000000, model_ids = ["global.vendor.model-1", "global.vendor.model-2"] } }
  cloudtrail_bucket   = { name = "trail", arn = "arn:aws:s3:::trail" }
  data_bucket_arns    = { screenshots = "arn:aws:s3:::screenshots" }
  search_network      = { subnet_ids = ["subnet-a", "subnet-b", "subnet-c"], security_group_id = "sg-search" }
  artifacts_bucket    = { name = "artifacts", key_arn = "arn:aws:kms:ap-northeast-2:123456789012:key/artifacts" }
  api                 = { name = "qscreen-dev", stage = "dev", url = "https://abc.execute-api.ap-northeast-2.amazonaws.com/dev" }
}

run "guarded_without_alarms" {
  command = plan

  variables {
    context  = merge(var.context, { guarded = true })
    settings = { alarms = false }
  }

  expect_failures = [var.settings]
}

run "error_rate_in_percent" {
  command = plan

  variables {
    settings = { api_error_rate = 1 }
  }

  expect_failures = [var.settings]
}

run "latency_in_seconds" {
  command = plan

  variables {
    settings = { api_p95_ms = 1 }
  }

  expect_failures = [var.settings]
}

run "sampling_over_one" {
  command = plan

  variables {
    settings = { sampling_rate = 5 }
  }

  expect_failures = [var.settings]
}

run "band_too_narrow" {
  command = plan

  variables {
    settings = { anomaly_width = 0 }
  }

  expect_failures = [var.settings]
}

run "silence_of_two_days" {
  command = plan

  variables {
    settings = { silent_after_seconds = { reap-devices = 172800 } }
  }

  expect_failures = [var.settings]
}

run "age_of_nothing" {
  command = plan

  variables {
    settings = { secret_age_days = 0 }
  }

  expect_failures = [var.settings]
}

run "cpu_over_all" {
  command = plan

  variables {
    settings = { database = { cpu_percent = 120 } }
  }

  expect_failures = [var.settings]
}

run "storage_of_nothing" {
  command = plan

  variables {
    settings = { database = { free_storage_gb = 0 } }
  }

  expect_failures = [var.settings]
}

run "cache_without_nodes" {
  command = plan

  variables {
    cache_nodes = 0
  }

  expect_failures = [var.cache_nodes]
}

run "retention_unknown" {
  command = plan

  variables {
    settings = { trail = { retention_days = 100 } }
  }

  expect_failures = [var.settings]
}

run "zones_uneven" {
  command = plan

  variables {
    settings = { search = { zones = 3, instances = 2 } }
  }

  expect_failures = [var.settings]
}

run "subnets_missing" {
  command = plan

  variables {
    search_network = { subnet_ids = ["subnet-a"], security_group_id = "sg-search" }
    settings       = { search = { zones = 3 } }
  }

  expect_failures = [var.settings]
}

run "shipping_nowhere" {
  command = plan

  variables {
    settings = { ship_logs = true }
  }

  expect_failures = [var.settings]
}

run "canary_without_archive" {
  command = plan

  variables {
    settings = { canary = {} }
  }

  expect_failures = [var.settings]
}

run "canary_of_another_language" {
  command = plan

  variables {
    settings = { canary = { runtime = "syn-nodejs-puppeteer-15.0" } }
  }

  expect_failures = [var.settings]
}

run "canary_too_slow" {
  command = plan

  variables {
    canary_archive = { path = "canary.zip", sha256 = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=" }
    settings       = { canary = { timeout_seconds = 600 } }
  }

  expect_failures = [var.settings]
}

run "budget_of_too_many_models" {
  command = plan

  variables {
    token_budgets = { planner = { tokens_per_day = 1, model_ids = ["a", "b", "c", "d", "e", "f"] } }
  }

  expect_failures = [var.token_budgets]
}

run "trail_records_itself" {
  command = plan

  variables {
    data_bucket_arns = { trail = "arn:aws:s3:::trail" }
  }

  expect_failures = [var.data_bucket_arns]
}

run "shipping_by_nobody" {
  command = plan

  variables {
    ship_logs_function = null
    settings           = { search = {}, ship_logs = true }
  }

  expect_failures = [aws_lambda_permission.ship_logs]
}
