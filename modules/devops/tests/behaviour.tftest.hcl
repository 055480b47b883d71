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

run "operators_hold_topic_release_and_runbook" {
  command = apply

  assert {
    condition     = aws_sns_topic.alarms.name == "qscreen-dev-alarms" && aws_sns_topic.alarms.kms_master_key_id == var.logs_key_arn
    error_message = "alarms are encrypted"
  }

  assert {
    condition     = jsondecode(aws_ssm_parameter.release.value) == { version = "1.2.3", commit = "0123456789abcdef0123456789abcdef01234567" }
    error_message = "the release says what is deployed"
  }

  assert {
    condition     = jsondecode(aws_ssm_document.redrive.content).mainSteps[0].inputs.InputPayload.functions == ["arn:aws:lambda:ap-northeast-2:123456789012:function:qscreen-dev-api"] && jsondecode(aws_ssm_document.redrive.content).mainSteps[0].inputs.InputPayload.queue_url == var.dead_letter_queue.url
    error_message = "the runbook repeats the platform's own invocations"
  }

  assert {
    condition     = length(aws_sns_topic_subscription.email) == 0
    error_message = "nobody is written to unless named"
  }
}

run "mail" {
  command = plan

  variables {
    settings = { alarm_emails = ["ops@example.com"] }
  }

  assert {
    condition     = aws_sns_topic_subscription.email["ops@example.com"].protocol == "email"
    error_message = "named people are written to"
  }
}
