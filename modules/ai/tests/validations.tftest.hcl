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
  data_key_arn = "arn:aws:kms:ap-northeast-2:123456789012:key/data"
}

run "role_missing" {
  command = plan

  variables {
    models = { planner = { inference_profile_id = "global.vendor.model" } }
  }

  expect_failures = [var.models]
}

run "bare_model_id" {
  command = plan

  variables {
    models = {
      planner = { inference_profile_id = "vendor.model" }
      vision  = { inference_profile_id = "global.vendor.model" }
      fast    = { inference_profile_id = "global.vendor.model" }
    }
  }

  expect_failures = [var.models]
}

run "answer_too_long" {
  command = plan

  variables {
    models = {
      planner = { inference_profile_id = "global.vendor.model", max_tokens = 100000 }
      vision  = { inference_profile_id = "global.vendor.model" }
      fast    = { inference_profile_id = "global.vendor.model" }
    }
  }

  expect_failures = [var.models]
}

run "filters_off" {
  command = plan

  variables {
    settings = { filter_strength = "NONE" }
  }

  expect_failures = [var.settings]
}
