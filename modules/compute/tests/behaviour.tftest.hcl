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

run "state_machine_keeps_the_contract" {
  command = apply

  assert {
    condition     = aws_sfn_state_machine.run.name == "qscreen-dev-run" && aws_sfn_state_machine.run.type == "STANDARD"
    error_message = "executions are kept: the machine is a standard one"
  }

  assert {
    condition     = alltrue([for name, state in jsondecode(aws_sfn_state_machine.run.definition).States : contains([for catch in try(state.Catch, []) : catch.ErrorEquals[0]], "States.ALL") if state.Type == "Task" && name != "Finish"])
    error_message = "every task before the last catches everything"
  }

  assert {
    condition = alltrue([
      for name in ["Observe", "Act"] :
      jsondecode(aws_sfn_state_machine.run.definition).States[name].HeartbeatSeconds == 30
      && endswith(jsondecode(aws_sfn_state_machine.run.definition).States[name].Resource, ":lambda:invoke.waitForTaskToken")
    ])
    error_message = "device tasks wait for their token and end without a heartbeat"
  }

  assert {
    condition     = jsondecode(aws_sfn_state_machine.run.definition).States.IsConfirmed.Choices[1].And[1].NumericLessThan == 3
    error_message = "repairs are bounded"
  }

  assert {
    condition     = !one(aws_sfn_state_machine.run.logging_configuration).include_execution_data
    error_message = "what was read off screens is not logged"
  }

  assert {
    condition     = toset(keys(output.functions)) == toset(["api", "authorizer", "dispatch", "migrate", "planner", "recorder"])
    error_message = "the six functions exist"
  }

  assert {
    condition     = aws_cloudwatch_event_bus.this.name == "qscreen-dev" && jsondecode(aws_cloudwatch_event_rule.finished.event_pattern) == { source = ["qscreen.runs"], detail-type = ["Run Finished"] }
    error_message = "finished runs are accounted for"
  }

  assert {
    condition     = aws_sqs_queue.dead_letters.kms_master_key_id == var.key_arns.data
    error_message = "dead letters are encrypted"
  }
}

run "functions_on_aws" {
  command = plan

  assert {
    condition     = !contains(keys(local._function_environments["api"]), "AWS_ENDPOINT_URL")
    error_message = "on AWS no function is given an endpoint"
  }

  assert {
    condition     = local._function_environments["authorizer"].QS_JWKS_URL == "https://cognito-idp.ap-northeast-2.amazonaws.com/pool/.well-known/jwks.json" && local._function_environments["authorizer"].QS_CLIENT_IDS == "one,two"
    error_message = "keys come from the issuer"
  }

  assert {
    condition     = local._function_environments["api"].QS_STATE_MACHINE_ARN == "arn:aws:states:ap-northeast-2:123456789012:stateMachine:qscreen-dev-run" && local._function_environments["api"].QS_DEVICE_QUEUE_PREFIX == "qscreen-dev-device-"
    error_message = "names built from parts are those of the resources"
  }

  assert {
    condition     = local._function_environments["recorder"].POWERTOOLS_SERVICE_NAME == "recorder" && local._function_environments["recorder"].QS_EVENT_BUS == "qscreen-dev"
    error_message = "each function says who it is"
  }

  assert {
    condition     = endswith(one([for statement in data.aws_iam_policy_document.device.statement : one(statement.resources) if statement.sid == "OwnQueue"]), ":qscreen-dev-device-$${aws:PrincipalTag/device_id}")
    error_message = "a device reaches its own queue only"
  }
}

run "functions_on_an_endpoint" {
  command = plan

  variables {
    endpoint_url = "http://127.0.0.1:4566"
  }

  assert {
    condition     = alltrue([for environment in local._function_environments : environment.AWS_ENDPOINT_URL == "http://127.0.0.1:4566"])
    error_message = "every function is given the endpoint"
  }

  assert {
    condition     = local._function_environments["authorizer"].QS_JWKS_URL == "http://127.0.0.1:4566/pool/.well-known/jwks.json" && local._function_environments["authorizer"].QS_ISSUER == "https://cognito-idp.ap-northeast-2.amazonaws.com/pool"
    error_message = "keys come from the endpoint, the issuer stays"
  }
}
