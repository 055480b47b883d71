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

run "promises_are_watched" {
  command = plan

  assert {
    condition     = length(distinct(output.alarm_names)) == 7
    error_message = "every promise has an alarm of its own name"
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.api["api-latency"].extended_statistic == "p95" && aws_cloudwatch_metric_alarm.api["api-latency"].threshold == 1000
    error_message = "latency is watched at p95"
  }

  assert {
    condition     = alltrue([for alarm in aws_cloudwatch_metric_alarm.function_errors : alarm.actions_enabled && alarm.alarm_actions == toset([var.alarm_topic_arn])])
    error_message = "alarms reach the topic"
  }

  assert {
    condition     = length(jsondecode(aws_cloudwatch_dashboard.this.dashboard_body).widgets) == 6
    error_message = "the dashboard shows what alarms watch"
  }

  assert {
    condition     = aws_xray_sampling_rule.this.fixed_rate == 0.05
    error_message = "one request in twenty is traced"
  }
}

run "silent" {
  command = plan

  variables {
    settings = { alarm_actions = false }
  }

  assert {
    condition     = !aws_cloudwatch_metric_alarm.dead_letters.actions_enabled
    error_message = "alarms can be silenced"
  }
}
