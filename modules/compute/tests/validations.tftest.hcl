mock_provider "aws" {
  mock_data "aws_iam_policy_document" {
    defaults = { json = "{\"Version\":\"2012-10-17\",\"Statement\":[]}" }
  }

  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::123456789012:role/mocked" }
  }

  mock_resource "aws_cloudwatch_log_group" {
    defaults = { arn = "arn:aws:logs:ap-northeast-2:123456789012:log-group:mocked" }
  }

  mock_resource "aws_lambda_alias" {
    defaults = { arn = "arn:aws:lambda:ap-northeast-2:123456789012:function:mocked:live" }
  }

  mock_resource "aws_lambda_layer_version" {
    defaults = { arn = "arn:aws:lambda:ap-northeast-2:123456789012:layer:mocked:1" }
  }

  mock_resource "aws_sqs_queue" {
    defaults = { arn = "arn:aws:sqs:ap-northeast-2:123456789012:mocked" }
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
  build_dir = "tests/fixtures/build"
  key_arns = {
    screenshots = "arn:aws:kms:ap-northeast-2:123456789012:key/screenshots"
    data        = "arn:aws:kms:ap-northeast-2:123456789012:key/data"
    logs        = "arn:aws:kms:ap-northeast-2:123456789012:key/logs"
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
      runs        = { name = "runs", arn = "arn:aws:dynamodb:ap-northeast-2:123456789012:table/runs" }
      devices     = { name = "devices", arn = "arn:aws:dynamodb:ap-northeast-2:123456789012:table/devices" }
      commands    = { name = "commands", arn = "arn:aws:dynamodb:ap-northeast-2:123456789012:table/commands" }
      idempotency = { name = "idempotency", arn = "arn:aws:dynamodb:ap-northeast-2:123456789012:table/idempotency" }
    }
    buckets             = { screenshots = { name = "pictures", arn = "arn:aws:s3:::pictures" } }
    database_secret_arn = "arn:aws:secretsmanager:ap-northeast-2:123456789012:secret:postgres-abcdef"
    cache_parameter     = { name = "/qscreen/dev/cache", arn = "arn:aws:ssm:ap-northeast-2:123456789012:parameter/qscreen/dev/cache" }
  }
}

run "build_missing" {
  command = plan

  variables {
    build_dir = "tests/fixtures/none"
  }

  expect_failures = [var.build_dir]
}

run "build_incomplete" {
  command = plan

  variables {
    build_dir = "tests/fixtures/incomplete"
  }

  expect_failures = [var.build_dir]
}

run "no_attempts" {
  command = plan

  variables {
    settings = { max_attempts = 0 }
  }

  expect_failures = [var.settings]
}

run "heartbeat_outlasts_the_task" {
  command = plan

  variables {
    settings = { heartbeat_seconds = 60, observe_seconds = 60 }
  }

  expect_failures = [var.settings]
}

run "log_level_unknown" {
  command = plan

  variables {
    settings = { log_level = "VERBOSE" }
  }

  expect_failures = [var.settings]
}
