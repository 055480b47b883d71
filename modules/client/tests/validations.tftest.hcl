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
  api_url = "https://example.com/dev"
}

run "password_too_short" {
  command = plan

  variables {
    settings = { password_minimum_length = 8 }
  }

  expect_failures = [var.settings]
}

run "access_token_too_long" {
  command = plan

  variables {
    settings = { access_token_minutes = 1441 }
  }

  expect_failures = [var.settings]
}

run "refresh_token_shorter_than_access_token" {
  command = plan

  variables {
    settings = { access_token_minutes = 120, refresh_token_hours = 1 }
  }

  expect_failures = [var.settings]
}

run "scope_badly_named" {
  command = plan

  variables {
    scopes = { "Runs" = "Read runs" }
  }

  expect_failures = [var.scopes]
}
