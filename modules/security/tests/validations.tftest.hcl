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
}

run "key_gone_too_soon" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    settings = { key_deletion_days = 3 }
  }

  expect_failures = [var.settings]
}

run "key_rotates_too_often" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    settings = { key_rotation_days = 30 }
  }

  expect_failures = [var.settings]
}

run "rate_too_low" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    settings = { rate_limit = 10, user_rate_limit = 100 }
  }

  expect_failures = [var.settings]
}

run "user_rate_above_rate" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    settings = { rate_limit = 500, user_rate_limit = 600 }
  }

  expect_failures = [var.settings]
}

run "country_badly_written" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    settings = { allowed_countries = ["kr"] }
  }

  expect_failures = [var.settings]
}

run "countries_both_ways" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    settings = { allowed_countries = ["KR"], blocked_countries = ["AQ"] }
  }

  expect_failures = [var.settings]
}

run "address_without_length" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    settings = { blocked_addresses = ["203.0.113.7"] }
  }

  expect_failures = [var.settings]
}

run "whole_internet_blocked" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    settings = { blocked_addresses = ["0.0.0.0/0"] }
  }

  expect_failures = [var.settings]
}

run "body_beyond_inspection" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    settings = { max_body_bytes = 100000 }
  }

  expect_failures = [var.settings]
}

run "pattern_empty" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    settings = { large_body_paths = "" }
  }

  expect_failures = [var.settings]
}

run "custom_rule_before_the_built_in" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    settings = { custom_rules = { mine = { priority = 2, pattern = "x" } } }
  }

  expect_failures = [var.settings]
}

run "custom_rules_at_one_place" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    settings = { custom_rules = { mine = { priority = 100, pattern = "x" }, yours = { priority = 100, pattern = "y" } } }
  }

  expect_failures = [var.settings]
}

run "everybody_trusted" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    settings = { operators = { trusted = { operator = ["*"] } } }
  }

  expect_failures = [var.settings]
}

run "unknown_role_trusted" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    settings = { operators = { trusted = { admin = ["arn:aws:iam::123456789012:root"] } } }
  }

  expect_failures = [var.settings]
}

run "role_of_people_unknown" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    settings = { operators = { roles = ["operator", "admin"] } }
  }

  expect_failures = [var.settings]
}

run "glass_cannot_be_broken" {
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
    settings = { operators = { roles = ["operator"] } }
  }

  expect_failures = [var.settings]
}

run "act_unknown" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    settings = { operators = { acts = ["apply"] } }
  }

  expect_failures = [var.settings]
}

run "second_factor_too_old" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    settings = { operators = { mfa_minutes = 1440 } }
  }

  expect_failures = [var.settings]
}

run "rotation_badly_named" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    rotations = {
      Postgres = {
        secret_arn    = "arn:aws:secretsmanager:ap-northeast-2:123456789012:secret:a"
        function_arn  = "arn:aws:lambda:ap-northeast-2:123456789012:function:a"
        function_name = "a"
        days          = 30
      }
    }
  }

  expect_failures = [var.rotations]
}

run "rotation_never" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    rotations = {
      postgres = {
        secret_arn    = "arn:aws:secretsmanager:ap-northeast-2:123456789012:secret:a"
        function_arn  = "arn:aws:lambda:ap-northeast-2:123456789012:function:a"
        function_name = "a"
        days          = 400
      }
    }
  }

  expect_failures = [var.rotations]
}
