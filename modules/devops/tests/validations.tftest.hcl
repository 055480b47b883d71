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
  key_arns = {
    logs      = "arn:aws:kms:ap-northeast-2:123456789012:key/logs"
    data      = "arn:aws:kms:ap-northeast-2:123456789012:key/data"
    artifacts = "arn:aws:kms:ap-northeast-2:123456789012:key/artifacts"
  }
  dead_letter_queue = {
    arn = "arn:aws:sqs:ap-northeast-2:123456789012:qscreen-dev-dead-letters"
    url = "https://sqs.ap-northeast-2.amazonaws.com/123456789012/qscreen-dev-dead-letters"
  }
  functions = {
    api = {
      function_name = "qscreen-dev-api"
      function_arn  = "arn:aws:lambda:ap-northeast-2:123456789012:function:qscreen-dev-api"
      alias_name    = "live"
    }
    dispatch = {
      function_name = "qscreen-dev-dispatch"
      function_arn  = "arn:aws:lambda:ap-northeast-2:123456789012:function:qscreen-dev-dispatch"
      alias_name    = "live"
    }
  }
  release          = { version = "1.2.3", commit = "0123456789abcdef0123456789abcdef01234567" }
  artifacts_bucket = { name = "qscreen-dev-artifacts-123456789012", arn = "arn:aws:s3:::qscreen-dev-artifacts-123456789012" }
  network = {
    vpc_id                    = "vpc-0123456789abcdef0"
    private_subnet_ids        = ["subnet-0a", "subnet-0b"]
    build_security_group_id   = "sg-0b"
    bastion_security_group_id = "sg-0c"
  }
}


run "version_badly_formed" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    release                = { version = "latest", commit = "0123456789abcdef0123456789abcdef01234567" }
    functions              = {}
    deployment_alarm_names = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "10"]
  }

  expect_failures = [var.release, var.functions, var.deployment_alarm_names]
}

run "commit_too_short" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    release = { version = "1.2.3", commit = "0123456" }
  }

  expect_failures = [var.release]
}

run "unknown_retention" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    settings = { log_retention_days = 42 }
  }

  expect_failures = [var.settings]
}

run "unknown_topic" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    settings = { subscriptions = { team = { topic = "alarm", protocol = "email", endpoint = "ops@example.com" } } }
  }

  expect_failures = [var.settings]
}

run "not_an_address" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    settings = { subscriptions = { team = { protocol = "email", endpoint = "ops" } } }
  }

  expect_failures = [var.settings]
}

run "sender_too_long" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    settings = { sms = { sender_id = "QScreenAutomation" } }
  }

  expect_failures = [var.settings]
}

run "unknown_push_service" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    settings = { mobile_push = { phones = { platform = "FCM" } } }
  }

  expect_failures = [var.settings]
}

run "budget_with_six_thresholds" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    settings = { budgets = { monthly = { limit_usd = 10, actual_percents = [10, 20, 30, 40, 50] } } }
  }

  expect_failures = [var.settings]
}

run "budget_address" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    settings = { budgets = { monthly = { limit_usd = 10, emails = ["ops"] } } }
  }

  expect_failures = [var.settings]
}

run "unknown_traffic" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    settings = { deployments = { traffic = "blue_green" } }
  }

  expect_failures = [var.settings]
}

run "percent_out_of_bounds" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    settings = { deployments = { percent = 100 } }
  }

  expect_failures = [var.settings]
}

run "pipeline_without_deployments" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    settings = { pipeline = { repository = "example/qscreen" } }
  }

  expect_failures = [var.settings]
}

run "pipeline_without_source" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    settings = { deployments = {}, pipeline = {} }
  }

  expect_failures = [var.settings]
}

run "repository_badly_formed" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    settings = { deployments = {}, pipeline = { repository = "qscreen" } }
  }

  expect_failures = [var.settings]
}

run "builds_without_end" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    settings = { deployments = {}, pipeline = { repository = "example/qscreen", timeout_minutes = 600 } }
  }

  expect_failures = [var.settings]
}

run "external_id_that_is_guessed" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    settings = { onboarding = { yearly = { account_id = "210987654321", external_id = "audit" } } }
  }

  expect_failures = [var.settings]
}

run "bastion_image" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    settings = { bastion = { image = "al2023" } }
  }

  expect_failures = [var.settings]
}

run "bastion_schedule" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    settings = { bastion = { patch_schedule = "sunday" } }
  }

  expect_failures = [var.settings]
}
