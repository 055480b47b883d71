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

run "defaults_are_safe" {
  command = plan

  assert {
    condition     = aws_lambda_function.this.function_name == "qscreen-dev-planner" && aws_lambda_function.this.handler == "handler.handler" && aws_lambda_function.this.publish
    error_message = "the function carries the prefix and publishes versions"
  }

  assert {
    condition     = aws_lambda_alias.live[0].name == "live" && length(aws_lambda_alias.deployed) == 0
    error_message = "callers invoke the alias live"
  }

  assert {
    condition     = aws_lambda_function.this.kms_key_arn == var.environment_key_arn && aws_cloudwatch_log_group.this.kms_key_id == var.log_key_arn
    error_message = "environment and logs are encrypted with the given keys"
  }

  assert {
    condition     = aws_cloudwatch_log_group.this.retention_in_days == 365
    error_message = "logs are kept a year"
  }

  assert {
    condition     = one(aws_lambda_function.this.tracing_config).mode == "Active"
    error_message = "invocations are traced"
  }

  assert {
    condition     = length(aws_lambda_function.this.vpc_config) == 0 && length(aws_lambda_function_event_invoke_config.live) == 0
    error_message = "outside the VPC and without a queue unless asked"
  }

  assert {
    condition     = length(aws_lambda_provisioned_concurrency_config.live) == 0 && !aws_cloudwatch_log_group.this.skip_destroy
    error_message = "nothing is kept warm, and dev can be thrown away"
  }

  assert {
    condition     = length(aws_iam_role_policy.work) == 0
    error_message = "no permissions beyond its own logs and keys unless given"
  }
}

run "policies_by_name" {
  command = plan

  variables {
    policies = { work = "{}" }
  }

  assert {
    condition     = toset(keys(aws_iam_role_policy.work)) == toset(["work"])
    error_message = "each named policy is attached"
  }
}

run "failures_go_to_the_queue" {
  command = plan

  variables {
    dead_letter_queue = {
      arn     = "arn:aws:sqs:ap-northeast-2:123456789012:letters"
      key_arn = "arn:aws:kms:ap-northeast-2:123456789012:key/data"
    }
  }

  assert {
    condition     = one(one(aws_lambda_function_event_invoke_config.live[0].destination_config).on_failure).destination == "arn:aws:sqs:ap-northeast-2:123456789012:letters"
    error_message = "failed asynchronous invocations go to the queue"
  }

  assert {
    condition     = length([for statement in data.aws_iam_policy_document.runtime.statement : statement if contains(["SendDeadLetters", "EncryptDeadLetters"], statement.sid)]) == 2
    error_message = "the role may write to the queue"
  }
}

run "inside_the_vpc" {
  command = plan

  variables {
    vpc = {
      subnet_ids         = ["subnet-a"]
      security_group_ids = ["sg-a"]
    }
  }

  assert {
    condition     = one(aws_lambda_function.this.vpc_config).subnet_ids == toset(["subnet-a"])
    error_message = "the function is attached to the subnets"
  }

  assert {
    condition     = length([for statement in data.aws_iam_policy_document.runtime.statement : statement if statement.sid == "ManageInterfaces"]) == 1
    error_message = "the role may manage its interfaces"
  }
}

run "untraced" {
  command = plan

  variables {
    tracing = false
  }

  assert {
    condition     = one(aws_lambda_function.this.tracing_config).mode == "PassThrough"
    error_message = "tracing is off"
  }

  assert {
    condition     = length([for statement in data.aws_iam_policy_document.runtime.statement : statement if statement.sid == "Trace"]) == 0
    error_message = "no permission to trace"
  }
}

run "bounded_role" {
  command = plan

  variables {
    permissions_boundary_arn = "arn:aws:iam::123456789012:policy/boundary"
  }

  assert {
    condition     = aws_iam_role.this.permissions_boundary == "arn:aws:iam::123456789012:policy/boundary"
    error_message = "the role is bounded"
  }
}

run "deployed_by_codedeploy_in_prod" {
  command = plan

  variables {
    context = {
      environment    = "production"
      prefix         = "qscreen1-product1"
      parameter_path = "/qscreen/prod"
      account_id     = "123456789012"
      region         = "ap-northeast-2"
      partition      = "aws"
      guarded        = true
    }
    name                    = "a-function-with-the-longest-nam"
    deployment              = "codedeploy"
    provisioned_concurrency = 3
  }

  assert {
    condition     = aws_lambda_alias.deployed[0].name == "live" && length(aws_lambda_alias.live) == 0 && output.alias_name == "live"
    error_message = "the alias that CodeDeploy shifts has the same name for callers"
  }

  assert {
    condition     = aws_lambda_provisioned_concurrency_config.live[0].provisioned_concurrent_executions == 3 && aws_lambda_provisioned_concurrency_config.live[0].qualifier == "live"
    error_message = "the alias is kept warm"
  }

  assert {
    condition     = aws_cloudwatch_log_group.this.skip_destroy
    error_message = "logs survive their function in a guarded environment"
  }

  assert {
    condition     = length(aws_lambda_function.this.function_name) <= 64 && length(aws_iam_role.this.name) <= 64
    error_message = "names stay within AWS's limits"
  }
}
