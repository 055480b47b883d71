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
  functions = {
    api = {
      function_name = "qscreen-dev-api"
      alias_name    = "live"
      invoke_arn    = "arn:aws:apigateway:ap-northeast-2:lambda:path/2015-03-31/functions/arn:aws:lambda:ap-northeast-2:123456789012:function:qscreen-dev-api:live/invocations"
    }
    planner = {
      function_name = "qscreen-dev-planner"
      alias_name    = "live"
      invoke_arn    = "arn:aws:apigateway:ap-northeast-2:lambda:path/2015-03-31/functions/arn:aws:lambda:ap-northeast-2:123456789012:function:qscreen-dev-planner:live/invocations"
    }
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
    condition     = length(aws_nat_gateway.this) + length(aws_route.nat) + length(aws_vpc_security_group_egress_rule.internet) == 0
    error_message = "no way out of the private subnets unless asked"
  }

  assert {
    condition     = length(aws_flow_log.this) == 1 && aws_cloudwatch_log_group.flow[0].kms_key_id == var.logs_key_arn
    error_message = "flows are logged, encrypted"
  }

  assert {
    condition     = toset(keys(aws_vpc_endpoint.gateway)) == toset(["dynamodb", "s3"]) && length(aws_vpc_endpoint.interface) == 0
    error_message = "storage is reached inside AWS, and nothing that costs by the hour is on"
  }

  assert {
    condition     = aws_api_gateway_stage.this.stage_name == "dev" && aws_api_gateway_stage.this.xray_tracing_enabled && aws_api_gateway_stage.this.variables.api_version == "0.1.0"
    error_message = "the stage is named after the environment, traced, and says which version it serves"
  }

  assert {
    condition     = !one(aws_api_gateway_method_settings.all.settings).data_trace_enabled && one(aws_api_gateway_method_settings.all.settings).throttling_rate_limit == 100
    error_message = "bodies are never logged, requests are throttled"
  }

  assert {
    condition     = keys(aws_api_gateway_method_settings.operation) == ["POST /v1/runs"] && aws_api_gateway_method_settings.operation["POST /v1/runs"].method_path == "~1v1~1runs/POST"
    error_message = "starting runs has a limit of its own, under the path that API Gateway keeps"
  }

  assert {
    condition     = one(aws_api_gateway_method_settings.operation["POST /v1/runs"].settings).throttling_rate_limit == 20 && one(aws_api_gateway_method_settings.operation["POST /v1/runs"].settings).metrics_enabled && !one(aws_api_gateway_method_settings.operation["POST /v1/runs"].settings).data_trace_enabled
    error_message = "an operation of its own limit is still measured, and its bodies are not logged"
  }

  assert {
    condition     = length(aws_wafv2_web_acl_association.this) == 1
    error_message = "the web ACL guards the stage"
  }

  assert {
    condition     = aws_vpc_security_group_ingress_rule.flow["functions-database"].from_port == 5432 && aws_vpc_security_group_ingress_rule.flow["functions-cache"].from_port == 6379
    error_message = "only the stores' own ports are open"
  }

  assert {
    condition     = alltrue([for rule in aws_vpc_security_group_ingress_rule.flow : rule.cidr_ipv4 == null && rule.prefix_list_id == null])
    error_message = "connections come from named groups, never from addresses"
  }

  assert {
    condition     = keys(aws_vpc_security_group_egress_rule.flow) == keys(aws_vpc_security_group_ingress_rule.flow)
    error_message = "each way out has its way in"
  }

  assert {
    condition     = toset(keys(aws_api_gateway_documentation_part.this)) == toset(["api", "GET /v1/health", "GET /v1/runs/{run_id}", "POST /v1/runs"]) && length(aws_api_gateway_documentation_version.this) == 1
    error_message = "each operation is documented"
  }

  assert {
    condition     = startswith(aws_api_gateway_stage.this.documentation_version, "0.1.0-")
    error_message = "the stage shows the documentation of its version"
  }

  assert {
    condition     = keys(aws_lambda_permission.route) == ["api"]
    error_message = "only functions that a route leads to may be invoked by the API"
  }

  assert {
    condition     = length(aws_api_gateway_domain_name.this) == 0 && !aws_api_gateway_rest_api.this.disable_execute_api_endpoint
    error_message = "without a domain of its own the API answers under its own name"
  }

  assert {
    condition     = !aws_cloudwatch_log_group.access.skip_destroy && !aws_cloudwatch_log_group.flow[0].skip_destroy
    error_message = "what is not guarded is cleaned away"
  }
}

run "nat_single_and_the_network_acls" {
  command = plan

  variables {
    settings = { nat = "single" }
  }

  assert {
    condition     = toset(keys(aws_network_acl.this)) == toset(["public", "private", "isolated"])
    error_message = "each tier has its list"
  }

  assert {
    condition     = alltrue([for rule in aws_network_acl_rule.this : rule.rule_action == "allow" && rule.protocol == "tcp"])
    error_message = "what is not named is denied"
  }

  assert {
    condition     = alltrue([for tier in ["public", "private", "isolated"] : length(distinct([for name, rule in aws_network_acl_rule.this : "${rule.egress}/${rule.rule_number}" if startswith(name, tier)])) == length([for name, rule in aws_network_acl_rule.this : name if startswith(name, tier)])])
    error_message = "numbers are used once for each tier and direction"
  }

  assert {
    condition     = alltrue([for name, rule in aws_network_acl_rule.this : rule.cidr_block != "0.0.0.0/0" if startswith(name, "isolated")])
    error_message = "the isolated tier neither hears nor answers the internet"
  }

  assert {
    condition     = alltrue([for subnet in aws_subnet.isolated : cidrhost("${split("/", subnet.cidr_block)[0]}/21", 0) == cidrhost(aws_network_acl_rule.this["isolated-peers"].cidr_block, 0)])
    error_message = "the isolated subnets lie in the range that the lists name"
  }

  assert {
    condition     = alltrue([for zone in ["a", "b", "c"] : aws_network_acl_rule.this["isolated-postgres-${zone}"].cidr_block == aws_subnet.private[zone].cidr_block && aws_network_acl_rule.this["isolated-replies-${zone}"].cidr_block == aws_subnet.private[zone].cidr_block])
    error_message = "each private subnet reaches the stores and hears them"
  }

  assert {
    condition     = length([for name, rule in aws_network_acl_rule.this : name if startswith(name, "public")]) == 8
    error_message = "the public tier carries what goes through the NAT gateways, and its replies"
  }

  assert {
    condition     = toset(keys(aws_nat_gateway.this)) == toset(["a"]) && length(aws_route.nat) == 3
    error_message = "one gateway serves all zones"
  }

  assert {
    condition     = toset(keys(aws_vpc_security_group_egress_rule.internet)) == toset(["bastion", "build", "functions"]) && alltrue([for rule in aws_vpc_security_group_egress_rule.internet : rule.from_port == 443 && rule.to_port == 443])
    error_message = "what has no endpoint is reached over HTTPS"
  }
}

run "nat_per_zone_with_endpoints" {
  command = plan

  variables {
    settings = { nat = "per_zone", zones = { a = 0, c = 2 }, internet_egress = false, interface_endpoints = ["kms", "secretsmanager", "sync-states"] }
  }

  assert {
    condition     = toset(keys(aws_nat_gateway.this)) == toset(["a", "c"]) && length(aws_route.nat) == 2
    error_message = "each zone has its own gateway"
  }

  assert {
    condition     = length(aws_vpc_security_group_egress_rule.internet) == 0
    error_message = "functions that have all their endpoints need no other way"
  }

  assert {
    condition     = toset(keys(aws_vpc_endpoint.interface)) == toset(["kms", "secretsmanager", "sync-states"]) && alltrue([for endpoint in aws_vpc_endpoint.interface : endpoint.private_dns_enabled && endpoint.vpc_endpoint_type == "Interface"])
    error_message = "the services that were chosen, under their usual names"
  }

  assert {
    condition     = aws_vpc_endpoint.interface["sync-states"].service_name == "com.amazonaws.ap-northeast-2.sync-states"
    error_message = "services by their name in the region"
  }
}

run "what_is_off_leaves_nothing" {
  command = plan

  variables {
    settings = { flow_logs = false, web_acl = false, documentation = false, method_throttles = {} }
  }

  assert {
    condition     = length(aws_flow_log.this) + length(aws_iam_role.flow) + length(aws_wafv2_web_acl_association.this) + length(aws_api_gateway_documentation_part.this) + length(aws_api_gateway_documentation_version.this) + length(aws_api_gateway_method_settings.operation) == 0
    error_message = "nothing is left of what is off"
  }

  assert {
    condition     = length([for name, rule in aws_network_acl_rule.this : name if startswith(name, "public")]) == 0
    error_message = "nothing passes a tier where nothing lives"
  }
}

run "guarded_with_the_longest_names" {
  command = plan

  variables {
    context = {
      environment    = "prod"
      prefix         = "qscreen-abcdefghi"
      parameter_path = "/qscreen/prod"
      account_id     = "123456789012"
      region         = "ap-northeast-2"
      partition      = "aws"
      guarded        = true
    }
  }

  assert {
    condition     = aws_cloudwatch_log_group.access.skip_destroy && aws_cloudwatch_log_group.flow[0].skip_destroy
    error_message = "logs outlive a destroy"
  }

  assert {
    condition     = alltrue([for name in [aws_iam_role.authorizer.name, aws_iam_role.flow[0].name] : length(name) <= 64])
    error_message = "role names are within their limit"
  }

  assert {
    condition     = alltrue([for group in aws_security_group.this : length(group.name) <= 255]) && length(aws_api_gateway_stage.this.stage_name) <= 128
    error_message = "other names are within theirs"
  }
}

run "custom_domain" {
  command = apply

  variables {
    settings = {
      custom_domain = {
        name            = "api.example.com"
        certificate_arn = "arn:aws:acm:ap-northeast-2:123456789012:certificate/1"
        zone_id         = "Z1"
        base_path       = "screens"
      }
    }
  }

  assert {
    condition     = aws_api_gateway_domain_name.this["api"].security_policy == "TLS_1_2" && one(aws_api_gateway_domain_name.this["api"].endpoint_configuration).types == tolist(["REGIONAL"])
    error_message = "old TLS is refused"
  }

  assert {
    condition     = aws_api_gateway_base_path_mapping.this["api"].stage_name == "dev" && aws_api_gateway_base_path_mapping.this["api"].base_path == "screens"
    error_message = "the domain leads to the stage"
  }

  assert {
    condition     = one(aws_route53_record.this["api"].alias).name == aws_api_gateway_domain_name.this["api"].regional_domain_name
    error_message = "the zone leads to the domain"
  }

  assert {
    condition     = aws_api_gateway_rest_api.this.disable_execute_api_endpoint
    error_message = "there is one way in"
  }

  assert {
    condition     = output.api_url == "https://api.example.com/screens" && output.custom_domain.url == output.api_url && output.custom_domain.managed_dns_record
    error_message = "clients use the domain"
  }
}

run "custom_domain_beside_the_default_endpoint" {
  command = apply

  variables {
    settings = {
      default_endpoint = true
      custom_domain = {
        name            = "api.example.com"
        certificate_arn = "arn:aws:acm:ap-northeast-2:123456789012:certificate/1"
      }
    }
  }

  assert {
    condition     = length(aws_route53_record.this) == 0 && !aws_api_gateway_rest_api.this.disable_execute_api_endpoint && output.api_url == "https://api.example.com"
    error_message = "DNS elsewhere, and both ways in"
  }
}

run "an_operation_asks_for_a_key" {
  command = apply

  variables {
    settings = { keyed_operations = ["POST /v1/runs", "GET /v1/health"] }
  }

  assert {
    condition = { for path, item in jsondecode(aws_api_gateway_rest_api.this.body).paths : path => join(" ", flatten([for operation in values(item) : [for requirement in operation.security : keys(requirement)]])) } == {
      "/v1/health"        = "api_key"
      "/v1/runs"          = "token api_key"
      "/v1/runs/{run_id}" = "token"
    }
    error_message = "what is named asks for a key beside the token, and nothing else does"
  }

  assert {
    condition     = jsondecode(aws_api_gateway_rest_api.this.body).components.securitySchemes.api_key == { type = "apiKey", name = "x-api-key", in = "header" } && strcontains(aws_api_gateway_rest_api.this.body, var.functions.api.invoke_arn)
    error_message = "the key comes in the header that usage plans count by, and the document is filled in as before"
  }
}

run "document_is_filled_in" {
  command = apply

  assert {
    condition     = jsondecode(aws_api_gateway_rest_api.this.body).info.title == "qscreen-dev"
    error_message = "the OpenAPI template is filled in"
  }

  assert {
    condition     = !strcontains(aws_api_gateway_rest_api.this.body, "api_key")
    error_message = "no operation asks for a key unless it is named"
  }

  assert {
    condition     = strcontains(aws_api_gateway_rest_api.this.body, var.functions.api.invoke_arn) && strcontains(aws_api_gateway_rest_api.this.body, aws_iam_role.authorizer.arn)
    error_message = "the document names the function and the authorizer's role"
  }

  assert {
    condition     = aws_api_gateway_deployment.this.triggers.openapi == sha1(aws_api_gateway_rest_api.this.body)
    error_message = "another document makes another deployment"
  }

  assert {
    condition     = jsondecode(aws_api_gateway_documentation_part.this["POST /v1/runs"].properties) == { summary = "Start a run", description = "Start a run. Needs a scope." }
    error_message = "the documentation says what the document says"
  }

  assert {
    condition     = aws_lambda_permission.route["api"].source_arn == "${aws_api_gateway_rest_api.this.execution_arn}/dev/*/*"
    error_message = "the API may invoke the function from its stage only"
  }

  assert {
    condition     = output.api_url == aws_api_gateway_stage.this.invoke_url && output.custom_domain == null
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
