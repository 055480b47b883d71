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

  name        = "planner"
  description = "Plans"
  package = {
    bucket = "qscreen-dev-artifacts-123456789012"
    key    = "code/planner.zip"
    sha256 = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="
  }
  log_key_arn         = "arn:aws:kms:ap-northeast-2:123456789012:key/logs"
  environment_key_arn = "arn:aws:kms:ap-northeast-2:123456789012:key/data"
}

run "each_value_out_of_bounds" {
  command = plan

  variables {
    name                 = "a-name-that-is-much-too-long-for-us"
    runtime              = "nodejs22.x"
    architecture         = "riscv"
    memory_mb            = 64
    timeout_seconds      = 901
    policies             = { runtime = "{}" }
    log_retention_days   = 100
    reserved_concurrency = -2
  }

  expect_failures = [var.name, var.runtime, var.architecture, var.memory_mb, var.timeout_seconds, var.policies, var.log_retention_days, var.reserved_concurrency]
}

run "warmer_than_reserved" {
  command = plan

  variables {
    reserved_concurrency    = 1
    provisioned_concurrency = 2
  }

  expect_failures = [var.provisioned_concurrency]
}

run "deployment_unknown" {
  command = plan

  variables {
    deployment = "by_hand"
  }

  expect_failures = [var.deployment]
}
