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

  mock_resource "aws_api_gateway_rest_api" {
    defaults = { execution_arn = "arn:aws:execute-api:ap-northeast-2:123456789012:mocked" }
  }

  mock_resource "aws_api_gateway_stage" {
    defaults = {
      arn        = "arn:aws:apigateway:ap-northeast-2::/restapis/mocked/stages/dev"
      invoke_url = "https://mocked.execute-api.ap-northeast-2.amazonaws.com/dev"
    }
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
  openapi_template = "tests/fixtures/openapi.json"
  api_function = {
    function_name = "qscreen-dev-api"
    alias_name    = "live"
    invoke_arn    = "arn:aws:apigateway:ap-northeast-2:lambda:path/2015-03-31/functions/arn:aws:lambda:ap-northeast-2:123456789012:function:qscreen-dev-api:live/invocations"
  }
  authorizer_function = {
    alias_arn  = "arn:aws:lambda:ap-northeast-2:123456789012:function:qscreen-dev-authorizer:live"
    invoke_arn = "arn:aws:apigateway:ap-northeast-2:lambda:path/2015-03-31/functions/arn:aws:lambda:ap-northeast-2:123456789012:function:qscreen-dev-authorizer:live/invocations"
  }
  logs_key_arn = "arn:aws:kms:ap-northeast-2:123456789012:key/logs"
  web_acl_arn  = "arn:aws:wafv2:ap-northeast-2:123456789012:regional/webacl/qscreen-dev/1"
}

run "defaults_are_safe" {
  command = plan

  assert {
    condition     = toset(keys(aws_subnet.public)) == toset(["a", "b", "c"]) && toset(keys(aws_subnet.private)) == toset(keys(aws_subnet.isolated))
    error_message = "three tiers in three zones"
  }

  assert {
    condition     = length(distinct(concat([for subnet in aws_subnet.public : subnet.cidr_block], [for subnet in aws_subnet.private : subnet.cidr_block], [for subnet in aws_subnet.isolated : subnet.cidr_block]))) == 9
    error_message = "no two subnets share a range"
  }

  assert {
    condition     = alltrue([for subnet in aws_subnet.public : !subnet.map_public_ip_on_launch])
    error_message = "nothing gets a public address by itself"
  }

  assert {
    condition     = length(aws_nat_gateway.this) == 0 && length(aws_route.nat) == 0
    error_message = "no way out of the private subnets unless asked"
  }

  assert {
    condition     = length(aws_flow_log.this) == 1 && aws_cloudwatch_log_group.flow[0].kms_key_id == var.logs_key_arn
    error_message = "flows are logged, encrypted"
  }

  assert {
    condition     = toset(keys(aws_vpc_endpoint.gateway)) == toset(["dynamodb", "s3"])
    error_message = "storage is reached inside AWS"
  }

  assert {
    condition     = aws_api_gateway_stage.this.stage_name == "dev" && aws_api_gateway_stage.this.xray_tracing_enabled
    error_message = "the stage is named after the environment and traced"
  }

  assert {
    condition     = !one(aws_api_gateway_method_settings.all.settings).data_trace_enabled && one(aws_api_gateway_method_settings.all.settings).throttling_rate_limit == 100
    error_message = "bodies are never logged, requests are throttled"
  }

  assert {
    condition     = length(aws_wafv2_web_acl_association.this) == 1
    error_message = "the web ACL guards the stage"
  }

  assert {
    condition     = aws_vpc_security_group_ingress_rule.store["database"].from_port == 5432 && aws_vpc_security_group_ingress_rule.store["cache"].from_port == 6379
    error_message = "only the stores' own ports are open"
  }
}

run "nat_single" {
  command = plan

  variables {
    settings = { nat = "single" }
  }

  assert {
    condition     = toset(keys(aws_nat_gateway.this)) == toset(["a"]) && length(aws_route.nat) == 3
    error_message = "one gateway serves all zones"
  }
}

run "nat_per_zone" {
  command = plan

  variables {
    settings = { nat = "per_zone", zones = { a = 0, c = 2 } }
  }

  assert {
    condition     = toset(keys(aws_nat_gateway.this)) == toset(["a", "c"]) && length(aws_route.nat) == 2
    error_message = "each zone has its own gateway"
  }
}

run "without_logs_and_web_acl" {
  command = plan

  variables {
    settings = { flow_logs = false, web_acl = false }
  }

  assert {
    condition     = length(aws_flow_log.this) + length(aws_iam_role.flow) + length(aws_wafv2_web_acl_association.this) == 0
    error_message = "nothing is left of what is off"
  }
}

run "document_is_filled_in" {
  command = apply

  assert {
    condition     = jsondecode(aws_api_gateway_rest_api.this.body).info.title == "qscreen-dev"
    error_message = "the OpenAPI template is filled in"
  }

  assert {
    condition     = strcontains(aws_api_gateway_rest_api.this.body, var.api_function.invoke_arn) && strcontains(aws_api_gateway_rest_api.this.body, aws_iam_role.authorizer.arn)
    error_message = "the document names the function and the authorizer's role"
  }

  assert {
    condition     = aws_api_gateway_deployment.this.triggers.openapi == sha1(aws_api_gateway_rest_api.this.body)
    error_message = "another document makes another deployment"
  }

  assert {
    condition     = output.api_url == aws_api_gateway_stage.this.invoke_url
    error_message = "on AWS clients use the stage's own URL"
  }
}

run "url_of_an_endpoint" {
  command = apply

  variables {
    endpoint_url = "http://127.0.0.1:4566/"
  }

  assert {
    condition     = output.api_url == "http://127.0.0.1:4566/restapis/${output.api_id}/dev/_user_request_"
    error_message = "with an endpoint clients use the form that LocalStack-compatible endpoints share"
  }
}
