mock_provider "aws" {
  mock_data "aws_iam_policy_document" {
    defaults = { json = "{\"Version\":\"2012-10-17\",\"Statement\":[]}" }
  }

  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::123456789012:role/mocked" }
  }

  mock_resource "aws_sns_topic" {
    defaults = { arn = "arn:aws:sns:ap-northeast-2:123456789012:mocked" }
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
  logs_key_arn = "arn:aws:kms:ap-northeast-2:123456789012:key/logs"
  data_key_arn = "arn:aws:kms:ap-northeast-2:123456789012:key/data"
  dead_letter_queue = {
    arn = "arn:aws:sqs:ap-northeast-2:123456789012:qscreen-dev-dead-letters"
    url = "https://sqs.ap-northeast-2.amazonaws.com/123456789012/qscreen-dev-dead-letters"
  }
  functions = { api = "arn:aws:lambda:ap-northeast-2:123456789012:function:qscreen-dev-api" }
  release   = { version = "1.2.3", commit = "0123456789abcdef0123456789abcdef01234567" }
}

run "version_badly_formed" {
  command = plan

  variables {
    release = { version = "latest", commit = "0123456789abcdef0123456789abcdef01234567" }
  }

  expect_failures = [var.release]
}

run "commit_too_short" {
  command = plan

  variables {
    release = { version = "1.2.3", commit = "0123456" }
  }

  expect_failures = [var.release]
}

run "not_an_address" {
  command = plan

  variables {
    settings = { alarm_emails = ["ops"] }
  }

  expect_failures = [var.settings]
}
