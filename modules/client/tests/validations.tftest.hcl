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

  api                      = { url = "https://abc123.execute-api.ap-northeast-2.amazonaws.com/dev", id = "abc123", stage = "dev" }
  access_logs_bucket       = "qscreen-dev-access-logs-123456789012"
  artifacts_key_arn        = "arn:aws:kms:ap-northeast-2:123456789012:key/artifacts"
  secrets_key_arn          = "arn:aws:kms:ap-northeast-2:123456789012:key/secrets"
  permissions_boundary_arn = "arn:aws:iam::123456789012:policy/qscreen-dev-boundary"

  device_resources = {
    queue_arn_prefix   = "arn:aws:sqs:ap-northeast-2:123456789012:qscreen-dev-device-"
    uploads_arn_prefix = "arn:aws:s3:::qscreen-dev-screenshots-123456789012/devices/"
    queue_key_arn      = "arn:aws:kms:ap-northeast-2:123456789012:key/data"
    uploads_key_arn    = "arn:aws:kms:ap-northeast-2:123456789012:key/screenshots"
  }
}

run "password_too_short" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    settings = { password_minimum_length = 8 }
  }

  expect_failures = [var.settings]
}

run "password_history_too_long" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    settings = { password_history = 25 }
  }

  expect_failures = [var.settings]
}

run "access_token_too_long" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    settings = { access_token_minutes = 1441 }
  }

  expect_failures = [var.settings]
}

run "id_token_too_short" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    settings = { id_token_minutes = 1 }
  }

  expect_failures = [var.settings]
}

run "refresh_token_shorter_than_access_token" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    settings = { access_token_minutes = 120, refresh_token_hours = 1 }
  }

  expect_failures = [var.settings]
}

run "grace_too_long" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    settings = { refresh_grace_seconds = 61 }
  }

  expect_failures = [var.settings]
}

run "callback_in_the_clear" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    settings = { callback_urls = ["http://example.com/callback"] }
  }

  expect_failures = [var.settings]
}

run "no_callback" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    settings = { callback_urls = [] }
  }

  expect_failures = [var.settings]
}

run "logout_in_the_clear" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    settings = { logout_urls = ["http://example.com/"] }
  }

  expect_failures = [var.settings]
}

run "domain_with_a_reserved_word" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    settings = { domain = { name = "my-cognito-page" } }
  }

  expect_failures = [var.settings]
}

run "domain_that_is_no_host" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    settings = { domain = { name = "auth", certificate_arn = "arn:aws:acm:us-east-1:1:certificate/a" } }
  }

  expect_failures = [var.settings]
}

run "certificate_elsewhere" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    settings = { domain = { name = "auth.example.com", certificate_arn = "arn:aws:acm:ap-northeast-2:1:certificate/a" } }
  }

  expect_failures = [var.settings]
}

run "sender_without_identity" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    settings = { email = { from = "a@example.com", identity_arn = "example.com" } }
  }

  expect_failures = [var.settings]
}

run "lock_of_no_day" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    settings = { releases = { lock_days = 0 } }
  }

  expect_failures = [var.settings]
}

run "scope_badly_named" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    scopes = { "Runs" = "Read runs" }
  }

  expect_failures = [var.scopes]
}

run "groups_of_one_precedence" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    groups = { a = { description = "A", precedence = 1 }, b = { description = "B", precedence = 1 } }
  }

  expect_failures = [var.groups]
}

run "partner_badly_named" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    settings = { partners = { Acme = {} } }
  }

  expect_failures = [var.settings]
}

run "partner_without_requests" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    settings = { partners = { acme = { rate_limit = 0 } } }
  }

  expect_failures = [var.settings]
}

run "partner_of_a_year" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    settings = { partners = { acme = { quota_period = "YEAR" } } }
  }

  expect_failures = [var.settings]
}

run "api_with_a_slash" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    api = { url = "https://example.com/dev/", id = "a", stage = "dev" }
  }

  expect_failures = [var.api]
}

run "devices_that_reach_others" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    device_resources = { queue_arn_prefix = "arn:aws:sqs:a:1:q", uploads_arn_prefix = "arn:aws:s3:::b/", queue_key_arn = "k", uploads_key_arn = "k" }
  }

  expect_failures = [var.device_resources]
}
