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

run "document_missing" {
  command = plan

  variables {
    openapi_template = "tests/fixtures/none.json"
  }

  expect_failures = [var.openapi_template]
}

run "function_missing" {
  command = plan

  variables {
    openapi_template = "tests/fixtures/unknown_function.json"
  }

  expect_failures = [var.functions]
}

run "range_of_wrong_size" {
  command = plan

  variables {
    settings = { cidr = "10.0.0.0/24" }
  }

  expect_failures = [var.settings]
}

run "range_not_an_address" {
  command = plan

  variables {
    settings = { cidr = "ten/16" }
  }

  expect_failures = [var.settings]
}

run "one_zone" {
  command = plan

  variables {
    settings = { zones = { a = 0 } }
  }

  expect_failures = [var.settings]
}

run "zones_share_an_index" {
  command = plan

  variables {
    settings = { zones = { a = 0, b = 0 } }
  }

  expect_failures = [var.settings]
}

run "nat_unknown" {
  command = plan

  variables {
    settings = { nat = "both" }
  }

  expect_failures = [var.settings]
}

run "endpoint_unknown" {
  command = plan

  variables {
    settings = { interface_endpoints = ["secretmanager"] }
  }

  expect_failures = [var.settings]
}

run "burst_below_rate" {
  command = plan

  variables {
    settings = { throttle_rate = 100, throttle_burst = 50 }
  }

  expect_failures = [var.settings]
}

run "throttle_of_no_operation" {
  command = plan

  variables {
    settings = { method_throttles = { "POST /v1/run" = { rate = 1, burst = 1 } } }
  }

  expect_failures = [var.settings]
}

run "key_for_nothing" {
  command = plan

  variables {
    settings = { keyed_operations = ["POST /v1/run"] }
  }

  expect_failures = [var.settings]
}

run "throttle_of_nothing" {
  command = plan

  variables {
    settings = { method_throttles = { "POST /v1/runs" = { rate = 5, burst = 1 } } }
  }

  expect_failures = [var.settings]
}

run "ranges_not_addresses" {
  command = plan

  variables {
    settings = { allowed_ranges = ["office"] }
  }

  expect_failures = [var.settings]
}

run "no_way_in" {
  command = plan

  variables {
    settings = { default_endpoint = false }
  }

  expect_failures = [var.settings]
}

run "certificate_elsewhere" {
  command = plan

  variables {
    settings = {
      custom_domain = {
        name            = "api.example.com"
        certificate_arn = "arn:aws:acm:us-east-1:123456789012:certificate/1"
      }
    }
  }

  expect_failures = [var.settings]
}

run "base_path_with_a_slash" {
  command = plan

  variables {
    settings = {
      custom_domain = {
        name            = "api.example.com"
        certificate_arn = "arn:aws:acm:ap-northeast-2:123456789012:certificate/1"
        base_path       = "a/b"
      }
    }
  }

  expect_failures = [var.settings]
}
