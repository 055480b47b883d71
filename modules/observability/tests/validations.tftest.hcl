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
  alarm_topic_arn        = "arn:aws:sns:ap-northeast-2:123456789012:alarms"
  functions              = { api = "qscreen-dev-api", planner = "qscreen-dev-planner" }
  state_machine_arn      = "arn:aws:states:ap-northeast-2:123456789012:stateMachine:qscreen-dev-run"
  dead_letter_queue_name = "qscreen-dev-dead-letters"
  api                    = { name = "qscreen-dev", stage = "dev" }
}

run "error_rate_in_percent" {
  command = plan

  variables {
    settings = { api_error_rate = 1 }
  }

  expect_failures = [var.settings]
}

run "latency_in_seconds" {
  command = plan

  variables {
    settings = { api_p95_ms = 1 }
  }

  expect_failures = [var.settings]
}

run "sampling_over_one" {
  command = plan

  variables {
    settings = { sampling_rate = 5 }
  }

  expect_failures = [var.settings]
}
