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
}

run "key_gone_too_soon" {
  command = plan

  variables {
    settings = { key_deletion_days = 3 }
  }

  expect_failures = [var.settings]
}

run "rate_too_low" {
  command = plan

  variables {
    settings = { rate_limit = 10 }
  }

  expect_failures = [var.settings]
}
