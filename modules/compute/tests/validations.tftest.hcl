# The variables alone, without the resources behind them: a run takes milliseconds.
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
  build_dir = "tests/fixtures/build"
  key_arns = {
    screenshots = "arn:aws:kms:ap-northeast-2:123456789012:key/screenshots"
    data        = "arn:aws:kms:ap-northeast-2:123456789012:key/data"
    secrets     = "arn:aws:kms:ap-northeast-2:123456789012:key/secrets"
    logs        = "arn:aws:kms:ap-northeast-2:123456789012:key/logs"
    artifacts   = "arn:aws:kms:ap-northeast-2:123456789012:key/artifacts"
  }
  identity = {
    issuer       = "https://cognito-idp.ap-northeast-2.amazonaws.com/pool"
    user_pool_id = "pool"
    client_ids   = ["one", "two"]
  }
  network = {
    subnet_ids        = ["subnet-a", "subnet-b"]
    security_group_id = "sg-functions"
  }
  data = {
    tables = {
      for purpose in ["runs", "devices", "commands", "idempotency", "sessions", "configuration"] : purpose => {
        name = "qscreen-dev-${purpose}"
        arn  = "arn:aws:dynamodb:ap-northeast-2:123456789012:table/qscreen-dev-${purpose}"
      }
    }
    buckets = {
      screenshots = {
        name = "qscreen-dev-screenshots-123456789012"
        arn  = "arn:aws:s3:::qscreen-dev-screenshots-123456789012"
      }
      artifacts = {
        name = "qscreen-dev-artifacts-123456789012"
        arn  = "arn:aws:s3:::qscreen-dev-artifacts-123456789012"
      }
      audit = {
        name = "qscreen-dev-audit-123456789012"
        arn  = "arn:aws:s3:::qscreen-dev-audit-123456789012"
      }
      settings = {
        name = "qscreen-dev-settings-123456789012"
        arn  = "arn:aws:s3:::qscreen-dev-settings-123456789012"
      }
      templates = {
        name = "qscreen-dev-templates-123456789012"
        arn  = "arn:aws:s3:::qscreen-dev-templates-123456789012"
      }
    }
    database_secret_arn       = "arn:aws:secretsmanager:ap-northeast-2:123456789012:secret:qscreen-dev/postgres-abcdef"
    database_admin_secret_arn = "arn:aws:secretsmanager:ap-northeast-2:123456789012:secret:qscreen-dev/postgres-admin-abcdef"
    cache_secret_arn          = "arn:aws:secretsmanager:ap-northeast-2:123456789012:secret:qscreen-dev/redis-abcdef"
    cache_user = {
      id  = "qscreen-dev"
      arn = "arn:aws:elasticache:ap-northeast-2:123456789012:user:qscreen-dev"
    }
  }

  ai = {
    model_lifecycle_policy_json = jsonencode({ Version = "2012-10-17", Statement = [] })
    vision_policy_json          = jsonencode({ Version = "2012-10-17", Statement = [] })
    document_policy_json        = jsonencode({ Version = "2012-10-17", Statement = [] })
    language_policy_json        = jsonencode({ Version = "2012-10-17", Statement = [] })
    converse_policy_json        = jsonencode({ Version = "2012-10-17", Statement = [] })
    guardrail                   = { id = "guardrail", version = "1" }
    models_parameter = {
      name = "/qscreen/dev/models"
      arn  = "arn:aws:ssm:ap-northeast-2:123456789012:parameter/qscreen/dev/models"
    }
  }
}

run "build_missing" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    build_dir = "tests/fixtures/none"
  }

  expect_failures = [var.build_dir]
}

run "build_incomplete" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    build_dir = "tests/fixtures/incomplete"
  }

  expect_failures = [var.build_dir]
}

run "no_attempts" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    settings = { max_attempts = 0 }
  }

  expect_failures = [var.settings]
}

run "heartbeat_outlasts_the_task" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    settings = { heartbeat_seconds = 60, observe_seconds = 60 }
  }

  expect_failures = [var.settings]
}

run "confirmation_too_short" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    settings = { confirm_seconds = 30 }
  }

  expect_failures = [var.settings]
}

run "confirmation_of_another_day" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    settings = { confirm_seconds = 86401 }
  }

  expect_failures = [var.settings]
}

run "log_level_unknown" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    settings = { log_level = "VERBOSE" }
  }

  expect_failures = [var.settings]
}

run "analysis_too_long" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    settings = { analysis_seconds = 600 }
  }

  expect_failures = [var.settings]
}

run "concurrency_of_nobody" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    settings = { reserved_concurrency = { nobody = 1 } }
  }

  expect_failures = [var.settings]
}

run "too_few_workers" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    settings = { jobs = { max_concurrency = 1 } }
  }

  expect_failures = [var.settings]
}

run "good_jobs_to_the_dead_letters" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    settings = { jobs = { max_receives = 1 } }
  }

  expect_failures = [var.settings]
}

run "reaped_too_seldom" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    settings = { reap_minutes = 120 }
  }

  expect_failures = [var.settings]
}

run "deployment_unknown" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    deployment = "by_hand"
  }

  expect_failures = [var.deployment]
}

run "silent_between_two_heartbeats" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    settings = { device_silent_seconds = 10 }
  }

  expect_failures = [var.settings]
}

run "a_page_without_tls" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    settings = { mcp_allowed_origins = ["http://tools.example.com"] }
  }

  expect_failures = [var.settings]
}

run "somebody_elses_classifier" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    settings = { classifier_endpoints = { mail = "arn:aws:comprehend:ap-northeast-2:123456789012:document-classifier-endpoint/other" } }
  }

  expect_failures = [var.settings]
}

run "history_that_is_too_short" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    settings = { history_days = 29 }
  }

  expect_failures = [var.settings]
}

run "overlap_that_is_too_long" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    settings = { partner_key_overlap_hours = 169 }
  }

  expect_failures = [var.settings]
}

run "deadline_before_the_overlap_is_over" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    settings = { partner_key_overlap_hours = 48, partner_key_deadline_hours = 24 }
  }

  expect_failures = [var.settings]
}

run "probe_without_tls" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    settings = { partner_probe_url = "http://api.example.com" }
  }

  expect_failures = [var.settings]
}

run "partner_name" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    partners = { "Acme Inc" = { secret_arn = "arn:aws:secretsmanager:ap-northeast-2:123456789012:secret:x" } }
  }

  expect_failures = [var.partners]
}

run "partner_secret" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    partners = { acme = { secret_arn = "arn:aws:secretsmanager:ap-northeast-2:123456789012:secret:qscreen-dev/redis-abcdef" } }
  }

  expect_failures = [var.partners]
}

run "metrics_under_a_name_of_aws" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    settings = { metrics_namespace = "AWS/QScreen" }
  }

  expect_failures = [var.settings]
}

run "copies_without_templates" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    data = merge(var.data, {
      copies = { region = "ap-northeast-1", buckets = { for purpose in ["screenshots", "settings"] : purpose => { name = "copy", arn = "arn:aws:s3:::copy" } } }
    })
  }

  expect_failures = [var.data]
}

run "locks_of_unknown_length" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    data = merge(var.data, { kept_days = { backups = 35 } })
  }

  expect_failures = [var.data]
}
